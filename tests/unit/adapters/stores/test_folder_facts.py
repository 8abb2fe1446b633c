"""What can be seen of a folder of logins."""

from __future__ import annotations

from pathlib import Path

from ssokit.adapters.stores.folder_facts import folder_facts
from ssokit.domain.login_checks import FolderFacts


def test_a_folder(tmp_path: Path):
    """Modes are told, and how many entries others can read; links and other files are not."""
    tmp_path.chmod(0o750)
    for name, mode in (("a.json", 0o600), ("b.json", 0o644), ("c.json", 0o620), ("d.txt", 0o644)):
        (tmp_path / name).touch(mode=mode)
        (tmp_path / name).chmod(mode)
    (tmp_path / "link.json").symlink_to(tmp_path / "nowhere")
    assert folder_facts(tmp_path) == FolderFacts(path=str(tmp_path), mode=0o750, readable_files=2)


def test_no_folder(tmp_path: Path):
    """What is not there is told from what is something else."""
    (tmp_path / "file").touch(mode=0o600)
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    assert not folder_facts(tmp_path / "none").exists
    assert not folder_facts(tmp_path / "file").is_folder
    for path in (tmp_path / "broken", tmp_path / "file" / "below"):
        facts = folder_facts(path)
        assert (facts.exists, facts.is_folder) == (True, False)
