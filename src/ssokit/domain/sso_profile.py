"""A profile of the AWS config file that uses IAM Identity Center."""

from __future__ import annotations

import attrs

from ssokit.domain.accounts import parse_account_id, parse_role_name
from ssokit.domain.errors import ConfigFileError
from ssokit.domain.sso_session import SsoSession


@attrs.frozen(kw_only=True)
class SsoProfile:
    """What the AWS config file says about one use of IAM Identity Center.

    Attributes:
        name: The profile. Its endpoint, proxy and CA settings are those of all calls; None for
            those that hold without a profile.
        session: Where to log in.
        account_id: The AWS account, if it names one.
        role_name: The role, which is the permission set's name, if it names one.
        region: The AWS region to work in, if it names one. It is not that of the Identity
            Center.
        path: The file that says so.
        section: The section that says so.
    """

    name: str | None
    session: SsoSession
    account_id: str | None = None
    role_name: str | None = None
    region: str | None = None
    path: str = "~/.aws/config"
    section: str

    @property
    def session_section(self) -> str:
        """The header of the section that says where to log in."""
        name = self.session.name
        return self.section if name is None else f"sso-session {name}"

    def place(self, key: str) -> str:
        """Say where a key stands that says where to log in."""
        return f"{key} of [{self.session_section}] in {self.path}"

    @property
    def names_a_role(self) -> bool:
        """Whether it says whose keys it stands for: an account and a role."""
        return self.account_id is not None and self.role_name is not None

    def account(self) -> str:
        """Give the account.

        Raises:
            ConfigFileError: The profile names none.
        """
        return self._stated("sso_account_id", self.account_id)

    def role(self) -> str:
        """Give the role's name.

        Raises:
            ConfigFileError: The profile names none.
        """
        return self._stated("sso_role_name", self.role_name)

    def _stated(self, key: str, value: str | None) -> str:
        if value is None:
            raise ConfigFileError(
                f"[{self.section}] in {self.path} has no {key}: add it, or say in the call which "
                "one is meant",
                path=self.path,
                section=self.section,
                key=key,
            )
        return value


def chosen_role(
    profile: SsoProfile | None, account_id: object, role_name: object
) -> tuple[str, str]:
    """Give the account and the role that are meant: what was said, else what a profile says.

    Args:
        profile: The profile in use, if one is.
        account_id: The AWS account, as a str or an int; None for the profile's.
        role_name: The role; None for the profile's.

    Raises:
        TypeError: One is of a wrong type, or neither said nor in a profile.
        ValueError: One is malformed.
        ConfigFileError: One was not said, and the profile does not say it either.
    """
    if profile is not None:
        account_id = profile.account() if account_id is None else account_id
        role_name = profile.role() if role_name is None else role_name
    return parse_account_id(account_id), parse_role_name(role_name)
