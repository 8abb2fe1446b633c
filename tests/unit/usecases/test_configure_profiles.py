"""Bringing a config file up to date while others may be editing it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from ssokit.domain.accounts import Role
from ssokit.domain.errors import StoreError
from ssokit.domain.managed_profiles import WantedProfiles
from ssokit.domain.sso_session import SsoSession
from ssokit.ports.config_file import ConfigFile
from ssokit.usecases.configure_profiles import ConfigureProfiles

_WANTED = WantedProfiles(
    session=SsoSession("https://d-1.awsapps.com/start", "eu-west-1", name="corp"),
    profiles={"Lab.Dev": Role("111122223333", "Lab", "Dev")},
)


class FakeConfigFile(ConfigFile):
    """A text in memory.

    Args:
        text: What it holds.
        meanwhile: What somebody else does to the text whenever it was read.
    """

    def __init__(self, text: str = "", meanwhile: Callable[[str], str] = str) -> None:
        self.text = text
        self.meanwhile = meanwhile
        self.writes = 0
        self.locked = False

    @property
    def place(self) -> str:
        """Its name."""
        return "config"

    def read(self) -> str:
        """Give the text; then somebody edits it."""
        text, self.text = self.text, self.meanwhile(self.text)
        return text

    def replace(self, before: str, after: str) -> bool:
        """Put a text in the place of another."""
        assert self.locked
        if self.text != before:
            return False
        self.text = after
        self.writes += 1
        return True

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be locked."""
        self.locked = True
        yield
        self.locked = False


def test_it_is_written_once():
    """The first call writes, the second finds nothing to do."""
    file = FakeConfigFile("[default]\n")
    changes = ConfigureProfiles(file)(_WANTED)
    assert (file.text, changes.added, file.writes) == (changes.after, ("Lab.Dev",), 1)
    assert not ConfigureProfiles(file)(_WANTED).is_change
    assert (file.writes, file.locked) == (1, False)


def test_a_preview_changes_nothing():
    """What would be done is told, and not done."""
    file = FakeConfigFile()
    assert ConfigureProfiles(file).preview(_WANTED).added == ("Lab.Dev",)
    assert (file.text, file.writes) == ("", 0)


def test_an_edit_meanwhile_is_kept():
    """What somebody else writes between reading and writing is in the outcome."""
    edits = iter(["[default]\nregion = eu-west-1\n"])
    file = FakeConfigFile(meanwhile=lambda text: next(edits, text))
    changes = ConfigureProfiles(file)(_WANTED)
    assert changes.before == "[default]\nregion = eu-west-1\n"
    assert file.text.startswith(changes.before)
    assert "[profile Lab.Dev]" in file.text


def test_a_file_that_never_rests():
    """It gives up on a file that changes all the time, and says so."""
    file = FakeConfigFile(meanwhile=lambda text: f"{text}# again\n")
    with pytest.raises(StoreError, match="again and again"):
        ConfigureProfiles(file)(_WANTED)
    assert file.writes == 0
