"""How far a login has come, as those see it who wait for it."""

from __future__ import annotations

import enum
from datetime import datetime

import attrs


class LoginState(enum.Enum):
    """Where a login stands."""

    STARTING = "starting"
    WAITING = "waiting for the person"
    LOGGED_IN = "logged in"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self not in {LoginState.STARTING, LoginState.WAITING}


@attrs.frozen(kw_only=True)
class LoginEvent:
    """Something that happened to a login; it holds no secret.

    Attributes:
        state: Where the login stands now.
        user_code: The code that the person compares or types in; None if there is none.
        verification_uri: Where the person approves; None before it is known.
        verification_uri_complete: The same with the code in it, to open or to click.
        expires_at: When the person is too late; None before it is known.
        error: Why it failed; None unless it did.
    """

    state: LoginState
    user_code: str | None = None
    verification_uri: str | None = None
    verification_uri_complete: str | None = None
    expires_at: datetime | None = None
    error: BaseException | None = None
