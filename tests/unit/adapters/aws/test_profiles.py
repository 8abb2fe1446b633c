"""The AWS config file as it lies on the disk."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from ssokit.adapters.aws.profiles import read_aws_config, read_sso_profile, read_sso_session
from ssokit.domain.errors import ConfigFileError

_FILE = """\
# A comment
[default]
sso_session = corp
region = eu-central-1

[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
SSO_Region : us-east-1

[profile dev]
sso_session = corp
sso_account_id = 012345678901
sso_role_name = Developer
s3 =
  addressing_style = path

[profile "two words"]
sso_session = corp

[profile too many words]
sso_session = corp

[services local]
sso =
  endpoint_url = http://127.0.0.1:1
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the config file that the environment names, with something in it."""
    path = tmp_path / "config"
    path.write_text(_FILE)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_PROFILE", raising=False)
    return path


def test_names(config: Path):
    """Profiles and sso-sessions are listed; headers that the AWS SDKs ignore are not."""
    read = read_aws_config()
    assert read.path == str(config)
    assert read.sso_profile_names() == ("default", "dev", "two words")
    assert read.sso_session_names() == ("corp",)


def test_profile_by_name(config: Path):
    """A profile is read with everything that it says, whatever the case of its keys."""
    profile = read_sso_profile("dev")
    assert profile.session.name == "corp"
    assert profile.session.region == "us-east-1"
    assert profile.account_id == "012345678901"
    assert profile.path == str(config)


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "default"),
        ({"AWS_DEFAULT_PROFILE": "dev"}, "dev"),
        ({"AWS_PROFILE": "dev", "AWS_DEFAULT_PROFILE": "two words"}, "dev"),
        ({"AWS_PROFILE": "", "AWS_DEFAULT_PROFILE": "two words"}, "two words"),
    ],
)
@pytest.mark.usefixtures("config")
def test_profile_of_the_environment(
    environment: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
):
    """Without a name, the environment's profile is read, in the AWS CLI's order."""
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert read_sso_profile().name == name
    expected = None if name == "default" else name
    assert read_sso_session("corp").name == expected


@pytest.mark.usefixtures("config")
def test_unknown_profile_of_the_environment(monkeypatch: pytest.MonkeyPatch):
    """An environment variable that names no profile is named in the error."""
    monkeypatch.setenv("AWS_PROFILE", "gone")
    for read in (read_sso_profile, lambda: read_sso_session("corp")):
        with pytest.raises(ConfigFileError, match="AWS_PROFILE names 'gone'"):
            read()


@pytest.mark.parametrize("name", [b"dev", 7])
@pytest.mark.usefixtures("config")
def test_names_of_a_wrong_type(name: object):
    """A name has to be a str, and that of an sso-session has to be given."""
    for read in (read_sso_profile, read_sso_session):
        with pytest.raises(TypeError, match="must be a str"):
            read(name)  # type: ignore[operator]
    with pytest.raises(TypeError, match="must be a str, not NoneType"):
        read_sso_session(None)  # type: ignore[arg-type]


def test_no_file(config: Path):
    """A file that does not exist is an empty one, and the error says which it would be."""
    config.unlink()
    with pytest.raises(ConfigFileError, match=r"no \[profile dev\] in .*config; make one"):
        read_sso_profile("dev")


@pytest.mark.usefixtures("config")
def test_an_empty_variable(monkeypatch: pytest.MonkeyPatch):
    """An empty AWS_CONFIG_FILE means that there is none, as for the AWS SDKs."""
    monkeypatch.setenv("AWS_CONFIG_FILE", "")
    assert read_aws_config().profile_names() == ()
    with pytest.raises(ConfigFileError, match="AWS_CONFIG_FILE, which is empty"):
        read_sso_profile("dev")


def test_home_and_variables_in_the_path(config: Path, monkeypatch: pytest.MonkeyPatch):
    """``~`` and variables in AWS_CONFIG_FILE are expanded, as by the AWS SDKs."""
    monkeypatch.setenv("HOME", str(config.parent))
    for spelling in ("~/config", "$HOME/config"):
        monkeypatch.setenv("AWS_CONFIG_FILE", spelling)
        assert read_sso_profile("dev").path == str(config)


@pytest.mark.parametrize(
    ("text", "section", "key", "says"),
    [
        ("[a]\nx = 1\n[b]\n[a]\n", "a", None, r"line 4: \[a\] stands there twice"),
        ("[a]\nx = 1\nx = 2\n", "a", "x", r"line 3: x stands twice in \[a\]"),
        ("x = 1\n", None, None, r"line 1: its lines have to be \[section\]"),
        ("[a]\naws_secret_access_key canary\n", None, None, "line 2: its lines"),
        ("[a]\nx =\n  canary\n", None, None, "its lines have to be"),
        ("[a]\nx = \udce9\n", None, None, "it is not UTF-8"),
        ("\ufeff[a]\nx = 1\n", None, None, "line 1: it begins with a byte order mark"),
    ],
)
@pytest.mark.parametrize("file", ["config", "credentials"])
def test_a_file_that_does_not_parse(
    config: Path, file: str, text: str, section: str | None, key: str | None, says: str
):
    """The error names file and line, and quotes nothing: the line may be a secret key's."""
    path = config.parent / file
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ConfigFileError, match=says) as raised:
        read_sso_profile("dev")
    assert (raised.value.path, raised.value.section, raised.value.key) == (str(path), section, key)
    assert "canary" not in "".join(traceback.format_exception(raised.value))


def test_a_file_that_cannot_be_read(config: Path):
    """A file that cannot be read is an error: botocore takes it for an empty one."""
    config.unlink()
    config.mkdir()
    with pytest.raises(ConfigFileError, match=r"cannot read .*config: Is a directory"):
        read_sso_profile("dev")
