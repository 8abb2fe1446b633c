"""Logins that renew themselves: when, how often, and what is done if they cannot."""

from __future__ import annotations

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


class _Case:
    """A renewable login in a store, as good as new, whose refresh tokens serve once.

    Args:
        center: The local Identity Center.
        tokens: The store.
        clock: A clock that is moved by hand.
    """

    def __init__(
        self, center: FakeIdentityCenter, tokens: MappingStore, clock: ManualClock
    ) -> None:
        center.settings.single_use_refresh_tokens = True
        self.center, self.tokens, self.clock = center, tokens, clock
        self.session = SsoSession(center.start_url, center.region, name="corp")
        signed_in = center.sign_in("alice", renewable=True)
        self.token = attrs.evolve(signed_in, extra={"madeBy": "another tool"})
        tokens.save_token(self.session, self.token)
        self.cached = self.make()

    @property
    def stored(self) -> Token | None:
        """What is in the store."""
        return self.tokens.load_token(self.session)

    def give(self, *, rejected: Token | None = None) -> Token:
        """Ask for a token."""
        return self.cached(self.session, rejected=rejected)

    def make(self, store: TokenStore | None = None, **options: Any) -> CachedToken:
        """Make another one that shares this store, or uses another."""
        tokens, server = store or self.tokens, self.center.authorization_server()
        renew = RefreshTokenGrant(server=server, tokens=tokens, clock=self.clock)
        return CachedToken(tokens=tokens, clock=self.clock, renew=renew, **options)


@pytest.fixture
def case(center: FakeIdentityCenter, tokens: MappingStore, clock: ManualClock) -> _Case:
    return _Case(center, tokens, clock)


def _down(center: FakeIdentityCenter) -> None:
    center.faults.add(Fault("CreateToken", AwsError("InternalServerException")))


def test_a_fresh_token_is_given_without_a_call(case: _Case):
    """While there is time, nothing happens."""
    assert case.give() == case.token
    assert case.center.calls() == 0


@pytest.mark.parametrize("left", [599, 1, 0, -_HOUR])
def test_a_token_that_is_due_is_renewed_and_stored(case: _Case, left: int):
    """In time or too late, one call gives the next hour; what others wrote is kept."""
    case.clock.advance(_HOUR - left)
    renewed = case.give()
    assert renewed.access_token != case.token.access_token
    assert renewed.refresh_token != case.token.refresh_token
    assert renewed.expires_at == case.clock.now() + timedelta(hours=1)
    assert renewed.received_at == case.clock.now()
    assert renewed.client == case.token.client
    assert renewed.extra == {"madeBy": "another tool"}
    assert case.stored == renewed == case.give()
    assert [request.parameters["grantType"] for request in case.center.requests] == [
        REFRESH_TOKEN_GRANT
    ]


def test_an_answer_without_a_refresh_token_keeps_the_old_one(case: _Case):
    """The model of AWS says "if present": the old one goes on to serve."""
    case.center.settings.single_use_refresh_tokens = case.center.settings.rotate_refresh_tokens = (
        False
    )
    case.clock.advance(_HOUR)
    renewed = case.give()
    assert renewed.access_token != case.token.access_token
    assert case.stored == renewed
    assert renewed.refresh_token == case.token.refresh_token
    case.clock.advance(_HOUR)
    assert case.give().access_token not in (
        case.token.access_token,
        renewed.access_token,
    )


@pytest.mark.parametrize("valid_for", [0, 8])
def test_a_token_that_cannot_be_renewed_is_used_as_it_is(case: _Case, valid_for: int):
    """Without its client, a refresh token is nothing to call with."""
    case.tokens.delete_token(case.session)
    case.tokens.save_token(case.session, attrs.evolve(case.token, client=None))
    case.cached = case.make(valid_for=timedelta(minutes=valid_for))
    case.clock.advance(_HOUR - 500)
    assert case.give().access_token == case.token.access_token
    case.clock.advance(500)
    with pytest.raises(AuthenticationNeededError, match="has expired"):
        case.give()
    assert case.center.calls() == 0


def test_a_client_that_has_ended_renews_nothing(case: _Case):
    """A registration that has expired is not even tried: the person is needed."""
    ended = attrs.evolve(case.token.client, expires_at=case.clock.now() + timedelta(hours=1))
    case.tokens.save_token(case.session, attrs.evolve(case.token, client=ended))
    case.clock.advance(_HOUR)
    with pytest.raises(AuthenticationNeededError):
        case.give()
    assert case.center.calls() == 0


def test_a_token_for_another_region_is_not_renewed_here(case: _Case):
    """Its client is not known in this region: the error names both."""
    case.tokens.save_token(case.session, attrs.evolve(case.token, region="eu-west-1"))
    case.clock.advance(_HOUR)
    with pytest.raises(AuthenticationNeededError, match="for region eu-west-1"):
        case.give()
    assert case.center.calls() == 0


