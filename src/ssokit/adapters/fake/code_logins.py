"""The logins that wait for a browser, and the codes that they gave (RFC 6749 section 4.1)."""

from __future__ import annotations

import hmac
from urllib.parse import urlencode, urlsplit

import attrs

from ssokit.adapters.fake.effects import refused
from ssokit.adapters.fake.person import Decision, Person
from ssokit.adapters.fake.registrations import RegisteredClient
from ssokit.domain.authorization_request import code_challenge
from ssokit.domain.redaction import masked

_LOOPBACK = ("127.0.0.1", "::1")


def is_redirect_uri(uri: str) -> bool:
    """Tell whether a client may register this: https, or http on the loopback interface."""
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        return False
    return (parts.scheme == "https" and bool(host)) or (
        parts.scheme == "http" and host in _LOOPBACK
    )


def may_redirect(registered: tuple[str, ...], wanted: str) -> bool:
    """Tell whether a client may have the browser sent there.

    On the loopback interface any port will do (RFC 8252 section 7.3).
    """
    return wanted in registered or _without_port(wanted) in registered


def _without_port(uri: str) -> str | None:
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme != "http" or host not in _LOOPBACK or port is None:
        return None
    return parts._replace(netloc=parts.netloc.removesuffix(f":{port}")).geturl()


@attrs.define(kw_only=True, eq=False)
class CodeLogin:
    """A login on its way through a browser.

    Attributes:
        page: What names it on its page; whoever has not seen that does not know it.
        client: Who asks.
        redirect_uri: Where the browser is sent back to.
        state: What is sent along.
        challenge: What the code verifier has to match.
        deadline: When it ends, in monotonic seconds of the model's clock.
        code: What the client gets if the person approves.
        decision: What has become of it.
        user: Who approved it.
        used: Whether its token was fetched.
    """

    page: str = attrs.field(repr=masked)
    client: RegisteredClient
    redirect_uri: str
    state: str
    challenge: str
    deadline: float
    code: str = attrs.field(repr=masked)
    decision: Decision = Decision.PENDING
    user: str | None = None
    used: bool = False

    def visit(self, person: Person) -> Decision:
        """Show the page to whoever has a standing behaviour; tell what they decide."""
        self.decision = person.decision(0)
        self.user = person.user
        return self.decision

    @property
    def location(self) -> str:
        """Where the browser is sent when the person has decided."""
        if self.decision is Decision.DENIED:
            answer = {"error": "access_denied", "error_description": "The user denied access"}
        else:
            answer = {"code": self.code}
        return f"{self.redirect_uri}?{urlencode({**answer, 'state': self.state})}"


class CodeLogins:
    """All logins on their way through a browser. The model serializes its use."""

    def __init__(self) -> None:
        self._logins: list[CodeLogin] = []

    def add(self, login: CodeLogin) -> None:
        """Remember a login."""
        self._logins.append(login)

    def on_page(self, page: str, *, now: float) -> CodeLogin:
        """Find the login that waits for a decision on a page.

        Raises:
            RefusedError: InvalidRequestException: unknown, decided already, or expired.
        """
        for login in self._logins:
            if login.page == page and login.decision is Decision.PENDING and now < login.deadline:
                return login
        raise refused("InvalidRequestException", "No login waits for a decision on this page")

    def redeem(self, *, code: str, verifier: str, redirect_uri: str, client_id: str) -> CodeLogin:
        """Use a code up.

        Raises:
            RefusedError: InvalidGrantException: unknown, used already, another client's, for
                another redirect URI, or without the verifier of its challenge.
        """
        for login in self._logins:
            if login.code != code or login.used or login.client.client_id != client_id:
                continue
            login.used = True
            proven = hmac.compare_digest(code_challenge(verifier), login.challenge)
            if proven and login.redirect_uri == redirect_uri:
                return login
        raise refused("InvalidGrantException", "Invalid grant provided")
