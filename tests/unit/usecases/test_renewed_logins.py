"""Logins that renew themselves: when, how often, and what is done if they cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
import pytest
from fakes_of_ports import UnwritableStore, messages

from ssokit.domain.client_metadata import REFRESH_TOKEN_GRANT, ClientMetadata
from ssokit.domain.errors import (
    AuthenticationNeededError,
    ServiceError,
    ServiceUnavailableError,
    SignInSessionEndedError,
    StoreError,
    StoreLockTimeoutError,
)
from ssokit.domain.renewal_failure import FailureKind, RenewalFailure
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.ports.token_store import TokenStore
from ssokit.stores import MappingStore
from ssokit.testing import AwsError, ConnectionReset, FakeIdentityCenter, Fault, ManualClock
from ssokit.usecases.cached_token import CachedToken
from ssokit.usecases.refresh_token_grant import RefreshTokenGrant

_HOUR = 3600


@pytest.fixture(autouse=True)
def _strict(center: FakeIdentityCenter) -> None:
    center.settings.single_use_refresh_tokens = True


@pytest.fixture
def session(center: FakeIdentityCenter) -> SsoSession:
    return SsoSession(center.start_url, center.region, name="corp")


@pytest.fixture
def token(center: FakeIdentityCenter, tokens: MappingStore, session: SsoSession) -> Token:
    """A renewable token in the store, as good as new."""
    token = attrs.evolve(center.sign_in("alice", renewable=True), extra={"madeBy": "another tool"})
    tokens.save_token(session, token)
    return token


@pytest.fixture
def make(
    center: FakeIdentityCenter, tokens: MappingStore, clock: ManualClock
) -> Callable[..., CachedToken]:
    def make_cached(store: TokenStore = tokens, **options: Any) -> CachedToken:
        server = center.authorization_server()
        renew = RefreshTokenGrant(server=server, tokens=store, clock=clock)
        return CachedToken(tokens=store, clock=clock, renew=renew, **options)

    return make_cached


@pytest.fixture
def cached(make: Callable[..., CachedToken]) -> CachedToken:
    return make()


def _down(center: FakeIdentityCenter) -> None:
    center.faults.add(Fault("CreateToken", AwsError("InternalServerException")))


def test_a_fresh_token_is_given_without_a_call(
    cached: CachedToken, center: FakeIdentityCenter, token: Token, session: SsoSession
):
    """While there is time, nothing happens."""
    assert cached(session) == token
    assert center.calls() == 0


@pytest.mark.parametrize("left", [599, 1, 0, -_HOUR])
def test_a_token_that_is_due_is_renewed_and_stored(
    cached: CachedToken,
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    tokens: MappingStore,
    clock: ManualClock,
    left: int,
):
    """In time or too late, one call gives the next hour; what others wrote is kept."""
    clock.advance(_HOUR - left)
    renewed = cached(session)
    assert renewed.access_token != token.access_token
    assert renewed.refresh_token != token.refresh_token
    assert renewed.expires_at == clock.now() + timedelta(hours=1)
    assert renewed.received_at == clock.now()
    assert renewed.client == token.client
    assert renewed.extra == {"madeBy": "another tool"}
    assert tokens.load_token(session) == renewed == cached(session)
    assert [request.parameters["grantType"] for request in center.requests] == [REFRESH_TOKEN_GRANT]


def test_an_answer_without_a_refresh_token_keeps_the_old_one(
    cached: CachedToken,
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    tokens: MappingStore,
    clock: ManualClock,
):
    """The model of AWS says "if present": the old one goes on to serve."""
    center.settings.single_use_refresh_tokens = center.settings.rotate_refresh_tokens = False
    clock.advance(_HOUR)
    renewed = cached(session)
    assert renewed.access_token != token.access_token
    assert tokens.load_token(session) == renewed
    assert renewed.refresh_token == token.refresh_token
    clock.advance(_HOUR)
    assert cached(session).access_token not in (token.access_token, renewed.access_token)


@pytest.mark.parametrize("valid_for", [0, 8])
def test_a_token_that_cannot_be_renewed_is_used_as_it_is(
    make: Callable[..., CachedToken],
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    tokens: MappingStore,
    clock: ManualClock,
    valid_for: int,
):
    """Without its client, a refresh token is nothing to call with."""
    tokens.delete_token(session)
    tokens.save_token(session, attrs.evolve(token, client=None))
    cached = make(valid_for=timedelta(minutes=valid_for))
    clock.advance(_HOUR - 500)
    assert cached(session).access_token == token.access_token
    clock.advance(500)
    with pytest.raises(AuthenticationNeededError, match="has expired"):
        cached(session)
    assert center.calls() == 0


def test_a_client_that_has_ended_renews_nothing(
    cached: CachedToken,
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    tokens: MappingStore,
    clock: ManualClock,
):
    """A registration that has expired is not even tried: the person is needed."""
    ended = attrs.evolve(token.client, expires_at=clock.now() + timedelta(hours=1))
    tokens.save_token(session, attrs.evolve(token, client=ended))
    clock.advance(_HOUR)
    with pytest.raises(AuthenticationNeededError):
        cached(session)
    assert center.calls() == 0


def test_a_token_for_another_region_is_not_renewed_here(
    cached: CachedToken,
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    tokens: MappingStore,
    clock: ManualClock,
):
    """Its client is not known in this region: the error names both."""
    tokens.save_token(session, attrs.evolve(token, region="eu-west-1"))
    clock.advance(_HOUR)
    with pytest.raises(AuthenticationNeededError, match="for region eu-west-1"):
        cached(session)
    assert center.calls() == 0


def test_a_caller_who_wants_more_time_gets_it(
    make: Callable[..., CachedToken], token: Token, session: SsoSession, clock: ManualClock
):
    """A token that lasts for less than is wanted is renewed, long before it is due."""
    clock.advance(_HOUR / 2 + 60)
    assert make()(session) == token
    assert make(ahead=timedelta(minutes=30))(session) != token


def test_a_renewal_that_fails_in_passing_costs_nothing_while_the_token_is_valid(
    cached: CachedToken,
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
):
    """It is used to its end; one warning, and one attempt a minute, whoever asks."""
    _down(center)
    clock.advance(_HOUR - 500)
    assert cached(session) == token
    attempts = center.calls()
    for _ in range(20):
        assert cached(session) == token
    assert center.calls() == attempts
    assert len(messages(caplog, "WARNING")) == 1
    clock.advance(60)
    assert cached(session) == token
    assert center.calls() == 2 * attempts
    center.faults.clear()
    clock.advance(60)
    assert cached(session) != token


def test_a_failure_after_the_end_is_told_and_shared(
    cached: CachedToken,
    make: Callable[..., CachedToken],
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    clock: ManualClock,
):
    """With nothing left to use, the error is the service's; all get it, for a minute."""
    _down(center)
    clock.advance(_HOUR)
    with pytest.raises(ServiceUnavailableError) as first:
        cached(session)
    attempts = center.calls()
    with pytest.raises(ServiceUnavailableError) as second:
        make()(session)
    assert second.value.code == first.value.code == "InternalServerException"
    assert second.value.start_url == session.start_url
    assert center.calls() == attempts
    center.faults.clear()
    clock.advance(60)
    assert cached(session) != token


