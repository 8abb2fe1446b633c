"""Short-lived AWS keys for one role in one account."""

from __future__ import annotations

from datetime import datetime

import attrs

from ssokit.domain.redaction import masked


@attrs.frozen(kw_only=True)
class RoleCredential:
    """The answer of sso GetRoleCredentials: AWS keys with an end.

    Attributes:
        account_id: The AWS account they are for.
        role_name: The role they act as.
        access_key_id: The access key id, masked in reprs like the rest.
        secret_access_key: The secret key.
        session_token: The session token that goes with the keys.
        expires_at: When AWS stops to accept them.
    """

    account_id: str
    role_name: str
    access_key_id: str = attrs.field(repr=masked)
    secret_access_key: str = attrs.field(repr=masked)
    session_token: str = attrs.field(repr=masked)
    expires_at: datetime


@attrs.frozen(kw_only=True)
class CredentialKey:
    """What role credentials are kept under.

    Attributes:
        start_url: The start URL of the login that obtained them.
        account_id: The AWS account, twelve digits.
        role_name: The role.
        session_name: The name of the ``sso-session`` that obtained them, None for a legacy
            login. The AWS CLI keys by it in place of the start URL.
        login: The fingerprint of the token that obtained them, None without a token. A store
            that several people's logins share must tell these apart; one person's own cache
            need not, and the AWS CLI's file format does not.
    """

    start_url: str
    account_id: str
    role_name: str
    session_name: str | None = None
    login: str | None = None
