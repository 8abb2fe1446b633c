"""A person with a real browser approves or denies a login."""

from __future__ import annotations

import queue
import threading
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

import ssokit
from ssokit.testing import FakeIdentityCenter, Ignores


class _WaitingLogin:
    def __init__(self, center: FakeIdentityCenter) -> None:
        self.shown: queue.Queue[dict[str, Any]] = queue.Queue()
        self.outcome: dict[str, Any] | Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(center,), daemon=True)
        self._thread.start()

    def _run(self, center: FakeIdentityCenter) -> None:
        try:
            self.outcome = ssokit.login(
                center.start_url,
                center.region,
                user_auth_handler=lambda **shown: self.shown.put(shown),
            )
        except ssokit.SsokitError as error:
            self.outcome = error

    def join(self) -> dict[str, Any] | Exception | None:
        self._thread.join(60)
        assert not self._thread.is_alive()
        return self.outcome


def _decide(browser: webdriver.Chrome, shown: dict[str, Any], button: str) -> str:
    browser.get(shown["verificationUriComplete"])
    assert shown["userCode"] in browser.find_element(By.TAG_NAME, "body").text
    browser.find_element(By.ID, button).click()
    WebDriverWait(browser, 30).until(lambda page: not page.find_elements(By.ID, button))
    assert "close" in browser.find_element(By.TAG_NAME, "body").text
    return browser.title


def test_approving_in_a_browser_ends_the_wait(
    identity_center: FakeIdentityCenter, browser: webdriver.Chrome
) -> None:
    """A waiting login() returns the token once a person presses approve on the page."""
    identity_center.person = Ignores()
    waiting = _WaitingLogin(identity_center)
    _decide(browser, waiting.shown.get(timeout=60), "approve")
    token = waiting.join()
    assert isinstance(token, dict)
    assert token["startUrl"] == identity_center.start_url
    assert identity_center.calls("StartDeviceAuthorization") == 1


def test_denying_in_a_browser_ends_the_wait(
    identity_center: FakeIdentityCenter, browser: webdriver.Chrome
) -> None:
    """A waiting login() raises its own error once a person presses deny on the page."""
    identity_center.person = Ignores()
    waiting = _WaitingLogin(identity_center)
    _decide(browser, waiting.shown.get(timeout=60), "deny")
    assert isinstance(waiting.join(), ssokit.AuthorizationDeniedError)
