"""What the objects of one process share unless their makers say otherwise."""

from __future__ import annotations

import functools
import os
import threading
from typing import Any

from ssokit.adapters.clock import SystemClock
from ssokit.adapters.stores.file_store import FileStore
from ssokit.adapters.stores.mapping_store import MappingStore
from ssokit.adapters.stores.memory_store import MemoryStore
from ssokit.ports.clock import Clock
from ssokit.ports.credential_store import CredentialStore
from ssokit.ports.token_store import TokenStore
from ssokit.usecases.retries import RateBudget

# lru_cache lets two threads make two of what there is to be one of.
_GUARD = threading.Lock()


def token_store(given: Any) -> TokenStore:
    """Give the store that was given, one around a dict-like, or the AWS CLI's folder.

    The folder's store is one object per home directory: it keeps a login that could not be
    written to disk.

    Raises:
        TypeError: It is neither a store nor a dict-like.
        StoreError: There is no telling where the home directory is.
    """
    if given is None:
        with _GUARD:
            return _file_store(os.environ.get("HOME"), os.environ.get("USERPROFILE"))
    store: TokenStore = given if hasattr(given, "load_token") else MappingStore(given)
    return store


def credential_store(given: Any, clock: Clock | None) -> CredentialStore:
    """Give the store that was given, one around a dict-like, or this process's memory.

    Raises:
        TypeError: It is neither a store nor a dict-like.
    """
    if given is None:
        with _GUARD:
            return MemoryStore(clock=clock) if clock else _memory_store()
    store: CredentialStore = given if hasattr(given, "load_credential") else MappingStore(given)
    return store


def rate_budget(clock: Clock | None) -> RateBudget:
    """Give the one rate budget of this process, or a new one for a clock of one's own."""
    with _GUARD:
        return RateBudget(clock) if clock else _rate_budget()


@functools.lru_cache(maxsize=8)
def _file_store(*_homes: str | None) -> FileStore:
    return FileStore()


@functools.lru_cache(maxsize=1)
def _memory_store() -> MemoryStore:
    return MemoryStore()


@functools.lru_cache(maxsize=1)
def _rate_budget() -> RateBudget:
    return RateBudget(SystemClock())
