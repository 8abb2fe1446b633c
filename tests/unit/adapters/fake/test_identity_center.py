"""The model: sign-in, lifetimes, regions, rates and the record, seen through the ports."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import attrs
import pytest

from ssokit.adapters.fake.call import Call
from ssokit.domain.client_metadata import ClientMetadata
from ssokit.domain.device_authorization import AuthorizationPending, SlowDown, TokenGrant
from ssokit.domain.errors import (
    AccessDeniedError,
    AuthorizationDeniedError,
    ClientRejectedError,
    PendingAuthorizationExpiredError,
    ServiceError,
    ServiceUnavailableError,
    ThrottledError,
    TokenRejectedError,
)
from ssokit.testing import (
    Approves,
    AwsError,
    ConnectionReset,
    Denies,
    FakeIdentityCenter,
    Fault,
    Hang,
    Ignores,
    LetsExpire,
    ManualClock,
    Organization,
    Settings,
    SlowAnswer,
)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def center(clock: ManualClock) -> FakeIdentityCenter:
    return FakeIdentityCenter(clock=clock, person=Ignores())


class _Login:
    """A login on its way, as a program sees it."""

    def __init__(self, center: FakeIdentityCenter, *, region: str | None = None) -> None:
        self.server = center.authorization_server(region=region)
        self.registration = self.server.register_client(ClientMetadata("report"))
        self.authorization = self.server.start_device_authorization(
            self.registration, center.start_url
        )

    def poll(self) -> TokenGrant | AuthorizationPending | SlowDown:
        return self.server.poll_for_token(self.registration, self.authorization)


def test_codes_have_the_form_of_aws(center: FakeIdentityCenter):
    """A user code is two times four letters, and comes with an address to type it in."""
    shown = _Login(center).authorization
    assert re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", shown.user_code)
    assert shown.verification_uri == "https://device.sso.us-east-1.amazonaws.com/"
    assert shown.verification_uri_complete.endswith(f"/?user_code={shown.user_code}")


def test_one_person_approves_one_login(center: FakeIdentityCenter):
    """An approval is for the login of its code, however the code was typed."""
    first, second = _Login(center), _Login(center)
    code = second.authorization.user_code
    center.people.approve(f" {code.replace('-', '').lower()} ", user="bob")
    assert first.poll() == AuthorizationPending()
    granted = second.poll()
    assert isinstance(granted, TokenGrant)
    assert [login.user_code for login in center.people.pending] == [first.authorization.user_code]


def test_one_person_denies_one_login(center: FakeIdentityCenter):
    """A denial is final."""
    login = _Login(center)
    center.people.deny(login.authorization.user_code)
    center.person = Approves()
    with pytest.raises(AuthorizationDeniedError):
        login.poll()


def test_decisions_need_a_login_that_waits(center: FakeIdentityCenter, clock: ManualClock):
    """A code that is unknown, decided or expired cannot be decided."""
    decided, expired = _Login(center), _Login(center)
    center.people.deny(decided.authorization.user_code)
    clock.advance(600)
    for code in (
        "XXXX-XXXX",
        decided.authorization.user_code,
        expired.authorization.user_code,
    ):
        with pytest.raises(LookupError, match="no login waits"):
            center.people.approve(code)


def test_nobody_approves_who_does_not_exist(center: FakeIdentityCenter):
    """An approval by an unknown user is the test's mistake, and told at once."""
    code = _Login(center).authorization.user_code
    with pytest.raises(LookupError, match="no user 'zed'"):
        center.people.approve(code, user="zed")


def test_standing_person_who_does_not_exist_shows_up_as_a_failure(center: FakeIdentityCenter):
    """A standing behaviour with an unknown user fails the service with the reason."""
    center.person = Approves("zed")
    with pytest.raises(ServiceUnavailableError, match="no user 'zed'"):
        _Login(center).poll()


