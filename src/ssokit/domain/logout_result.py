"""What a logout did, and what it did not do."""

from __future__ import annotations

import attrs

from ssokit.domain.errors import SsokitError


@attrs.frozen(kw_only=True)
class LogoutResult:
    """The outcome of a logout; true only if there was a login and it has ended everywhere.

    Attributes:
        was_logged_in: Whether there was a token to begin with.
        server_session_ended: Whether the service has ended the sign-in session, or does not
            know it any more.
        token_removed: Whether the token is gone from the store.
        credentials_removed: Whether this store's role credentials of the login are gone; a
            dict-like or a folder cannot tell whose credentials it holds. Keys that were
            already handed out work to their own expiry: AWS has no way to recall them.
        error: Why the logout is incomplete. The token is then still in the store, so that
            the logout can be tried again.
    """

    was_logged_in: bool
    server_session_ended: bool = False
    token_removed: bool = False
    credentials_removed: bool = False
    error: SsokitError | None = None

    def __bool__(self) -> bool:
        """True only if there was a login and it has ended everywhere."""
        return self.was_logged_in and self.server_session_ended and self.token_removed
