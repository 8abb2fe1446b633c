"""Secrets in the operating system's keyring; the only module that knows the package keyring."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

import keyring

from ssokit.domain.errors import StoreKeyError


def get_or_make_secret(service: str, username: str, made: str, *, timeout: float) -> str:
    """Give a secret of the keyring; put one there if it has none.

    Args:
        service: What the keyring lists it under.
        username: Which of the service's secrets it is.
        made: What to put there.
        timeout: Seconds to wait for the keyring.

    Returns:
        What is there now, which somebody else may have put there at the same moment.

    Raises:
        StoreKeyError: There is no keyring, it failed, or it did not answer in time.
    """

    def look_or_make() -> str | None:
        if keyring.get_password(service, username) is None:
            keyring.set_password(service, username, made)
        return keyring.get_password(service, username)

    found = _in_time(look_or_make, timeout)
    if found is None:
        raise StoreKeyError(
            f"the system's keyring does not keep {service}/{username}: use another one, or a key "
            "file: Key.from_file(path)"
        )
    return found


def _in_time(ask: Callable[[], str | None], timeout: float) -> str | None:
    # A keyring that waits for a person, or for a service that is gone, does not come back.
    answers: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()

    def answer() -> None:
        try:
            answers.put(ask())
        except Exception as error:  # noqa: BLE001 - backends raise whatever they like
            answers.put(error)

    threading.Thread(target=answer, daemon=True).start()
    try:
        outcome = answers.get(timeout=timeout)
    except queue.Empty:
        raise StoreKeyError(
            f"the system's keyring did not answer within {timeout:g} seconds: unlock it, or use "
            "a key file: Key.from_file(path)"
        ) from None
    if isinstance(outcome, Exception):
        # Its text and traceback are left out: they may quote the secret.
        raise StoreKeyError(
            f"the system's keyring failed with {type(outcome).__name__}: install a backend for "
            "it, or use a key file: Key.from_file(path)"
        ) from None
    return outcome