def test_the_end_of_the_session_is_told(
    cached: CachedToken,
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    tokens: MappingStore,
    clock: ManualClock,
):
    """The token serves to its end; then the error says that the session is over, not a token."""
    center.end_sign_in_sessions()
    clock.advance(_HOUR - 500)
    assert cached(session) == token
    clock.advance(500)
    with pytest.raises(SignInSessionEndedError, match="sign-in session is over") as ended:
        cached(session)
    assert ended.value.start_url == session.start_url
    calls = center.calls()
    with pytest.raises(SignInSessionEndedError):
        cached(session)
    assert center.calls() == calls
    assert tokens.load_token(session) == token


@pytest.mark.parametrize("code", ["InvalidRequestException", "AccessDeniedException"])
@pytest.mark.usefixtures("token")
def test_a_refusal_leads_to_the_person(
    cached: CachedToken,
    center: FakeIdentityCenter,
    session: SsoSession,
    clock: ManualClock,
    code: str,
):
    """Whatever else the service says against a renewal: a new login is the way out."""
    center.faults.add(Fault("CreateToken", AwsError(code)))
    clock.advance(_HOUR)
    with pytest.raises(AuthenticationNeededError, match="can no longer be renewed") as needed:
        cached(session)
    assert code in str(needed.value)
    assert needed.value.__cause__


def test_a_forgotten_client_is_forgotten_here_too(
    cached: CachedToken,
    center: FakeIdentityCenter,
    session: SsoSession,
    tokens: MappingStore,
    clock: ManualClock,
):
    """A registration that the service rejects is dropped: the next login makes another."""
    client = center.authorization_server().register_client(ClientMetadata("x", scopes=("a",)))
    other = attrs.evolve(client, client_id="other")
    signed_in = attrs.evolve(center.sign_in("alice", renewable=True), client=client)
    center.forget_registrations()
    for registered, left in ((client, None), (other, other)):
        tokens.save_registration(session, registered)
        tokens.save_token(session, attrs.evolve(signed_in, access_token=registered.client_id))
        clock.advance(_HOUR)
        with pytest.raises(AuthenticationNeededError, match="can no longer be renewed"):
            cached(session)
        assert tokens.load_registration(session) == left


