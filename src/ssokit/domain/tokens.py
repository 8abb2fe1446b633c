"""What a login leaves behind: the access token and the client registration."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from ssokit.domain.client_metadata import AUTHORIZATION_CODE_GRANT, DEVICE_CODE_GRANT
from ssokit.domain.expiry import remains_valid
from ssokit.domain.redaction import masked
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.start_urls import spellings

_REGISTRATION_WINDOW = timedelta(minutes=15)


def _member_names(extra: Mapping[str, Any]) -> str:
    return f"<{', '.join(sorted(extra))}>"


@attrs.frozen(kw_only=True)
class ClientRegistration:
    """A public client that sso-oidc RegisterClient made for this machine (RFC 7591).

    Attributes:
        client_id: The client's id.
        client_secret: Its secret: no secret of a person, but nothing to show around.
        expires_at: When the service stops to honour it, ``clientSecretExpiresAt``.
        scopes: What it was registered for; None if its entry does not say.
        grant_types: The grants it was registered for; empty if its entry does not say, as
            entries for the device authorization grant do not.
        extra: Members of the cache entry that ssokit does not interpret, kept as found.
    """

    client_id: str
    client_secret: str = attrs.field(repr=masked)
    expires_at: datetime
    scopes: tuple[str, ...] | None = None
    grant_types: tuple[str, ...] = ()
    extra: Mapping[str, Any] = attrs.field(factory=dict, repr=_member_names)

    def is_usable(self, *, now: datetime, grant_type: str = DEVICE_CODE_GRANT) -> bool:
        """Tell whether a login of a kind may be started with it.

        The window is the registration's own, 15 minutes: longer than any device code lives,
        and independent of how long the caller wants its *token* to last. A client for the
        authorization code grant and one for device codes are not the same client, although
        the AWS CLI keeps both under one name: each reuses its own kind only.
        """
        of_that_kind = (grant_type == AUTHORIZATION_CODE_GRANT) == (
            AUTHORIZATION_CODE_GRANT in self.grant_types
        )
        return of_that_kind and remains_valid(self.expires_at, now=now, window=_REGISTRATION_WINDOW)


@attrs.frozen
class RenewalMeans:
    """What a renewal takes (RFC 6749 section 6).

    Attributes:
        client: The client that the refresh token was issued to.
        refresh_token: The refresh token.
    """

    client: ClientRegistration
    refresh_token: str = attrs.field(repr=masked)


def _as_in_a_token(client: ClientRegistration | None) -> ClientRegistration | None:
    return client and ClientRegistration(
        client_id=client.client_id,
        client_secret=client.client_secret,
        expires_at=client.expires_at,
    )


@attrs.frozen(kw_only=True)
class Token:
    """An access token of Identity Center (RFC 6749), bearer of a person's login.

    Attributes:
        start_url: The start URL that was logged in to.
        region: The region of the Identity Center instance.
        access_token: The bearer token itself.
        expires_at: When the service stops to honour it; it may do so earlier.
        received_at: When it was received; None where the writer did not say.
        refresh_token: What renews it without the person; None without one.
        client: The client that it was granted to, which alone can use the refresh token;
            None where the writer did not say. It is reduced to id, secret and end.
        extra: Members of the cache entry that ssokit does not interpret, kept as found.
    """

    start_url: str
    region: str
    access_token: str = attrs.field(repr=masked)
    expires_at: datetime
    received_at: datetime | None = None
    refresh_token: str | None = attrs.field(default=None, repr=masked)
    client: ClientRegistration | None = attrs.field(default=None, converter=_as_in_a_token)
    extra: Mapping[str, Any] = attrs.field(factory=dict, repr=_member_names)

    @property
    def fingerprint(self) -> str:
        """Tell this token from others without revealing it: part of its SHA-256, in hex."""
        return hashlib.sha256(self.access_token.encode()).hexdigest()[:16]

    def is_of(self, session: SsoSession) -> bool:
        """Tell whether it is a login to the session's own Identity Center.

        A cache's key, which is the AWS CLI's, says neither the region nor, for a session with
        a name, the start URL: the name may have stood for another one when the login was made.
        """
        same_url = self.start_url == session.start_url
        return self.region == session.region and (
            same_url or self.start_url in spellings(session.start_url)
        )

    def is_valid_for(self, window: timedelta, *, now: datetime) -> bool:
        """Tell whether it stays valid for at least a window, by its own expiry."""
        return remains_valid(self.expires_at, now=now, window=window)

    def means_of_renewal(self, *, now: datetime) -> RenewalMeans | None:
        """Give what a renewal takes, if it is there; whether the session runs, nobody knows.

        The client needs no time in hand, as a new login's does: one call is all.
        """
        if not self.refresh_token or self.client is None or now >= self.client.expires_at:
            return None
        return RenewalMeans(self.client, self.refresh_token)

    def can_be_renewed(self, *, now: datetime) -> bool:
        """Tell whether it has what a renewal takes."""
        return self.means_of_renewal(now=now) is not None