@pytest.mark.parametrize(
    ("person", "ending"),
    [
        (Denies(after_polls=2), AuthorizationDeniedError),
        (LetsExpire(after_polls=2), PendingAuthorizationExpiredError),
    ],
)
def test_people_may_take_their_time(
    center: FakeIdentityCenter, person: Denies | LetsExpire, ending: type[Exception]
):
    """A standing behaviour may begin after some polls."""
    center.person = person
    login = _Login(center)
    assert [login.poll(), login.poll()] == [AuthorizationPending(), AuthorizationPending()]
    with pytest.raises(ending):
        login.poll()


@pytest.mark.parametrize("approved", [True, False])
def test_codes_expire(center: FakeIdentityCenter, clock: ManualClock, *, approved: bool):
    """After ten minutes a code gives nothing, not even if it was approved."""
    login = _Login(center)
    if approved:
        center.people.approve(login.authorization.user_code)
    clock.advance(600)
    with pytest.raises(PendingAuthorizationExpiredError):
        login.poll()


def test_wall_clock_jumps_end_nothing_on_the_service(
    center: FakeIdentityCenter, clock: ManualClock
):
    """A client whose wall clock jumps is still served: the service counts its own time."""
    login = _Login(center)
    clock.jump(10**6)
    assert login.poll() == AuthorizationPending()


def test_interval_is_enforced_on_request(center: FakeIdentityCenter, clock: ManualClock):
    """Polls sooner than the interval are slowed down; those in time are not."""
    center.settings.enforce_interval = True
    center.settings.interval = 5
    login = _Login(center)
    outcomes = []
    for wait in (0, 4, 5):
        clock.advance(wait)
        outcomes.append(login.poll())
    assert outcomes == [AuthorizationPending(), SlowDown(), AuthorizationPending()]


def test_registrations_expire(center: FakeIdentityCenter, clock: ManualClock):
    """After 90 days a client has to register again."""
    login = _Login(center)
    clock.advance(90 * 24 * 3600)
    with pytest.raises(ClientRejectedError, match="expired"):
        login.server.start_device_authorization(login.registration, center.start_url)


def test_clients_must_show_their_secret(center: FakeIdentityCenter):
    """A client with another secret is no client."""
    login = _Login(center)
    forged = attrs.evolve(login.registration, client_secret="guess")
    with pytest.raises(ClientRejectedError):
        login.server.poll_for_token(forged, login.authorization)


def test_clients_get_their_own_tokens_only(center: FakeIdentityCenter):
    """A device code of another client is no grant."""
    mine, other = _Login(center), _Login(center)
    with pytest.raises(PendingAuthorizationExpiredError, match="InvalidGrantException"):
        mine.server.poll_for_token(other.registration, mine.authorization)


@pytest.mark.parametrize(
    ("suffix", "accepted"), [("", True), ("/", True), ("/#/", False), ("#", False)]
)
def test_start_urls_are_compared(center: FakeIdentityCenter, suffix: str, *, accepted: bool):
    """A trailing slash does not matter, a fragment does."""
    server = center.authorization_server()
    registration = server.register_client(ClientMetadata("report"))
    if accepted:
        assert server.start_device_authorization(registration, center.start_url + suffix)
    else:
        with pytest.raises(ServiceError, match="InvalidRequestException"):
            server.start_device_authorization(registration, center.start_url + suffix)


def test_tokens_expire(center: FakeIdentityCenter, clock: ManualClock):
    """After eight hours a token is rejected."""
    token = center.sign_in("alice")
    assert token.expires_at == clock.now() + timedelta(hours=8)
    clock.advance(8 * 3600)
    with pytest.raises(TokenRejectedError):
        center.access_portal().list_accounts(token)


def test_signing_out_ends_one_persons_tokens(center: FakeIdentityCenter):
    """Ending a user's sessions leaves the others alone."""
    alice, bob = center.sign_in("alice"), center.sign_in("bob")
    center.sign_out("alice")
    portal = center.access_portal()
    assert portal.list_accounts(bob).rows
    with pytest.raises(TokenRejectedError):
        portal.list_accounts(alice)


