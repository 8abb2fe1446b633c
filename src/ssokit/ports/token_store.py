"""The port to where logins are kept."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import Protocol

from ssokit.domain.renewal_failure import RenewalFailure
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token


class TokenStore(Protocol):
    """Keeps logins: the token of each `SsoSession`, its client registration, its failures.

    Sessions of different names are different logins, whatever their start URLs.

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
    def load_renewal_failure(self, session: SsoSession) -> RenewalFailure | None:
        """Give what was last noted about a renewal that failed; None if nothing, or no more."""

    @abstractmethod
    def save_renewal_failure(self, session: SsoSession, failure: RenewalFailure) -> None:
        """Note for all who share this store that a login could not be renewed.

        It is an entry of its own: the token's is never rewritten for it, since a program that
        renews the same login without this store's lock would lose what it has just written.
        """

    @abstractmethod
    def lock(
        self, session: SsoSession, *, timeout: float | None = None
    ) -> AbstractContextManager[None]:
        """Exclude everybody else who shares this store from changing this login.

        It is held for a call of the service and a write, never while a person decides. It
        covers all who share the store: the threads of a process, the processes of a host, or
        the hosts of a fleet. It is not reentrant, and it vanishes with a killed holder.

        Args:
            session: Whose login.
            timeout: Seconds to wait for the holder, 0 not to wait at all; the store's own
                patience if None.

        Raises:
            StoreLockTimeoutError: The holder did not let go in time.
        """

    @abstractmethod
    def login_lock(
        self, session: SsoSession, *, timeout: float | None = None
    ) -> AbstractContextManager[None]:
        """Exclude everybody else who shares this store from asking the person to log in.

        It is another lock than `lock`, and may be held for as long as a person takes. Whoever
        holds both took this one first. In all else it is like `lock`.

        Raises:
            StoreLockTimeoutError: The holder did not let go in time.
        """
