"""Where all secrets of the model are made, so that a test can look for leaks of any."""

from __future__ import annotations

import secrets
import threading

# Consonants only: no code can spell a word, and none looks like another.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_KEY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Mint:
    """Make random secrets in the forms of AWS, and remember each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: set[str] = set()

    @property
    def made(self) -> frozenset[str]:
        """Every secret so far; user codes and client ids are none."""
        with self._lock:
            return frozenset(self._made)

    def secret(self, prefix: str = "", *, length: int = 64) -> str:
        """Make a secret of URL-safe characters."""
        return self._remember(prefix + secrets.token_urlsafe(length)[:length])

    def access_key_id(self) -> str:
        """Make the id of a temporary access key."""
        return self._remember("ASIA" + "".join(secrets.choice(_KEY_LETTERS) for _ in range(16)))

    def client_id(self) -> str:
        """Make the public id of a client."""
        return secrets.token_urlsafe(24)

    def user_code(self) -> str:
        """Make a code of the form ``ABCD-EFGH``."""
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        return f"{letters[:4]}-{letters[4:]}"

    def _remember(self, secret: str) -> str:
        with self._lock:
            self._made.add(secret)
        return secret
