"""A login through a browser on this machine, from the registration to the token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import attrs
import pytest
from fakes_of_ports import BrowsingPerson, UnwritableStore

from ssokit.domain.errors import (
    AuthorizationDeniedError,
    ClientRejectedError,
    PendingAuthorizationExpiredError,
    RedirectListenerError,
    ServiceError,
    ServiceUnavailableError,
    WrongRegionError,
)
from ssokit.domain.redirects import AwaitedRedirect, RedirectReply
from ssokit.domain.sso_session import SsoSession
from ssokit.testing import (
    Approves,
    AwsError,
    FakeIdentityCenter,
    FakeRedirectListener,
    Fault,
    HttpError,
    Ignores,
    ManualClock,
)
from ssokit.usecases.authorization_code_grant import AuthorizationCodeGrant
from ssokit.usecases.device_code_grant import DeviceCodeGrant


@pytest.fixture
def session(center: FakeIdentityCenter) -> SsoSession:
    return SsoSession(center.start_url, center.region, name="corp")


@pytest.fixture
def grant(authorization_code_grant: AuthorizationCodeGrant) -> AuthorizationCodeGrant:
    return authorization_code_grant


def _answer(person: BrowsingPerson, **changes: str) -> str:
    query = parse_qs(urlsplit(person.shown[-1].verification_uri).query)
    members = {"state": query["state"][0], **changes}
    return "/oauth/callback?" + "&".join(f"{name}={value}" for name, value in members.items())


def test_an_approved_login_is_a_token_that_can_be_renewed(
    grant: AuthorizationCodeGrant,
    session: SsoSession,
    center: FakeIdentityCenter,
    clock: ManualClock,
):
    """The token is of this instance, with its end, its refresh token and its client."""
    token = grant(session)
    assert (token.start_url, token.region) == (session.start_url, session.region)
    assert {token.access_token, token.refresh_token} <= center.secrets
    assert token.expires_at == clock.now() + timedelta(hours=1)
    assert token.received_at == clock.now()
    assert token.client is not None
    assert token.client.client_secret in center.secrets


def test_it_takes_three_calls_and_no_time(
    grant: AuthorizationCodeGrant,
    session: SsoSession,
    center: FakeIdentityCenter,
    clock: ManualClock,
):
    """Register, authorize, exchange: a browser that comes back at once waits for nothing."""
    grant(session)
    assert center.call_counts() == {"RegisterClient": 1, "Authorize": 1, "CreateToken": 1}
    assert clock.sleeps == []


def test_the_client_registers_as_that_of_the_aws_cli(
    grant: AuthorizationCodeGrant, session: SsoSession, center: FakeIdentityCenter
):
    """Grants, redirect URI without a port, issuer in its wire form, and the default scope."""
    grant(attrs.evolve(session, start_url=f"{session.start_url}/#/"))
    assert center.requests[0].parameters == {
        "clientName": "tests",
        "clientType": "public",
        "scopes": ["sso:account:access"],
        "grantTypes": ["authorization_code", "refresh_token"],
        "redirectUris": ["http://127.0.0.1/oauth/callback"],
        "issuerUrl": session.start_url,
    }


@pytest.mark.parametrize("name", ["corp", None])
def test_the_request_is_for_the_sessions_scopes(
    grant: AuthorizationCodeGrant, session: SsoSession, person: BrowsingPerson, name: str | None
):
    """Scopes are those of the session; a legacy login has the default one in this flow."""
    grant(attrs.evolve(session, name=name))
    grant(attrs.evolve(session, name=name, scopes=("sso:account:access", "another:scope")))
    asked = [parse_qs(urlsplit(shown.verification_uri).query) for shown in person.shown]
    assert [query["scopes"] for query in asked] == [
        ["sso:account:access"],
        ["sso:account:access another:scope"],
    ]


def test_every_login_has_a_state_and_a_verifier_of_its_own(
    grant: AuthorizationCodeGrant,
    session: SsoSession,
    person: BrowsingPerson,
    center: FakeIdentityCenter,
):
    """Nothing that was seen in one login is of any use in another."""
    grant(session)
    grant(session)
    first, second = (parse_qs(urlsplit(shown.verification_uri).query) for shown in person.shown)
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]
    assert len(first["state"][0]) == 64
    sent = [r.parameters["codeVerifier"] for r in center.requests if r.operation == "CreateToken"]
    assert len(sent[0]) == 64
    assert len(set(sent)) == 2


def test_what_is_random_can_be_given(
    grant: AuthorizationCodeGrant, session: SsoSession, person: BrowsingPerson
):
    """A test that needs to know the state brings it along."""
    texts = iter([50 * "v", "the-state"])
    attrs.evolve(grant, random_text=lambda: next(texts))(session)
    assert "&state=the-state&" in person.shown[0].verification_uri


def test_the_person_is_told_how_long_they_have(
    grant: AuthorizationCodeGrant, session: SsoSession, person: BrowsingPerson, clock: ManualClock
):
    """Ten minutes, as with a device code."""
    grant(session)
    assert person.shown[0].expires_at == clock.now() + timedelta(minutes=10)


def test_a_person_who_thinks_about_it_is_waited_for(
    grant: AuthorizationCodeGrant,
    session: SsoSession,
    center: FakeIdentityCenter,
    person: BrowsingPerson,
    clock: ManualClock,
):
    """The login ends soon after the browser comes back, and not before."""
    center.person = Ignores()
    grant = attrs.evolve(grant, clock=_ThenClock(clock, 300, person.browser.approve))
    assert grant(session).access_token in center.secrets
    assert 300 <= clock.monotonic() <= 300.2


class _ThenClock:
    """Has something happen when so much time has passed in sleeps."""

    def __init__(self, clock: ManualClock, seconds: float, then: Callable[[], object]) -> None:
        self._clock, self._seconds, self._then = clock, seconds, then
        self.now, self.monotonic = clock.now, clock.monotonic

    def sleep(self, seconds: float) -> None:
        """Sleep, and have it happen."""
        self._clock.sleep(seconds)
        if self._clock.monotonic() >= self._seconds:
            self._seconds = 1e9
            self._then()


def test_a_closed_tab_ends_the_login_at_its_deadline(
    grant: AuthorizationCodeGrant,
    session: SsoSession,
    center: FakeIdentityCenter,
    person: BrowsingPerson,
    clock: ManualClock,
):
    """Ten minutes of the monotonic clock, whatever the wall clock does meanwhile."""
    center.person = Ignores()
    person.does = lambda: clock.jump(86_400)
    with pytest.raises(PendingAuthorizationExpiredError, match="on this machine") as ended:
        grant(session)
    assert 600 <= clock.monotonic() <= 600.1
    assert ended.value.__cause__ is None
    assert center.calls("CreateToken") == 0


def test_a_login_that_nobody_finished_begins_again_with_another_client(
    grant: AuthorizationCodeGrant,
    session: SsoSession,
    center: FakeIdentityCenter,
    person: BrowsingPerson,
):
    """A service that has forgotten the client tells that to the person alone: it heals itself."""
    grant(session)
    center.forget_registrations()
    with pytest.raises(PendingAuthorizationExpiredError):
        grant(session)
    assert person.browser.error == "InvalidClientException"
    assert grant(session).access_token in center.secrets
    assert center.calls("RegisterClient") == 2


def test_a_registration_that_cannot_be_removed_does_not_hide_the_reason(
    grant: AuthorizationCodeGrant, session: SsoSession, center: FakeIdentityCenter
):
    """What ended the login is told, and not what went wrong in cleaning up."""
    center.person = Ignores()

    class Stuck(UnwritableStore):
        def delete_registration(self, session: SsoSession) -> None:  # noqa: ARG002 - as the port
            self._refuse("removal")

    with pytest.raises(PendingAuthorizationExpiredError):
        attrs.evolve(grant, registrations=Stuck("removal"))(session)


def test_wrong_requests_do_not_end_the_login(
    grant: AuthorizationCodeGrant,
    session: SsoSession,
    center: FakeIdentityCenter,
    person: BrowsingPerson,
    listener: FakeRedirectListener,
):
    """A browser that asks for an icon, and a page that tries its luck, are told off; it goes on."""
    center.person = Ignores()

    def meddle() -> None:
        listener.deliver("/favicon.ico")
        listener.deliver(_answer(person, state="guessed", code="guessed"))
        listener.deliver(_answer(person, code="c"), method="POST")
        listener.deliver("/oauth/callback?error=access_denied")
        person.browser.approve(user="bob")
        listener.deliver(_answer(person, error="access_denied"))

    person.does = meddle
    assert grant(session).access_token in center.secrets
    assert listener.replies == [
        RedirectReply.WRONG_PATH,
        RedirectReply.WRONG_STATE,
        RedirectReply.WRONG_METHOD,
        RedirectReply.WRONG_STATE,
        RedirectReply.ACCEPTED,
        RedirectReply.ALREADY_ANSWERED,
    ]


def test_an_error_without_a_state_explains_the_end(
    grant: AuthorizationCodeGrant, session: SsoSession, center: FakeIdentityCenter
):
    """It ends nothing, as anybody may send it; but it is the cause that is told at the deadline."""
    center.settings.authorize_error = "server_error"
    center.settings.state_in_errors = False
    with pytest.raises(PendingAuthorizationExpiredError) as ended:
        grant(session)
    assert isinstance(ended.value.__cause__, ServiceUnavailableError)
    assert ended.value.__cause__.code == "server_error"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("server_error", ServiceUnavailableError),
        ("invalid_scope", ServiceError),
        ("access_denied", AuthorizationDeniedError),
    ],
)
def test_an_error_callback_ends_the_login(
    grant: AuthorizationCodeGrant,
    session: SsoSession,
    center: FakeIdentityCenter,
    error: str,
    kind: type[Exception],
):
    """What the service says through the browser is raised at once, as an error of its kind."""
    center.settings.authorize_error = error
    with pytest.raises(kind, match=error):
        grant(session)
    assert center.calls("CreateToken") == 0


@pytest.mark.parametrize("where", ["the browser", "the exchange"])
def test_a_rejected_registration_is_made_again_once(
    grant: AuthorizationCodeGrant,
    session: SsoSession,
    center: FakeIdentityCenter,
    person: BrowsingPerson,
    where: str,
):
    """A registration that the service no longer honours costs another round, and no error."""
    if where == "the browser":
        center.settings.authorize_error = "unauthorized_client"
        person.does = lambda: setattr(center.settings, "authorize_error", None)
    else:
        center.faults.add(Fault("CreateToken", AwsError("InvalidClientException"), calls={1}))
    assert grant(session).access_token in center.secrets
    assert center.calls("RegisterClient") == len(person.shown) == 2


def test_a_second_rejection_is_an_error(
    grant: AuthorizationCodeGrant, session: SsoSession, center: FakeIdentityCenter
):
    """A service that rejects a fresh registration too is not asked for ever."""
    center.faults.add(Fault("CreateToken", AwsError("UnauthorizedClientException")))
    with pytest.raises(ClientRejectedError):
        grant(session)
    assert center.calls("RegisterClient") == 2


def test_an_exchange_that_failed_in_passing_is_made_again(
    grant: AuthorizationCodeGrant, session: SsoSession, center: FakeIdentityCenter
):
    """The person approved: two failures of the network do not lose that."""
    center.faults.add(Fault("CreateToken", HttpError(503), calls={1, 2}))
    assert grant(session).access_token in center.secrets


def test_a_busy_port_is_told_before_anybody_is_asked(
    grant: AuthorizationCodeGrant,
    session: SsoSession,
    person: BrowsingPerson,
    listener: FakeRedirectListener,
):
    """No browser is opened for an answer that nobody could receive."""
    with (
        listener.open(AwaitedRedirect(state="another login")),
        pytest.raises(RedirectListenerError) as busy,
    ):
        grant(session)
    assert busy.value.start_url == session.start_url
    assert person.shown == []


def test_the_wrong_region_is_told(grant: AuthorizationCodeGrant, center: FakeIdentityCenter):
    """A start URL that names its region is a help where the session names another."""
    session = SsoSession(
        "https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws", center.region, name="corp"
    )
    with pytest.raises(WrongRegionError, match="eu-west-1"):
        grant(session)


def test_clients_of_the_two_flows_are_not_mixed_up(
    grant: AuthorizationCodeGrant,
    device_code_grant: DeviceCodeGrant,
    session: SsoSession,
    center: FakeIdentityCenter,
):
    """Both are kept under one name, as by the AWS CLI, and each flow reuses its own kind only."""
    for log_in, registrations in [
        (grant, 1),
        (grant, 1),
        (device_code_grant, 2),
        (device_code_grant, 2),
        (grant, 3),
    ]:
        assert log_in(session).access_token in center.secrets
        assert center.calls("RegisterClient") == registrations


def test_what_the_program_raises_ends_the_login(
    grant: AuthorizationCodeGrant,
    session: SsoSession,
    center: FakeIdentityCenter,
    person: BrowsingPerson,
    listener: FakeRedirectListener,
):
    """What a notifier raises reaches the program, and the listener is closed."""
    center.person = Approves(after_polls=1)

    def interrupt() -> None:
        raise KeyboardInterrupt

    person.does = interrupt
    with pytest.raises(KeyboardInterrupt):
        grant(session)
    assert not listener.is_open
