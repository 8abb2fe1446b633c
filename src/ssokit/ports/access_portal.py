"""The port to the AWS access portal (AWS service sso)."""

from __future__ import annotations

from abc import abstractmethod
from typing import Generic, Protocol, TypeVar

import attrs

from ssokit.domain.accounts import Account
from ssokit.domain.role_credential import RoleCredential
from ssokit.domain.tokens import Token

Row = TypeVar("Row")


@attrs.frozen
class Page(Generic[Row]):
    """One page of a listing.

    Attributes:
        rows: What is on it; an empty page may still have a successor.
        next_token: What asks for the next page; None on the last one.
    """

    rows: tuple[Row, ...]
    next_token: str | None = None


class AccessPortal(Protocol):
    """What the holder of a token may see and use.

    Every method may raise `ssokit.ServiceError` or one of its children, and
    `ssokit.TokenRejectedError` when the token is not honoured (HTTP 401).
    """

    @abstractmethod
    def list_accounts(self, token: Token, *, next_token: str | None = None) -> Page[Account]:
        """Give one page, of at most 100, of the person's accounts (sso ListAccounts)."""

    @abstractmethod
    def list_roles(
        self, token: Token, account_id: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give one page, of at most 100, of role names in an account (sso ListAccountRoles).

        Raises:
            AccessDeniedError: The person has no access to the account.
        """

    @abstractmethod
    def get_role_credentials(self, token: Token, account_id: str, role_name: str) -> RoleCredential:
        """Obtain keys for a role (sso GetRoleCredentials).

        Raises:
            AccessDeniedError: The role was not granted to the person (HTTP 403).
        """

    @abstractmethod
    def logout(self, token: Token) -> None:
        """End the sign-in session behind a token (sso Logout).

        Role credentials that were already issued live on to their own expiry.
        """
