"""The port to where role credentials are kept."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import Protocol

from ssokit.domain.role_credential import CredentialKey, RoleCredential


class CredentialStore(Protocol):
    """Keeps role credentials, one per start URL, account and role.

    A load never raises for an entry that is missing, corrupt or foreign: that is a miss.
    All methods may raise `ssokit.StoreError` when the store itself fails. Implementations
    are thread-safe.
    """

    @abstractmethod
    def load_credential(self, key: CredentialKey) -> RoleCredential | None:
        """Give the credentials as they were saved, expired or not; None without any."""

    @abstractmethod
    def save_credential(self, key: CredentialKey, credential: RoleCredential) -> None:
        """Keep credentials, whole or not at all."""

    @abstractmethod
    def delete_credential(self, key: CredentialKey) -> None:
        """Forget the credentials under a key, if there are any."""

    @abstractmethod
    def forget_credentials(self, start_url: str) -> bool:
        """Forget all credentials that were obtained through a start URL.

        Returns:
            Whether they are gone; False from a store that cannot tell whose entries it has.
        """

    @abstractmethod
    def lock(
        self, key: CredentialKey, *, timeout: float | None = None
    ) -> AbstractContextManager[None]:
        """Exclude everybody else who shares this store from renewing these credentials.

        It is not reentrant, and it vanishes with a killed holder.

        Args:
            key: Which credentials.
            timeout: Seconds to wait for the holder, 0 not to wait at all; the store's own
                patience if None.

        Raises:
            StoreLockTimeoutError: The holder did not let go in time.
        """
