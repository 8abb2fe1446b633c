"""Contract tests for stores whose place may be out of reach for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from ssokit.domain.errors import StoreError
from ssokit.testing.store_contract_values import (
    CREDENTIAL,
    HERE,
    KEY,
    LONGEST_WAIT,
    OTHER_TOKEN,
    TOKEN,
    among,
    no_canary,
    recorded,
    same,
)

_FAILED = "a StoreError"


class StoreOutageContract:
    """What a store promises while its place is down. Define `make_store` and `outage`."""

    def make_store(self) -> Any:
        """Give a handle on the store under test, as for `TokenStoreContract`."""
        raise NotImplementedError

    def outage(self) -> AbstractContextManager[None]:
        """Keep the place of the entries from answering inside the block, and lose nothing."""
        raise NotImplementedError

    def test_an_outage_is_not_an_empty_store(self) -> None:
        """A load gives the token or raises StoreError, in time; never None, as for a miss.

        Role credentials may be missing: they are obtained again, and nobody is asked.
        """
        store = self.make_store()
        store.save_token(HERE, TOKEN)
        store.save_credential(KEY, CREDENTIAL)
        late = self.make_store()
        with self.outage():
            for handle in (store, late):
                token = _outcome(partial(handle.load_token, HERE))
                among(token, (TOKEN, _FAILED), "an outage is no missing token")
                keys = _outcome(partial(handle.load_credential, KEY))
                among(keys, (CREDENTIAL, None, _FAILED), "an outage spoils no role credentials")
        same(store.load_token(HERE), TOKEN, "after an outage the token is there")
        same(self.make_store().load_credential(KEY), CREDENTIAL, "after an outage all is there")

    def test_a_save_in_an_outage_is_told_or_kept(self) -> None:
        """It may fail, in time and with a StoreError; if it does not, the process has the value."""
        store = self.make_store()
        store.save_token(HERE, TOKEN)
        with self.outage():
            saved = _outcome(partial(store.save_token, HERE, OTHER_TOKEN))
            among(saved, (None, _FAILED), "a save in an outage works, or is a StoreError")
            if saved is None:
                found = _outcome(partial(store.load_token, HERE))
                same(found, OTHER_TOKEN, "what was saved in an outage is there")
        among(store.load_token(HERE), (TOKEN, OTHER_TOKEN), "an outage leaves the old or the new")

    def test_nobody_waits_for_a_lock_in_an_outage(self) -> None:
        """It is granted, or refused with a StoreError, in time."""
        store = self.make_store()

        def enter() -> None:
            with store.lock(HERE, timeout=0):
                pass

        with self.outage():
            among(_outcome(enter), (None, _FAILED), "a lock in an outage is granted or refused")
        same(_outcome(enter), None, "after an outage locks are granted")

    def test_no_secret_is_shown_in_an_outage(self) -> None:
        """Neither errors nor log records have what was to be saved."""
        store = self.make_store()
        store.save_token(HERE, TOKEN)
        texts: list[str] = []
        with recorded() as records, self.outage():
            for action in (
                partial(store.load_token, HERE),
                partial(store.save_token, HERE, TOKEN),
                partial(store.delete_token, HERE),
                partial(store.save_credential, KEY, CREDENTIAL),
            ):
                _outcome(action, texts)
        no_canary([*texts, *records])


def _outcome(
    action: Callable[[], object],
    texts: list[str] | None = None,
    *,
    patience: float = LONGEST_WAIT,
) -> object:
    """Give what an action comes to, or that it came to nothing in time."""
    outcomes: list[object] = []

    def run() -> None:
        try:
            outcomes.append(action())
        except StoreError as failed:
            outcomes.append(_FAILED)
            if texts is not None:
                texts.extend((repr(failed), str(failed)))
        except Exception as error:  # noqa: BLE001 - whatever it is, it breaks the promise
            outcomes.append(f"{type(error).__name__}, which is no StoreError")

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(patience)
    return outcomes[0] if outcomes else f"nothing within {patience:g} seconds"
