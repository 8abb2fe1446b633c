"""The tokens that were granted, and the sign-in sessions behind them."""

from __future__ import annotations

import attrs

from ssokit.adapters.fake.effects import refused
from ssokit.adapters.fake.sign_in_sessions import SignInSession


@attrs.frozen(kw_only=True)
class SignIn:
    """What an access token stands for.

    Attributes:
        session: The session of the person who is signed in.
        region: Where the token was granted; it is honoured there alone.
        deadline: When it ends, in monotonic seconds of the model's clock.
    """

    session: SignInSession
    region: str
    deadline: float


class AccessTokens:
    """All tokens that are honoured. The model serializes its use."""

    def __init__(self) -> None:
        self._sign_ins: dict[str, SignIn] = {}

    def add(self, access_token: str, sign_in: SignIn) -> None:
        """Honour a token from now on."""
        self._sign_ins[access_token] = sign_in

    def discard(self, access_token: str) -> None:
        """Honour a token no more."""
        self._sign_ins.pop(access_token, None)

    def discard_all(self, *, user: str | None = None) -> None:
        """Honour none of a user's tokens any more, or none of anybody's."""
        for access_token, sign_in in list(self._sign_ins.items()):
            if user in (None, sign_in.session.user):
                self.discard(access_token)

    def end_session(self, access_token: str) -> None:
        """End the session behind a token, and with it all tokens that it was granted."""
        session = self._sign_ins[access_token].session
        session.ended = True
        for other, sign_in in list(self._sign_ins.items()):
            if sign_in.session is session:
                self.discard(other)

    def user_of(self, access_token: object, *, region: str, now: float) -> str:
        """Tell who bears a token.

        Raises:
            RefusedError: UnauthorizedException: unknown, expired, revoked, or other region.
        """
        sign_in = self._sign_ins.get(access_token) if isinstance(access_token, str) else None
        if sign_in is None or now >= sign_in.deadline or sign_in.region != region:
            raise refused("UnauthorizedException", "Session token not found or invalid")
        return sign_in.session.user
