"""AWS keys as environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

from ssokit.domain.role_credential import RoleCredential

# What the AWS SDKs would take in place of the keys, or mix with them.
_STALE = (
    "AWS_ACCESS_KEY_ID",
    "AWS_ACCOUNT_ID",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_DEFAULT_PROFILE",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)


def key_variables(credential: RoleCredential, *, region: str | None) -> dict[str, str]:
    """Give the variables that hand keys, and a region if there is one, to the AWS SDKs."""
    variables = {
        "AWS_ACCESS_KEY_ID": credential.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credential.secret_access_key,
        "AWS_SESSION_TOKEN": credential.session_token,
        "AWS_CREDENTIAL_EXPIRATION": iso_8601(credential.expires_at),
    }
    if region:
        # The AWS CLI and SDKs of various ages read one or the other.
        variables |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    return variables


def environment_with(
    variables: Mapping[str, str], environment: Mapping[str, str]
) -> dict[str, str]:
    """Give an environment with keys in it, and no other way to AWS credentials beside them."""
    return {
        **{name: value for name, value in environment.items() if name.upper() not in _STALE},
        **variables,
    }


def iso_8601(moment: datetime) -> str:
    """Write a moment as the AWS SDKs read it."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
