"""Asking services whether they are there."""

from __future__ import annotations

import socket
import threading
from datetime import datetime, timezone
from pathlib import Path

import pytest

from ssokit.adapters.aws.reachability import BotoReachability
from ssokit.testing import FakeIdentityCenter


@pytest.mark.parametrize("service", ["sso-oidc", "sso"])
def test_any_answer_will_do(identity_center: FakeIdentityCenter, service: str):
    """A service that answers is there, and says what time it is."""
    echo = BotoReachability().ask(service, identity_center.region)
    assert echo.problem is None
    assert echo.url.startswith("http://127.0.0.1:")
    assert echo.date
    assert echo.date.tzinfo is timezone.utc
    assert abs(echo.date - datetime.now(timezone.utc)).total_seconds() < 3600


@pytest.mark.usefixtures("identity_center")
def test_no_answer(monkeypatch: pytest.MonkeyPatch):
    """What keeps an answer away is said, and nothing is raised."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:9")
    echo = BotoReachability().ask("sso", "us-east-1")
    assert echo.url == "http://127.0.0.1:9"
    assert "no usable answer" in str(echo.problem)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", "nonsense")
    assert "could not be called" in str(BotoReachability().ask("sso", "us-east-1").problem)


@pytest.mark.usefixtures("identity_center")
def test_a_config_file_that_does_not_parse(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """No address can be found out by a broken file, which is a problem to tell, not to raise."""
    (tmp_path / "config").write_text("[default\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    assert "cannot parse" in str(BotoReachability().ask("sso", "us-east-1").problem)


@pytest.mark.usefixtures("identity_center")
def test_an_answer_without_a_date(monkeypatch: pytest.MonkeyPatch):
    """Whatever answers without a date is there all the same."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", f"http://127.0.0.1:{server.getsockname()[1]}")
        echo = BotoReachability().ask("sso", "us-east-1")
        thread.join(60)
    assert (echo.problem, echo.date) == (None, None)
