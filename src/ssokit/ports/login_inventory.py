"""The port to all the logins that a store holds, for stores that can tell."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

from ssokit.domain.tokens import Token


class StoredLogin(Protocol):
    """One login in a store, whichever it is. All methods may raise `ssokit.StoreError`."""

    @abstractmethod
    def lock(self) -> AbstractContextManager[None]:
        """Exclude everybody else who shares the store from changing this login.

        Raises:
            StoreLockTimeoutError: The holder did not let go in time.
        """

    @abstractmethod
    def load(self) -> Token | None:
        """Give the token as it is now; None if it is gone.

        Its start URL and its region are empty where the entry does not say them.
        """

    @abstractmethod
    def save(self, token: Token) -> None:
        """Keep a token in its place."""

    @abstractmethod
    def delete(self) -> None:
        """Forget it, if it is there."""


@runtime_checkable
class LoginInventory(Protocol):
    """What a store may be able to do beside `TokenStore` and `CredentialStore`."""

    @abstractmethod
    def stored_logins(self) -> Sequence[StoredLogin] | None:
        """Give all logins, whoever made them; None if there is no telling.

        Raises:
            StoreError: The store failed.
        """

    @abstractmethod
    def forget_all_credentials(self) -> bool:
        """Forget all role credentials that were obtained through a login.

        Returns:
            Whether they are gone; False if there is no telling which there are.

        Raises:
            StoreError: The store failed.
        """
