"""What a person may use, as far as their login goes: sessions, keys and lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from ssokit.adapters.aws.boto3_session import boto3_session
from ssokit.domain.accounts import Account, parse_account_ids
from ssokit.domain.assurance import Assurance
from ssokit.domain.expiry import RefreshWindows, parse_min_ttl
from ssokit.domain.role_credential import RoleCredential
from ssokit.domain.sso_profile import SsoProfile, chosen_role
from ssokit.domain.sso_session import SsoSession, check_region
from ssokit.usecases.list_accounts import ListAccounts
from ssokit.usecases.list_roles import ListRoles, RoleListing
from ssokit.usecases.renewing_credential import RenewingCredential
from ssokit.wiring import Wiring

if TYPE_CHECKING:
    import boto3


class GrantedAccess:
    """The part of `ssokit.IdentityCenter` that uses a login.

    Args:
        wiring: Gives the use cases.
        session: Where to log in.
        profile: Stands in for an account and a role that a call does not name.
    """

    def __init__(self, wiring: Wiring, session: SsoSession, profile: SsoProfile | None) -> None:
        self._wiring = wiring
        self._session = session
        self._profile = profile

    def session(
        self,
        account_id: str | int | None = None,
        role_name: str | None = None,
        *,
        region: str | None = None,
        login: bool = False,
    ) -> boto3.Session:
        """Make a boto3 session whose keys renew themselves for as long as the login lives.

        Nothing is called here, but for a login if one is needed and allowed.

        Args:
            account_id: The AWS account; None for the profile's.
            role_name: The role, which is the permission set's name; None for the profile's.
            region: The AWS region of the session; None leaves it to the environment and the
                profile.
            login: Whether the person may be asked, now and when the login ends later.

        Raises:
            TypeError: An argument is missing, or of a wrong type.
            ValueError: The account id or the role name is malformed, or not in the profile.
            LoginError: A login was needed, and failed.
        """
        account, role = chosen_role(self._profile, account_id, role_name)
        if region is not None:
            check_region(region)
        get = self._wiring.get_role_credential(self._wiring.provider(self._session, login=login))
        renewing = RenewingCredential(
            lambda: get(self._session, account, role), clock=self._wiring.clock
        )
        profile = self._profile.name if self._profile else None
        return boto3_session(renewing, region=region, profile=profile)

    def role_credential(
        self,
        account_id: str | int | None = None,
        role_name: str | None = None,
        *,
        login: bool = False,
    ) -> RoleCredential:
        """Give keys for a role, for programs that are not boto3's.

        Args:
            account_id: The AWS account; None for the profile's.
            role_name: The role, which is the permission set's name; None for the profile's.
            login: Whether the person may be asked to log in.

        Raises:
            AuthenticationNeededError: Nobody is logged in, and the person may not be asked.
            AccessDeniedError: The role is not granted to the person.
            ServiceError: The portal failed.
        """
        account, role = chosen_role(self._profile, account_id, role_name)
        get = self._wiring.get_role_credential(self._wiring.provider(self._session, login=login))
        return get(self._session, account, role)

    def require(
        self,
        min_ttl: float | timedelta,
        account_id: str | int | None = None,
        role_name: str | None = None,
        *,
        login: bool = False,
    ) -> Assurance:
        """Make sure, before a long job, that the login lasts that long.

        Whatever is short is renewed now: the role's keys, the token, and, if the person may be
        asked, the login. What this proves, and what hangs on a sign-in session whose end AWS
        does not tell, is in the result.

        Args:
            min_ttl: How long the job takes, in seconds or as a timedelta.
            account_id: The AWS account whose keys the job uses; None for the profile's, and
                for no keys at all if there is none.
            role_name: The role, likewise.
            login: Whether the person may be asked to log in.

        Raises:
            NotEnoughTimeError: It is certain that the time does not suffice.
            SignInSessionEndedError: The sign-in session is over, and nobody may be asked.
            AuthenticationNeededError: Nobody is logged in, and nobody may be asked.
            LoginError: The person was asked, and the login failed.
            AccessDeniedError: The role is not granted to the person.
            ServiceError: The service failed; a later try may help, see ``retryable``.
            TypeError: An argument is of a wrong type.
            ValueError: An argument is malformed.
        """
        needed, profile = parse_min_ttl(min_ttl), self._profile
        if account_id is None and role_name is None and not (profile and profile.names_a_role):
            return self._wiring.require(self._session, login=login)(self._session, needed)
        account, role = chosen_role(profile, account_id, role_name)
        require = self._wiring.require(self._session, login=login)
        windows = RefreshWindows(advisory=needed, mandatory=needed)
        get = self._wiring.get_role_credential(require.provider, windows)
        return require(self._session, needed, lambda session: get(session, account, role))

    def accounts(self, *, login: bool = False) -> Iterator[Account]:
        """List the accounts that the person may use, in the portal's order.

        Args:
            login: Whether the person may be asked to log in, which happens here and now.
        """
        authorized = self._wiring.authorized(self._session, login=login)
        listing = ListAccounts(portal=self._wiring.portal, authorized=authorized)
        return listing(self._session)

    def roles(
        self,
        account_id: str | int | Iterable[str | int] | None = None,
        *,
        login: bool = False,
        get_account_names: bool = False,
    ) -> RoleListing:
        """List the roles that the person may assume.

        Args:
            account_id: The account or accounts to look at; None for all, empty for none.
            login: Whether the person may be asked to log in, which happens here and now.
            get_account_names: Whether the names of given accounts are looked up; they are
                ``"UNKNOWN"`` otherwise.

        Raises:
            TypeError: An account id is of a wrong type.
            ValueError: An account id is malformed.
        """
        account_ids = None if account_id is None else parse_account_ids(account_id)
        authorized = self._wiring.authorized(self._session, login=login)
        quietly = self._wiring.authorized(self._session, login=False) if login else None
        listing = ListRoles(portal=self._wiring.portal, authorized=authorized, quietly=quietly)
        return listing(self._session, account_ids, get_account_names=get_account_names)
