"""Which Identity Center a command takes, and that it says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from running import Run

from ssokit.testing import FakeIdentityCenter

_URL = "https://x.awsapps.com/start"
_VARIABLES = ("AWS_DEFAULT_SSO_START_URL", "AWS_DEFAULT_SSO_REGION")


@pytest.fixture
def _bare(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:  # noqa: ARG001 - it sets them
    for name in _VARIABLES:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--profile", "a", "--sso-session", "b"], "--profile and --sso-session name"),
        (["--profile", "a", "--start-url", _URL], "--profile and --start-url name"),
        (["--profile", "a", "--sso-region", "us-east-1"], "--sso-region goes with --start-url"),
        (["--start-url", _URL], "--start-url needs --sso-region"),
        (["--start-url", "", "--sso-region", "us-east-1"], "is empty"),
        (["--profile", ""], "is empty"),
        (["--sso-region", "us-east-1"], "--sso-region needs --start-url"),
        (["--start-url", "x", "--sso-region", "us-east-1"], "not an https URL"),
        ([], "The AWS config file names none"),
    ],
)
@pytest.mark.usefixtures("_bare")
def test_options_that_cannot_work(run: Run, options: list[str], words: str) -> None:
    """Contradictions and gaps are refused before anything is done."""
    result = run("status", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("options", "environment", "named"),
    [
        (["--profile", "dev"], {}, " (profile dev)"),
        (["--profile", "legacy"], {"AWS_PROFILE": "dev"}, " (profile legacy)"),
        (["--sso-session", "main"], {"AWS_PROFILE": "legacy"}, " (sso-session main)"),
        ([], {"AWS_PROFILE": "legacy"}, " (profile legacy)"),
        ([], {"AWS_DEFAULT_PROFILE": "dev"}, " (profile dev)"),
        ([], {}, " (sso-session main)"),
        ([], {"AWS_DEFAULT_SSO_START_URL": ..., "AWS_DEFAULT_SSO_REGION": ...}, ""),
        (["--start-url", ...], {"AWS_DEFAULT_SSO_REGION": ..., "AWS_PROFILE": "dev"}, ""),
        (["--sso-region", ...], {"AWS_DEFAULT_SSO_START_URL": ...}, ""),
    ],
)
@pytest.mark.usefixtures("_bare", "config")
def test_what_is_taken(
    run: Run,
    identity_center: FakeIdentityCenter,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    environment: dict[str, str],
    named: str,
) -> None:
    """Options come first, then the environment, then the only one that the config names."""
    known = {
        "--start-url": identity_center.start_url,
        "--sso-region": identity_center.region,
        "AWS_DEFAULT_SSO_START_URL": identity_center.start_url,
        "AWS_DEFAULT_SSO_REGION": identity_center.region,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, known[name] if value is ... else value)
    given = [known[options[0]] if option is ... else option for option in options]
    result = run("status", *given)
    assert result.exit_code == 3
    where = f"{identity_center.start_url} in {identity_center.region}"
    assert result.stderr == f"Using {where}{named}\n"


@pytest.mark.usefixtures("config")
def test_a_profile_without_sso_leaves_the_choice_to_the_variables(
    run: Run, identity_center: FakeIdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS_PROFILE may be set for other programs; one with an Identity Center wins."""
    monkeypatch.setenv("AWS_PROFILE", "keys")
    said = f"Using {identity_center.start_url} in {identity_center.region}"
    assert run("status").stderr == f"{said}\n"
    monkeypatch.setenv("AWS_PROFILE", "dev")
    assert run("status").stderr == f"{said} (profile dev)\n"


@pytest.mark.usefixtures("_bare")
def test_the_default_profile(run: Run, config: Path) -> None:
    """It is taken where nothing is said, as the AWS CLI takes it."""
    config.write_text(
        config.read_text(encoding="utf-8").replace("[profile legacy]", "[default]"),
        encoding="utf-8",
    )
    assert run("status").stderr.endswith("(profile default)\n")


@pytest.mark.parametrize(
    ("profile", "words"),
    [("nowhere", "no [profile nowhere]"), ("keys", "does not use IAM Identity Center")],
)
@pytest.mark.usefixtures("_bare", "config")
def test_a_profile_that_cannot_work(
    run: Run, monkeypatch: pytest.MonkeyPatch, profile: str, words: str
) -> None:
    """What AWS_PROFILE names is not passed over silently."""
    monkeypatch.setenv("AWS_PROFILE", profile)
    result = run("status")
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


@pytest.mark.usefixtures("_bare")
def test_several_to_choose_from(run: Run, config: Path) -> None:
    """The paragraph names what there is."""
    more = "\n[sso-session other]\nsso_start_url = https://x\nsso_region = us-east-1\n"
    config.write_text(config.read_text(encoding="utf-8") + more, encoding="utf-8")
    result = run("status")
    assert (result.exit_code, result.stdout) == (2, "")
    said = " ".join(result.stderr.split())
    assert "Give --profile (dev, legacy) or --sso-session (main, other), or --start-url" in said


@pytest.mark.parametrize(
    "options", [["--profile", "dev"], ["--sso-session", "main"]], ids=lambda options: options[0]
)
@pytest.mark.usefixtures("config")
def test_the_command_that_logs_in(run: Run, options: list[str]) -> None:
    """It is the one for the same instance, by the same name."""
    assert run("accounts", *options).stderr.endswith(f"ssokit login {' '.join(options)}\n")


@pytest.mark.usefixtures("config")
def test_a_login_by_name_is_kept_by_name(run: Run, log_in: Callable[..., None]) -> None:
    """The AWS CLI keeps logins of sso-sessions apart from those of start URLs, and so do we."""
    log_in(name="main")
    assert run("status", "--profile", "dev").exit_code == 0
    assert run("status", "--profile", "legacy").exit_code == 3
