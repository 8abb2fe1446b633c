"""All that a store promises that several processes share, for one method.

::

    class TestVaultStore(SharedStoreContract):
        def store_factory(self):
            return functools.partial(VaultStore, self.url)
"""

from __future__ import annotations

from typing import Any

from ssokit.testing.credential_store_contract import CredentialStoreContract
from ssokit.testing.cross_process_contract import CrossProcessContract
from ssokit.testing.token_store_contract import TokenStoreContract


class SharedStoreContract(TokenStoreContract, CredentialStoreContract, CrossProcessContract):
    """The contracts for tokens, for role credentials and between processes in one class.

    Define `store_factory`; each test starts with nothing stored.
    """

    def make_store(self) -> Any:
        """Give another handle on the store under test."""
        return self.store_factory()()
