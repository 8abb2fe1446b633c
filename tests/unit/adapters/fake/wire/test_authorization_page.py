"""The page where a person signs in, in a browser on the program's own machine."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from ssokit.domain.authorization_request import code_challenge
from ssokit.testing import (
    AwsError,
    ConnectionReset,
    Denies,
    FakeIdentityCenter,
    Fault,
    Ignores,
)

_REDIRECT = "http://127.0.0.1:49152/oauth/callback"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def page(send: Any, center: FakeIdentityCenter) -> str:
    """Register a client over HTTP, and give the page's URL, without a host."""
    registered = send(
        "POST",
        "/client/register",
        {
            "clientName": "Quarterly <report> & more",
            "clientType": "public",
            "scopes": ["sso:account:access"],
            "grantTypes": ["authorization_code", "refresh_token"],
            "redirectUris": ["http://127.0.0.1/oauth/callback"],
            "issuerUrl": center.start_url,
        },
    ).json()
    query = {
        "response_type": "code",
        "client_id": registered["clientId"],
        "redirect_uri": _REDIRECT,
        "state": "the-state",
        "code_challenge_method": "S256",
        "scopes": "sso:account:access",
        "code_challenge": code_challenge(50 * "v"),
    }
    return f"/authorize?{urlencode(query)}"


def _decide(send: Any, page: str, shown: str, **fields: str) -> Any:
    found = re.search(r'name="page" value="([^"]+)"', shown)
    assert found
    return send("POST", page, urlencode({"page": found[1], **fields}).encode(), _FORM)


def _sent_back(answer: Any) -> dict[str, list[str]]:
    assert answer.status == 303
    assert answer.headers["Cache-Control"] == "no-store"
    location = answer.headers["Location"]
    assert location.startswith(f"{_REDIRECT}?")
    return parse_qs(urlsplit(location).query)


def test_standing_behaviour_sends_the_browser_back_at_once(
    send: Any, center: FakeIdentityCenter, page: str
):
    """Who approves every login, or denies it, is not asked."""
    assert set(_sent_back(send("GET", page))) == {"code", "state"}
    center.person = Denies()
    denied = _sent_back(send("GET", page))
    assert (denied["error"], denied["state"]) == (["access_denied"], ["the-state"])


def test_the_page_shows_who_asks_and_for_what(send: Any, center: FakeIdentityCenter, page: str):
    """The program's name is escaped; there are all who may sign in, and both buttons."""
    center.person = Ignores()
    shown = send("GET", page)
    assert shown.status == 200
    assert "Quarterly &lt;report&gt; &amp; more" in shown.text
    assert "sso:account:access" in shown.text
    assert '<option value="alice">Alice Moss (alice)</option>' in shown.text
    assert 'id="approve"' in shown.text
    assert 'id="deny"' in shown.text


def test_the_page_is_locked_down(send: Any, center: FakeIdentityCenter, page: str):
    """Its form leads here and to the program, and nowhere else."""
    center.person = Ignores()
    policy = send("GET", page).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'self' http://127.0.0.1:*;" in policy


@pytest.mark.parametrize("path", ["{}", "/region/us-east-1{}"])
def test_approving_gives_a_code_for_the_chosen_user(
    send: Any, center: FakeIdentityCenter, page: str, path: str
):
    """The button sends the browser back with a code, for whom the person signed in as."""
    center.person = Ignores()
    page = path.format(page)
    shown = send("GET", page).text
    back = _sent_back(_decide(send, page, shown, decision="approve", user="bob"))
    assert back["state"] == ["the-state"]
    assert back["code"][0] in center.secrets
    assert _decide(send, page, shown, decision="deny").status == 400


def test_denying_sends_back_an_error(send: Any, center: FakeIdentityCenter, page: str):
    """The other button does, too."""
    center.person = Ignores()
    back = _sent_back(_decide(send, page, send("GET", page).text, decision="deny"))
    assert back["error"] == ["access_denied"]


@pytest.mark.parametrize("forged", ["", "forged"])
def test_decisions_need_the_page(send: Any, center: FakeIdentityCenter, page: str, forged: str):
    """A decision that was not made on the page counts for nothing."""
    center.person = Ignores()
    send("GET", page)
    form = urlencode({"page": forged, "decision": "approve"}).encode()
    answer = send("POST", page, form, _FORM)
    assert answer.status == 400
    assert 'role="alert"' in answer.text


def test_what_cannot_be_sent_back_is_told_to_the_person(send: Any, page: str):
    """Without a client that is known, there is no way back to trust."""
    answer = send("GET", page.replace("client_id=", "client_id=not"))
    assert answer.status == 401
    assert "InvalidClientException" in answer.text
    assert "Location" not in answer.headers


def test_a_throttled_page_says_when_to_come_back(send: Any, center: FakeIdentityCenter, page: str):
    """The error page carries the seconds that the service asks for."""
    error = AwsError("TooManyRequestsException", retry_after=3)
    center.faults.add(Fault("Authorize", error))
    answer = send("GET", page)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "3")


def test_connections_break_for_browsers_too(send: Any, center: FakeIdentityCenter, page: str):
    """Faults of the network strike the page as they strike calls."""
    center.faults.add(Fault("Authorize", ConnectionReset()))
    with pytest.raises(ConnectionError):
        send("GET", page)
