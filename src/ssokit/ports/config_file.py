"""The port to the AWS config file, which belongs to the person."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import Protocol


class ConfigFile(Protocol):
    """A text that others may be editing, too."""

    @property
    @abstractmethod
    def place(self) -> str:
        """The file's name, for messages."""

    @abstractmethod
    def read(self) -> str:
        """Give the text, line ends as they are; an empty one if there is no file.

        Raises:
            ConfigFileError: It is no text in UTF-8.
            StoreError: It cannot be read.
        """

    @abstractmethod
    def replace(self, before: str, after: str) -> bool:
        """Put a text in the place of another, whole or not at all.

        Returns:
            False if the file holds another text than ``before`` by now: nothing was done.

        Raises:
            StoreError: It cannot be written; the file is as it was.
        """

    @abstractmethod
    def lock(self) -> AbstractContextManager[None]:
        """Exclude other programs of ssokit that change it; others do not know the lock.

        Raises:
            StoreLockTimeoutError: Another one did not let go in time.
        """
