"""A person with a real browser on the program's machine logs in, or does not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

import ssokit
from ssokit.adapters.loopback.redirect_listener import LoopbackRedirectListener
from ssokit.domain.redirects import AwaitedRedirect
from ssokit.testing import Approves, FakeIdentityCenter, Ignores, ManualClock

_LONG = 60.0


class _HeldClock(ManualClock):
    """A clock that stands still, sleepers included, until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def sleep(self, seconds: float) -> None:
        """Wait to be let go; from then on time flies."""
        self.let_go.wait(_LONG)
        super().sleep(seconds)


@pytest.fixture
def clock() -> Iterator[_HeldClock]:
    clock = _HeldClock()
    yield clock
    clock.let_go.set()


def _instance(center: FakeIdentityCenter, **options: object) -> ssokit.IdentityCenter:
    center.person = Ignores()
    return ssokit.IdentityCenter(
        center.start_url,
        center.region,
        **{"session_name": "corp", "flow": "authorization_code", **options},  # type: ignore[arg-type]
    )


def _asked(login: ssokit.LoginInProgress) -> dict[str, str]:
    query = parse_qs(urlsplit(str(login.verification_uri)).query)
    return {name: values[0] for name, values in query.items()}


def _press(browser: webdriver.Chrome, button: str) -> str:
    browser.find_element(By.ID, button).click()
    WebDriverWait(browser, _LONG).until(lambda page: not page.find_elements(By.ID, button))
    return browser.title


def _violations(browser: webdriver.Chrome) -> list[str]:
    lines = [entry["message"] for entry in browser.get_log("browser")]
    return [line for line in lines if "Content Security Policy" in line]


def test_approving_in_the_browser_logs_in(
    identity_center: FakeIdentityCenter, browser: webdriver.Chrome
):
    """The page asks, the browser comes back to a page of ssokit's, and the token is there."""
    instance = _instance(identity_center)
    with instance.start_login() as login:
        assert login.user_code is None
        browser.get(str(login.verification_uri_complete))
        assert "ssokit" in browser.find_element(By.ID, "client").text
        assert _press(browser, "approve") == "Almost there"
        assert "You can close this page" in browser.find_element(By.ID, "result").text
        token = login.result(_LONG)
    assert browser.current_url.startswith(_asked(login)["redirect_uri"])
    assert _violations(browser) == []
    assert token.refresh_token
    assert instance.login().access_token == token.access_token
    assert len(list(instance.accounts())) > 0


def test_a_person_who_is_signed_in_already_presses_nothing(
    identity_center: FakeIdentityCenter, browser: webdriver.Chrome
):
    """The browser is sent back at once: the listener was there before it."""
    instance = _instance(identity_center)
    identity_center.person = Approves("bob")
    with instance.start_login() as login:
        browser.get(str(login.verification_uri_complete))
        assert browser.title == "Almost there"
        assert login.result(_LONG).access_token in identity_center.secrets


def test_denying_in_the_browser_is_an_error_of_its_own(
    identity_center: FakeIdentityCenter, browser: webdriver.Chrome
):
    """The page and the program both say that it was refused."""
    with _instance(identity_center).start_login() as login:
        browser.get(str(login.verification_uri_complete))
        assert _press(browser, "deny") == "Not logged in"
        with pytest.raises(ssokit.AuthorizationDeniedError):
            login.result(_LONG)
    assert _violations(browser) == []


def test_a_wrong_state_is_told_and_changes_nothing(
    identity_center: FakeIdentityCenter, browser: webdriver.Chrome
):
    """An answer that somebody made up is refused, and the right one is taken after it."""
    with _instance(identity_center).start_login() as login:
        callback = _asked(login)["redirect_uri"]
        browser.get(f"{callback}?code=made-up&state=made-up")
        assert browser.title == "Not this login"
        browser.get(f"{callback}?error=access_denied")
        assert browser.title == "Not this login"
        browser.get(callback.replace("/oauth/callback", "/elsewhere"))
        assert browser.title == "Nothing here"
        browser.get(str(login.verification_uri_complete))
        _press(browser, "approve")
        assert login.result(_LONG).access_token in identity_center.secrets


