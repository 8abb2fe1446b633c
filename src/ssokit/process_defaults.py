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
from ssokit.domain.pacing import SSO_ADMIN_RATE
from ssokit.ports.clock import Clock
from ssokit.ports.credential_store import CredentialStore
from ssokit.ports.token_store import TokenStore
from ssokit.usecases.directory_reader import DirectoryBudgets
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


def directory_budgets(clock: Clock | None, rate: float | None) -> DirectoryBudgets:
    """Give the rate budgets for administrators of this process, or new ones for a clock.

    Args:
        clock: A clock of one's own; None for the machine's.
        rate: The most calls of sso-admin a second from now on; None leaves it as it is.

    Raises:
        TypeError: The rate is no number.
        ValueError: The rate is not positive, or not finite.
    """
    with _GUARD:
        budgets = _new_directory_budgets(clock) if clock else _directory_budgets()
    if rate is not None:
        budgets.sso_admin.limit(rate)
    return budgets


def worker_name() -> str:
    """Tell this process from others, on other hosts too; a forked child has its own name."""
    return f"{_host_name()} {os.getpid()}"


@functools.lru_cache(maxsize=1)
def _host_name() -> str:
    import socket  # noqa: PLC0415 - only logins that renew themselves need it

    return socket.gethostname()


@functools.lru_cache(maxsize=8)
def _file_store(*_homes: str | None) -> FileStore:
    return FileStore()


@functools.lru_cache(maxsize=1)
def _memory_store() -> MemoryStore:
    return MemoryStore()


@functools.lru_cache(maxsize=1)
def _rate_budget() -> RateBudget:
    return RateBudget(SystemClock())


@functools.lru_cache(maxsize=1)
def _directory_budgets() -> DirectoryBudgets:
    return _new_directory_budgets(SystemClock())


def _new_directory_budgets(clock: Clock) -> DirectoryBudgets:
    return DirectoryBudgets(
        sso_admin=RateBudget(clock, ceiling=SSO_ADMIN_RATE),
        identitystore=RateBudget(clock),
        organizations=RateBudget(clock),
    )