def test_one_token_may_be_expired(center: FakeIdentityCenter):
    """A token can end before its time while others of the same user live on."""
    ended, other = center.sign_in("alice"), center.sign_in("alice")
    center.expire_token(ended.access_token)
    portal = center.access_portal()
    assert portal.list_accounts(other).rows
    with pytest.raises(TokenRejectedError):
        portal.list_roles(ended, "012345678901")


def test_users_who_left_have_no_session(center: FakeIdentityCenter):
    """A token of a user who no longer exists is rejected."""
    token = center.sign_in("alice")
    center.organization = attrs.evolve(center.organization, users={})
    with pytest.raises(TokenRejectedError):
        center.access_portal().list_accounts(token)


def test_signing_in_needs_a_user(center: FakeIdentityCenter):
    """A shortcut to a token is for users who exist."""
    with pytest.raises(LookupError, match="no user 'zed'"):
        center.sign_in("zed")


def test_changes_of_the_organization_show_at_once(center: FakeIdentityCenter):
    """What a test adds to the organization is what its person sees next."""
    token = center.sign_in("alice")
    portal = center.access_portal()
    center.add_account("123412341234", "Research")
    center.assign(user="alice", role="Billing", account="123412341234")
    assert portal.list_roles(token, "123412341234").rows == ("Billing",)
    center.suspend_account("123412341234")
    with pytest.raises(AccessDeniedError):
        portal.get_role_credentials(token, "123412341234", "Billing")


def test_regions_know_their_own_only(clock: ManualClock):
    """A token of one region is none in another, though both serve the instance."""
    center = FakeIdentityCenter(clock=clock, additional_regions=["eu-west-1"])
    assert center.regions == ("us-east-1", "eu-west-1")
    granted = _Login(center, region="eu-west-1").poll()
    assert isinstance(granted, TokenGrant)
    token = center.sign_in("alice", region="eu-west-1")
    assert center.access_portal(region="eu-west-1").list_accounts(token).rows
    with pytest.raises(TokenRejectedError):
        center.access_portal().list_accounts(token)


def test_regions_that_do_not_serve_the_instance_refuse(center: FakeIdentityCenter):
    """The wrong region is refused like a wrong start URL."""
    with pytest.raises(ServiceError, match="region ap-south-1"):
        center.authorization_server(region="ap-south-1").register_client(ClientMetadata("report"))


def test_rate_is_enforced_by_the_clock(center: FakeIdentityCenter, clock: ManualClock):
    """Calls above the rate are throttled until time has passed, or the rate is lifted."""
    token, portal = center.sign_in("alice"), center.access_portal()
    center.enforce_rate(2, burst=3)
    for _ in range(3):
        portal.list_accounts(token)
    with pytest.raises(ThrottledError):
        portal.list_accounts(token)
    clock.advance(0.5)
    portal.list_accounts(token)
    with pytest.raises(ThrottledError):
        portal.list_accounts(token)
    center.lift_rate()
    portal.list_accounts(token)
    assert [request.outcome for request in center.requests].count("OK") == 5