def test_a_second_callback_is_told_and_changes_nothing(
    identity_center: FakeIdentityCenter, browser: webdriver.Chrome, clock: _HeldClock
):
    """A page that is loaded again says that the answer is there; the first one counts."""
    with _instance(identity_center, clock=clock).start_login() as login:
        browser.get(str(login.verification_uri_complete))
        _press(browser, "approve")
        browser.refresh()
        assert browser.title == "Answered already"
        state, callback = _asked(login)["state"], _asked(login)["redirect_uri"]
        browser.get(f"{callback}?error=access_denied&state={state}")
        assert browser.title == "Answered already"
        clock.let_go.set()
        assert login.result(_LONG).access_token in identity_center.secrets


def test_an_error_callback_ends_the_login(
    identity_center: FakeIdentityCenter, browser: webdriver.Chrome
):
    """What the service sends the browser back with is an error of its kind, at once."""
    expected = {
        "access_denied": ssokit.AuthorizationDeniedError,
        "temporarily_unavailable": ssokit.ServiceUnavailableError,
        "invalid_scope": ssokit.ServiceError,
    }
    for code, error in expected.items():
        identity_center.settings.authorize_error = code
        with _instance(identity_center).start_login() as login:
            browser.get(str(login.verification_uri_complete))
            assert browser.title == "Not logged in"
            with pytest.raises(error, match=code):
                login.result(_LONG)


def test_a_closed_tab_ends_the_login_at_its_deadline(
    identity_center: FakeIdentityCenter, browser: webdriver.Chrome, clock: _HeldClock
):
    """Nobody comes back: after ten minutes the program is told, and the page leads nowhere."""
    with _instance(identity_center, clock=clock).start_login() as login:
        browser.get(str(login.verification_uri_complete))
        page = browser.current_window_handle
        browser.switch_to.new_window("tab")
        other = browser.current_window_handle
        browser.switch_to.window(page)
        browser.close()
        browser.switch_to.window(other)
        clock.let_go.set()
        with pytest.raises(ssokit.PendingAuthorizationExpiredError):
            login.result(_LONG)
    assert 600 <= clock.monotonic() < 601
    assert not _listening(login)


def test_a_closed_tab_may_be_given_up(
    identity_center: FakeIdentityCenter, browser: webdriver.Chrome
):
    """A program that gives up listens no more, soon after."""
    with _instance(identity_center).start_login() as login:
        browser.get(str(login.verification_uri_complete))
        assert login.cancel()
        with pytest.raises(ssokit.LoginCancelledError):
            login.result(_LONG)
    for thread in threading.enumerate():
        if thread.name == "ssokit-login":
            thread.join(_LONG)
    assert not _listening(login)


def test_a_busy_port_is_told_before_any_browser_opens(identity_center: FakeIdentityCenter):
    """The error names the port and what to do; nobody is asked anything."""
    with LoopbackRedirectListener().open(AwaitedRedirect(state="another")) as other:
        port = urlsplit(other.redirect_uri).port
        instance = _instance(identity_center, redirect_port=port)
        login = instance.start_login()
        with pytest.raises(ssokit.RedirectListenerError, match=f":{port} .*redirect_port"):
            login.result(_LONG)
        assert login.verification_uri is None
    with instance.start_login() as login:
        assert login.verification_uri is not None


def _listening(login: ssokit.LoginInProgress) -> bool:
    port = urlsplit(_asked(login)["redirect_uri"]).port
    try:
        with LoopbackRedirectListener(port=port or 0).open(AwaitedRedirect(state="free")):
            return False
    except ssokit.RedirectListenerError:
        return True
