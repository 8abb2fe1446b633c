"""Making sure, before a long job, that a login lasts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
import pytest

from ssokit import IdentityCenter
from ssokit.domain.errors import (
    AuthenticationNeededError,
    AuthorizationDeniedError,
    NotEnoughTimeError,
    ServiceUnavailableError,
    SignInSessionEndedError,
)
from ssokit.domain.sso_profile import SsoProfile
from ssokit.domain.sso_session import SsoSession
from ssokit.notifiers import SilentNotifier
from ssokit.stores import MappingStore, MemoryStore
from ssokit.testing import AwsError, Denies, FakeIdentityCenter, Fault, ManualClock

_ROLE = ("444455556666", "ReadOnly")
_HOUR = timedelta(hours=1)


@pytest.fixture
def make(
    center: FakeIdentityCenter, tokens: MappingStore, clock: ManualClock
) -> Callable[..., IdentityCenter]:
    def make_one(name: str | None = None, **options: Any) -> IdentityCenter:
        return IdentityCenter(
            center.start_url,
            center.region,
            session_name=name,
            token_store=tokens,
            credential_store=MemoryStore(clock=clock),
            notifier=SilentNotifier(),
            authorization_server=center.authorization_server(),
            access_portal=center.access_portal(),
            clock=clock,
            **options,
        )

    return make_one


@pytest.fixture
def legacy(make: Callable[..., IdentityCenter]) -> IdentityCenter:
    """A login that lasts for eight hours and does not renew itself."""
    login = make()
    login.login()
    return login


@pytest.fixture
def renewing(make: Callable[..., IdentityCenter]) -> IdentityCenter:
    """A login that renews itself, an hour at a time."""
    login = make("corp")
    login.login()
    return login


def test_a_login_that_lasts_is_proven(
    legacy: IdentityCenter, center: FakeIdentityCenter, clock: ManualClock
):
    """Eight hours are there: no call, and a true result that says until when."""
    calls = center.calls()
    assured = legacy.require(8 * 3600)
    assert assured
    assert assured.proven_until == assured.token_until == clock.now() + 8 * _HOUR
    assert assured.keys_until is None
    assert not assured.renews_itself
    assert center.calls() == calls


def test_a_login_that_does_not_last_is_an_error(legacy: IdentityCenter, clock: ManualClock):
    """What is certain not to suffice is told before the job begins, with its end."""
    clock.advance(3600)
    with pytest.raises(NotEnoughTimeError, match="log in again") as short:
        legacy.require(timedelta(hours=7, seconds=1))
    assert short.value.until == clock.now() + 7 * _HOUR
    assert short.value.start_url


def test_a_new_login_makes_it_last(
    legacy: IdentityCenter, center: FakeIdentityCenter, clock: ManualClock
):
    """If the person may be asked, they are, once."""
    clock.advance(3600)
    assert legacy.require(8 * _HOUR, login=True).is_proven
    assert center.calls("StartDeviceAuthorization") == 2


def test_nobody_is_asked_twice_for_what_no_login_gives(
    make: Callable[..., IdentityCenter], center: FakeIdentityCenter
):
    """A job that is longer than any token lives: one question, then the error."""
    with pytest.raises(NotEnoughTimeError):
        make().require(9 * _HOUR, login=True)
    assert center.calls("StartDeviceAuthorization") == 1


def test_a_token_is_renewed_for_the_job(
    renewing: IdentityCenter, center: FakeIdentityCenter, clock: ManualClock
):
    """A token with half an hour left is renewed at once for a job of fifty minutes."""
    clock.advance(1800)
    assured = renewing.require(timedelta(minutes=50))
    assert assured
    assert assured.token_until == clock.now() + _HOUR
    assert center.calls("StartDeviceAuthorization") == 1


def test_what_hangs_on_the_session_is_not_called_proven(
    renewing: IdentityCenter, clock: ManualClock
):
    """Three hours from a one-hour token: it renews itself, but AWS does not say for how long."""
    clock.advance(1800)
    assured = renewing.require(3 * _HOUR)
    assert not assured
    assert assured.renews_itself
    assert assured.proven_until == clock.now() + _HOUR
    assert assured.needed_until == clock.now() + 3 * _HOUR


def test_a_token_as_new_as_can_be_is_not_renewed(
    renewing: IdentityCenter, center: FakeIdentityCenter, clock: ManualClock
):
    """Asking again within a minute makes no call: there is no longer-lived token to be had."""
    calls = center.calls()
    renewing.require(3 * _HOUR)
    clock.advance(59)
    renewing.require(3 * _HOUR)
    assert center.calls() == calls


def test_the_end_of_the_session_is_found_before_the_job(
    renewing: IdentityCenter, center: FakeIdentityCenter, clock: ManualClock
):
    """A token that looks good for the job is not enough if it is short and not renewed."""
    clock.advance(1800)
    center.end_sign_in_sessions()
    assert renewing.require(timedelta(minutes=20))
    with pytest.raises(SignInSessionEndedError):
        renewing.require(timedelta(minutes=50))
    assert renewing.require(timedelta(minutes=50), login=True)
    assert center.calls("StartDeviceAuthorization") == 2


def test_a_person_who_says_no_ends_it(
    renewing: IdentityCenter, center: FakeIdentityCenter, clock: ManualClock
):
    """The login was needed, and denied: that is the error."""
    clock.advance(1800)
    center.end_sign_in_sessions()
    center.person = Denies()
    with pytest.raises(AuthorizationDeniedError):
        renewing.require(timedelta(minutes=50), login=True)


def test_a_service_that_fails_is_told(
    renewing: IdentityCenter, center: FakeIdentityCenter, clock: ManualClock
):
    """What cannot be found out just now is no promise: a later try may help."""
    clock.advance(1800)
    center.faults.add(Fault("CreateToken", AwsError("InternalServerException")))
    for login in (False, True):
        with pytest.raises(ServiceUnavailableError) as failure:
            renewing.require(timedelta(minutes=50), login=login)
        assert failure.value.retryable


def test_nobody_logged_in(make: Callable[..., IdentityCenter], center: FakeIdentityCenter):
    """Without a login there is nothing to make sure of, and nothing is called."""
    with pytest.raises(AuthenticationNeededError):
        make().require(60)
    assert center.calls() == 0


def test_keys_that_are_short_are_renewed(
    renewing: IdentityCenter, center: FakeIdentityCenter, clock: ManualClock
):
    """Keys with forty minutes left are fresh for others, not for a job of fifty minutes."""
    renewing.role_credential(*_ROLE)
    clock.advance(1200)
    assured = renewing.require(timedelta(minutes=50), *_ROLE)
    assert assured.keys_until == clock.now() + _HOUR
    assert center.calls("GetRoleCredentials") == 2
    assert renewing.role_credential(*_ROLE).expires_at == assured.keys_until


def test_keys_alone_may_prove_it(
    legacy: IdentityCenter, center: FakeIdentityCenter, clock: ManualClock
):
    """Keys outlive the token that obtained them: no person is asked for more."""
    clock.advance(7.5 * 3600)
    calls = center.calls("CreateToken")
    assured = legacy.require(timedelta(minutes=50), *_ROLE)
    assert assured
    assert assured.proven_until == assured.keys_until > assured.token_until
    assert center.calls("CreateToken") == calls


def test_a_profile_says_whose_keys(make: Callable[..., IdentityCenter], session: SsoSession):
    """A profile that names account and role means them; without one, half of it is an error."""
    profile = SsoProfile(
        name="dev", session=session, account_id=_ROLE[0], role_name=_ROLE[1], section="profile dev"
    )
    assert make(profile=profile).require(60, login=True).keys_until
    half = attrs.evolve(profile, role_name=None)
    assert make(profile=half).require(60).keys_until is None
    legacy = make()
    with pytest.raises(TypeError):
        legacy.require(60, _ROLE[0])
    with pytest.raises(TypeError):
        legacy.require(60, role_name=_ROLE[1])


@pytest.mark.parametrize("min_ttl", [-1, float("nan"), timedelta(days=367), float("inf")])
def test_times_that_make_no_sense(legacy: IdentityCenter, min_ttl: Any):
    """No job takes less than nothing, or more than a year."""
    with pytest.raises(ValueError, match="min_ttl"):
        legacy.require(min_ttl)


@pytest.mark.parametrize("min_ttl", [None, "1h", True])
def test_times_of_another_type(legacy: IdentityCenter, min_ttl: Any):
    """Seconds or a timedelta, and nothing that only looks like it."""
    with pytest.raises(TypeError, match="min_ttl must be seconds or a timedelta"):
        legacy.require(min_ttl)