@pytest.mark.parametrize(("calls_per_second", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_rate_must_let_something_through(
    center: FakeIdentityCenter, calls_per_second: float, burst: int
):
    """A rate of nothing is refused: a fault says that better."""
    with pytest.raises(ValueError, match="more than 0"):
        center.enforce_rate(calls_per_second, burst=burst)


def test_record_has_what_was_asked_and_answered(center: FakeIdentityCenter, clock: ManualClock):
    """The record tells operation, parameters, outcome and time, in order."""
    center.faults.add(Fault("RegisterClient", ConnectionReset(), calls={1}))
    server = center.authorization_server()
    with pytest.raises(ServiceUnavailableError):
        server.register_client(ClientMetadata("report"))
    clock.advance(3)
    _Login(center).poll()
    assert [(request.operation, request.outcome) for request in center.requests] == [
        ("RegisterClient", "ConnectionReset"),
        ("RegisterClient", "OK"),
        ("StartDeviceAuthorization", "OK"),
        ("CreateToken", "AuthorizationPendingException"),
    ]
    assert center.requests[0].parameters["clientName"] == "report"
    assert center.requests[1].at - center.requests[0].at == timedelta(seconds=3)
    assert (center.calls(), center.calls("RegisterClient")) == (4, 2)
    assert center.call_counts()["CreateToken"] == 1
    center.clear_requests()
    assert center.requests == ()


def test_record_shows_no_secret(center: FakeIdentityCenter):
    """No repr of the record holds a secret that the model made."""
    center.person = Approves()
    _Login(center).poll()
    token = center.sign_in("alice")
    center.access_portal().get_role_credentials(token, "012345678901", "Developer")
    shown = repr(center.requests) + repr(_Login(center).authorization) + repr(token)
    assert len(center.secrets) >= 8
    assert not [secret for secret in center.secrets if secret in shown]


def test_unknown_operation_is_told(center: FakeIdentityCenter):
    """A call that no service here knows is refused and recorded."""
    outcome = center.handle(Call(operation="DescribeWeather", region="us-east-1"))
    assert isinstance(outcome.fault, AwsError)
    assert outcome.fault.status == 404
    assert center.calls("DescribeWeather") == 1


def test_slow_answers_take_the_models_time(center: FakeIdentityCenter, clock: ManualClock):
    """A slow answer is right, and takes its seconds on the model's clock."""
    center.faults.add(Fault("RegisterClient", SlowAnswer(30)))
    assert center.authorization_server().register_client(ClientMetadata("report"))
    assert clock.sleeps == [30]


def test_nobody_hangs_in_process(center: FakeIdentityCenter):
    """Without a connection to hold, a hang is a failure at once."""
    center.faults.add(Fault("RegisterClient", Hang()))
    with pytest.raises(ServiceUnavailableError, match="Hang"):
        center.authorization_server().register_client(ClientMetadata("report"))


def test_latency_does_not_change_answers():
    """With a latency set, calls are answered as before."""
    center = FakeIdentityCenter(settings=Settings(latency=0.001))
    assert _Login(center).poll()


def test_settings_are_checked():
    """Settings that make no sense are refused when they are set."""
    settings = Settings()
    with pytest.raises(ValueError):
        settings.page_size = 0
    with pytest.raises(ValueError):
        Settings(interval=-1)


def test_anybody_may_sign_in_first():
    """Without a name, the first user of the organization approves."""
    center = FakeIdentityCenter(Organization.of_size(accounts=250, users=2))
    assert isinstance(_Login(center).poll(), TokenGrant)
    token, portal = center.sign_in("user0000"), center.access_portal()
    first = portal.list_accounts(token)
    assert len(first.rows) == 100
    assert first.next_token is not None


def test_next_tokens_are_checked(center: FakeIdentityCenter):
    """A next token that is garbage, or another listing's, is refused."""
    center.settings.page_size = 1
    token, portal = center.sign_in("alice"), center.access_portal()
    of_accounts = portal.list_accounts(token).next_token
    for next_token in ("?", "bm90", of_accounts):
        with pytest.raises(ServiceError, match="nextToken is invalid"):
            portal.list_roles(token, "012345678901", next_token=next_token)


def test_threads_share_one_model(center: FakeIdentityCenter):
    """Many threads may use, change and read the model at the same time."""
    center.person = Approves()

    def use(number: int) -> bool:
        granted = _Login(center).poll()
        center.add_user(f"user{number}")
        return isinstance(granted, TokenGrant)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(40)))
    assert center.calls("CreateToken") == 40
    assert len(center.organization.users) == 43
