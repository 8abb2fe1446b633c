"""The page where a person decides."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest

from ssokit.domain.client_metadata import ClientMetadata
from ssokit.domain.device_authorization import AuthorizationPending, TokenGrant
from ssokit.domain.errors import AuthorizationDeniedError
from ssokit.testing import FakeIdentityCenter, Ignores


class _Waiting:
    """A login that waits for a person at the page."""

    def __init__(self, center: FakeIdentityCenter, name: str) -> None:
        center.person = Ignores()
        self.server = center.authorization_server()
        self.registration = self.server.register_client(ClientMetadata(name))
        self.authorization = self.server.start_device_authorization(
            self.registration, center.start_url
        )
        self.code = self.authorization.user_code

    def poll(self) -> object:
        return self.server.poll_for_token(self.registration, self.authorization)


@pytest.fixture
def waiting(center: FakeIdentityCenter) -> _Waiting:
    return _Waiting(center, "Quarterly <report> & more")


def _token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def _decide(send: Any, **fields: str) -> Any:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return send("POST", "/device", urlencode(fields).encode(), headers)


def test_page_shows_who_asks_and_the_code(send: Any, waiting: _Waiting):
    """The page names the program, escaped, and shows the code and all who may sign in."""
    page = send("GET", f"/device?user_code={waiting.code}")
    assert page.status == 200
    assert "Quarterly &lt;report&gt; &amp; more" in page.text
    assert f">{waiting.code}<" in page.text
    assert '<option value="alice">Alice Moss (alice)</option>' in page.text
    assert 'id="approve"' in page.text
    assert 'id="deny"' in page.text


def test_page_is_self_contained_and_locked_down(send: Any, waiting: _Waiting):
    """No script, no frame, no cache, no outside resource."""
    page = send("GET", f"/device?user_code={waiting.code}")
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in policy
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Referrer-Policy" in page.headers
    assert not re.search(r"<script|src=|https?://", page.text)


def test_approving_grants_a_token_to_the_chosen_user(
    send: Any, center: FakeIdentityCenter, waiting: _Waiting
):
    """The button signs in as who was chosen, and the page says that it is done."""
    page = send("GET", f"/device?user_code={waiting.code}")
    done = _decide(
        send, user_code=waiting.code, token=_token(page.text), user="bob", decision="approve"
    )
    assert (done.status, "You can close this page" in done.text) == (200, True)
    granted = waiting.poll()
    assert isinstance(granted, TokenGrant)
    bearer = {"x-amz-sso_bearer_token": granted.access_token}
    seen = send("GET", "/assignment/accounts", headers=bearer).json()["accountList"]
    assert len(seen) == len(center.access_portal().list_accounts(center.sign_in("bob")).rows) == 5


def test_denying_ends_the_login(send: Any, waiting: _Waiting):
    """The other button ends the login."""
    page = send("GET", f"/device?user_code={waiting.code}")
    done = _decide(
        send, user_code=waiting.code, token=_token(page.text), user="bob", decision="deny"
    )
    assert "may not act for you" in done.text
    with pytest.raises(AuthorizationDeniedError):
        waiting.poll()


@pytest.mark.parametrize("path", ["/", "/device", "/device?user_code=%20"])
def test_code_can_be_typed_in(send: Any, path: str):
    """Without a code the page asks for one."""
    page = send("GET", path)
    assert (page.status, 'name="user_code"' in page.text) == (200, True)
    assert 'role="alert"' not in page.text


def test_unknown_codes_are_told(send: Any):
    """A code of nobody is HTTP 400, and can be typed again."""
    page = send("GET", "/device?user_code=XXXX-XXXX")
    assert page.status == 400
    assert 'role="alert"' in page.text


@pytest.mark.parametrize("token", ["", "forged", "forged.token", "ä.ö"])
def test_decisions_need_the_page(send: Any, waiting: _Waiting, token: str):
    """A decision that was not made on the page counts for nothing."""
    answer = _decide(send, user_code=waiting.code, token=token, user="alice", decision="approve")
    assert (answer.status, "out of date" in answer.text) == (400, True)
    assert waiting.poll() == AuthorizationPending()


def test_a_pages_token_is_for_its_code_only(
    send: Any, center: FakeIdentityCenter, waiting: _Waiting
):
    """The token of one login's page decides about no other login."""
    other = _Waiting(center, "other")
    page = send("GET", f"/device?user_code={other.code}")
    answer = _decide(
        send, user_code=waiting.code, token=_token(page.text), user="alice", decision="approve"
    )
    assert answer.status == 400
    assert waiting.poll() == AuthorizationPending()


def test_decided_logins_are_not_decided_again(send: Any, waiting: _Waiting):
    """A page that was used already says so."""
    page = send("GET", f"/device?user_code={waiting.code}")
    fields = {"user_code": waiting.code, "token": _token(page.text), "user": "bob"}
    _decide(send, **fields, decision="approve")
    assert _decide(send, **fields, decision="deny").status == 400


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::1"]
)
def test_other_hosts_are_refused(send: Any, waiting: _Waiting, host: str):
    """A page that rebinds its name to this machine gets nothing."""
    answer = send("GET", f"/device?user_code={waiting.code}", headers={"Host": host})
    assert answer.status == 421
    assert waiting.code not in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:8080", "LOCALHOST"])
def test_loopback_hosts_are_served(send: Any, waiting: _Waiting, host: str):
    """Every name of this machine's loopback interface is good."""
    answer = send("GET", f"/device?user_code={waiting.code}", headers={"Host": host})
    assert answer.status == 200


def test_other_origins_are_refused(send: Any, waiting: _Waiting):
    """A form of another web page is refused, whatever it knows; the page's own is not."""
    path = f"/device?user_code={waiting.code}"
    assert send("GET", path, headers={"Origin": "https://evil.example"}).status == 403
    own = {"Origin": "http://localhost:81", "Host": "localhost:81"}
    assert send("GET", path, headers=own).status == 200
