"""All logins and role credentials in a store of documents."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import attrs

from ssokit.adapters.stores import aws_cli_format as aws
from ssokit.adapters.stores.aws_cli_format import Document, ForeignEntryError
from ssokit.adapters.stores.entry_names import EntryKind, EntryName
from ssokit.domain.tokens import Token
from ssokit.ports.login_inventory import LoginInventory, StoredLogin


class DocumentInventory(LoginInventory):
    """Find entries by what is in them, as ``aws sso logout`` does: names tell nothing.

    A token has an ``accessToken``, role credentials of a login have the provider type ``sso``.
    Whatever is neither is left alone, and not reported.
    """

    def stored_logins(self) -> Sequence[StoredLogin] | None:
        """Give all entries that are tokens; None if entries cannot be listed."""
        names = self._names()
        if names is None:
            return None
        logins = [DocumentLogin(self, name) for name in names if name.kind is EntryKind.TOKEN]
        return [login for login in logins if login.load()]

    def forget_credentials(self, start_url: str) -> bool:
        """Forget the role credentials of a start URL, as far as their entries tell it.

        Returns:
            Whether none are left that may belong to it: entries of other tools do not tell.
        """
        return self._sweep(start_url)

    def forget_all_credentials(self) -> bool:
        """Forget all role credentials that come from a login, whoever obtained them."""
        return self._sweep(None)

    def _sweep(self, start_url: str | None) -> bool:
        names = self._names()
        if names is None:
            return False
        all_gone = True
        for name in [name for name in names if name.kind is EntryKind.CREDENTIAL]:
            document = self._document(name)
            if document is None or document.get("ProviderType") != "sso":
                continue
            of = document.get("startUrl")
            if start_url is None or of == start_url:
                self._remove(name)
            elif not isinstance(of, str):
                all_gone = False
        return all_gone

    def _names(self) -> Iterable[EntryName] | None:
        """Give the names of what may be tokens and role credentials; None if there is no telling.

        Raises:
            StoreError: The store failed.
        """
        return None

    def _document(self, name: EntryName) -> Document | None:
        try:
            document = self._read(name)
            return None if document is None else aws.plain(document)
        except ForeignEntryError:
            return None

    @abstractmethod
    def _read(self, name: EntryName) -> object:
        """Give the document; None without one."""

    @abstractmethod
    def _write(self, name: EntryName, document: Document, until: datetime | None) -> None:
        """Keep a document."""

    @abstractmethod
    def _remove(self, name: EntryName) -> None:
        """Remove a document, if there is one."""

    @abstractmethod
    def _lock(self, name: EntryName, timeout: float | None) -> AbstractContextManager[None]:
        """Exclude everybody else who locks this name."""


@attrs.frozen
class DocumentLogin(StoredLogin):
    """A token by its entry's name.

    Attributes:
        store: Where it is.
        name: What it is called there.
    """

    store: DocumentInventory
    name: EntryName

    def lock(self) -> AbstractContextManager[None]:
        """Lock the entry."""
        return self.store._lock(self.name, None)  # noqa: SLF001 - a part of the store

    def load(self) -> Token | None:
        """Read the entry."""
        document = self.store._document(self.name)  # noqa: SLF001 - a part of the store
        try:
            return aws.parse_token(document) if document else None
        except ForeignEntryError:
            return None

    def save(self, token: Token) -> None:
        """Write the entry."""
        document = aws.token_document(token)
        self.store._write(self.name, document, None)  # noqa: SLF001 - a part of the store

    def delete(self) -> None:
        """Remove the entry."""
        self.store._remove(self.name)  # noqa: SLF001 - a part of the store
