"""A login by device code, from the registration to the token."""

from __future__ import annotations

import logging
from datetime import timedelta

import attrs
import pytest
from fakes_of_ports import RecordingNotifier, UnwritableStore, messages

from ssokit.domain.client_metadata import ClientMetadata
from ssokit.domain.errors import (
    ClientRejectedError,
    PendingAuthorizationExpiredError,
    ServiceError,
    ServiceUnavailableError,
)
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration
from ssokit.stores import MappingStore
from ssokit.testing import (
    Approves,
    AwsError,
    ConnectionReset,
    FakeIdentityCenter,
    Fault,
    HttpError,
    Ignores,
    ManualClock,
)
from ssokit.usecases.device_code_grant import DeviceCodeGrant


@pytest.fixture
def grant(device_code_grant: DeviceCodeGrant) -> DeviceCodeGrant:
    return device_code_grant


def test_token_carries_what_the_service_said(
    grant: DeviceCodeGrant, session: SsoSession, center: FakeIdentityCenter, clock: ManualClock
):
    """An approved login is a token of this instance, with its own end and its time of arrival."""
    token = grant(session)
    assert (token.start_url, token.region) == (session.start_url, session.region)
    assert token.access_token in center.secrets
    assert token.expires_at == clock.now() + timedelta(hours=8)
    assert token.received_at == clock.now()


def test_first_poll_comes_after_the_interval(
    grant: DeviceCodeGrant, session: SsoSession, center: FakeIdentityCenter, clock: ManualClock
):
    """The service's interval passes before each poll, the first included."""
    center.settings.interval, center.person = 5, Approves(after_polls=2)
    grant(session)
    assert clock.sleeps == [5, 5, 5]
    assert center.calls("CreateToken") == 3


def test_slow_down_is_kept(
    grant: DeviceCodeGrant, session: SsoSession, center: FakeIdentityCenter, clock: ManualClock
):
    """RFC 8628 section 3.5: five seconds more, for this and all following polls."""
    center.person = Approves(after_polls=3)
    center.faults.add(Fault("CreateToken", AwsError("SlowDownException"), calls={1, 3}))
    grant(session)
    assert clock.sleeps == [1, 6, 6, 11, 11, 11]


@pytest.mark.parametrize(
    "failure",
    [
        ConnectionReset(),
        HttpError(503),
        AwsError("InternalServerException"),
        AwsError("TooManyRequestsException"),
    ],
    ids=repr,
)
def test_polls_survive_bad_weather(
    grant: DeviceCodeGrant,
    session: SsoSession,
    center: FakeIdentityCenter,
    clock: ManualClock,
    failure: ConnectionReset | HttpError | AwsError,
):
    """Failures in passing double the wait each time, and an answer ends that."""
    center.person, center.settings.interval = Approves(after_polls=1), 5
    center.faults.add(Fault("CreateToken", failure, calls={1, 2}))
    grant(session)
    assert clock.sleeps == [5, 10, 20, 5]


def test_login_ends_with_its_code(
    grant: DeviceCodeGrant, session: SsoSession, center: FakeIdentityCenter, clock: ManualClock
):
    """A login that nobody decides about ends when the code does, without a poll after it."""
    center.person, center.settings.interval = Ignores(), 7
    with pytest.raises(PendingAuthorizationExpiredError) as expired:
        grant(session)
    assert clock.monotonic() <= 600
    assert center.calls("CreateToken") == 600 // 7
    assert (expired.value.start_url, expired.value.region) == (session.start_url, session.region)


def test_login_without_network_ends_with_its_code(
    grant: DeviceCodeGrant, session: SsoSession, center: FakeIdentityCenter, clock: ManualClock
):
    """When no poll gets an answer, the login ends in time and names the failure as its cause."""
    center.faults.add(Fault("CreateToken", ConnectionReset()))
    with pytest.raises(PendingAuthorizationExpiredError) as expired:
        grant(session)
    assert isinstance(expired.value.__cause__, ServiceUnavailableError)
    assert clock.monotonic() <= 600


def test_hopeless_poll_error_ends_the_login(
    grant: DeviceCodeGrant, session: SsoSession, center: FakeIdentityCenter
):
    """An error that no further poll can cure is raised at once."""
    center.faults.add(Fault("CreateToken", AwsError("InvalidRequestException")))
    with pytest.raises(ServiceError) as refusal:
        grant(session)
    assert refusal.value.code == "InvalidRequestException"
    assert center.calls("CreateToken") == 1


@pytest.mark.parametrize("seconds", [-86_400, -300, 300, 86_400])
@pytest.mark.parametrize("moment", ["while shown", "between polls"])
def test_wall_clock_jumps_do_not_matter(
    *,
    grant: DeviceCodeGrant,
    center: FakeIdentityCenter,
    clock: ManualClock,
    session: SsoSession,
    seconds: float,
    moment: str,
):
    """A step of the wall clock neither ends a login nor prolongs it."""
    center.person, center.settings.interval = Ignores(), 10
    jumping = _JumpingClock(clock, seconds) if moment == "between polls" else clock
    notifier = RecordingNotifier(lambda: clock.jump(seconds) if jumping is clock else None)
    with pytest.raises(PendingAuthorizationExpiredError):
        attrs.evolve(grant, notifier=notifier, clock=jumping)(session)
    assert clock.monotonic() == 600
    assert center.calls("CreateToken") == 60


