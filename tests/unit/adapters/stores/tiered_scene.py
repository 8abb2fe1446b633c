"""A tiered store over a shared one that may be down, and what is put into them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import attrs
from stepping_clock import SteppingClock

from ssokit.adapters.stores.aws_cli_format import Document
from ssokit.adapters.stores.entry_names import EntryName
from ssokit.domain.errors import StoreError, StoreUnavailableError
from ssokit.domain.renewal_failure import RenewalFailure
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.stores import MemoryStore, TieredStore


class SharedStore(MemoryStore):
    """A store that is down when told so, and counts what reaches it."""

    def __init__(self, clock: SteppingClock) -> None:
        super().__init__(clock=clock, lock_timeout=0)
        self.is_down = False
        self.error: StoreError = StoreUnavailableError("the server canteen is closed")
        self.calls: list[str] = []
        self.lost = False

    def _called(self, what: str) -> None:
        self.calls.append(what)
        if self.is_down:
            raise self.error

    def _read(self, name: EntryName) -> Document | None:
        self._called("read")
        return super()._read(name)

    def _write(self, name: EntryName, document: Document, until: datetime | None) -> None:
        self._called("write")
        super()._write(name, document, until)

    def _remove(self, name: EntryName) -> None:
        self._called("remove")
        super()._remove(name)

    @contextmanager
    def _lock(self, name: EntryName, timeout: float | None) -> Iterator[None]:
        self._called("lock")
        with super()._lock(name, timeout):
            yield
        self._called("unlock")

    def forget_credentials(self, start_url: str) -> bool:
        """Forget them, if it is up."""
        self._called("forget")
        return super().forget_credentials(start_url)

    def token_was_deleted(self, _session: SsoSession) -> bool:
        """Tell what the test says."""
        self._called("was deleted")
        return not self.lost

    def lose_everything(self) -> None:
        """Be as empty as after a restart."""
        self._entries.clear()
        self.lost = True


@attrs.frozen
class Scene:
    """What a test of a tiered store begins with; nothing is stored yet.

    Attributes:
        store: Memory in front of ``shared``.
        later: A newer token than ``token``, of the same session.
        note: A renewal of ``token`` that failed.
        key: What ``credential`` is kept under.
    """

    store: TieredStore
    shared: SharedStore
    clock: SteppingClock
    sso: SsoSession
    token: Token
    later: Token
    note: RenewalFailure
    registration: ClientRegistration
    key: CredentialKey
    credential: RoleCredential


def in_thread(work: Callable[[], object]) -> None:
    """Have another thread do it, and wait for that."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