def test_a_caller_who_wants_more_time_gets_it(case: _Case):
    """A token that lasts for less than is wanted is renewed, long before it is due."""
    case.clock.advance(_HOUR / 2 + 60)
    assert case.make()(case.session) == case.token
    assert case.make(ahead=timedelta(minutes=30))(case.session) != case.token


def test_a_renewal_that_fails_in_passing_costs_nothing_while_the_token_is_valid(
    case: _Case, caplog: pytest.LogCaptureFixture
):
    """It is used to its end; one warning, and one attempt a minute, whoever asks."""
    _down(case.center)
    case.clock.advance(_HOUR - 500)
    assert case.give() == case.token
    attempts = case.center.calls()
    for _ in range(20):
        assert case.give() == case.token
    assert case.center.calls() == attempts
    assert len(messages(caplog, "WARNING")) == 1
    case.clock.advance(60)
    assert case.give() == case.token
    assert case.center.calls() == 2 * attempts
    case.center.faults.clear()
    case.clock.advance(60)
    assert case.give() != case.token


def test_a_failure_after_the_end_is_told_and_shared(case: _Case):
    """With nothing left to use, the error is the service's; all get it, for a minute."""
    _down(case.center)
    case.clock.advance(_HOUR)
    with pytest.raises(ServiceUnavailableError) as first:
        case.give()
    attempts = case.center.calls()
    with pytest.raises(ServiceUnavailableError) as second:
        case.make()(case.session)
    assert second.value.code == first.value.code == "InternalServerException"
    assert second.value.start_url == case.session.start_url
    assert case.center.calls() == attempts
    case.center.faults.clear()
    case.clock.advance(60)
    assert case.give() != case.token


def test_the_end_of_the_session_is_told(case: _Case):
    """The token serves to its end; then the error says that the session is over, not a token."""
    case.center.end_sign_in_sessions()
    case.clock.advance(_HOUR - 500)
    assert case.give() == case.token
    case.clock.advance(500)
    with pytest.raises(SignInSessionEndedError, match="sign-in session is over") as ended:
        case.give()
    assert ended.value.start_url == case.session.start_url
    calls = case.center.calls()
    with pytest.raises(SignInSessionEndedError):
        case.give()
    assert case.center.calls() == calls
    assert case.stored == case.token


@pytest.mark.parametrize(("left", "serves"), [(301, True), (299, False)])
def test_a_login_that_has_ended_serves_whoever_needs_no_more(
    case: _Case, left: int, *, serves: bool
):
    """What can no longer be renewed has to last as long as what never could."""
    case.center.end_sign_in_sessions()
    case.clock.advance(_HOUR - left)
    cached = case.make(valid_for=timedelta(seconds=300))
    if serves:
        assert cached(case.session) == case.token
    else:
        with pytest.raises(SignInSessionEndedError):
            cached(case.session)
    assert case.stored == case.token


def test_a_service_that_is_down_takes_no_login_away(case: _Case):
    """What can be renewed later serves to its end, however long it was to last."""
    _down(case.center)
    case.clock.advance(_HOUR - 5)
    assert case.make(valid_for=timedelta(seconds=300))(case.session) == case.token


@pytest.mark.parametrize("code", ["InvalidRequestException", "AccessDeniedException"])
def test_a_refusal_leads_to_the_person(case: _Case, code: str):
    """Whatever else the service says against a renewal: a new login is the way out."""
    case.center.faults.add(Fault("CreateToken", AwsError(code)))
    case.clock.advance(_HOUR)
    with pytest.raises(AuthenticationNeededError, match="can no longer be renewed") as needed:
        case.give()
    assert code in str(needed.value)
    assert needed.value.__cause__


def test_a_forgotten_client_is_forgotten_here_too(case: _Case):
    """A registration that the service rejects is dropped: the next login makes another."""
    client = case.center.authorization_server().register_client(ClientMetadata("x", scopes=("a",)))
    other = attrs.evolve(client, client_id="other")
    signed_in = attrs.evolve(case.center.sign_in("alice", renewable=True), client=client)
    case.center.forget_registrations()
    for registered, left in ((client, None), (other, other)):
        case.tokens.save_registration(case.session, registered)
        case.tokens.save_token(
            case.session, attrs.evolve(signed_in, access_token=registered.client_id)
        )
        case.clock.advance(_HOUR)
        with pytest.raises(AuthenticationNeededError, match="can no longer be renewed"):
            case.give()
        assert case.tokens.load_registration(case.session) == left


def test_a_lost_answer_is_asked_for_again(case: _Case):
    """A connection that breaks is no end: the call is made again."""
    case.center.faults.add(Fault("CreateToken", ConnectionReset(), times=1))
    case.clock.advance(_HOUR)
    assert case.give() != case.token
    assert case.center.calls() == 2


