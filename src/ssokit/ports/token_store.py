"""The port to where logins are kept."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import Protocol

from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token


class TokenStore(Protocol):
    """Keeps tokens and client registrations, one of each per Identity Center instance.

    A load never raises for an entry that is missing, corrupt or foreign: that is a miss.
    All methods may raise `ssokit.StoreError` when the store itself fails. Implementations
    are thread-safe.
    """

    @abstractmethod
    def load_token(self, session: SsoSession) -> Token | None:
        """Give the token as it was saved, expired or not; None without one."""

    @abstractmethod
    def save_token(self, session: SsoSession, token: Token) -> None:
        """Keep a token, whole or not at all; members of the old entry that it lacks survive."""

    @abstractmethod
    def delete_token(self, session: SsoSession) -> None:
        """Forget the token, if there is one."""

    @abstractmethod
    def load_registration(self, session: SsoSession) -> ClientRegistration | None:
        """Give the client registration as it was saved, expired or not; None without one."""

    @abstractmethod
    def save_registration(self, session: SsoSession, registration: ClientRegistration) -> None:
        """Keep a client registration, whole or not at all."""

    @abstractmethod
    def delete_registration(self, session: SsoSession) -> None:
        """Forget the client registration, if there is one."""

    @abstractmethod
    def lock(self, session: SsoSession) -> AbstractContextManager[None]:
        """Exclude everybody else who shares this store from renewing this login.

        It covers all who share the store: the threads of a process, the processes of a host,
        or the hosts of a fleet. It is not reentrant, and it vanishes with a killed holder.

        Raises:
            StoreLockTimeoutError: The holder did not let go in time.
        """
