"""Credentials in botocore's own terms. Importing this module imports botocore."""

# mypy: disable-error-code="override"
# botocore lets callers assign keys one by one, which is what this class is here to prevent.

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

from botocore.credentials import (
    CredentialProvider,
    ReadOnlyCredentials,
    RefreshableCredentials,
)

from ssokit.domain.role_credential import RoleCredential

METHOD = "ssokit"


class IdentityCenterCredentials(RefreshableCredentials):
    """Keys that a callable gives, and renews.

    botocore's own class publishes the new expiry and the new keys one after the other; here
    each look takes one immutable snapshot. It is a child of that class because programs test
    for it, and takes part in none of its refreshing.

    Args:
        source: Gives role credentials that have not expired.
    """

    def __init__(self, source: Callable[[], RoleCredential]) -> None:
        self._source = source
        self.method = METHOD

    @property  # type: ignore[misc, unused-ignore]
    def access_key(self) -> str:
        """The access key id of now; take `get_frozen_credentials` to have all that match."""
        return self._source().access_key_id

    @property  # type: ignore[misc, unused-ignore]
    def secret_key(self) -> str:
        """The secret key of now."""
        return self._source().secret_access_key

    @property  # type: ignore[misc, unused-ignore]
    def token(self) -> str:
        """The session token of now."""
        return self._source().session_token

    @property  # type: ignore[misc, unused-ignore]
    def account_id(self) -> str:
        """The account that the keys are for."""
        return self._source().account_id

    @property
    def _expiry_time(self) -> datetime:
        return self._source().expires_at

    def _time_fetcher(self) -> datetime:
        return datetime.now(timezone.utc)

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Give keys that belong together and have not expired."""
        keys = self._source()
        return ReadOnlyCredentials(
            keys.access_key_id, keys.secret_access_key, keys.session_token, keys.account_id
        )


class IdentityCenterProvider(CredentialProvider):
    """The one link in the credential chain of a session.

    Args:
        source: Gives role credentials that have not expired.
    """

    METHOD = METHOD
    CANONICAL_NAME = METHOD

    def __init__(self, source: Callable[[], RoleCredential]) -> None:
        super().__init__()
        self._credentials = IdentityCenterCredentials(source)

    def load(self) -> IdentityCenterCredentials:
        """Give the credentials; nothing is called until somebody looks at them."""
        return self._credentials
