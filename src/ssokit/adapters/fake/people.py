"""The people who approve or deny logins, one code at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager

import attrs

from ssokit.adapters.fake.device_logins import DeviceLogin, DeviceLogins
from ssokit.adapters.fake.person import Decision
from ssokit.ports.clock import Clock


@attrs.frozen(kw_only=True)
class PendingLogin:
    """A login that waits for a decision, as a person sees it.

    Attributes:
        user_code: The code to compare.
        client_name: What the program that asks calls itself.
        expires_in: Seconds until the code ends.
    """

    user_code: str
    client_name: str
    expires_in: float


class People:
    """Decide about logins by their user code, whatever the standing behaviour is.

    User codes are compared as people type them: case, blanks and the dash do not matter.

    Args:
        logins: The logins of the model.
        clock: The model's clock.
        lock: The model's lock.
        users: Gives the names of those who may sign in.
    """

    def __init__(
        self,
        logins: DeviceLogins,
        clock: Clock,
        lock: AbstractContextManager[object],
        *,
        users: Callable[[], Collection[str]],
    ) -> None:
        self._logins = logins
        self._clock = clock
        self._lock = lock
        self._users = users

    @property
    def pending(self) -> tuple[PendingLogin, ...]:
        """The logins that wait for a decision, oldest first."""
        with self._lock:
            now = self._clock.monotonic()
            return tuple(_as_seen(login, now) for login in self._logins if _waits(login, now))

    def find(self, user_code: str) -> PendingLogin:
        """Find a login that waits for a decision.

        Raises:
            LookupError: None waits for this code: unknown, decided already, or expired.
        """
        with self._lock:
            return _as_seen(self._find(user_code), self._clock.monotonic())

    def approve(self, user_code: str, *, user: str | None = None) -> None:
        """Sign in as a user, and allow the program that shows the code to act for them.

        Args:
            user_code: The code.
            user: Who signs in; the organization's first user by default.

        Raises:
            LookupError: No login waits for this code, or there is no such user.
        """
        with self._lock:
            if user is not None and user not in self._users():
                raise LookupError(f"there is no user {user!r} to sign in as")
            login = self._find(user_code)
            login.decision, login.user = Decision.APPROVED, user

    def deny(self, user_code: str) -> None:
        """Refuse the program that shows the code.

        Raises:
            LookupError: No login waits for this code.
        """
        with self._lock:
            self._find(user_code).decision = Decision.DENIED

    def _find(self, user_code: str) -> DeviceLogin:
        now, wanted = self._clock.monotonic(), _typed(user_code)
        for login in self._logins:
            if _waits(login, now) and _typed(login.user_code) == wanted:
                return login
        raise LookupError(f"no login waits for the code {user_code[:40]!r}")


def _waits(login: DeviceLogin, now: float) -> bool:
    return login.decision is Decision.PENDING and now < login.deadline


def _typed(user_code: str) -> str:
    return "".join(filter(str.isalnum, user_code)).upper()


def _as_seen(login: DeviceLogin, now: float) -> PendingLogin:
    return PendingLogin(
        user_code=login.user_code,
        client_name=login.client.client_name,
        expires_in=login.deadline - now,
    )