def test_a_lost_answer_is_asked_for_again(
    cached: CachedToken,
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    clock: ManualClock,
):
    """A connection that breaks is no end: the call is made again."""
    center.faults.add(Fault("CreateToken", ConnectionReset(), times=1))
    clock.advance(_HOUR)
    assert cached(session) != token
    assert center.calls() == 2


@pytest.mark.usefixtures("token")
def test_a_refresh_token_spent_on_a_lost_answer_is_named(
    cached: CachedToken,
    center: FakeIdentityCenter,
    session: SsoSession,
    clock: ManualClock,
):
    """If the retry of a lost answer is refused, the error says what may have happened."""
    refused = AwsError("InvalidGrantException")
    center.faults.add(
        Fault("CreateToken", ConnectionReset(), calls={1}), Fault("CreateToken", refused)
    )
    clock.advance(_HOUR)
    with pytest.raises(SignInSessionEndedError, match="an answer that renewed it got lost"):
        cached(session)


class _Neighbour(MappingStore):
    """A store into which another program writes without the lock, at one of the looks."""

    def __init__(self, session: SsoSession, token: Token) -> None:
        super().__init__({})
        self.session = session
        self.token: Token | None = token
        self.looks_left = -1

    def load_token(self, session: SsoSession) -> Token | None:
        self.looks_left -= 1
        if self.looks_left == 0:
            if self.token:
                self.save_token(self.session, self.token)
            else:
                self.delete_token(self.session)
        return super().load_token(session)


@pytest.mark.parametrize("look", [3, 4, 5])
def test_a_neighbour_who_spent_the_refresh_token_is_waited_for(
    make: Callable[..., CachedToken],
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    clock: ManualClock,
    look: int,
):
    """Botocore renewed the same token at the same time: what it writes a moment later serves."""
    server = center.authorization_server()
    clock.advance(_HOUR)
    grant = server.refresh(token.client, token.refresh_token)
    newer = attrs.evolve(
        token,
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        expires_at=grant.expires_at,
    )
    store = _Neighbour(session, newer)
    store.save_token(session, token)
    store.looks_left = look
    assert make(store)(session).access_token == newer.access_token
    assert store.load_renewal_failure(session) is None


@pytest.mark.parametrize("look", [1, 2, 3])
def test_a_newer_token_of_another_program_is_adopted_and_kept(
    make: Callable[..., CachedToken],
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    clock: ManualClock,
    look: int,
):
    """Written before the call, under it or after it: a newer token is never overwritten."""
    clock.advance(_HOUR)
    newer = center.sign_in("alice", renewable=True)
    store = _Neighbour(session, newer)
    store.save_token(session, token)
    store.looks_left = look
    assert make(store)(session).access_token == newer.access_token
    assert store.load_token(session).access_token == newer.access_token


def test_a_logout_under_a_renewal_stays_a_logout(
    make: Callable[..., CachedToken], token: Token, session: SsoSession, clock: ManualClock
):
    """Another program removes the token while it is renewed: it does not come back."""
    store = _Neighbour(session, token)
    store.save_token(session, token)
    store.token, store.looks_left = None, 3
    clock.advance(_HOUR)
    assert make(store)(session).access_token != token.access_token
    assert store.load_token(session) is None


def test_a_logout_before_a_renewal_is_told(
    make: Callable[..., CachedToken],
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    clock: ManualClock,
):
    """Whoever waited for the lock, and finds nobody logged in any more, calls nothing."""
    store = _Neighbour(session, token)
    store.save_token(session, token)
    store.token, store.looks_left = None, 2
    clock.advance(_HOUR)
    with pytest.raises(AuthenticationNeededError, match="ended meanwhile"):
        make(store)(session)
    assert center.calls() == 0


class _Busy(MappingStore):
    """A store whose lock is held by somebody who does not let go."""

    def __init__(self) -> None:
        super().__init__({})
        self.asked: list[float | None] = []

    def lock(self, _: Any, *, timeout: float | None = None) -> Any:
        self.asked.append(timeout)
        raise StoreLockTimeoutError("held")