def test_a_refresh_token_spent_on_a_lost_answer_is_named(case: _Case):
    """If the retry of a lost answer is refused, the error says what may have happened."""
    refused = AwsError("InvalidGrantException")
    case.center.faults.add(
        Fault("CreateToken", ConnectionReset(), calls={1}), Fault("CreateToken", refused)
    )
    case.clock.advance(_HOUR)
    with pytest.raises(SignInSessionEndedError, match="an answer that renewed it got lost"):
        case.give()


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
def test_a_neighbour_who_spent_the_refresh_token_is_waited_for(case: _Case, look: int):
    """Botocore renewed the same token at the same time: what it writes a moment later serves."""
    server = case.center.authorization_server()
    case.clock.advance(_HOUR)
    grant = server.refresh(case.token.client, case.token.refresh_token)
    newer = attrs.evolve(
        case.token,
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        expires_at=grant.expires_at,
    )
    store = _Neighbour(case.session, newer)
    store.save_token(case.session, case.token)
    store.looks_left = look
    assert case.make(store)(case.session).access_token == newer.access_token
    assert store.load_renewal_failure(case.session) is None


@pytest.mark.parametrize("renewable", [True, False])
@pytest.mark.parametrize("look", [1, 2, 3])
def test_a_newer_token_of_another_program_is_adopted_and_kept(
    case: _Case, look: int, renewable: object
):
    """Written before the call, under it or after it: a newer token is never overwritten."""
    case.clock.advance(_HOUR)
    newer = case.center.sign_in("alice", renewable=bool(renewable))
    store = _Neighbour(case.session, newer)
    store.save_token(case.session, case.token)
    store.looks_left = look
    assert case.make(store)(case.session).access_token == newer.access_token
    assert store.load_token(case.session).access_token == newer.access_token


def test_a_logout_under_a_renewal_stays_a_logout(case: _Case):
    """Another program removes the token while it is renewed: it does not come back."""
    store = _Neighbour(case.session, case.token)
    store.save_token(case.session, case.token)
    store.token, store.looks_left = None, 3
    case.clock.advance(_HOUR)
    assert case.make(store)(case.session).access_token != case.token.access_token
    assert store.load_token(case.session) is None


def test_a_logout_before_a_renewal_is_told(case: _Case):
    """Whoever waited for the lock, and finds nobody logged in any more, calls nothing."""
    store = _Neighbour(case.session, case.token)
    store.save_token(case.session, case.token)
    store.token, store.looks_left = None, 2
    case.clock.advance(_HOUR)
    with pytest.raises(AuthenticationNeededError, match="ended meanwhile"):
        case.make(store)(case.session)
    assert case.center.calls() == 0


def test_a_login_to_another_instance_is_not_renewed_here(case: _Case):
    """Somebody gave the name to another Identity Center meanwhile: that is no login to this one."""
    store = _Neighbour(case.session, case.token)
    store.save_token(case.session, case.token)
    store.token, store.looks_left = attrs.evolve(case.token, region="eu-west-1"), 2
    case.clock.advance(_HOUR)
    with pytest.raises(AuthenticationNeededError, match="ended meanwhile"):
        case.make(store)(case.session)
    assert case.center.calls() == 0


class _Busy(MappingStore):
    """A store whose lock is held by somebody who does not let go."""

    def __init__(self) -> None:
        super().__init__({})
        self.asked: list[float | None] = []

    def lock(self, _: Any, *, timeout: float | None = None) -> Any:
        self.asked.append(timeout)
        raise StoreLockTimeoutError("held")


@pytest.mark.parametrize(("left", "patience"), [(601, 0.0), (599, 15.0)])
def test_whoever_has_a_valid_token_does_not_wait_for_long(case: _Case, left: int, patience: float):
    """In the advisory window not at all, in the mandatory one a little; then it is used."""
    store = _Busy()
    store.save_token(case.session, case.token)
    case.clock.advance(_HOUR - left)
    for number in range(100):
        mine = case.make(store, worker=lambda name=f"host {number}": name)
        assert mine(case.session) == case.token
    assert set(store.asked) == {patience}


def test_nobody_waits_at_every_call_for_a_holder_who_hangs(case: _Case):
    """With a token that is good one wait a minute is enough, for all who share the store."""
    store = _Busy()
    store.save_token(case.session, case.token)
    case.clock.advance(_HOUR - 90)
    for _ in range(3):
        assert case.make(store)(case.session) == case.token
    assert store.asked == [15.0]
    case.clock.advance(60)
    assert case.make(store)(case.session) == case.token
    assert store.asked == [15.0, 15.0]
    case.clock.advance(30)
    with pytest.raises(StoreLockTimeoutError):
        case.make(store)(case.session)
    assert store.asked == [15.0, 15.0, 120.0]


