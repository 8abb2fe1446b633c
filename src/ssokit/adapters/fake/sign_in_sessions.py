"""The sign-in sessions of people, and the refresh tokens that renew tokens within them."""

from __future__ import annotations

import attrs

from ssokit.adapters.fake.effects import refused
from ssokit.adapters.fake.registrations import RegisteredClient


@attrs.define(kw_only=True, eq=False)
class SignInSession:
    """A person who is signed in; all regions share it.

    Attributes:
        user: Who is signed in.
        deadline: When it ends, in monotonic seconds of the model's clock.
        ended: Whether it was ended before that.
    """

    user: str
    deadline: float
    ended: bool = False


@attrs.frozen(kw_only=True)
class _Right:
    session: SignInSession
    client: RegisteredClient


class SignInSessions:
    """All sessions that can be renewed. The model serializes its use."""

    def __init__(self) -> None:
        self._rights: dict[str, _Right] = {}

    def add(self, refresh_token: str, session: SignInSession, client: RegisteredClient) -> None:
        """Let a client renew its tokens with a refresh token from now on."""
        self._rights[refresh_token] = _Right(session=session, client=client)

    def redeem(
        self, refresh_token: str, client: RegisteredClient, *, now: float, single_use: bool
    ) -> SignInSession:
        """Find the session that a refresh token renews.

        Raises:
            RefusedError: InvalidGrantException: unknown, used up, another client's, or the
                session is over.
        """
        right = self._rights.get(refresh_token)
        if right is None or right.client.client_id != client.client_id:
            raise refused("InvalidGrantException", "Invalid refresh token provided")
        if right.session.ended or now >= right.session.deadline:
            raise refused("InvalidGrantException", "The sign-in session has ended")
        if single_use:
            del self._rights[refresh_token]
        return right.session

    def end_all(self, *, user: str | None = None) -> None:
        """End a user's sessions, or everybody's; tokens that were granted are not touched."""
        for right in self._rights.values():
            if user in (None, right.session.user):
                right.session.ended = True
