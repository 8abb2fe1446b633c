"""Looking at logins, and at the services behind them."""

from __future__ import annotations

from datetime import timedelta

from ssokit.domain.errors import StoreError
from ssokit.domain.findings import Verdict
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.ports.reachability import Echo, Reachability
from ssokit.stores import MappingStore
from ssokit.testing import FakeIdentityCenter, ManualClock
from ssokit.usecases.examine_logins import ExamineLogins


class FakeReachability(Reachability):
    """Services of which one is down.

    Args:
        clock: What time the others say it is.
        down: The one that does not answer.
    """

    def __init__(self, clock: ManualClock, down: str) -> None:
        self.asked: list[tuple[str, str]] = []
        self._clock = clock
        self._down = down

    def ask(self, service: str, region: str) -> Echo:
        """Answer, or not."""
        self.asked.append((service, region))
        if service == self._down:
            return Echo(url="https://x", problem="no route")
        return Echo(url="https://x", date=self._clock.now() + timedelta(minutes=2))


class _BrokenStore(MappingStore):
    def load_token(self, session: SsoSession) -> Token | None:
        raise StoreError(f"no store for {session.start_url}")


def _verdicts(examine: ExamineLogins, *sessions: SsoSession) -> list[tuple[str, Verdict]]:
    found = examine(dict.fromkeys(sessions, "ssokit login"))
    return [(finding.subject.split()[0], finding.verdict) for finding in found]


def test_a_login_and_services(
    center: FakeIdentityCenter, session: SsoSession, tokens: MappingStore, clock: ManualClock
):
    """Logins are told one by one, services once for each region, and the clock is compared."""
    tokens.save_token(session, center.sign_in("alice"))
    other = SsoSession(session.start_url, session.region, name="other")
    reach = FakeReachability(clock, down="sso-oidc")
    examine = ExamineLogins(tokens=tokens, clock=clock, reachability=reach)
    assert _verdicts(examine, session, other) == [
        ("login", Verdict.OK),
        ("login", Verdict.WARN),
        ("sso-oidc", Verdict.FAIL),
        ("sso", Verdict.OK),
        ("clock", Verdict.WARN),
    ]
    assert reach.asked == [("sso-oidc", session.region), ("sso", session.region)]


def test_nothing_is_called_offline(session: SsoSession, clock: ManualClock):
    """Without the services only what is here is looked at, a store that fails included."""
    examine = ExamineLogins(tokens=_BrokenStore({}), clock=clock, reachability=None)
    assert _verdicts(examine, session) == [("login", Verdict.FAIL)]


def test_nothing_is_configured(tokens: MappingStore, clock: ManualClock):
    """Where no Identity Center is known, that is what is said, and no service is asked."""
    reach = FakeReachability(clock, down="")
    examine = ExamineLogins(tokens=tokens, clock=clock, reachability=reach)
    assert _verdicts(examine) == [("login", Verdict.WARN)]
    assert reach.asked == []
