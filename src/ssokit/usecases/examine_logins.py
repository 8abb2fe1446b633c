"""Find out whether logins are there, and whether they could be made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from ssokit.domain.errors import StoreError
from ssokit.domain.findings import Finding, fail, warn
from ssokit.domain.login_checks import clock_finding, login_finding, service_finding
from ssokit.domain.sso_session import SsoSession
from ssokit.ports.clock import Clock
from ssokit.ports.reachability import Reachability
from ssokit.ports.token_store import TokenStore

_SERVICES = ("sso-oidc", "sso")


@attrs.frozen(kw_only=True)
class ExamineLogins:
    """Look at the logins to some Identity Centers, and at the services behind them.

    Attributes:
        tokens: Where logins are kept.
        clock: What time it is.
        reachability: Asks the services; None if nothing is to be called.
    """

    tokens: TokenStore
    clock: Clock
    reachability: Reachability | None

    def __call__(self, sessions: Mapping[SsoSession, str]) -> Iterator[Finding]:
        """Give what is found.

        Args:
            sessions: The Identity Centers, each with the command that logs in to it.
        """
        if not sessions:
            yield warn(
                "login",
                "the AWS config file names no Identity Center",
                "write profiles: ssokit configure --start-url URL --sso-region REGION",
            )
        for session, command in sessions.items():
            yield self._login(session, command)
        if self.reachability:
            yield from self._services(self.reachability, sessions)

    def _login(self, session: SsoSession, command: str) -> Finding:
        try:
            token = self.tokens.load_token(session)
        except StoreError as error:
            return fail(f"login {session.name or session.start_url}", str(error), command)
        return login_finding(session, token, now=self.clock.now(), command=command)

    def _services(
        self, reachability: Reachability, sessions: Mapping[SsoSession, str]
    ) -> Iterator[Finding]:
        theirs = None
        for region in dict.fromkeys(session.region for session in sessions):
            for service in _SERVICES:
                echo = reachability.ask(service, region)
                # The time at which the answer came is the one to compare.
                theirs = theirs or (echo.date and (self.clock.now(), echo.date))
                yield service_finding(f"{service} {region}", echo.url, echo.problem)
        if sessions:
            now = self.clock.now()
            yield clock_finding(*(theirs or (now, None)))
