"""The clients that registered themselves (RFC 7591, sso-oidc RegisterClient)."""

from __future__ import annotations

import attrs

from ssokit.adapters.fake.effects import refused
from ssokit.domain.client_metadata import REFRESH_TOKEN_GRANT
from ssokit.domain.redaction import masked


@attrs.frozen(kw_only=True)
class RegisteredClient:
    """A client that the service knows.

    Attributes:
        client_id: Its public id.
        client_secret: Its secret.
        client_name: What it calls itself.
        scopes: What it registered for.
        grant_types: The grants it registered for; empty if it did not say.
        redirect_uris: Where it may have browsers sent.
        region: Where it registered; other regions do not know it.
        deadline: When it ends, in monotonic seconds of the model's clock.
    """

    client_id: str
    client_secret: str = attrs.field(repr=masked)
    client_name: str
    scopes: tuple[str, ...] = ()
    grant_types: tuple[str, ...] = ()
    redirect_uris: tuple[str, ...] = ()
    region: str
    deadline: float

    @property
    def may_renew(self) -> bool:
        """Whether it gets refresh tokens: a legacy client, without scopes, does not."""
        return REFRESH_TOKEN_GRANT in self.grant_types if self.grant_types else bool(self.scopes)

    def check_grant(self, grant_type: str) -> None:
        """Check that it registered for a grant; one that named none may use all.

        Raises:
            RefusedError: UnauthorizedClientException.
        """
        if self.grant_types and grant_type not in self.grant_types:
            raise refused("UnauthorizedClientException", "The client may not use this grant")


class Registrations:
    """All clients. The model serializes its use."""

    def __init__(self) -> None:
        self._clients: dict[str, RegisteredClient] = {}

    def add(self, client: RegisteredClient) -> None:
        """Remember a client."""
        self._clients[client.client_id] = client

    def clear(self) -> None:
        """Forget all clients."""
        self._clients.clear()

    def find(self, client_id: str, *, now: float) -> RegisteredClient:
        """Find a client that shows no secret, whatever its region.

        Raises:
            RefusedError: InvalidClientException: unknown or expired.
        """
        client = self._clients.get(client_id)
        if client is None or now >= client.deadline:
            raise refused("InvalidClientException", "Invalid client provided")
        return client

    def authenticate(
        self, client_id: str, client_secret: str, *, region: str, now: float
    ) -> RegisteredClient:
        """Find the client that shows its secret.

        Raises:
            RefusedError: InvalidClientException: unknown, wrong secret, expired, other region.
        """
        client = self._clients.get(client_id)
        if client is None or client.client_secret != client_secret or client.region != region:
            raise refused("InvalidClientException", "Invalid client provided")
        if now >= client.deadline:
            raise refused("InvalidClientException", "Client registration has expired")
        return client
