"""boto3 sessions with the AWS keys that boto3 finds by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssokit.domain.errors import InvalidSSOConfigError
from ssokit.domain.redaction import redact

if TYPE_CHECKING:
    import boto3


def configured_session(profile: str | None, region: str | None) -> boto3.Session:
    """Make a boto3 session with keys from the environment, a profile, or the machine.

    Args:
        profile: The profile; None leaves it to the environment.
        region: The region; None leaves it to the environment and the profile.

    Raises:
        InvalidSSOConfigError: There is no such profile, or there are no keys, or no region.
    """
    import boto3  # noqa: PLC0415 - loaded on first use
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - loaded on first use

    try:
        session = boto3.Session(profile_name=profile, region_name=region)
        has_keys = session.get_credentials() is not None
    except BotoCoreError as error:
        # Not chained: the parser of config files quotes them.
        raise InvalidSSOConfigError(f"there are no AWS keys to use: {redact(str(error))}") from None
    if not has_keys:
        raise InvalidSSOConfigError(
            "there are no AWS keys to use, neither in the environment nor in a profile: name a "
            "profile that has some, or an account and a role of yours in it"
        )
    if not session.region_name:
        raise InvalidSSOConfigError(
            "which region is the Identity Center in? Name it: neither the environment nor the "
            "profile says it"
        )
    return session
