"""The object under the functions, and the place where adapters meet use cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ssokit import process_defaults
from ssokit.adapters.aws.access_portal import BotoAccessPortal
from ssokit.adapters.aws.authorization_server import BotoAuthorizationServer
from ssokit.adapters.aws.boto3_session import boto3_session
from ssokit.adapters.clock import SystemClock
from ssokit.adapters.notifiers.choice import choose_notifier
from ssokit.domain.accounts import Account, parse_account_id, parse_account_ids, parse_role_name
from ssokit.domain.expiry import ExpiryWindow, parse_expiry_window
from ssokit.domain.logout_result import LogoutResult
from ssokit.domain.role_credential import RoleCredential
from ssokit.domain.sso_session import SsoSession, check_region
from ssokit.domain.tokens import Token
from ssokit.ports.access_portal import AccessPortal
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.ports.clock import Clock
from ssokit.ports.user_notifier import UserNotifier
from ssokit.usecases.list_accounts import ListAccounts
from ssokit.usecases.list_roles import ListRoles, RoleListing
from ssokit.usecases.login_in_progress import LoginInProgress
from ssokit.usecases.login_listeners import Listener
from ssokit.usecases.renewing_credential import RenewingCredential
from ssokit.usecases.retries import PacedAccessPortal
from ssokit.wiring import Wiring

if TYPE_CHECKING:
    import boto3


class IdentityCenter:
    """One Identity Center instance, as one person uses it.

    It is thread-safe, cheap to make, and does nothing until it is asked to: logins are in
    the store, not in the object.

    Args:
        start_url: The AWS access portal URL.
        region: The AWS region of the Identity Center instance.
        session_name: The name of the ``sso-session`` whose login this is: it is shared with
            the AWS CLI and SDKs under that name, and renewed without the person. None for a
            legacy login, which is shared under its start URL.
        scopes: What the login is for, as ``sso_registration_scopes`` has it; None if nothing
            is configured.
        token_store: Where logins are kept: a store, or any dict-like; by default the AWS
            CLI's own folder, ``~/.aws/sso/cache``.
        credential_store: Where role credentials are kept: a store, or any dict-like; by
            default the memory of this process, shared by all objects and threads.
        notifier: Shows the person where to approve a login; by default it prints and opens
            the browser, or only prints where ``AWS_SSO_DISABLE_BROWSER`` says so.
        expiry_window: How long a token must remain valid to be used without a new login:
            seconds, a timedelta, or a callable that returns either. By default 15 minutes,
            and no time at all where the person may not be asked.
        client_name: The name under which this program registers as a client.
        authorization_server: Another authorization server than the one of AWS.
        access_portal: Another access portal than the one of AWS.
        clock: Another clock than the machine's.

    Raises:
        TypeError: An argument is of a wrong type.
        InvalidSSOConfigError: The start URL, the region, the name or a scope is malformed.
        ValueError: The expiry window is negative.
    """

    def __init__(
        self,
        start_url: str,
        region: str,
        *,
        session_name: str | None = None,
        scopes: Iterable[str] | None = None,
        token_store: Any = None,
        credential_store: Any = None,
        notifier: UserNotifier | None = None,
        expiry_window: ExpiryWindow = None,
        client_name: str = "ssokit",
        authorization_server: AuthorizationServer | None = None,
        access_portal: AccessPortal | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._session = SsoSession(start_url, region, name=session_name, scopes=scopes)
        clock_in_use = clock or SystemClock()
        if not callable(expiry_window):
            parse_expiry_window(expiry_window)
        self._wiring = Wiring(
            clock=clock_in_use,
            tokens=process_defaults.token_store(token_store),
            credentials=process_defaults.credential_store(credential_store, clock),
            notifier=notifier or choose_notifier(None, None, None, None),
            expiry_window=expiry_window,
            client_name=client_name,
            server=authorization_server or BotoAuthorizationServer(region, clock_in_use),
            portal=PacedAccessPortal(
                access_portal or BotoAccessPortal(region), process_defaults.rate_budget(clock)
            ),
        )

    def __repr__(self) -> str:
        """Name the instance."""
        return f"IdentityCenter({self._session.start_url!r}, {self._session.region!r})"

    def login(self, *, force_refresh: bool = False) -> Token:
        """Make sure that the person is logged in; ask them only if they are not.

        Args:
            force_refresh: Whether to ask in any case.

        Raises:
            LoginError: The login was denied, or nobody approved it in time.
            ServiceError: The service failed.
            StoreLockTimeoutError: A login by another process did not end.
        """
        return self._wiring.login(force_refresh=force_refresh)(self._session)

    def start_login(
        self,
        *,
        force_refresh: bool = False,
        notifier: UserNotifier | None = None,
        listener: Listener | None = None,
        wait: bool = True,
    ) -> LoginInProgress:
        """Begin a login that the program shows in its own way, and that goes on by itself.

        If the person is logged in already, it is over at once.

        Args:
            force_refresh: Whether to ask in any case.
            notifier: Shows the person where to approve. By default nothing is printed and no
                browser is opened: the program shows the code that the login has.
            listener: Is told of every change; see `LoginInProgress.listen`.
            wait: Whether to return when there is a code to show, or the login has failed,
                which takes two calls and, if others log in at the same time, as long as they
                take. Otherwise it returns at once, and the code comes as an event.
        """
        login = LoginInProgress(
            lambda announce, clock: self._wiring.login(
                force_refresh=force_refresh, notifier=announce, clock=clock
            )(self._session),
            clock=self._wiring.clock,
            notifier=notifier,
            listener=listener,
        )
        if wait:
            login.wait_for_code()
        return login

    def logout(self) -> LogoutResult:
        """End the login, on the server first, then here; say what was done.

        Raises:
            StoreError: The token could not be read.
        """
        return self._wiring.logout()(self._session)

    def session(
        self, account_id: str | int, role_name: str, *, region: str | None, login: bool = False
    ) -> boto3.Session:
        """Make a boto3 session whose keys renew themselves for as long as the login lives.

        Nothing is called here, but for a login if one is needed and allowed.

        Args:
            account_id: The AWS account.
            role_name: The role, which is the permission set's name.
            region: The AWS region of the session; None leaves it to the environment.
            login: Whether the person may be asked, now and when the login ends later.

        Raises:
            TypeError: An argument is of a wrong type.
            ValueError: The account id or the role name is malformed.
            LoginError: A login was needed, and failed.
        """
        account, role = parse_account_id(account_id), parse_role_name(role_name)
        if region is not None:
            check_region(region)
        get = self._wiring.get_role_credential(self._wiring.provider(self._session, login=login))
        renewing = RenewingCredential(
            lambda: get(self._session, account, role), clock=self._wiring.clock
        )
        return boto3_session(renewing, region=region)

    def role_credential(
        self, account_id: str | int, role_name: str, *, login: bool = False
    ) -> RoleCredential:
        """Give keys for a role, for programs that are not boto3's.

        Args:
            account_id: The AWS account.
            role_name: The role, which is the permission set's name.
            login: Whether the person may be asked to log in.

        Raises:
            AuthenticationNeededError: Nobody is logged in, and the person may not be asked.
            AccessDeniedError: The role is not granted to the person.
            ServiceError: The portal failed.
        """
        account, role = parse_account_id(account_id), parse_role_name(role_name)
        get = self._wiring.get_role_credential(self._wiring.provider(self._session, login=login))
        return get(self._session, account, role)

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