@pytest.mark.parametrize(("left", "patience"), [(601, 0.0), (599, 15.0)])
def test_whoever_has_a_valid_token_does_not_wait_for_long(
    make: Callable[..., CachedToken],
    token: Token,
    session: SsoSession,
    clock: ManualClock,
    left: int,
    patience: float,
):
    """In the advisory window not at all, in the mandatory one a little; then it is used."""
    store = _Busy()
    store.save_token(session, token)
    clock.advance(_HOUR - left)
    worker = next(
        name
        for name in map(str, range(100))
        if make(store, worker=lambda name=name: name)(session) == token and store.asked
    )
    assert worker
    assert store.asked[-1] == patience


def test_whoever_has_none_waits_a_minute(
    make: Callable[..., CachedToken], token: Token, session: SsoSession, clock: ManualClock
):
    """With an expired token there is nothing else to do, but not for ever."""
    store = _Busy()
    store.save_token(session, token)
    clock.advance(_HOUR)
    with pytest.raises(StoreLockTimeoutError):
        make(store)(session)
    assert store.asked == [60.0]


def test_what_cannot_be_saved_is_used(
    make: Callable[..., CachedToken],
    token: Token,
    session: SsoSession,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
):
    """A full disk costs a warning, not the renewed login."""
    store = UnwritableStore()
    store.save_token(session, token)
    store.refuses = ("token",)
    clock.advance(_HOUR)
    assert make(store)(session) != token
    assert "others cannot use it" in messages(caplog, "WARNING")[0]


def test_a_failure_that_cannot_be_noted_is_still_told(
    make: Callable[..., CachedToken],
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
):
    """A store that takes no notes costs calls, no more."""

    class Mute(MappingStore):
        def save_renewal_failure(self, *_: object) -> None:
            raise StoreError("no space left on device")

    caplog.set_level("INFO")
    store = Mute({})
    store.save_token(session, token)
    _down(center)
    clock.advance(_HOUR)
    with pytest.raises(ServiceUnavailableError):
        make(store)(session)
    assert "could not be noted" in messages(caplog, "INFO")[-1]


def test_a_rejected_token_is_renewed_before_it_is_dropped(
    cached: CachedToken,
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    tokens: MappingStore,
    clock: ManualClock,
):
    """A 401 for a token that looks valid: the session may still be good."""
    clock.advance(60)
    renewed = cached(session, rejected=token)
    assert renewed.access_token != token.access_token
    assert tokens.load_token(session) == renewed
    assert cached(session, rejected=token) == renewed
    assert center.calls() == 1


def test_a_rejected_token_of_an_ended_session_is_dropped(
    cached: CachedToken,
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    tokens: MappingStore,
    clock: ManualClock,
):
    """If the renewal is refused too, nothing is left of the login."""
    clock.advance(60)
    center.revoke_tokens()
    with pytest.raises(SignInSessionEndedError):
        cached(session, rejected=token)
    assert tokens.load_token(session) is None


def test_a_rejected_token_stays_while_nobody_knows(
    cached: CachedToken,
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    tokens: MappingStore,
    clock: ManualClock,
):
    """A service that does not answer is no reason to throw a login away."""
    clock.advance(60)
    _down(center)
    with pytest.raises(ServiceUnavailableError):
        cached(session, rejected=token)
    assert tokens.load_token(session) == token


def test_a_rejected_token_that_is_new_is_dropped_at_once(
    cached: CachedToken,
    center: FakeIdentityCenter,
    token: Token,
    session: SsoSession,
    tokens: MappingStore,
):
    """What was rejected within a minute of its renewal is not renewed once more."""
    with pytest.raises(AuthenticationNeededError):
        cached(session, rejected=token)
    assert tokens.load_token(session) is None
    assert center.calls() == 0


def test_a_note_about_another_token_holds_nobody_up(
    cached: CachedToken,
    token: Token,
    session: SsoSession,
    tokens: MappingStore,
    clock: ManualClock,
):
    """A failure is one token's: whoever logged in since is not concerned."""
    clock.advance(_HOUR)
    tokens.save_renewal_failure(
        session,
        RenewalFailure(
            kind=FailureKind.SESSION_ENDED,
            token="another",
            failed_at=clock.now(),
            until=clock.now() + timedelta(minutes=5),
            message="over",
        ),
    )
    assert cached(session) != token


@pytest.mark.usefixtures("token")
def test_errors_of_services_that_may_pass_are_no_reason_to_ask(
    cached: CachedToken,
    center: FakeIdentityCenter,
    session: SsoSession,
    clock: ManualClock,
):
    """A throttled renewal is told as such: a new login would be throttled, too."""
    center.faults.add(Fault("CreateToken", AwsError("TooManyRequestsException")))
    clock.advance(_HOUR)
    with pytest.raises(ServiceError) as failure:
        cached(session)
    assert failure.value.retryable
