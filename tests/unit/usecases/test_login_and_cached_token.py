"""Stored logins: when they serve, when a person is asked, and what a store's failure costs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import attrs
import pytest
from fakes_of_ports import UnwritableStore, messages

from ssokit.domain.errors import (
    AuthDispatchError,
    AuthenticationNeededError,
    AuthorizationDeniedError,
    LoginError,
    PendingAuthorizationExpiredError,
    ServiceUnavailableError,
    StoreError,
    StoreLockTimeoutError,
)
from ssokit.domain.sso_profile import SsoProfile
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import MappingStore
from ssokit.testing import AwsError, FakeIdentityCenter, Fault, ManualClock
from ssokit.usecases.cached_token import CachedToken
from ssokit.usecases.end_login import EndLogin
from ssokit.usecases.login import Login
from ssokit.usecases.logout import Logout
from ssokit.usecases.refresh_token_grant import RefreshTokenGrant


class _Grant:
    """Has a token approved at once, and counts how often."""

    def __init__(self, center: FakeIdentityCenter) -> None:
        self._center = center
        self.granted: list[Token] = []

    def __call__(self, session: SsoSession) -> Token:
        token = self._center.sign_in("alice", region=session.region)
        self.granted.append(attrs.evolve(token, start_url=session.start_url))
        return self.granted[-1]


@pytest.fixture
def grant(center: FakeIdentityCenter) -> _Grant:
    return _Grant(center)


@pytest.fixture
def make(clock: ManualClock, tokens: MappingStore, grant: _Grant) -> Callable[..., Login]:
    def make_login(
        window: timedelta = timedelta(minutes=15),
        *,
        force_refresh: bool = False,
        store: MappingStore = tokens,
    ) -> Login:
        return Login(
            tokens=store,
            grant=grant,
            clock=clock,
            cached=lambda: CachedToken(tokens=store, clock=clock, valid_for=window),
            force_refresh=force_refresh,
        )

    return make_login


def test_stored_token_serves(make: Callable[..., Login], session: SsoSession, grant: _Grant):
    """The second login is the first one's token, and asks nobody."""
    token = make()(session)
    assert make()(session).access_token == token.access_token
    assert len(grant.granted) == 1


@pytest.mark.parametrize(
    ("window", "asked"),
    [
        (timedelta(hours=8), 1),
        (timedelta(hours=8, seconds=1), 2),
        (timedelta(0), 1),
        (timedelta(days=91), 2),
    ],
)
def test_expiry_window(
    make: Callable[..., Login], session: SsoSession, grant: _Grant, window: timedelta, asked: int
):
    """A stored token serves if it stays valid for the whole window."""
    make()(session)
    make(window)(session)
    assert len(grant.granted) == asked


def test_window_that_no_token_outlives_asks_once(
    make: Callable[..., Login], session: SsoSession, grant: _Grant
):
    """One object asks once, even if tokens never live as long as its window."""
    login = make(timedelta(days=91))
    assert login(session) == login(session)
    assert len(grant.granted) == 1


def test_granted_token_serves_its_own_instance_alone(
    make: Callable[..., Login], session: SsoSession, grant: _Grant
):
    """What was approved for one start URL or region is not given out for another."""
    login = make(timedelta(days=91))
    login(session)
    login(attrs.evolve(session, start_url="https://d-9999999999.awsapps.com/start"))
    login(attrs.evolve(session, region="eu-west-1"))
    assert len(grant.granted) == 3


def test_granted_token_ends(
    make: Callable[..., Login], session: SsoSession, grant: _Grant, clock: ManualClock
):
    """A token that this object obtained is asked for again when it has expired."""
    login = make(timedelta(days=91))
    login(session)
    clock.advance(8 * 3600)
    login(session)
    assert len(grant.granted) == 2


def test_force_refresh_asks(make: Callable[..., Login], session: SsoSession, grant: _Grant):
    """A forced login asks although the stored token is good, and replaces it."""
    make()(session)
    token = make(force_refresh=True)(session)
    assert make()(session).access_token == token.access_token
    assert len(grant.granted) == 2


