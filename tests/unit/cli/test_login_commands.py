"""Logging in and out, and where a login stands: what tests/e2e does not show."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import attrs
import pytest
from running import Run

from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.stores import FileStore
from ssokit.testing import AwsError, Denies, FakeIdentityCenter, Fault


def _renewable(token: Token) -> Token:
    client = ClientRegistration(
        client_id="x",
        client_secret="canary",
        expires_at=token.expires_at + timedelta(days=1),
    )
    return attrs.evolve(token, refresh_token="canary", client=client)


def test_a_browser_and_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On one command line that is a contradiction; over the environment, the option wins."""
    result = run("login", "--no-browser", "--browser", "true")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "contradict" in result.stderr
    monkeypatch.setenv("AWS_SSO_DISABLE_BROWSER", "1")
    assert run("login", "--browser", "true").exit_code == 0


def test_a_browser_command_that_is_none(run: Run) -> None:
    """It is refused before anybody is asked."""
    result = run("login", "--browser", "'")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "malformed" in result.stderr


def test_without_options_the_browser_is_opened(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person's own browser is the default."""
    monkeypatch.delenv("AWS_SSO_DISABLE_BROWSER")
    monkeypatch.setenv("BROWSER", "true %s")
    assert run("login").exit_code == 0


@pytest.mark.usefixtures("config")
def test_an_sso_session_is_logged_in_to_as_fits_the_machine(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build has nobody at a browser: a code can be compared anywhere."""
    monkeypatch.delenv("AWS_SSO_DISABLE_BROWSER")
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("BROWSER", "true %s")
    result = run("login", "--sso-session", "main")
    assert result.exit_code == 0
    assert "Approve the login with the code" in result.stderr


def test_a_login_that_cannot_be_kept(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person is logged in, but nothing of that is left when the command has ended."""
    monkeypatch.setenv("HOME", os.devnull)
    result = run("login")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1].startswith("Error: The login could not be kept")


def test_a_command_can_ask_for_the_login_that_it_needs(
    run: Run, identity_center: FakeIdentityCenter
) -> None:
    """With --login nobody has to type two commands; a denial ends it."""
    approves, identity_center.person = identity_center.person, Denies()
    result = run("accounts", "--login")
    assert (result.exit_code, result.stdout) == (4, "")
    identity_center.person = approves
    result = run("accounts", "--login")
    assert result.exit_code == 0
    assert "Approve the login with the code" in result.stderr
    assert "Approve" not in run("roles", "--login").stderr


def test_a_logout_that_is_incomplete(
    run: Run, identity_center: FakeIdentityCenter, log_in: Callable[..., None]
) -> None:
    """The token stays for another try, and the exit code says that it has to be tried."""
    log_in()
    identity_center.faults.add(Fault("Logout", AwsError("InvalidRequestException")))
    result = run("logout")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "has NOT ended" in result.stderr
    assert run("status").exit_code == 0


@pytest.mark.parametrize(
    ("renewable", "region", "state", "code"),
    [
        (False, "us-east-1", "expired", 3),
        (True, "us-east-1", "renewable", 0),
        (False, "eu-west-1", "of another region", 3),
    ],
)
def test_the_status_of_a_login_that_has_ended(
    run: Run,
    identity_center: FakeIdentityCenter,
    *,
    renewable: bool,
    region: str,
    state: str,
    code: int,
) -> None:
    """What renews itself counts as a login; what is for another region does not."""
    token = identity_center.sign_in("alice")
    past = attrs.evolve(
        token,
        expires_at=token.expires_at - timedelta(hours=9),
        region=region,
    )
    past = _renewable(past) if renewable else past
    session = SsoSession(identity_center.start_url, identity_center.region)
    FileStore().save_token(session, past)
    result = run("status")
    first = result.stdout.splitlines()[0]
    assert (result.exit_code, first.split(None, 1)[1]) == (code, state)
    assert "ago)" in result.stdout
    assert "canary" not in result.stdout


def test_the_status_of_a_login_to_another_instance(
    run: Run, identity_center: FakeIdentityCenter
) -> None:
    """A name that meant another Identity Center when the login was made is no login to this one."""
    session = SsoSession(identity_center.start_url, identity_center.region)
    token = attrs.evolve(identity_center.sign_in("alice"), start_url="https://x.awsapps.com/start")
    FileStore().save_token(session, token)
    result = run("status")
    assert result.exit_code == 3
    assert "of another start URL" in result.stdout


def test_a_login_that_renews_itself_says_so(run: Run, identity_center: FakeIdentityCenter) -> None:
    """Until when is then not the whole story."""
    session = SsoSession(identity_center.start_url, identity_center.region)
    FileStore().save_token(session, _renewable(identity_center.sign_in("alice")))
    assert run("login").stderr.endswith(", and renewed without you after that.\n")


@pytest.mark.parametrize("options", [["--profile", "x"], ["--start-url", "x"]])
def test_a_logout_of_all_names_none(run: Run, options: list[str]) -> None:
    """Who names one does not mean all of them."""
    result = run("logout", "--all", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "do not name" in result.stderr


def test_a_logout_of_all(
    run: Run, identity_center: FakeIdentityCenter, log_in: Callable[..., None]
) -> None:
    """Each login is named when it has ended; no Identity Center has to be configured for that."""
    log_in()
    log_in("bob", name="main")
    result = run("logout", "--all")
    assert result.exit_code == 0
    said = f"Logged out of {identity_center.start_url} in us-east-1.\n"
    assert result.stderr == f"{said}{said}Logins that were ended: 2.\n"
    assert run("status").exit_code == 3
    assert run("logout", "--all").stderr == "Logins that were ended: 0.\n"


def test_a_logout_of_all_that_leaves_some(
    run: Run, identity_center: FakeIdentityCenter, log_in: Callable[..., None]
) -> None:
    """What was ended is said, and what was not, with the reason."""
    log_in()
    odd = Path.home() / ".aws" / "sso" / "cache" / "odd.json"
    odd.write_text('{"accessToken": "canary", "expiresAt": "2999-01-01T00:00:00Z"}')
    result = run("logout", "--all")
    assert result.exit_code == 1
    assert f"Logged out of {identity_center.start_url}" in result.stderr
    assert "Some logins are left: an unknown start URL in an unknown region" in result.stderr
    assert "canary" not in result.stderr


def test_a_logout_in_another_region(
    run: Run, identity_center: FakeIdentityCenter, log_in: Callable[..., None]
) -> None:
    """The login of another region is not ended, and that is no success."""
    log_in()
    result = run("logout", "--start-url", identity_center.start_url, "--sso-region", "eu-west-1")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing was ended" in result.stderr
