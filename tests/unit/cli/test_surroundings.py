"""A command that must not see the person's AWS settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ssokit.cli.surroundings import away_from_aws


@pytest.fixture(autouse=True)
def _settings_of_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/etc/aws")
    monkeypatch.setenv("no_proxy", "example.com")


def test_only_what_is_given_is_seen(tmp_path: Path) -> None:
    """Inside, AWS variables are those that were given, and files of the folder."""
    with away_from_aws(tmp_path, {"AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:1"}):
        seen = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        assert "127.0.0.1" in os.environ["no_proxy"]
    assert seen == {
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL_SSO": "http://127.0.0.1:1",
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
    }


def test_everything_is_as_before_afterwards(tmp_path: Path) -> None:
    """Afterwards the environment is the person's again, whatever happened in between."""
    before = dict(os.environ)

    def be_interrupted() -> None:
        with away_from_aws(tmp_path, {}):
            os.environ["AWS_REGION"] = "eu-west-1"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_interrupted()
    assert dict(os.environ) == before
