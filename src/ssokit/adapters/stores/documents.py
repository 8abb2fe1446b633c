"""What all stores have in common: typed entries over named documents."""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import TypeVar

import attrs

from ssokit.adapters.stores import aws_cli_format as aws
from ssokit.adapters.stores.aws_cli_format import Document, ForeignEntryError
from ssokit.adapters.stores.document_inventory import DocumentInventory
from ssokit.adapters.stores.entry_names import EntryName
from ssokit.adapters.stores.failure_notes import failure_document, parse_failure
from ssokit.domain.renewal_failure import RenewalFailure
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.ports.credential_store import CredentialStore
from ssokit.ports.token_store import TokenStore

_LOG = logging.getLogger("ssokit.stores")
_Entry = TypeVar("_Entry")


def completed(token: Token, old: Token | None) -> Token:
    """Give a token together with what it lacks and the one that it replaces had."""
    if old is None:
        return token
    token = attrs.evolve(token, extra={**old.extra, **token.extra})
    if token.client is not None:
        return token
    refresh_token = token.refresh_token or old.refresh_token
    return attrs.evolve(token, refresh_token=refresh_token, client=old.client)


class DocumentStore(DocumentInventory, TokenStore, CredentialStore):
    """A store of tokens, registrations and role credentials over any place for documents.

    A subclass says how one named document is read, written, removed and locked; what is in
    the documents is decided here, and is the AWS CLI's format. All methods may raise
    `ssokit.StoreError`; loads never raise for what an entry holds.
    """

    def __init__(self) -> None:
        self._reported: set[str] = set()

    def load_token(self, session: SsoSession) -> Token | None:
        """Give the token with its own region, which may be another than the one asked for.

        A legacy login that is not there under the start URL as it is written may be there
        under another usual spelling of it.
        """
        return next((token for _, token in self._stored_tokens(session)), None)

    def save_token(self, session: SsoSession, token: Token) -> None:
        """Keep a token; ``extra`` members that it lacks stay as they were.

        So do the refresh token and the client, if it has no client: it says nothing about
        renewals then. One with a client says all: its refresh token is that client's alone.

        Raises:
            ValueError: Its ``extra`` holds what JSON cannot express; nothing was changed.
            StoreError: The store failed.
        """
        name = EntryName.of_token(session)
        old = self._load_for_update(name, partial(aws.parse_token, session=session))
        token = completed(token, old)
        # A refresh token outlives its access token, by how much the service does not say.
        until = None if token.refresh_token else token.expires_at
        self._write(name, aws.token_document(token), until)

    def delete_token(self, session: SsoSession) -> None:
        """Forget the token that `load_token` gives, and its refresh token, if there is one."""
        own = EntryName.of_token(session)
        self._remove(next((name for name, _ in self._stored_tokens(session)), own))

    def load_registration(self, session: SsoSession) -> ClientRegistration | None:
        """Give the client registration that serves the session."""
        return self._load(EntryName.of_registration(session), aws.parse_registration)

    def save_registration(self, session: SsoSession, registration: ClientRegistration) -> None:
        """Keep a client registration; nothing of an older one survives.

        Raises:
            ValueError: Its ``extra`` holds what JSON cannot express; nothing was changed.
            StoreError: The store failed.
        """
        name = EntryName.of_registration(session)
        document = aws.registration_document(registration)
        self._load_for_update(name, aws.parse_registration)
        self._write(name, document, registration.expires_at)

    def delete_registration(self, session: SsoSession) -> None:
        """Forget the client registration that serves the session, if there is one."""
        self._remove(EntryName.of_registration(session))

    def load_renewal_failure(self, session: SsoSession) -> RenewalFailure | None:
        """Give the note about the last failed renewal."""
        return self._load(EntryName.of_failure(session), parse_failure)

    def save_renewal_failure(self, session: SsoSession, failure: RenewalFailure) -> None:
        """Note a failed renewal, in place of an older note."""
        self._write(EntryName.of_failure(session), failure_document(failure), failure.until)

    def load_credential(self, key: CredentialKey) -> RoleCredential | None:
        """Give the credentials as they were saved."""
        return self._load(EntryName.of_credential(key), partial(aws.parse_credential, key=key))

    def save_credential(self, key: CredentialKey, credential: RoleCredential) -> None:
        """Keep credentials in place of older ones."""
        name = EntryName.of_credential(key)
        self._load_for_update(name, partial(aws.parse_credential, key=key))
        document = aws.credential_document(credential)
        # Not the AWS CLI's, which ignores it: it tells a logout whose credentials these are.
        document["startUrl"] = key.start_url
        self._write(name, document, credential.expires_at)

    def delete_credential(self, key: CredentialKey) -> None:
        """Forget the credentials under a key, if there are any."""
        self._remove(EntryName.of_credential(key))

    def lock(
        self, key: SsoSession | CredentialKey, *, timeout: float | None = None
    ) -> AbstractContextManager[None]:
        """Exclude everybody else who shares this store from changing a login or credentials.

        Locks of different keys are independent.

        Args:
            key: What is locked.
            timeout: Seconds to wait for the holder; this store's ``lock_timeout`` if None.

        Raises:
            StoreLockTimeoutError: The holder did not let go in time, or it is this thread.
        """
        if isinstance(key, SsoSession):
            return self._lock(EntryName.of_token(key), timeout)
        return self._lock(EntryName.of_credential(key), timeout)

    def login_lock(
        self, session: SsoSession, *, timeout: float | None = None
    ) -> AbstractContextManager[None]:
        """Exclude everybody else who shares this store from asking the person to log in.

        Raises:
            StoreLockTimeoutError: The holder did not let go in time, or it is this thread.
        """
        return self._lock(EntryName.of_login(session), timeout)

    @abstractmethod
    def _read(self, name: EntryName) -> object:
        """Give the document; None without one. It may be shared: it is copied before use.

        Raises:
            ForeignEntryError: What is there is no document.
            StoreError: The store failed.
        """

    @abstractmethod
    def _write(self, name: EntryName, document: Document, until: datetime | None) -> None:
        """Keep a document, whole or not at all, which nobody else refers to.

        Args:
            name: What to keep it under.
            document: What to keep.
            until: When it is of no more use; None if that is not known.
        """

    @abstractmethod
    def _remove(self, name: EntryName) -> None:
        """Remove a document, if there is one."""

    @abstractmethod
    def _lock(self, name: EntryName, timeout: float | None) -> AbstractContextManager[None]:
        """Exclude everybody else who locks this name.

        Args:
            name: What is locked.
            timeout: Seconds to wait for the holder, 0 not to wait; None for the store's own.
        """

    def _stored_tokens(self, session: SsoSession) -> Iterator[tuple[EntryName, Token]]:
        for name in EntryName.of_token_spellings(session):
            if token := self._load(name, partial(aws.parse_token, session=session)):
                yield name, token

    def _set_aside(self, name: EntryName) -> None:
        """Save a foreign entry from being overwritten, where there is a place for that."""

    def _place(self, name: EntryName) -> str:
        """Say in a log line where an entry is."""
        return f"entry {name.text}"

    def _load(self, name: EntryName, parse: Callable[[object], _Entry]) -> _Entry | None:
        try:
            document = self._read(name)
            return None if document is None else parse(document)
        except ForeignEntryError as reason:
            self._warn_once("%s counts as missing: %s", self._place(name), reason)
            return None

    def _load_for_update(self, name: EntryName, parse: Callable[[object], _Entry]) -> _Entry | None:
        try:
            document = self._read(name)
            return None if document is None else parse(document)
        except ForeignEntryError as reason:
            self._warn_once("%s is replaced: %s", self._place(name), reason)
            self._set_aside(name)
            return None

    def _warn_once(self, message: str, place: str, reason: object) -> None:
        if place not in self._reported:
            self._reported.add(place)
            _LOG.warning(message, place, reason)
