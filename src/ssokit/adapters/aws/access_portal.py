"""The access portal behind the AWS service sso."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, TypeVar

import attrs

from ssokit.adapters.aws.answers import member, optional_text
from ssokit.adapters.aws.clients import call_unsigned
from ssokit.adapters.aws.errors import translated
from ssokit.domain.accounts import Account
from ssokit.domain.role_credential import RoleCredential
from ssokit.domain.service_errors import invalid_response, portal_error
from ssokit.domain.tokens import Token
from ssokit.ports.access_portal import AccessPortal, Page

PAGE_SIZE = 100
Row = TypeVar("Row")


@attrs.frozen
class BotoAccessPortal(AccessPortal):
    """`AccessPortal` over boto3's sso client. It makes each call once.

    Attributes:
        region: The region of the Identity Center instance.
        profile: The profile whose endpoint, proxy and CA settings apply.
    """

    region: str
    profile: str | None = None

    def list_accounts(self, token: Token, *, next_token: str | None = None) -> Page[Account]:
        """Give one page of accounts; the service may leave out names and e-mail addresses."""
        operation = "ListAccounts"
        answer = self._call(operation, token, maxResults=PAGE_SIZE, nextToken=next_token)

        def account(row: Mapping[str, Any]) -> Account:
            account_id = member(row, "accountId", str, operation=operation)
            name, email = optional_text(row, "accountName"), optional_text(row, "emailAddress")
            return Account(account_id, name, email)

        return _page(answer, "accountList", account, operation)

    def list_roles(
        self, token: Token, account_id: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give one page of role names."""
        operation = "ListAccountRoles"
        answer = self._call(
            operation, token, accountId=account_id, maxResults=PAGE_SIZE, nextToken=next_token
        )

        def role_name(row: Mapping[str, Any]) -> str:
            return member(row, "roleName", str, operation=operation)

        return _page(answer, "roleList", role_name, operation)

    def get_role_credentials(self, token: Token, account_id: str, role_name: str) -> RoleCredential:
        """Obtain keys; the service sends their end in epoch milliseconds."""
        operation = "GetRoleCredentials"
        answer = self._call(operation, token, accountId=account_id, roleName=role_name)
        keys = member(answer, "roleCredentials", dict, operation=operation)
        return RoleCredential(
            account_id=account_id,
            role_name=role_name,
            access_key_id=member(keys, "accessKeyId", str, operation=operation),
            secret_access_key=member(keys, "secretAccessKey", str, operation=operation),
            session_token=member(keys, "sessionToken", str, operation=operation),
            expires_at=_moment(member(keys, "expiration", int, operation=operation), operation),
        )

    def logout(self, token: Token) -> None:
        """End the sign-in session; the answer has no members that could be checked."""
        self._call("Logout", token)

    def _call(
        self, operation: str, token: Token, **parameters: str | int | None
    ) -> Mapping[str, Any]:
        sent = {name: value for name, value in parameters.items() if value is not None}
        with translated(operation, portal_error):
            answer: Mapping[str, Any] = call_unsigned(
                "sso",
                self.region,
                operation,
                {"accessToken": token.access_token, **sent},
                profile=self.profile,
            )
            return answer


def _page(
    answer: Mapping[str, Any],
    rows: str,
    parse: Callable[[Mapping[str, Any]], Row],
    operation: str,
) -> Page[Row]:
    listed = member(answer, rows, list, operation=operation)
    if not all(isinstance(row, Mapping) for row in listed):
        raise invalid_response(operation, f"usable rows in {rows}")
    next_token = answer.get("nextToken") or None
    if not isinstance(next_token, (str, type(None))):
        raise invalid_response(operation, "a usable nextToken")
    return Page(tuple(parse(row) for row in listed), next_token)


def _moment(epoch_milliseconds: int, operation: str) -> datetime:
    try:
        return datetime.fromtimestamp(epoch_milliseconds / 1000, timezone.utc)
    except (OverflowError, OSError, ValueError):
        raise invalid_response(operation, "a usable expiration") from None
