"""A person with a real browser approves or denies a login."""

from __future__ import annotations

import os
import queue
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

import ssokit
from ssokit.testing import FakeIdentityCenter, Ignores

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def _found(*names: str) -> str:
    for name in names:
        if path := shutil.which(name):
            return path
    reason = f"real component missing: no {' or '.join(names)} (Debian: chromium, chromium-driver)"
    if os.environ.get("SSOKIT_REQUIRE_REAL_COMPONENTS"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """A headless Chromium with a profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = _found("chromium", "chromium-browser", "google-chrome")
    for flag in (*_FLAGS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    service = webdriver.ChromeService(_found("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()


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
