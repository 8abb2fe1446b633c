"""What a logout did, and what it did not do."""

from __future__ import annotations

import attrs

from ssokit.domain.errors import SsokitError


@attrs.frozen(kw_only=True)
class LogoutResult:
    """The outcome of a logout; true only if there was a login and it has ended everywhere.

    Attributes:
        start_url: The start URL of the login; empty if its entry does not say it.
        region: The region of its Identity Center; empty likewise.
        was_logged_in: Whether there was a token to begin with.
        server_session_ended: Whether the service has ended the sign-in session, or does not
            honour the login any more.
        token_removed: Whether the token, and with it the refresh token, is gone from the store.
        credentials_removed: Whether this store's role credentials of the login are gone; False
            where entries of other tools do not tell whose they are. Keys that were already
            handed out work to their own expiry: AWS has no way to recall them.
        error: Why the logout is incomplete. Unless ``token_removed``, it can be tried again.
    """

    start_url: str = ""
    region: str = ""
    was_logged_in: bool
    server_session_ended: bool = False
    token_removed: bool = False
    credentials_removed: bool = False
    error: SsokitError | None = None

    def __bool__(self) -> bool:
        """True only if there was a login and it has ended everywhere."""
        return self.was_logged_in and self.server_session_ended and self.token_removed


@attrs.frozen(kw_only=True)
class LogoutSummary:
    """The outcome of logging out of everything; true only if no login is left.

    Attributes:
        logins: What became of each login that was found.
        all_known: Whether the store could tell which logins it holds. If not, nothing was
            done: log out of each one by itself.
        credentials_removed: Whether all role credentials that came from logins are gone.
        error: Why logins could not be listed, if that failed.
    """

    logins: tuple[LogoutResult, ...] = ()
    all_known: bool = True
    credentials_removed: bool = False
    error: SsokitError | None = None

    def __bool__(self) -> bool:
        """True only if it is known that no login is left; role credentials do not count."""
        return self.all_known and self.error is None and all(self.logins)
