"""What every `AccessPortal` promises, as tests to inherit."""

# ruff: noqa: S101, PLR2004 - these are tests

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest

from ssokit.adapters.fake.effects import Effect
from ssokit.domain.accounts import Account
from ssokit.domain.errors import (
    AccessDeniedError,
    TokenRejectedError,
)
from ssokit.domain.tokens import Token
from ssokit.ports.access_portal import AccessPortal
from ssokit.testing import (
    ConnectionReset,
    FakeIdentityCenter,
    Fault,
    GarbageAnswer,
    HttpError,
    TruncatedAnswer,
)
from ssokit.testing.service_contract import ServiceContract, no_answer, throttling, unusable_answer

_DEVELOPMENT = "444455556666"
_SANDBOX = "012345678901"
_LOGS = "222233334444"

_CALLS: dict[str, Callable[[AccessPortal, Token], object]] = {
    "ListAccounts": lambda portal, token: portal.list_accounts(token),
    "ListAccountRoles": lambda portal, token: portal.list_roles(token, _DEVELOPMENT),
    "GetRoleCredentials": lambda portal, token: portal.get_role_credentials(
        token, _DEVELOPMENT, "ReadOnly"
    ),
}
_every_call = pytest.mark.parametrize("operation", [*_CALLS, "Logout"])


