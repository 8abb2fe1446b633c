"""What a program says about itself when it registers as a client."""

from __future__ import annotations

from typing import Any

import attrs

DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
AUTHORIZATION_CODE_GRANT = "authorization_code"
REFRESH_TOKEN_GRANT = "refresh_token"  # noqa: S105 - the name of a grant type


@attrs.frozen
class ClientMetadata:
    """The members of sso-oidc RegisterClient (RFC 7591 section 2); the type is ``public``.

    Members that are empty are not sent: the service then decides. A client for the device
    authorization grant says nothing of grant types, as the AWS CLI's does.

    Attributes:
        client_name: What the program calls itself; people see it when they approve.
        scopes: What it may ask for; None or empty to say nothing.
        grant_types: The grants it will use, such as ``authorization_code``.
        redirect_uris: Where an authorization code may be sent; on the loopback interface
            without a port (RFC 8252 section 7.3).
        issuer_url: The start URL in its wire form; for the authorization code grant alone.
    """

    client_name: str
    scopes: tuple[str, ...] | None = attrs.field(default=None, kw_only=True)
    grant_types: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    redirect_uris: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    issuer_url: str | None = attrs.field(default=None, kw_only=True)

    def as_sent(self) -> dict[str, Any]:
        """Give the members of the request, by AWS's names, without the empty ones."""
        members: dict[str, Any] = {
            "clientName": self.client_name,
            "clientType": "public",
            "scopes": list(self.scopes or ()),
            "grantTypes": list(self.grant_types),
            "redirectUris": list(self.redirect_uris),
            "issuerUrl": self.issuer_url or "",
        }
        return {name: value for name, value in members.items() if value}
