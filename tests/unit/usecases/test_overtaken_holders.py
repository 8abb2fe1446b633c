"""Workers who held a lock, were silent for too long, and were overtaken by another one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest
from fakes_of_ports import RecordingNotifier, messages

from ssokit.domain.errors import StoreError, StoreLeaseLostError
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import MappingStore
from ssokit.testing import FakeIdentityCenter, ManualClock
from ssokit.usecases.cached_token import CachedToken
from ssokit.usecases.login import Login
from ssokit.usecases.refresh_token_grant import RefreshTokenGrant


class FencedStore(MappingStore):
    """A store whose lock somebody else takes over just before the first save."""

    def __init__(self) -> None:
        super().__init__({})
        self.successor: Callable[[], object] = lambda: None
        self.then: StoreError | None = None
        self.refused = 0

    def overtake(self, successor: Callable[[], object]) -> None:
        """Have the next save refused, after its successor was at work."""
        self.successor, self.refused = successor, 1

    def save_token(self, session: SsoSession, token: Token) -> None:
        """Refuse if overtaken."""
        if self.refused:
            self.refused -= 1
            self.successor()
            raise StoreLeaseLostError("overtaken")
        if self.then:
            raise self.then
        super().save_token(session, token)


@pytest.fixture
def store() -> FencedStore:
    return FencedStore()


@pytest.fixture
def session(center: FakeIdentityCenter) -> SsoSession:
    return SsoSession(center.start_url, center.region, name="corp")


@pytest.fixture
def old(
    center: FakeIdentityCenter, store: FencedStore, session: SsoSession, clock: ManualClock
) -> Token:
    """A renewable token in the store, which has expired."""
    center.settings.single_use_refresh_tokens = True
    token = center.sign_in("alice", renewable=True)
    store.save_token(session, token)
    clock.advance(3600)
    return token


@pytest.fixture
def cached(center: FakeIdentityCenter, store: FencedStore, clock: ManualClock) -> CachedToken:
    server = center.authorization_server()
    renew = RefreshTokenGrant(server=server, tokens=store, clock=clock)
    return CachedToken(tokens=store, clock=clock, renew=renew)


def _other(token: Token, lives_for: timedelta, clock: ManualClock) -> Token:
    return attrs.evolve(
        token, access_token="canary-of-the-successor", expires_at=clock.now() + lives_for
    )


def test_the_login_that_a_successor_renewed_is_adopted(
    *,
    cached: CachedToken,
    store: FencedStore,
    session: SsoSession,
    old: Token,
    clock: ManualClock,
):
    """What the successor stored stays, and serves this worker too."""
    other = _other(old, timedelta(hours=2), clock)
    store.overtake(lambda: MappingStore.save_token(store, session, other))
    assert cached(session).access_token == other.access_token
    assert store.load_token(session) == other


def test_a_successor_whose_token_ends_first_is_not_overwritten(
    *,
    cached: CachedToken,
    store: FencedStore,
    session: SsoSession,
    old: Token,
    clock: ManualClock,
):
    """Its refresh token is the newer one, so it stays; this worker uses what it got itself."""
    other = _other(old, timedelta(minutes=1), clock)
    store.overtake(lambda: MappingStore.save_token(store, session, other))
    renewed = cached(session)
    assert renewed.access_token not in (old.access_token, other.access_token)
    assert store.load_token(session) == other


def test_what_a_successor_could_not_renew_is_saved_after_all(
    *,
    cached: CachedToken,
    center: FakeIdentityCenter,
    store: FencedStore,
    session: SsoSession,
    old: Token,
):
    """The refresh token was spent by this worker: without its token the login would be lost."""
    store.overtake(lambda: None)
    renewed = cached(session)
    assert renewed.access_token != old.access_token
    assert store.load_token(session) == renewed
    assert center.calls("CreateToken") == 1


def test_a_login_that_ended_meanwhile_is_not_brought_back(
    cached: CachedToken, store: FencedStore, session: SsoSession, old: Token
):
    """Somebody logged out: the store stays empty."""
    store.overtake(lambda: store.delete_token(session))
    assert cached(session).access_token != old.access_token
    assert store.load_token(session) is None


def test_a_store_that_fails_after_all(
    *,
    cached: CachedToken,
    store: FencedStore,
    session: SsoSession,
    old: Token,
    caplog: pytest.LogCaptureFixture,
):
    """The token serves this worker, and the log says that it serves nobody else."""
    store.overtake(lambda: None)
    store.then = StoreError("full")
    assert cached(session).access_token != old.access_token
    assert any("others cannot use it: full" in said for said in messages(caplog, "WARNING"))


@pytest.mark.parametrize("answers", [True, False], ids=["with its login", "without any"])
def test_a_person_who_was_asked_twice(
    *,
    center: FakeIdentityCenter,
    cached: CachedToken,
    store: FencedStore,
    session: SsoSession,
    clock: ManualClock,
    notifier: RecordingNotifier,
    answers: bool,
):
    """The login that the successor stored serves both; without one, this worker's own does."""
    login = Login(
        tokens=store,
        grant=lambda _: center.sign_in("alice", renewable=True),
        clock=clock,
        cached=lambda: cached,
    )
    other = center.sign_in("alice", renewable=True)
    store.overtake(lambda: answers and MappingStore.save_token(store, session, other))
    token = login(session)
    assert (token == other) is answers
    assert store.load_token(session) == (other if answers else None)
    assert notifier.shown == []
