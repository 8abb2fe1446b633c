"""A store that many share, with this process's memory in front of it."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from ssokit.adapters.clock import SystemClock
from ssokit.adapters.stores.documents import completed
from ssokit.adapters.stores.entry_names import EntryKind, EntryName
from ssokit.adapters.stores.mapping_store import MappingStore
from ssokit.adapters.stores.shared_entry import SharedEntry
from ssokit.adapters.stores.tiered_entries import TieredEntries
from ssokit.domain.renewal_failure import RenewalFailure
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.ports.clock import Clock
from ssokit.ports.credential_store import CredentialStore
from ssokit.ports.token_store import TokenStore

_SYSTEM_CLOCK = SystemClock()


class TieredStore(TokenStore, CredentialStore):
    """Memory over a store that others share, which may be down at times.

    While the shared store answers, memory answers for ``fresh_for`` seconds in its place, so
    that a login which somebody else renewed or ended is noticed within that time; at once by
    whoever takes a lock, or deletes what the service rejected.

    While it is down, which any `StoreError` of it shows:

    - loads give what memory has, and only a token that it does not have is an error;
    - saves are kept in memory, and written back when the store is there again, unless it has
      something newer by then;
    - deletes take effect in memory and raise; the store follows when it is there again;
    - locks exclude the threads of this process alone: two processes may renew at once;
    - the store is tried once in ``retry_after`` seconds, by one caller. All others get their
      answer without waiting. How long that one waits is the shared store's own matter.

    If a shared store can tell that a token was lost and not deleted, as `RedisStore` can,
    memory puts it back: a Redis that was restarted empty costs nobody the login. What is kept
    for later ends with the process.

    Args:
        inner: The shared store, or a dict-like.
        fresh_for: Seconds for which memory answers alone; 0 to ask the shared store always.
        retry_after: Seconds between two attempts to reach it while it is down.
        maxsize: How many entries memory holds; the least used give way.
        clock: What time it is.

    Raises:
        TypeError: ``inner`` is neither a store nor a dict-like.
        ValueError: Another argument is negative or not finite.
    """

    def __init__(
        self,
        inner: Any,
        *,
        fresh_for: float = 5.0,
        retry_after: float = 3.0,
        maxsize: int = 4096,
        clock: Clock = _SYSTEM_CLOCK,
    ) -> None:
        for name, seconds in (("fresh_for", fresh_for), ("retry_after", retry_after)):
            if not 0 <= seconds < math.inf:
                raise ValueError(f"{name} must be zero or more seconds, not {seconds}")
        if maxsize < 1:
            raise ValueError(f"maxsize must be 1 or more entries, not {maxsize}")
        is_store = hasattr(inner, "load_token") or hasattr(inner, "load_credential")
        self._inner: Any = inner if is_store else MappingStore(inner)
        self._entries = TieredEntries(
            clock, fresh_for=fresh_for, retry_after=retry_after, maxsize=maxsize
        )

    def __repr__(self) -> str:
        """Show the shared store, as it shows itself."""
        return f"{type(self).__name__}({self._inner!r})"

    def load_token(self, session: SsoSession) -> Token | None:
        """Give the token.

        Raises:
            StoreError: The shared store is down, and memory has no token.
        """
        token: Token | None = self._entries.load(self._token(session))
        return token

    def save_token(self, session: SsoSession, token: Token) -> None:
        """Keep a token, in memory alone while the shared store is down.

        Raises:
            StoreLeaseLostError: Another worker took the lock over.
        """
        entry = self._token(session)
        kept = completed(token, self._entries.held(entry.name))
        self._entries.save(entry, token, kept=kept)

    def delete_token(self, session: SsoSession) -> None:
        """Forget the token.

        Raises:
            StoreError: The shared store is down: it is forgotten here, and there later.
        """
        self._entries.delete(self._token(session))

    def load_registration(self, session: SsoSession) -> ClientRegistration | None:
        """Give the client registration; None while it is out of reach."""
        found: ClientRegistration | None = self._entries.load(self._registration(session))
        return found

    def save_registration(self, session: SsoSession, registration: ClientRegistration) -> None:
        """Keep a client registration, in memory alone while the shared store is down."""
        self._entries.save(self._registration(session), registration, kept=registration)

    def delete_registration(self, session: SsoSession) -> None:
        """Forget the client registration.

        Raises:
            StoreError: The shared store is down: it is forgotten here, and there later.
        """
        self._entries.delete(self._registration(session))

    def load_renewal_failure(self, session: SsoSession) -> RenewalFailure | None:
        """Give the note about the last failed renewal; None while it is out of reach."""
        note: RenewalFailure | None = self._entries.load(self._failure(session))
        return note

    def save_renewal_failure(self, session: SsoSession, failure: RenewalFailure) -> None:
        """Note a failed renewal, in memory alone while the shared store is down."""
        self._entries.save(self._failure(session), failure, kept=failure)

    def load_credential(self, key: CredentialKey) -> RoleCredential | None:
        """Give role credentials; None while they are out of reach."""
        credential: RoleCredential | None = self._entries.load(self._credential(key))
        return credential

    def save_credential(self, key: CredentialKey, credential: RoleCredential) -> None:
        """Keep role credentials, in memory alone while the shared store is down."""
        self._entries.save(self._credential(key), credential, kept=credential)

    def delete_credential(self, key: CredentialKey) -> None:
        """Forget role credentials.

        Raises:
            StoreError: The shared store is down: they are forgotten here, and there later.
        """
        self._entries.delete(self._credential(key))

    def forget_credentials(self, start_url: str) -> bool:
        """Forget all role credentials of a start URL here, and say whether they are gone there.

        Raises:
            StoreError: The shared store is down: they are forgotten here alone.
        """
        self._entries.forget(
            lambda name: name.kind is EntryKind.CREDENTIAL and name.start_url == start_url
        )
        return self._entries.ask(lambda: bool(self._inner.forget_credentials(start_url)))

    def lock(
        self, key: SsoSession | CredentialKey, *, timeout: float | None = None
    ) -> AbstractContextManager[None]:
        """Take the shared store's lock; while it is down, exclude this process's threads alone.

        Raises:
            StoreLockTimeoutError: The holder did not let go in time, or it is this thread.
        """
        if isinstance(key, SsoSession):
            name = EntryName.of_token(key)
        else:
            name = EntryName.of_credential(key)
        return self._entries.locks.hold(name, partial(self._inner.lock, key), timeout)

    def login_lock(
        self, session: SsoSession, *, timeout: float | None = None
    ) -> AbstractContextManager[None]:
        """Take the shared store's lock on asking the person, as `lock` does.

        Raises:
            StoreLockTimeoutError: The holder did not let go in time, or it is this thread.
        """
        name = EntryName.of_login(session)
        return self._entries.locks.hold(name, partial(self._inner.login_lock, session), timeout)

    def _token(self, session: SsoSession) -> SharedEntry:
        inner = self._inner
        return SharedEntry(
            name=EntryName.of_token(session),
            load=partial(inner.load_token, session),
            save=partial(inner.save_token, session),
            delete=partial(inner.delete_token, session),
            lock=partial(inner.lock, session, timeout=0),
            was_deleted=partial(getattr(inner, "token_was_deleted", _yes), session),
        )

    def _registration(self, session: SsoSession) -> SharedEntry:
        inner = self._inner
        return SharedEntry(
            name=EntryName.of_registration(session),
            load=partial(inner.load_registration, session),
            save=partial(inner.save_registration, session),
            delete=partial(inner.delete_registration, session),
        )

    def _failure(self, session: SsoSession) -> SharedEntry:
        inner = self._inner
        return SharedEntry(
            name=EntryName.of_failure(session),
            load=partial(inner.load_renewal_failure, session),
            save=partial(inner.save_renewal_failure, session),
        )

    def _credential(self, key: CredentialKey) -> SharedEntry:
        inner = self._inner
        return SharedEntry(
            name=EntryName.of_credential(key),
            load=partial(inner.load_credential, key),
            save=partial(inner.save_credential, key),
            delete=partial(inner.delete_credential, key),
            lock=partial(inner.lock, key, timeout=0),
        )


def _yes(_session: SsoSession) -> bool:
    return True
