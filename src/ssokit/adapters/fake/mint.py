"""Where all secrets of the model are made, so that a test can look for leaks of any."""

from __future__ import annotations

import re
import secrets
import threading

# Consonants only: no code can spell a word, and none looks like another.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_KEY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


# Each kind of secret begins alike, as AWS's own do, so that a leak is seen wherever it is.
CLIENT_SECRET = "eyJraWQiOi"  # noqa: S105 - a prefix
DEVICE_CODE = "dvcAAAAC"
ACCESS_TOKEN = "aoaAAAAAG"  # noqa: S105 - a prefix
AUTHORIZATION_CODE = "azcAAAAC"
REFRESH_TOKEN = "aorAAAAAG"  # noqa: S105 - a prefix
ACCESS_KEY_ID = "ASIA"
SECRET_ACCESS_KEY = "skAAAAK"  # noqa: S105 - a prefix
SESSION_TOKEN = "IQoJb3JpZ2luX2Vj"  # noqa: S105 - a prefix

SECRET_PATTERN = re.compile(
    f"(?:{CLIENT_SECRET}|{DEVICE_CODE}|{AUTHORIZATION_CODE}|{ACCESS_TOKEN}|{REFRESH_TOKEN}"
    rf"|{SECRET_ACCESS_KEY}|{SESSION_TOKEN})[\w-]{{20,}}|{ACCESS_KEY_ID}[A-Z2-7]{{16}}"
)
"""Finds every secret that any model has made, in any text."""


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

    def secret(self, prefix: str, *, length: int = 64) -> str:
        """Make a secret: a prefix, and as many URL-safe characters."""
        return self._remember(prefix + secrets.token_urlsafe(length)[:length])

    def access_key_id(self) -> str:
        """Make the id of a temporary access key."""
        return self._remember(
            ACCESS_KEY_ID + "".join(secrets.choice(_KEY_LETTERS) for _ in range(16))
        )

    def client_id(self) -> str:
        """Make the public id of a client."""
        return secrets.token_urlsafe(24)

    def page(self) -> str:
        """Make what names a page to the browser that it is shown in, and to no other."""
        return secrets.token_urlsafe(24)

    def user_code(self) -> str:
        """Make a code of the form ``ABCD-EFGH``."""
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        return f"{letters[:4]}-{letters[4:]}"

    def _remember(self, secret: str) -> str:
        with self._lock:
            self._made.add(secret)
        return secret