def test_rejected_token_is_not_given_again(
    make: Callable[..., Login], session: SsoSession, grant: _Grant
):
    """A token that the service rejects does not serve, stored or not."""
    login = make()
    token = login(session)
    assert login(session, rejected=token).access_token != token.access_token
    assert len(grant.granted) == 2


@pytest.mark.parametrize("window", [timedelta(0), timedelta(days=91)])
def test_token_that_cannot_be_saved_is_not_lost(
    make: Callable[..., Login],
    session: SsoSession,
    grant: _Grant,
    window: timedelta,
    caplog: pytest.LogCaptureFixture,
):
    """A full disk costs a warning; the person's approval is neither lost nor asked for again."""
    login = make(window, store=UnwritableStore("token"))
    assert login(session).access_token == grant.granted[0].access_token
    assert login(session).access_token == grant.granted[0].access_token
    assert len(grant.granted) == 1
    assert "other programs cannot use it" in messages(caplog, "WARNING")[0]


def test_a_login_is_saved_in_turn(make: Callable[..., Login], session: SsoSession):
    """Whoever renews or ends a login at the time does not have it changed under their hands."""

    class InTurn(MappingStore):
        saved = 0

        def save_token(self, session: SsoSession, token: Token) -> None:
            with pytest.raises(StoreLockTimeoutError, match="this very thread"):
                self.lock(session, timeout=0).__enter__()
            self.saved += 1
            super().save_token(session, token)

    store = InTurn({})
    make(store=store)(session)
    assert store.saved == 1


def test_token_of_another_region_is_a_miss(
    make: Callable[..., Login],
    session: SsoSession,
    grant: _Grant,
    center: FakeIdentityCenter,
    tokens: MappingStore,
):
    """The cache's key has no region, so a login elsewhere does not serve here."""
    tokens.save_token(session, attrs.evolve(center.sign_in("alice"), region="eu-west-1"))
    assert make()(session).region == "us-east-1"
    assert len(grant.granted) == 1


def test_threads_that_log_in_at_once_ask_once(
    make: Callable[..., Login], session: SsoSession, grant: _Grant
):
    """Whoever waits for the lock uses the login of the one before."""
    together = threading.Barrier(8)

    def log_in(_: int) -> str:
        together.wait()
        return make()(session).access_token

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(log_in, range(8)))) == 1
    assert len(grant.granted) == 1


def test_who_waited_for_the_lock_uses_what_is_there(
    make: Callable[..., Login], session: SsoSession, grant: _Grant, tokens: MappingStore
):
    """A login that another program finished while one waited is taken."""

    class Busy(MappingStore):
        def login_lock(self, session: SsoSession, **options: Any) -> Any:
            tokens.save_token(session, grant(session))
            return super().login_lock(session, **options)

        def load_token(self, session: SsoSession) -> Token | None:
            return tokens.load_token(session)

    assert make(store=Busy({}))(session).access_token == grant.granted[0].access_token
    assert len(grant.granted) == 1


@pytest.fixture
def cached(tokens: MappingStore, clock: ManualClock) -> CachedToken:
    return CachedToken(tokens=tokens, clock=clock)


def test_cached_token_serves_to_its_end(
    cached: CachedToken,
    session: SsoSession,
    center: FakeIdentityCenter,
    tokens: MappingStore,
    clock: ManualClock,
):
    """Without leave to ask, a token serves to its last second, and then not."""
    token = center.sign_in("alice")
    tokens.save_token(session, token)
    clock.advance(8 * 3600 - 1)
    assert cached(session).access_token == token.access_token
    clock.advance(1)
    with pytest.raises(AuthenticationNeededError, match="has expired"):
        cached(session)