class _JumpingClock:
    """Steps the wall clock once, in the first sleep."""

    def __init__(self, clock: ManualClock, seconds: float) -> None:
        self._clock, self._seconds = clock, seconds
        self.now, self.monotonic = clock.now, clock.monotonic

    def sleep(self, seconds: float) -> None:
        """Sleep, and step the wall clock the first time."""
        self._clock.sleep(seconds)
        self._clock.jump(self._seconds)
        self._seconds = 0.0


def test_registration_is_reused(
    grant: DeviceCodeGrant, session: SsoSession, center: FakeIdentityCenter, clock: ManualClock
):
    """One registration serves all logins of its 90 days, whatever the URL's spelling."""
    grant(session)
    clock.advance(89 * 86_400)
    grant(attrs.evolve(session, start_url=f"{session.start_url}/#/"))
    assert center.calls("RegisterClient") == 1


def test_registration_that_ends_soon_is_made_again(
    grant: DeviceCodeGrant, session: SsoSession, center: FakeIdentityCenter, clock: ManualClock
):
    """A registration that might end during the login is not started with."""
    grant(session)
    clock.advance(90 * 86_400 - 600)
    grant(session)
    assert center.calls("RegisterClient") == 2


@pytest.mark.parametrize("operation", ["StartDeviceAuthorization", "CreateToken"])
def test_rejected_registration_is_made_again_once(
    *,
    grant: DeviceCodeGrant,
    session: SsoSession,
    center: FakeIdentityCenter,
    tokens: MappingStore,
    notifier: RecordingNotifier,
    operation: str,
):
    """A registration that the service forgot costs one more registration, and no error."""
    grant(session)
    old = tokens.load_registration(session)
    center.faults.add(Fault(operation, AwsError("InvalidClientException"), calls={1}))
    grant(session)
    assert center.calls("RegisterClient") == 2
    assert tokens.load_registration(session) != old
    assert len(notifier.shown) == (2 if operation == "StartDeviceAuthorization" else 3)


def test_second_rejection_is_an_error(
    grant: DeviceCodeGrant, session: SsoSession, center: FakeIdentityCenter
):
    """A service that rejects a fresh registration too is not asked for ever."""
    center.faults.add(Fault("StartDeviceAuthorization", AwsError("InvalidClientException")))
    with pytest.raises(ClientRejectedError) as rejection:
        grant(session)
    assert center.call_counts() == {"RegisterClient": 2, "StartDeviceAuthorization": 2}
    assert rejection.value.region == session.region


def test_forgotten_registrations_heal(
    grant: DeviceCodeGrant, session: SsoSession, center: FakeIdentityCenter
):
    """A stored registration of another life of the service does not stand in the way."""
    grant(session)
    center.forget_registrations()
    assert grant(session).access_token in center.secrets


def test_registration_that_cannot_be_saved(
    grant: DeviceCodeGrant,
    center: FakeIdentityCenter,
    session: SsoSession,
    caplog: pytest.LogCaptureFixture,
):
    """A full disk costs a warning and a new registration next time, not the login."""
    grant = attrs.evolve(grant, registrations=UnwritableStore("registration"))
    with caplog.at_level(logging.INFO, "ssokit"):
        assert grant(session).access_token in center.secrets
    assert "good for this login only" in messages(caplog, "WARNING")[0]


@pytest.mark.parametrize("operation", ["RegisterClient", "StartDeviceAuthorization"])
def test_start_is_tried_again(
    grant: DeviceCodeGrant,
    session: SsoSession,
    center: FakeIdentityCenter,
    clock: ManualClock,
    operation: str,
):
    """Two failures on the way to the code pass unseen, the third is raised."""
    center.faults.add(Fault(operation, HttpError(503), calls={1, 2, 4, 5, 6}))
    grant(session)
    assert clock.sleeps == [0.5, 1.0, 1.0]
    grant_again = attrs.evolve(grant, registrations=MappingStore({}))
    with pytest.raises(ServiceUnavailableError):
        grant_again(session)


def test_exception_of_the_notifier_ends_the_login(
    grant: DeviceCodeGrant,
    session: SsoSession,
    center: FakeIdentityCenter,
    notifier: RecordingNotifier,
):
    """What the program's own code raises reaches the program, unchanged and before any poll."""

    def cancel() -> None:
        raise KeyboardInterrupt

    notifier.then = cancel
    with pytest.raises(KeyboardInterrupt):
        grant(session)
    assert center.calls("CreateToken") == 0


def test_stored_registration_is_sent(
    grant: DeviceCodeGrant, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """A registration that another program stored is used as it is."""
    server = center.authorization_server()
    stored: ClientRegistration = server.register_client(ClientMetadata("another program"))
    tokens.save_registration(session, stored)
    grant(session)
    assert center.calls("RegisterClient") == 1
    assert center.requests[-1].parameters["clientId"] == stored.client_id