def test_whoever_has_none_waits_two_minutes(case: _Case):
    """With an expired token there is nothing else to do, but not for ever."""
    store = _Busy()
    store.save_token(case.session, case.token)
    case.clock.advance(_HOUR)
    with pytest.raises(StoreLockTimeoutError):
        case.make(store)(case.session)
    assert store.asked == [120.0]


def test_a_token_that_ends_under_the_wait_is_not_given_out(case: _Case):
    """Five seconds were left, and ten have passed: what was good enough before is dead now."""

    class Slow(_Busy):
        def lock(self, _: Any, *, timeout: float | None = None) -> Any:
            case.clock.advance(10)
            return super().lock(_, timeout=timeout)

    store = Slow()
    store.save_token(case.session, case.token)
    case.clock.advance(_HOUR - 5)
    with pytest.raises(StoreLockTimeoutError):
        case.make(store)(case.session)


def test_what_cannot_be_saved_is_used(case: _Case, caplog: pytest.LogCaptureFixture):
    """A full disk costs a warning, not the renewed login."""
    store = UnwritableStore()
    store.save_token(case.session, case.token)
    store.refuses = ("token",)
    case.clock.advance(_HOUR)
    assert case.make(store)(case.session) != case.token
    assert "others cannot use it" in messages(caplog, "WARNING")[0]


def test_a_failure_that_cannot_be_noted_is_still_told(
    case: _Case, caplog: pytest.LogCaptureFixture
):
    """A store that takes no notes costs calls, no more."""

    class Mute(MappingStore):
        def save_renewal_failure(self, *_: object) -> None:
            raise StoreError("no space left on device")

    caplog.set_level("INFO")
    store = Mute({})
    store.save_token(case.session, case.token)
    _down(case.center)
    case.clock.advance(_HOUR)
    with pytest.raises(ServiceUnavailableError):
        case.make(store)(case.session)
    assert "could not be noted" in messages(caplog, "INFO")[-1]


def test_a_rejected_token_is_renewed_before_it_is_dropped(case: _Case):
    """A 401 for a token that looks valid: the session may still be good."""
    case.clock.advance(60)
    renewed = case.give(rejected=case.token)
    assert renewed.access_token != case.token.access_token
    assert case.stored == renewed
    assert case.give(rejected=case.token) == renewed
    assert case.center.calls() == 1


def test_a_rejected_token_of_an_ended_session_is_dropped(case: _Case):
    """If the renewal is refused too, nothing is left of the login."""
    case.clock.advance(60)
    case.center.revoke_tokens()
    with pytest.raises(SignInSessionEndedError):
        case.give(rejected=case.token)
    assert case.stored is None


def test_a_rejected_token_stays_while_nobody_knows(case: _Case):
    """A service that does not answer is no reason to throw a login away."""
    case.clock.advance(60)
    _down(case.center)
    with pytest.raises(ServiceUnavailableError):
        case.give(rejected=case.token)
    assert case.stored == case.token


def test_a_rejected_token_that_is_new_is_dropped_at_once(case: _Case):
    """What was rejected within a minute of its renewal is not renewed once more."""
    with pytest.raises(AuthenticationNeededError):
        case.give(rejected=case.token)
    assert case.stored is None
    assert case.center.calls() == 0


def test_a_note_about_another_token_holds_nobody_up(case: _Case):
    """A failure is one token's: whoever logged in since is not concerned."""
    case.clock.advance(_HOUR)
    case.tokens.save_renewal_failure(
        case.session,
        RenewalFailure(
            kind=FailureKind.SESSION_ENDED,
            token="another",
            failed_at=case.clock.now(),
            until=case.clock.now() + timedelta(minutes=5),
            message="over",
        ),
    )
    assert case.give() != case.token


def test_errors_of_services_that_may_pass_are_no_reason_to_ask(case: _Case):
    """A throttled renewal is told as such: a new login would be throttled, too."""
    case.center.faults.add(Fault("CreateToken", AwsError("TooManyRequestsException")))
    case.clock.advance(_HOUR)
    with pytest.raises(ServiceError) as failure:
        case.give()
    assert failure.value.retryable


def test_what_replaced_a_rejected_token_is_not_dropped(case: _Case):
    """Another program logs in just before the token would be dropped: its login stays."""
    newer = case.center.sign_in("alice", renewable=True)
    store = _Neighbour(case.session, newer)
    store.save_token(case.session, case.token)
    store.looks_left = 2
    with pytest.raises(AuthenticationNeededError):
        case.make(store)(case.session, rejected=case.token)
    kept = store.load_token(case.session)
    assert kept
    assert kept.access_token == newer.access_token
