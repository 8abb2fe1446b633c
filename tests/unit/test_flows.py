"""How a caller of the public functions chooses the way in which the person logs in."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import ssokit
from ssokit.adapters.loopback.redirect_listener import LoopbackRedirectListener
from ssokit.domain.redirects import AwaitedRedirect
from ssokit.testing import Approves, FakeBrowser, FakeIdentityCenter, Ignores

_FETCH = """
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
opener.open(sys.argv[1], timeout=60).read()
"""
_LOG_IN = """
import json, sys
import ssokit
center = ssokit.IdentityCenter(
    sys.argv[1], sys.argv[2], session_name="corp", flow="authorization_code"
)
print(json.dumps([center.login().refresh_token is not None]))
"""


@pytest.fixture
def where(identity_center: FakeIdentityCenter) -> tuple[str, str]:
    return identity_center.start_url, identity_center.region


def _opens(browser: FakeBrowser, shown: list[dict[str, Any]]) -> Any:
    def handler(**kwargs: Any) -> None:
        shown.append(kwargs)
        browser.open(kwargs["verificationUriComplete"])

    return handler


@pytest.mark.parametrize("flow", ["authorization_code", ssokit.Flow.AUTHORIZATION_CODE])
def test_login_by_authorization_code_has_to_be_asked_for(
    identity_center: FakeIdentityCenter, where: tuple[str, str], flow: ssokit.Flow | str
):
    """The function logs in by device code, as ever, unless it is told otherwise."""
    shown: list[dict[str, Any]] = []
    handler = _opens(FakeBrowser(identity_center), shown)
    token = ssokit.login(*where, flow=flow, user_auth_handler=handler)
    assert token["refreshToken"] in identity_center.secrets
    assert shown[0]["userCode"] == ""
    ssokit.login(*where, force_refresh=True, user_auth_handler=lambda **kw: shown.append(kw))
    assert shown[1]["userCode"]
    counts = identity_center.call_counts()
    assert (counts["Authorize"], counts["StartDeviceAuthorization"]) == (1, 1)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"flow": "pkce"}, ValueError),
        ({"flow": 1}, TypeError),
        ({"redirect_port": 65536}, ValueError),
        ({"redirect_port": "8400"}, TypeError),
    ],
)
def test_choices_are_checked_when_they_are_made(
    identity_center: FakeIdentityCenter,
    where: tuple[str, str],
    options: dict[str, Any],
    error: type[Exception],
):
    """Nothing is called for what cannot work."""
    with pytest.raises(error):
        ssokit.IdentityCenter(*where, **options)
    assert identity_center.calls() == 0


def test_a_session_logs_in_by_device_code_where_no_browser_is_wanted(
    identity_center: FakeIdentityCenter, where: tuple[str, str]
):
    """``AWS_SSO_DISABLE_BROWSER`` is set in tests: by default the flow is the other one."""
    ssokit.IdentityCenter(*where, session_name="corp").login()
    assert identity_center.calls("StartDeviceAuthorization") == 1
    assert ssokit.choose_flow(ssokit.this_environment()) is ssokit.Flow.DEVICE_CODE


def test_a_login_that_was_begun_is_without_a_code(
    identity_center: FakeIdentityCenter, where: tuple[str, str]
):
    """A program's own window shows a link; when the browser is back, the login is over."""
    identity_center.person = Ignores()
    instance = ssokit.IdentityCenter(*where, flow="authorization_code")
    browser = FakeBrowser(identity_center)
    with instance.start_login() as login:
        assert login.state is ssokit.LoginState.WAITING
        assert login.user_code is None
        assert login.expires_at
        browser.open(str(login.verification_uri_complete))
        browser.approve(user="bob")
        token = login.result(60)
    assert token.access_token in identity_center.secrets
    assert login.state is ssokit.LoginState.LOGGED_IN


def test_a_login_that_was_begun_can_be_shown_by_a_notifier(
    identity_center: FakeIdentityCenter, where: tuple[str, str]
):
    """A notifier gets the request; here it is a browser that opens it."""
    identity_center.person = Approves("bob")
    instance = ssokit.IdentityCenter(*where, flow="authorization_code")
    with instance.start_login(notifier=FakeBrowser(identity_center)) as login:
        assert login.result(60).access_token in identity_center.secrets


def test_a_begun_login_is_by_device_code_unless_asked(
    identity_center: FakeIdentityCenter, where: tuple[str, str]
):
    """Programs that show codes of their own accord go on having one to show."""
    identity_center.person = Ignores()
    with ssokit.IdentityCenter(*where, session_name="corp").start_login() as login:
        assert login.user_code


def test_a_chosen_port_is_in_the_request(
    identity_center: FakeIdentityCenter, where: tuple[str, str]
):
    """Who comes by ``ssh -L`` says where to listen."""
    identity_center.person = Ignores()
    with LoopbackRedirectListener().open(AwaitedRedirect(state="free soon")) as redirects:
        port = urlsplit(redirects.redirect_uri).port
    instance = ssokit.IdentityCenter(*where, flow="authorization_code", redirect_port=port)
    with instance.start_login() as login:
        assert f"127.0.0.1%3A{port}%2F" in str(login.verification_uri)


def test_what_is_kept_is_what_the_aws_cli_keeps(
    identity_center: FakeIdentityCenter, where: tuple[str, str]
):
    """Token and registration have the AWS CLI's names and members: either goes on with them."""
    browser = FakeBrowser(identity_center)
    ssokit.IdentityCenter(
        *where, session_name="corp", flow="authorization_code", notifier=browser
    ).login()
    members = {
        "tool": "botocore",
        "startUrl": where[0],
        "region": where[1],
        "scopes": None,
        "session_name": "corp",
    }
    registration = _kept(json.dumps(members, sort_keys=True))
    assert set(registration) == {"clientId", "clientSecret", "expiresAt", "scopes", "grantTypes"}
    assert registration["scopes"] == ["sso:account:access"]
    assert registration["grantTypes"] == ["authorization_code", "refresh_token"]
    token = _kept("corp")
    assert {"refreshToken", "clientId", "clientSecret", "registrationExpiresAt"} <= set(token)
    assert token["clientId"] == registration["clientId"]
    assert token["registrationExpiresAt"] == registration["expiresAt"]


def _kept(text: str) -> dict[str, Any]:
    name = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    path = Path.home() / ".aws" / "sso" / "cache" / f"{name}.json"
    members: dict[str, Any] = json.loads(path.read_text())
    return members


def test_the_usual_notifier_opens_the_persons_browser(
    identity_center: FakeIdentityCenter, where: tuple[str, str], tmp_path: Path
):
    """With nothing plugged in: the message, the browser of ``BROWSER``, and the way back."""
    fetch = tmp_path / "fetch.py"
    fetch.write_text(_FETCH)
    environment = {name: value for name, value in os.environ.items() if "BROWSER" not in name}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _LOG_IN, *where],
        env={**environment, "BROWSER": f"{sys.executable} {fetch} %s &"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert json.loads(done.stdout) == [True]
    assert "your browser should open a page by itself" in done.stderr
    assert identity_center.call_counts() == {
        "RegisterClient": 1,
        "Authorize": 1,
        "CreateToken": 1,
    }
