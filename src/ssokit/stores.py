"""Where logins and role credentials can be kept. Each name loads its module on first use.

Every store serves tokens, client registrations and role credentials alike: one object can be
given as ``token_store=`` and as ``credential_store=``. They implement the ports
`ssokit.ports.TokenStore` and `ssokit.ports.CredentialStore`; `ssokit.testing` has the
contract tests for stores of your own.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssokit.adapters.stores.encrypted_file_store import EncryptedFileStore
    from ssokit.adapters.stores.encrypted_store import EncryptedStore
    from ssokit.adapters.stores.file_store import FileStore
    from ssokit.adapters.stores.key_rings import KeyRing
    from ssokit.adapters.stores.keys import Key
    from ssokit.adapters.stores.mapping_store import MappingStore
    from ssokit.adapters.stores.memory_store import MemoryStore
    from ssokit.adapters.stores.redis_store import RedisStore
    from ssokit.adapters.stores.tiered_store import TieredStore

__all__ = [
    "EncryptedFileStore",
    "EncryptedStore",
    "FileStore",
    "Key",
    "KeyRing",
    "MappingStore",
    "MemoryStore",
    "RedisStore",
    "TieredStore",
]

_HOMES = {
    "EncryptedFileStore": "ssokit.adapters.stores.encrypted_file_store",
    "EncryptedStore": "ssokit.adapters.stores.encrypted_store",
    "FileStore": "ssokit.adapters.stores.file_store",
    "Key": "ssokit.adapters.stores.keys",
    "KeyRing": "ssokit.adapters.stores.key_rings",
    "MappingStore": "ssokit.adapters.stores.mapping_store",
    "MemoryStore": "ssokit.adapters.stores.memory_store",
    "RedisStore": "ssokit.adapters.stores.redis_store",
    "TieredStore": "ssokit.adapters.stores.tiered_store",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    store = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = store
    return store


def __dir__() -> list[str]:
    return __all__
