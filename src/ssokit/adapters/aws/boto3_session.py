"""boto3 sessions whose keys come from a callable, and stay valid."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ssokit.adapters.aws.botocore_sessions import new_botocore_session, tidy_search_paths
from ssokit.adapters.aws.errors import translated
from ssokit.domain.role_credential import RoleCredential
from ssokit.domain.service_errors import oidc_error

if TYPE_CHECKING:
    import boto3


def boto3_session(
    source: Callable[[], RoleCredential], *, region: str | None, profile: str | None = None
) -> boto3.Session:
    """Make a boto3 session that asks for keys when it needs them; nothing is called here.

    Args:
        source: Gives role credentials that have not expired; it must be thread-safe.
        region: The session's region; None leaves it to ``AWS_DEFAULT_REGION`` and the
            profile.
        profile: The profile whose settings apply, but for its keys; None for ``[default]``.

    Raises:
        InvalidSSOConfigError: The AWS config file cannot be read.
    """
    import boto3  # noqa: PLC0415 - loaded on first use
    from botocore.credentials import CredentialResolver  # noqa: PLC0415 - loaded on first use

    from ssokit.adapters.aws.identity_center_credentials import (  # noqa: PLC0415 - with botocore
        IdentityCenterProvider,
    )

    with translated("a boto3 session", oidc_error):
        session = new_botocore_session(profile)
        resolver = CredentialResolver(providers=[IdentityCenterProvider(source)])
        session.register_component("credential_provider", resolver)
        made: boto3.Session = boto3.Session(botocore_session=session, region_name=region)
        tidy_search_paths(session)
        return made