class AccessPortalContract(ServiceContract):
    """Inherit from it, implement `make`, and let pytest collect the child.

    An adapter that speaks HTTP also overrides `serve`, to return an `IdentityCenterServer`
    of the model; ``center.url`` then says where that listens. It must not retry by itself.
    """

    @abstractmethod
    def make(self, center: FakeIdentityCenter) -> AccessPortal:
        """Give the adapter under test, for a model and its clock."""

    @pytest.fixture
    def portal(self, center: FakeIdentityCenter) -> AccessPortal:
        """Give the adapter under test."""
        return self.make(center)

    @pytest.fixture
    def token(self, center: FakeIdentityCenter) -> Token:
        """Give a token of alice, who is an engineer in the example organization."""
        return center.sign_in("alice")

    def test_lists_the_accounts_that_are_granted(self, portal: AccessPortal, token: Token) -> None:
        """A person sees the active accounts in which they have a role, leading zeros kept."""
        page = portal.list_accounts(token)
        assert Account(_SANDBOX, "Sandbox", f"aws+{_SANDBOX}@example.com") in page.rows
        assert {account.account_id for account in page.rows} == {
            _SANDBOX,
            _DEVELOPMENT,
            "333344445555",
        }
        assert page.next_token is None

    def test_lists_the_roles_of_an_account(self, portal: AccessPortal, token: Token) -> None:
        """A person sees the names of their roles, from all their groups."""
        page = portal.list_roles(token, _DEVELOPMENT)
        assert (set(page.rows), page.next_token) == ({"Developer", "ReadOnly"}, None)

    def test_account_pages_join(
        self, portal: AccessPortal, center: FakeIdentityCenter, token: Token
    ) -> None:
        """Following the next token gives every account once."""
        center.settings.page_size = 1
        first = portal.list_accounts(token)
        second = portal.list_accounts(token, next_token=first.next_token)
        third = portal.list_accounts(token, next_token=second.next_token)
        seen = [account.account_id for page in (first, second, third) for account in page.rows]
        assert len(seen) == len(set(seen)) == 3
        assert third.next_token is None

    def test_role_pages_join(
        self, portal: AccessPortal, center: FakeIdentityCenter, token: Token
    ) -> None:
        """Following the next token gives every role once."""
        center.settings.page_size = 1
        first = portal.list_roles(token, _DEVELOPMENT)
        second = portal.list_roles(token, _DEVELOPMENT, next_token=first.next_token)
        assert {*first.rows, *second.rows} == {"Developer", "ReadOnly"}
        assert second.next_token is None

    def test_keys_live_as_long_as_the_permission_set_says(
        self, portal: AccessPortal, center: FakeIdentityCenter, token: Token
    ) -> None:
        """Keys carry their own end: milliseconds on the wire, and no year 50,000 here."""
        keys = portal.get_role_credentials(token, _DEVELOPMENT, "Developer")
        assert keys.expires_at == center.clock.now() + timedelta(hours=4)

    def test_keys_are_complete(
        self, portal: AccessPortal, center: FakeIdentityCenter, token: Token
    ) -> None:
        """Keys say what they are for, and are three secrets that belong together."""
        keys = portal.get_role_credentials(token, _SANDBOX, "ReadOnly")
        assert (keys.account_id, keys.role_name) == (_SANDBOX, "ReadOnly")
        secrets = {keys.access_key_id, keys.secret_access_key, keys.session_token}
        assert len(secrets & center.secrets) == 3

    def test_role_that_is_not_granted_is_denied(self, portal: AccessPortal, token: Token) -> None:
        """A role of others is denied, with what was asked for; the login is not blamed."""
        with pytest.raises(AccessDeniedError) as denial:
            portal.get_role_credentials(token, _LOGS, "AdministratorAccess")
        assert denial.value.code == "ForbiddenException"
        assert not denial.value.retryable

    def test_account_that_is_not_granted_is_denied(
        self, portal: AccessPortal, token: Token
    ) -> None:
        """The roles of an account without access are not an empty list: that is denied."""
        with pytest.raises(AccessDeniedError):
            portal.list_roles(token, _LOGS)

    @_every_call
    def test_revoked_token_is_rejected(
        self, portal: AccessPortal, center: FakeIdentityCenter, token: Token, operation: str
    ) -> None:
        """A token that the service does not honour is told apart from a missing grant."""
        center.revoke_tokens()
        with pytest.raises(TokenRejectedError):
            _call(portal, token, operation)

    @_every_call
    def test_unknown_token_is_rejected(
        self, portal: AccessPortal, token: Token, operation: str
    ) -> None:
        """A token that was never granted is rejected like one that ended."""
        with pytest.raises(TokenRejectedError) as rejection:
            _call(portal, attrs.evolve(token, access_token="made-up"), operation)  # noqa: S106
        assert "made-up" not in str(rejection.value)

    def test_logout_ends_the_session(self, portal: AccessPortal, token: Token) -> None:
        """After a logout the token is good for nothing."""
        portal.logout(token)
        with pytest.raises(TokenRejectedError):
            portal.list_accounts(token)

    @_every_call
    def test_throttling_says_when_to_come_back(
        self, portal: AccessPortal, center: FakeIdentityCenter, token: Token, operation: str
    ) -> None:
        """A throttled call carries the seconds that the service asks for."""
        with throttling(center, operation, code="TooManyRequestsException"):
            _call(portal, token, operation)

    @_every_call
    @pytest.mark.parametrize(
        "error", [ConnectionReset(), HttpError(503), HttpError(502, body=b"<html>")], ids=repr
    )
    def test_unavailable_service_may_be_tried_again(
        self,
        portal: AccessPortal,
        center: FakeIdentityCenter,
        token: Token,
        operation: str,
        error: Effect,
    ) -> None:
        """No answer and a 5xx one are the same to a caller: try later."""
        with no_answer(center, operation, error):
            _call(portal, token, operation)

    @pytest.mark.parametrize("operation", _CALLS)
    @pytest.mark.parametrize(
        "error", [GarbageAnswer(), GarbageAnswer(b""), TruncatedAnswer()], ids=repr
    )
    def test_answer_that_is_none_is_told(
        self,
        portal: AccessPortal,
        center: FakeIdentityCenter,
        token: Token,
        operation: str,
        error: Effect,
    ) -> None:
        """HTTP 200 with a body that is not AWS's never looks like an empty listing."""
        with unusable_answer(center, operation, error):
            _call(portal, token, operation)

    def test_logout_does_not_read_the_body(
        self, portal: AccessPortal, center: FakeIdentityCenter, token: Token
    ) -> None:
        """A logout answers nothing, so there is nothing in its body to be wrong."""
        center.faults.add(Fault("Logout", GarbageAnswer()))
        portal.logout(token)

    def test_token_of_another_person_shows_their_accounts(
        self, portal: AccessPortal, center: FakeIdentityCenter, token: Token
    ) -> None:
        """Each call stands for the person whose token it carries."""
        of_bob = portal.list_accounts(center.sign_in("bob"))
        assert of_bob.rows != portal.list_accounts(token).rows


def _call(portal: AccessPortal, token: Token, operation: str) -> object:
    if operation == "Logout":
        portal.logout(token)
        return None
    return _CALLS[operation](portal, token)
