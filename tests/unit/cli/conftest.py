"""Commands in this process, which is quicker; tests/e2e has them as processes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from running import Run

from ssokit.cli.app import ssokit
from ssokit.domain.sso_session import SsoSession
from ssokit.stores import FileStore
from ssokit.testing import FakeIdentityCenter


@pytest.fixture
def run(identity_center: FakeIdentityCenter, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command, in a pipe, that reaches a local Identity Center by the environment."""
    monkeypatch.setenv("AWS_DEFAULT_SSO_START_URL", identity_center.start_url)
    monkeypatch.setenv("AWS_DEFAULT_SSO_REGION", identity_center.region)
    return lambda *arguments: CliRunner().invoke(ssokit, arguments, catch_exceptions=False)


@pytest.fixture
def log_in(identity_center: FakeIdentityCenter) -> Callable[..., None]:
    """Be logged in, by sso-session or by start URL."""

    def log_in(user: str = "alice", *, name: str | None = None) -> None:
        session = SsoSession(identity_center.start_url, identity_center.region, name=name)
        FileStore().save_token(session, identity_center.sign_in(user))

    return log_in


@pytest.fixture
def config(identity_center: FakeIdentityCenter) -> Path:
    """An AWS config file with an sso-session and profiles of several kinds."""
    path = Path.home() / ".aws" / "config"
    path.parent.mkdir(exist_ok=True)
    url, region = identity_center.start_url, identity_center.region
    path.write_text(
        f"""\
[sso-session main]
sso_start_url = {url}
sso_region = {region}

[profile dev]
sso_session = main
sso_account_id = 444455556666
sso_role_name = Developer
region = eu-west-1

[profile legacy]
sso_start_url = {url}
sso_region = {region}

[profile keys]
aws_access_key_id = AKIAEXAMPLE
""",
        encoding="utf-8",
    )
    return path
