"""boto3 sessions whose keys come from a callable, and stay valid."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ssokit.adapters.aws.botocore_sessions import new_botocore_session, tidy_search_paths
from ssokit.domain.role_credential import RoleCredential

if TYPE_CHECKING:
    import boto3


def boto3_session(source: Callable[[], RoleCredential], *, region: str | None) -> boto3.Session:
    """Make a boto3 session that asks for keys when it needs them; nothing is called here.

    Args:
        source: Gives role credentials that have not expired; it must be thread-safe.
        region: The session's region; None leaves it to ``AWS_DEFAULT_REGION`` and the
            ``[default]`` section of the config file.
    """
    import boto3  # noqa: PLC0415 - loaded on first use
    from botocore.credentials import CredentialResolver  # noqa: PLC0415 - loaded on first use

    from ssokit.adapters.aws.identity_center_credentials import (  # noqa: PLC0415 - with botocore
        IdentityCenterProvider,
    )

    session = new_botocore_session()
    resolver = CredentialResolver(providers=[IdentityCenterProvider(source)])
    session.register_component("credential_provider", resolver)
    made: Any = boto3.Session(botocore_session=session, region_name=region)
    tidy_search_paths(session)
    return made  # type: ignore[no-any-return]
