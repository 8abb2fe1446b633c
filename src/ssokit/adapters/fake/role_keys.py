"""The AWS keys that were issued for roles."""

from __future__ import annotations

import attrs

from ssokit.adapters.fake.effects import refused
from ssokit.domain.redaction import masked


@attrs.frozen(kw_only=True)
class RoleKey:
    """AWS keys of one role session.

    Attributes:
        access_key_id: The access key id.
        secret_access_key: The secret key.
        session_token: The session token that goes with them.
        account_id: The account they are for.
        role_name: The role they act as.
        user: Whom they were issued to; names the role session.
        deadline: When they end, in monotonic seconds of the model's clock.
    """

    access_key_id: str = attrs.field(repr=masked)
    secret_access_key: str = attrs.field(repr=masked)
    session_token: str = attrs.field(repr=masked)
    account_id: str
    role_name: str
    user: str
    deadline: float


class RoleKeys:
    """All keys that were issued. The model serializes its use."""

    def __init__(self) -> None:
        self._keys: dict[str, RoleKey] = {}

    def add(self, key: RoleKey) -> None:
        """Remember keys."""
        self._keys[key.access_key_id] = key

    def identify(self, access_key_id: object, session_token: object, *, now: float) -> RoleKey:
        """Find the keys that a signed request was made with. No signature is checked.

        Raises:
            RefusedError: MissingAuthenticationToken, InvalidClientTokenId or ExpiredToken.
        """
        if not isinstance(access_key_id, str):
            raise refused("MissingAuthenticationToken", "Request is missing Authentication Token")
        key = self._keys.get(access_key_id)
        if key is None or key.session_token != session_token:
            raise refused(
                "InvalidClientTokenId", "The security token included in the request is invalid."
            )
        if now >= key.deadline:
            raise refused("ExpiredToken", "The security token included in the request is expired")
        return key
