"""A person with a browser, for tests that need no page to look at."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

import attrs
import pytest

from ssokit.adapters.loopback.redirect_listener import LoopbackRedirectListener
from ssokit.domain.authorization_request import REDIRECT_URI, AuthorizationRequest, code_challenge
from ssokit.domain.client_metadata import ClientMetadata
from ssokit.domain.errors import ServiceError
from ssokit.domain.redirects import (
    AuthorizationCode,
    AuthorizationRefusal,
    AwaitedRedirect,
    RedirectOutcome,
)
from ssokit.ports.redirect_listener import RedirectListener
from ssokit.testing import (
    Approves,
    AwsError,
    Denies,
    FakeBrowser,
    FakeIdentityCenter,
    FakeRedirectListener,
    Fault,
    Ignores,
    ManualClock,
)

_AWAITED = AwaitedRedirect(state="the-state")
_VERIFIER = 5 * "0123456789"


@pytest.fixture
def center() -> FakeIdentityCenter:
    return FakeIdentityCenter(clock=ManualClock())


@pytest.fixture
def listener() -> FakeRedirectListener:
    return FakeRedirectListener()


@pytest.fixture
def browser(center: FakeIdentityCenter, listener: FakeRedirectListener) -> FakeBrowser:
    return FakeBrowser(center, listener)


@pytest.fixture
def metadata(center: FakeIdentityCenter) -> ClientMetadata:
    return ClientMetadata(
        "tests",
        scopes=("sso:account:access", "another:scope"),
        grant_types=("authorization_code",),
        redirect_uris=(REDIRECT_URI,),
        issuer_url=center.start_url,
    )


def _query(client_id: str, redirect_uri: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "state": "the-state",
        "code_challenge_method": "S256",
        "code_challenge": code_challenge(_VERIFIER),
        "scopes": "sso:account:access",
    }


def _visit(
    center: FakeIdentityCenter,
    browser: FakeBrowser,
    listener: FakeRedirectListener,
    metadata: ClientMetadata,
    changes: Mapping[str, str | None],
) -> RedirectOutcome | None:
    client = center.authorization_server().register_client(metadata)
    with listener.open(_AWAITED) as redirects:
        asked = {**_query(client.client_id, redirects.redirect_uri), **changes}
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        assert browser.open(f"https://oidc.us-east-1.amazonaws.com/authorize?{query}")
        return redirects.awaited.outcome


@pytest.mark.parametrize("scopes", ["sso:account:access", "", None])
def test_the_browser_brings_a_code(
    center: FakeIdentityCenter,
    browser: FakeBrowser,
    listener: FakeRedirectListener,
    metadata: ClientMetadata,
    scopes: str | None,
):
    """A person who approves is sent back with a code, whatever scopes the client leaves out."""
    outcome = _visit(center, browser, listener, metadata, {"scopes": scopes})
    assert isinstance(outcome, AuthorizationCode)
    assert outcome.code in center.secrets
    assert browser.error is None


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scopes": "sso:account:access of:others"}, "invalid_scope"),
        ({"scopes": None, "scope": "of:others"}, "invalid_scope"),
    ],
)
def test_mistakes_of_the_program_come_back_with_the_browser(
    center: FakeIdentityCenter,
    browser: FakeBrowser,
    listener: FakeRedirectListener,
    metadata: ClientMetadata,
    changes: Mapping[str, str | None],
    error: str,
):
    """RFC 6749 section 4.1.2.1: where to send the browser is known, so the program is told."""
    outcome = _visit(center, browser, listener, metadata, changes)
    assert isinstance(outcome, AuthorizationRefusal)
    assert outcome.error == error


def test_clients_for_device_codes_get_no_code(
    center: FakeIdentityCenter,
    browser: FakeBrowser,
    listener: FakeRedirectListener,
    metadata: ClientMetadata,
):
    """A client that did not register for this grant is told so."""
    outcome = _visit(center, browser, listener, attrs.evolve(metadata, grant_types=()), {})
    assert isinstance(outcome, AuthorizationRefusal)
    assert outcome.error == "unauthorized_client"


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "of-nobody"},
        {"client_id": None},
        {"redirect_uri": None},
        {"redirect_uri": "http://127.0.0.1/oauth/other"},
        {"redirect_uri": "http://127.0.0.1:1/oauth/other"},
        {"redirect_uri": "http://127.0.0.1:70000/oauth/callback"},
        {"redirect_uri": "http://localhost:1/oauth/callback"},
        {"redirect_uri": "https://127.0.0.1:1/oauth/callback"},
        {"redirect_uri": "https://evil.example/oauth/callback"},
        {"redirect_uri": "http://[/"},
    ],
)
def test_nobody_is_sent_to_a_place_that_was_not_registered(
    center: FakeIdentityCenter,
    browser: FakeBrowser,
    listener: FakeRedirectListener,
    metadata: ClientMetadata,
    changes: Mapping[str, str | None],
):
    """An unknown client or another redirect URI is told to the person, and nowhere else."""
    assert _visit(center, browser, listener, metadata, changes) is None
    assert browser.error in ("InvalidClientException", "InvalidRequestException")
    assert listener.replies == []


def test_registrations_end_for_browsers_too(
    center: FakeIdentityCenter,
    browser: FakeBrowser,
    listener: FakeRedirectListener,
    metadata: ClientMetadata,
):
    """A client whose registration is over is unknown to the page."""
    client = center.authorization_server().register_client(metadata)
    assert isinstance(center.clock, ManualClock)
    center.clock.advance(91 * 86_400)
    changes = {"client_id": client.client_id}
    assert _visit(center, browser, listener, metadata, changes) is None
    assert browser.error == "InvalidClientException"


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uris": ()},
        {"redirect_uris": ("http://127.0.0.1/oauth/callback", "http://example.com/")},
        {"redirect_uris": ("https:///",)},
        {"redirect_uris": ("http://[/",)},
        {"issuer_url": None},
        {"issuer_url": "https://d-0987654321.awsapps.com/start"},
    ],
    ids=repr,
)
def test_clients_for_the_browser_say_where_it_goes(
    center: FakeIdentityCenter, metadata: ClientMetadata, changes: Mapping[str, str]
):
    """The grant needs redirect URIs, on this machine or with https, and the instance's issuer."""
    with pytest.raises(ServiceError, match="InvalidRe"):
        center.authorization_server().register_client(attrs.evolve(metadata, **changes))


