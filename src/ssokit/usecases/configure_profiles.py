"""Write profiles for a person's roles into the AWS config file."""

from __future__ import annotations

import attrs

from ssokit.domain.errors import StoreError
from ssokit.domain.managed_profiles import ProfileChanges, WantedProfiles, with_profiles
from ssokit.ports.config_file import ConfigFile

# Nobody edits the file so often in so short a time.
_ATTEMPTS = 5


@attrs.frozen
class ConfigureProfiles:
    """Bring a config file up to date, once for all who do so at the same time.

    Attributes:
        file: The config file.
    """

    file: ConfigFile

    def preview(self, wanted: WantedProfiles) -> ProfileChanges:
        """Say what would be changed, and change nothing.

        Raises:
            ConfigFileError: The file cannot be read, or has another such session.
        """
        return with_profiles(self.file.read(), wanted, place=self.file.place)

    def __call__(self, wanted: WantedProfiles) -> ProfileChanges:
        """Change the file, and say what was changed.

        Who edits it at the same time, without knowing the lock, is noticed: their text is read
        again, and changed.

        Raises:
            ConfigFileError: The file cannot be read, or has another such session.
            StoreError: It cannot be written, or changes all the time.
        """
        with self.file.lock():
            for _ in range(_ATTEMPTS):
                changes = self.preview(wanted)
                if not changes.is_change or self.file.replace(changes.before, changes.after):
                    return changes
        raise StoreError(
            f"{self.file.place} was changed by another program again and again; nothing was "
            "written. Try again when that has ended"
        )
