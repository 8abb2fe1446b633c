"""The rules for what a browser brings back to the loopback interface, as a pure state machine.

Whoever can reach the listener may send it anything: a browser asks for icons, and any page it
shows may try any port. Only the answer to the request that is waited for ends the login; all
else is answered, and the wait goes on.
"""

from __future__ import annotations

import enum
import hmac
from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import parse_qs, urlsplit

import attrs

from ssokit.domain.authorization_request import REDIRECT_PATH
from ssokit.domain.errors import (
    AuthorizationDeniedError,
    ClientRejectedError,
    ServiceError,
    ServiceUnavailableError,
    SsokitError,
)
from ssokit.domain.redaction import masked, redact

_LONGEST_QUOTE = 300
_IN_PASSING = frozenset({"server_error", "temporarily_unavailable"})
_CLIENT_REFUSED = frozenset({"invalid_client", "unauthorized_client"})


class RedirectReply(enum.Enum):
    """What the browser is told about what it brought."""

    ACCEPTED = "the answer was received"
    REFUSED = "the answer was received: it is a refusal"
    ALREADY_ANSWERED = "the login has its answer already"
    WRONG_STATE = "this is no answer to the login that waits here"
    INCOMPLETE = "the answer holds neither a code nor an error, or holds one twice"
    WRONG_METHOD = "answers come with GET"
    WRONG_PATH = "there is nothing here"


@attrs.frozen(kw_only=True)
class AuthorizationCode:
    """The person approved (RFC 6749 section 4.1.2)."""

    code: str = attrs.field(repr=masked)


@attrs.frozen(kw_only=True)
class AuthorizationRefusal:
    """The authorization server sent the browser back without a code (section 4.1.2.1).

    Attributes:
        error: The error code, such as ``access_denied``.
        description: The server's own words, if any.
    """

    error: str
    description: str = ""

    def as_error(self) -> SsokitError:
        """Give the error that this is to a caller."""
        words = redact(f"{self.error}: {self.description}".rstrip(": "))[:_LONGEST_QUOTE]
        told = "".join(filter(str.isprintable, words))
        if self.error == "access_denied":
            return AuthorizationDeniedError(
                f"The login was denied; start a new login if that was a mistake ({told})"
            )
        if self.error in _CLIENT_REFUSED:
            return ClientRejectedError(f"The service does not honour this client ({told})")
        kind = ServiceUnavailableError if self.error in _IN_PASSING else ServiceError
        hint = "try again later" if self.error in _IN_PASSING else "check scopes and start URL"
        return kind(
            f"The page of the login answered {told}; {hint}", code=self.error, operation="Authorize"
        )


RedirectOutcome: TypeAlias = "AuthorizationCode | AuthorizationRefusal"


@attrs.frozen(kw_only=True)
class AwaitedRedirect:
    """What a login waits for.

    Attributes:
        state: What the answer must repeat.
        outcome: The answer; None until it has come, and never changed after that.
        stray: The latest error that came without any state. RFC 6749 wants one, so it counts
            for nothing, but it may explain why no answer came.
    """

    state: str = attrs.field(repr=masked)
    outcome: RedirectOutcome | None = None
    stray: AuthorizationRefusal | None = None

    def receive(self, method: str, target: str) -> tuple[AwaitedRedirect, RedirectReply]:
        """Take a request; give the state that follows, and what to tell the browser.

        Args:
            method: The HTTP method.
            target: The request target: the path and the query.
        """
        path, members = _parsed(target)
        if path != REDIRECT_PATH:
            return self, RedirectReply.WRONG_PATH
        if method != "GET":
            return self, RedirectReply.WRONG_METHOD
        state = members.get("state", "").encode()
        if not hmac.compare_digest(state, self.state.encode()):
            stray = self.stray if state else (_refusal(members) or self.stray)
            return attrs.evolve(self, stray=stray), RedirectReply.WRONG_STATE
        return self._answered(members)

    def _answered(self, members: Mapping[str, str]) -> tuple[AwaitedRedirect, RedirectReply]:
        if self.outcome is not None:
            return self, RedirectReply.ALREADY_ANSWERED
        if refusal := _refusal(members):
            return attrs.evolve(self, outcome=refusal), RedirectReply.REFUSED
        if code := members.get("code"):
            outcome = AuthorizationCode(code=code)
            return attrs.evolve(self, outcome=outcome), RedirectReply.ACCEPTED
        return self, RedirectReply.INCOMPLETE


def _parsed(target: str) -> tuple[str, Mapping[str, str]]:
    try:
        parts = urlsplit(target)
        members = parse_qs(parts.query, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return "", {}
    # RFC 6749 section 3.1: no parameter comes twice; one that does is as good as none.
    return parts.path, {name: values[0] for name, values in members.items() if len(values) == 1}


def _refusal(members: Mapping[str, str]) -> AuthorizationRefusal | None:
    error = members.get("error")
    if not error:
        return None
    return AuthorizationRefusal(error=error, description=members.get("error_description", ""))
