"""The in-process face of the access portal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import attrs

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.effects import GarbageAnswer
from ssokit.adapters.fake.in_process import Handler, members_of
from ssokit.domain.accounts import Account
from ssokit.domain.role_credential import RoleCredential
from ssokit.domain.service_errors import portal_error
from ssokit.domain.tokens import Token
from ssokit.ports.access_portal import AccessPortal, Page


@attrs.frozen
class FakeAccessPortal(AccessPortal):
    """`AccessPortal` over a `FakeIdentityCenter`, without any HTTP.

    Attributes:
        handle: Takes the calls: the model.
        region: The region whose endpoint this is.
    """

    handle: Handler
    region: str = attrs.field(kw_only=True)

    def list_accounts(self, token: Token, *, next_token: str | None = None) -> Page[Account]:
        """Give one page of the person's accounts."""
        answer = self._call("ListAccounts", token, nextToken=next_token)
        rows = tuple(
            Account(row["accountId"], row["accountName"], row["emailAddress"])
            for row in answer["accountList"]
        )
        return Page(rows, answer.get("nextToken"))

    def list_roles(
        self, token: Token, account_id: str, *, next_token: str | None = None
    ) -> Page[str]:
        """Give one page of the person's roles in an account."""
        answer = self._call("ListAccountRoles", token, accountId=account_id, nextToken=next_token)
        return Page(tuple(row["roleName"] for row in answer["roleList"]), answer.get("nextToken"))

    def get_role_credentials(self, token: Token, account_id: str, role_name: str) -> RoleCredential:
        """Obtain keys of the model."""
        answer = self._call("GetRoleCredentials", token, accountId=account_id, roleName=role_name)
        keys = answer["roleCredentials"]
        return RoleCredential(
            account_id=account_id,
            role_name=role_name,
            access_key_id=keys["accessKeyId"],
            secret_access_key=keys["secretAccessKey"],
            session_token=keys["sessionToken"],
            expires_at=datetime.fromtimestamp(keys["expiration"] / 1000, timezone.utc),
        )

    def logout(self, token: Token) -> None:
        """End the session behind a token; its answer has no body that could be garbage."""
        call = self._new_call("Logout", token)
        outcome = self.handle(call)
        if not isinstance(outcome.fault, GarbageAnswer):
            members_of(call, outcome, portal_error)

    def _call(self, operation: str, token: Token, **parameters: str | None) -> Mapping[str, Any]:
        call = self._new_call(operation, token, **parameters)
        return members_of(call, self.handle(call), portal_error)

    def _new_call(self, operation: str, token: Token, **parameters: str | None) -> Call:
        sent = {name: value for name, value in parameters.items() if value is not None}
        return Call(
            operation=operation,
            parameters={"accessToken": token.access_token, **sent},
            region=self.region,
        )
