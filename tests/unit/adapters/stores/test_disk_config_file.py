"""The config file on disk: written whole, in its place, with its mode, by one at a time."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from ssokit.adapters.stores.disk_config_file import DiskConfigFile, aws_config_path
from ssokit.domain.accounts import Role
from ssokit.domain.errors import ConfigFileError, StoreError, StoreLockTimeoutError
from ssokit.domain.managed_profiles import WantedProfiles
from ssokit.domain.sso_session import SsoSession
from ssokit.usecases.configure_profiles import ConfigureProfiles


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "aws" / "config"


def test_a_new_file_is_private(path: Path):
    """A file that was not there is made with its folder, for the person alone."""
    file = DiskConfigFile(path)
    assert file.read() == ""
    with file.lock():
        assert file.replace("", "[default]\r\n")
    assert path.read_bytes() == b"[default]\r\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_symlink_stays_one_and_the_mode_is_kept(tmp_path: Path, path: Path):
    """Who keeps the file elsewhere, and lets a group read it, finds it so afterwards."""
    elsewhere = tmp_path / "dotfiles"
    elsewhere.write_text("old")
    elsewhere.chmod(0o640)
    path.parent.mkdir()
    path.symlink_to(elsewhere)
    assert DiskConfigFile(path).replace("old", "new")
    assert path.is_symlink()
    assert elsewhere.read_text() == "new"
    assert elsewhere.stat().st_mode & 0o777 == 0o640
    assert sorted(found.name for found in tmp_path.iterdir()) == ["aws", "dotfiles"]


def test_what_has_changed_meanwhile_is_not_replaced(path: Path):
    """A text is replaced only if it is still there."""
    path.parent.mkdir()
    path.write_text("another")
    assert not DiskConfigFile(path).replace("old", "new")
    assert path.read_text() == "another"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_the_owner_is_kept(path: Path):
    """A file of another user is still theirs after root has changed it."""
    path.parent.mkdir()
    path.write_text("old")
    os.chown(path, 1234, 5678)
    assert DiskConfigFile(path).replace("old", "new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 5678)


def test_what_is_no_text(path: Path):
    """A file that is not UTF-8 is refused with the line, and without its content."""
    path.parent.mkdir()
    path.write_bytes(b"[default]\nkey = canary\xff\n")
    with pytest.raises(ConfigFileError, match="line 2 is not UTF-8") as refusal:
        DiskConfigFile(path).read()
    assert refusal.value.__context__ is None
    assert "canary" not in str(refusal.value)


def test_failures_of_the_disk_are_told(tmp_path: Path):
    """A path that cannot be read, written or locked is a StoreError that names it."""
    file = DiskConfigFile(tmp_path)
    with pytest.raises(StoreError, match="cannot read"):
        file.read()
    (tmp_path / "plain").write_text("")
    below = DiskConfigFile(tmp_path / "plain" / "config")
    with pytest.raises(StoreError, match="cannot read"):
        below.replace("", "x")
    with pytest.raises(StoreError, match="cannot lock"), below.lock():
        pass
    with pytest.raises(StoreError, match="is no file"):
        DiskConfigFile(Path(os.devnull)).replace("", "x")
    endless = DiskConfigFile(tmp_path / ("x" * 250))
    with pytest.raises(StoreError, match="cannot write"):
        endless.replace("", "x")


def test_the_lock_is_one_by_any_name(tmp_path: Path, path: Path):
    """Two names of one file have one lock."""
    path.parent.mkdir()
    path.write_text("")
    (tmp_path / "link").symlink_to(path)
    other = DiskConfigFile(tmp_path / "link", lock_timeout=0)
    with DiskConfigFile(path).lock(), pytest.raises(StoreLockTimeoutError), other.lock():
        pass


def test_many_at_once_lose_nothing(path: Path):
    """Programs that write their profiles at the same time all find them afterwards."""
    session = SsoSession("https://d-1.awsapps.com/start", "eu-west-1", name="corp")
    names = [f"p{n}" for n in range(8)]

    def write(name: str) -> None:
        wanted = WantedProfiles(session=session, profiles={name: Role("111122223333", "Lab", name)})
        ConfigureProfiles(DiskConfigFile(path))(wanted)

    threads = [threading.Thread(target=write, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    text = path.read_text()
    assert [text.count(f"[profile {name}]\n") for name in names] == [1] * 8
    assert text.count("[sso-session corp]") == 1


def test_where_the_files_are(monkeypatch: pytest.MonkeyPatch):
    """The paths are those of the AWS CLI: from the environment, with its abbreviations."""
    monkeypatch.setenv("HOME", "/somewhere")
    monkeypatch.setenv("PLACE", "/else")
    assert aws_config_path({}) == Path("/somewhere/.aws/config")
    assert aws_config_path({}, "credentials") == Path("/somewhere/.aws/credentials")
    assert aws_config_path({"AWS_CONFIG_FILE": "$PLACE/config"}) == Path("/else/config")
    credentials = {"AWS_SHARED_CREDENTIALS_FILE": "~/mine"}
    assert aws_config_path(credentials, "credentials") == Path("/somewhere/mine")