def test_https_redirects_can_be_registered(
    center: FakeIdentityCenter,
    browser: FakeBrowser,
    listener: FakeRedirectListener,
    metadata: ClientMetadata,
):
    """A redirect URI with https is matched as it is; nobody listens there in this test."""
    uri = "https://example.com/callback"
    with pytest.raises(ConnectionRefusedError):
        _visit(
            center,
            browser,
            listener,
            attrs.evolve(metadata, redirect_uris=(uri,)),
            {"redirect_uri": uri},
        )


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_an_open_page_waits_for_a_decision(
    center: FakeIdentityCenter,
    browser: FakeBrowser,
    listener: FakeRedirectListener,
    metadata: ClientMetadata,
    decision: str,
):
    """Who ignores logins leaves the page open; a decision on it sends the browser back, once."""
    center.person = Ignores()
    client = center.authorization_server().register_client(metadata)
    with listener.open(_AWAITED) as redirects:
        browser.open(f"/authorize?{urlencode(_query(client.client_id, redirects.redirect_uri))}")
        assert redirects.awaited.outcome is None
        if decision == "approve":
            browser.approve(user="bob")
        else:
            browser.deny()
        expected = AuthorizationCode if decision == "approve" else AuthorizationRefusal
        assert isinstance(redirects.awaited.outcome, expected)
        with pytest.raises(LookupError):
            browser.deny()