def test_nobody_logged_in_says_what_to_do(cached: CachedToken, session: SsoSession):
    """The error names the start URL, the region, and both ways out."""
    with pytest.raises(AuthenticationNeededError, match="Not logged in to") as needed:
        cached(session)
    said = str(needed.value)
    assert f"ssokit.login('{session.start_url}', 'us-east-1')" in said
    assert "login=True" in said
    assert (needed.value.start_url, needed.value.region) == (session.start_url, session.region)


def test_remedy_for_a_named_session(cached: CachedToken, session: SsoSession):
    """Nobody is told to make a legacy login where the login of an sso-session is wanted."""
    with pytest.raises(AuthenticationNeededError, match=r"ssokit.login\(sso_session='corp'\)"):
        cached(attrs.evolve(session, name="corp"))


def test_login_of_another_region_is_named(
    cached: CachedToken, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """Whoever mixed up regions is told both of them."""
    tokens.save_token(session, attrs.evolve(center.sign_in("alice"), region="eu-west-1"))
    with pytest.raises(
        AuthenticationNeededError, match=r"for region eu-west-1, not for .*us-east-1"
    ):
        cached(session)


def test_login_of_another_region_than_the_config_file_says(
    cached: CachedToken, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """Whoever mixed up regions in the config file is told where it stands: file, section, key."""
    named = attrs.evolve(session, name="corp")
    profile = SsoProfile(name="dev", session=named, path="FILE", section="profile dev")
    tokens.save_token(named, attrs.evolve(center.sign_in("alice"), region="eu-west-1"))
    with pytest.raises(
        AuthenticationNeededError,
        match=r"eu-west-1, not as sso_region of \[sso-session corp\] in FILE says for .*us-east-1",
    ):
        attrs.evolve(cached, profile=profile)(named)


def test_login_of_another_instance_by_the_same_name_is_named(
    cached: CachedToken, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """A name that was given to another Identity Center does not open the one of before."""
    named = attrs.evolve(session, name="corp")
    other = "https://d-other.awsapps.com/start"
    tokens.save_token(named, attrs.evolve(center.sign_in("alice"), start_url=other))
    with pytest.raises(AuthenticationNeededError, match=rf"for {other}, not for {named.start_url}"):
        cached(named)
    spelled = attrs.evolve(center.sign_in("alice"), start_url=f"{named.start_url}/#/")
    tokens.save_token(named, spelled)
    assert cached(named).access_token == spelled.access_token


def test_login_by_another_spelling_is_found_behind_one_that_has_ended(
    cached: CachedToken,
    session: SsoSession,
    center: FakeIdentityCenter,
    tokens: MappingStore,
    clock: ManualClock,
):
    """Yesterday's login is still there under the URL's own spelling; it hides nothing."""
    tokens.save_token(session, center.sign_in("alice"))
    clock.advance(9 * 3600)
    elsewhere = attrs.evolve(session, start_url=f"{session.start_url}/")
    token = attrs.evolve(center.sign_in("alice"), start_url=elsewhere.start_url)
    tokens.save_token(elsewhere, token)
    assert cached(session).access_token == token.access_token
    with pytest.raises(AuthenticationNeededError):
        cached(session, rejected=token)
    assert tokens.load_token(elsewhere) == tokens.load_token(session) != token


def test_rejected_token_is_no_cached_token(
    cached: CachedToken, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """What the service rejects is dropped from the cache; another token is not."""
    token = center.sign_in("alice")
    tokens.save_token(session, token)
    with pytest.raises(AuthenticationNeededError):
        cached(session, rejected=token)
    assert tokens.load_token(session) is None
    tokens.save_token(session, token)
    assert cached(session, rejected=center.sign_in("bob")).access_token == token.access_token


class _Waited(MappingStore):
    """A store in which something happens while one waits to ask the person."""

    def __init__(self, meanwhile: Callable[[MappingStore], object]) -> None:
        super().__init__({})
        self.meanwhile = meanwhile

    def login_lock(self, session: SsoSession, **options: Any) -> Any:
        meanwhile, self.meanwhile = self.meanwhile, lambda _: None
        meanwhile(self)
        return super().login_lock(session, **options)


def _refuses(error: LoginError) -> Callable[[SsoSession], Token]:
    def grant(_: SsoSession) -> Token:
        raise error

    return grant


@pytest.mark.parametrize(
    "refusal", [AuthorizationDeniedError("no"), PendingAuthorizationExpiredError("ignored")]
)
@pytest.mark.parametrize("force_refresh", [False, True])
def test_a_refused_login_is_the_answer_to_all_who_waited(
    make: Callable[..., Login],
    session: SsoSession,
    grant: _Grant,
    refusal: LoginError,
    force_refresh: object,
):
    """Whoever waited while the person said no is not asked again; whoever comes later is."""

    def refused_elsewhere(store: MappingStore) -> None:
        other = make(store=store)
        other.grant = _refuses(refusal)
        with pytest.raises(type(refusal)):
            other(session)

    store = _Waited(refused_elsewhere)
    with pytest.raises(type(refusal), match=str(refusal)):
        make(store=store, force_refresh=force_refresh)(session)
    assert not grant.granted
    assert make(store=store)(session) == grant.granted[0]


def test_a_login_that_could_not_be_shown_is_tried_by_the_next(
    make: Callable[..., Login], session: SsoSession, grant: _Grant
):
    """What one program could not show, another may be able to."""

    def no_screen(store: MappingStore) -> None:
        other = make(store=store)
        other.grant = _refuses(AuthDispatchError("no screen"))
        with pytest.raises(AuthDispatchError):
            other(session)

    make(store=_Waited(no_screen))(session)
    assert len(grant.granted) == 1


def test_a_refusal_that_cannot_be_noted_is_still_told(
    make: Callable[..., Login], session: SsoSession
):
    """A store that takes no notes costs the others a question, and this caller nothing."""

    class Mute(MappingStore):
        def save_renewal_failure(self, *_: object) -> None:
            raise StoreError("no space left on device")

    login = make(store=Mute({}))
    login.grant = _refuses(AuthorizationDeniedError("no"))
    with pytest.raises(AuthorizationDeniedError):
        login(session)


def test_a_service_that_is_down_is_no_reason_to_ask(
    make: Callable[..., Login],
    session: SsoSession,
    grant: _Grant,
    center: FakeIdentityCenter,
    tokens: MappingStore,
    clock: ManualClock,
):
    """A login that only cannot be renewed at the moment is none that the person has to repeat."""
    tokens.save_token(session, center.sign_in("alice", renewable=True))
    clock.advance(3600)
    login = make()
    renew = RefreshTokenGrant(server=center.authorization_server(), tokens=tokens, clock=clock)
    login.cached = lambda: CachedToken(tokens=tokens, clock=clock, renew=renew)
    center.faults.add(Fault("CreateToken", AwsError("InternalServerException")))
    with pytest.raises(ServiceUnavailableError):
        login(session)
    center.faults.clear()
    clock.advance(60)
    center.end_sign_in_sessions()
    assert login(session) == grant.granted[0]


def test_a_logout_does_not_wait_for_the_person(
    make: Callable[..., Login],
    session: SsoSession,
    grant: _Grant,
    center: FakeIdentityCenter,
    tokens: MappingStore,
    clock: ManualClock,
):
    """While somebody is asked, others renew, drop and end logins: the lock is another one."""
    tokens.save_token(session, center.sign_in("alice"))

    def decide(session: SsoSession) -> Token:
        end_login = EndLogin(
            portal=lambda _: center.access_portal(),
            server=lambda _: center.authorization_server(),
            clock=center.clock,
        )
        logout = Logout(tokens=tokens, credentials=MappingStore({}), end_login=end_login)
        with ThreadPoolExecutor(1) as other:
            assert other.submit(logout, session).result(60).token_removed
        return grant(session)

    login = make(force_refresh=True)
    login.grant = decide
    assert login(session) == grant.granted[0]
    assert CachedToken(tokens=tokens, clock=clock)(session) == grant.granted[0]
