"""What a config file says about logins, sound or not."""

from __future__ import annotations

from ssokit.domain.aws_config import AwsConfig
from ssokit.domain.config_checks import config_findings, configured_sessions
from ssokit.domain.findings import Verdict

_PLACE = {"sso_start_url": "https://d-1.awsapps.com/start", "sso_region": "eu-west-1"}


def _config(**sections: dict[str, dict[str, str]]) -> AwsConfig:
    return AwsConfig(path="config", credentials_path="credentials", **sections)


def test_a_sound_file():
    """What is there is counted, and each Identity Center has the command that logs in to it."""
    config = _config(
        sso_sessions={"my corp": _PLACE},
        profiles={
            "new": {"sso_session": "my corp", "sso_account_id": "111122223333"},
            "old": {**_PLACE, "sso_region": "us-east-1"},
            "old too": {**_PLACE, "sso_region": "us-east-1"},
            "keys": {"region": "eu-west-1"},
        },
    )
    [finding] = config_findings(config)
    assert finding.verdict is Verdict.OK
    assert "1 sso-sessions, and 3 profiles" in finding.says
    commands = {session.name: command for session, command in configured_sessions(config).items()}
    assert commands == {
        "my corp": "ssokit login --sso-session 'my corp'",
        None: "ssokit login --profile old",
    }


def test_sections_that_cannot_work():
    """Each section that cannot work is a finding, and no Identity Center."""
    config = _config(
        sso_sessions={"bad": {"sso_region": "eu-west-1"}},
        profiles={"lost": {"sso_session": "none"}},
    )
    findings = list(config_findings(config))
    assert [finding.verdict for finding in findings] == [Verdict.FAIL] * 2
    assert configured_sessions(config) == {}
