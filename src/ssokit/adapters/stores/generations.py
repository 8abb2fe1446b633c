"""How often each entry of an encrypted folder was written, so that older files are noticed."""

from __future__ import annotations

import hmac
import json
from pathlib import Path

from ssokit.adapters.stores.atomic_files import write_atomically
from ssokit.adapters.stores.aws_cli_format import ForeignEntryError
from ssokit.adapters.stores.document_files import read_content
from ssokit.domain.errors import StoreError


class Generations:
    """The highest generation of each entry, in a file that is authenticated, not encrypted.

    Args:
        path: The file; it has to be where whoever may write into the folder may not.
        secret: What it is authenticated with.
    """

    def __init__(self, path: Path, secret: bytes) -> None:
        self.path = path
        self._secret = secret

    def highest(self, file_name: str) -> int:
        """Give the highest generation that was noted for an entry; 0 without any.

        Raises:
            StoreError: The file is damaged, was changed, or belongs to another folder.
        """
        return self._load().get(file_name, 0)

    def note(self, file_name: str, generation: int) -> None:
        """Note a generation: no lower one is valid any more.

        Raises:
            StoreError: The file is damaged, was changed, or cannot be written.
        """
        body = json.dumps({**self._load(), file_name: generation}, sort_keys=True).encode()
        try:
            write_atomically(self.path, body + b"\n" + self._tag(body))
        except OSError as error:
            raise StoreError(
                f"cannot write {self.path}: {error.strerror}; until it can be written, an older "
                "file put in place of the one that was just written is not noticed"
            ) from error

    def _load(self) -> dict[str, int]:
        try:
            found = read_content(self.path)
        except ForeignEntryError as reason:
            raise self._unfit(str(reason)) from reason
        if found is None:
            return {}
        body, _, tag = found.content.rpartition(b"\n")
        if not hmac.compare_digest(tag, self._tag(body)):
            raise self._unfit("it is damaged, was changed, or belongs to another folder")
        highest: dict[str, int] = json.loads(body)
        return highest

    def _unfit(self, reason: str) -> StoreError:
        return StoreError(
            f"{self.path}, which tells older files of the store from newer ones, is not fit for "
            f"that: {reason}. Put it back; or remove it, and whatever is in the folder is believed"
        )

    def _tag(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, body, "sha256").hex().encode()