def test_pages_run_out(
    center: FakeIdentityCenter,
    browser: FakeBrowser,
    listener: FakeRedirectListener,
    metadata: ClientMetadata,
):
    """A page that was left open for too long decides nothing any more."""
    center.person = Ignores()
    assert _visit(center, browser, listener, metadata, {}) is None
    assert isinstance(center.clock, ManualClock)
    center.clock.advance(600)
    browser.approve()
    assert browser.error == "InvalidRequestException"


def test_who_takes_their_time_is_shown_the_page(
    center: FakeIdentityCenter,
    browser: FakeBrowser,
    listener: FakeRedirectListener,
    metadata: ClientMetadata,
):
    """Who takes their time with device codes does so with a page: it is shown, and waits."""
    center.person = Approves(after_polls=1)
    assert _visit(center, browser, listener, metadata, {}) is None


def test_faults_strike_the_page_too(
    center: FakeIdentityCenter,
    browser: FakeBrowser,
    listener: FakeRedirectListener,
    metadata: ClientMetadata,
):
    """The page is an operation of the model: it is recorded, and can fail."""
    center.faults.add(Fault("Authorize", AwsError("InternalServerException")))
    assert _visit(center, browser, listener, metadata, {}) is None
    assert browser.error == "InternalServerException"
    assert center.requests[-1].outcome == "InternalServerException"


@pytest.mark.parametrize("person", [Approves(), Denies()])
def test_a_real_listener_is_reached_over_http(
    center: FakeIdentityCenter, metadata: ClientMetadata, person: Approves | Denies
):
    """Without a listener of its own, the browser goes where it is sent."""
    center.person = person
    client = center.authorization_server().register_client(metadata)
    real: RedirectListener = LoopbackRedirectListener()
    with real.open(_AWAITED) as redirects:
        query = _query(client.client_id, redirects.redirect_uri)
        FakeBrowser(center).open(f"/authorize?{urlencode(query)}")
    assert redirects.awaited.outcome is not None


def test_logins_by_device_code_are_not_for_the_browser(
    center: FakeIdentityCenter, browser: FakeBrowser
):
    """They are decided about as ever; the browser opens nothing."""
    server = center.authorization_server()
    client = server.register_client(ClientMetadata("tests"))
    browser.show(server.start_device_authorization(client, center.start_url))
    assert center.calls("Authorize") == 0


def test_a_fake_listener_hears_only_what_is_for_it(listener: FakeRedirectListener):
    """Each login has a port of its own; what goes elsewhere, or comes too late, is refused."""
    with listener.open(_AWAITED) as redirects:
        first = redirects.redirect_uri
    with listener.open(_AWAITED) as redirects:
        assert redirects.redirect_uri != first
        with pytest.raises(ConnectionRefusedError):
            listener.deliver(f"{first}?code=c&state=the-state")
    with contextlib.suppress(ConnectionRefusedError):
        listener.deliver("/oauth/callback?code=c&state=the-state")
    assert listener.replies == []


def test_requests_of_the_adapter_are_understood(
    center: FakeIdentityCenter,
    browser: FakeBrowser,
    listener: FakeRedirectListener,
    metadata: ClientMetadata,
):
    """What ssokit sends is what the page takes."""
    server = center.authorization_server()
    client = server.register_client(metadata)
    with listener.open(_AWAITED) as redirects:
        request = AuthorizationRequest(
            endpoint=server.authorization_endpoint(),
            client_id=client.client_id,
            redirect_uri=redirects.redirect_uri,
            scopes=("sso:account:access", "another:scope"),
            state="the-state",
            code_verifier=_VERIFIER,
            expires_at=center.clock.now(),
        )
        browser.show(request)
        assert isinstance(redirects.awaited.outcome, AuthorizationCode)
    assert parse_qs(urlsplit(request.verification_uri).query)["state"] == ["the-state"]
