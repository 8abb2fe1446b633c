"""The boto3-made clients through which the login services are called."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Mapping
from typing import Any

from cachetools import LRUCache, cached

from ssokit.adapters.aws.botocore_sessions import new_botocore_session
from ssokit.domain.errors import InvalidSSOConfigError

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 20.0
CONNECTIONS = 20

_GUARD = threading.RLock()
if hasattr(os, "register_at_fork"):  # a child starts with the lock free
    os.register_at_fork(
        before=_GUARD.acquire, after_in_parent=_GUARD.release, after_in_child=_GUARD.release
    )
_ALSO_READ = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE")


def call_unsigned(
    service: str,
    region: str,
    operation: str,
    parameters: Mapping[str, Any],
    *,
    profile: str | None = None,
) -> Any:
    """Call an operation of a service that takes no AWS keys, sso-oidc or sso, once.

    A client is made once per process, service, region, profile and environment, and is shared
    by its threads; a forked child must not share its parent's connections. About the
    environment: endpoint, proxy and CA settings are read from the environment and the config
    file when it is made, and a change of the environment gets a client of its own. It does
    not retry: that is decided where the rate budget is known.

    Args:
        service: ``sso-oidc`` or ``sso``.
        region: The region of the Identity Center instance.
        operation: The operation, as AWS spells it.
        parameters: Its members.
        profile: The profile whose settings apply; None for those of ``[default]``.

    Returns:
        The members of the answer, as boto3 gives them.

    Raises:
        InvalidSSOConfigError: The environment or a config file names an unusable endpoint.
    """
    from botocore import xform_name  # noqa: PLC0415 - loaded on first use

    try:
        client = _client(service, region, profile, _environment(), os.getpid())
    except ValueError as error:
        raise InvalidSSOConfigError(f"{operation} could not be called: {error}") from error
    return getattr(client, xform_name(operation))(**parameters)


def url_of(
    service: str,
    region: str,
    operation: str,
    parameters: Mapping[str, Any],
    *,
    profile: str | None = None,
) -> str:
    """Tell which URL a call would go to, without making it.

    The endpoint in a client's metadata is not the one that it calls: it ignores the service's
    endpoint rules, which know no FIPS endpoint in GovCloud, for instance.

    Args:
        service: As for `call_unsigned`, like what follows.
        region: The region of the Identity Center instance.
        operation: The operation.
        parameters: Its members; they have to be valid.
        profile: The profile whose settings apply.

    Raises:
        InvalidSSOConfigError: The environment or a config file names an unusable endpoint.
    """
    from botocore import xform_name  # noqa: PLC0415 - loaded on first use

    try:
        # One of its own: whoever shares a client shares its event handlers.
        client = _new_client(service, region, profile)
    except ValueError as error:
        raise InvalidSSOConfigError(f"{operation} could not be called: {error}") from error
    urls: list[str] = []

    def stop(request: Any, **_: object) -> None:
        urls.append(request.url)
        raise _StoppedError

    client.meta.events.register("request-created", stop)
    with contextlib.suppress(_StoppedError):
        getattr(client, xform_name(operation))(**parameters)
    return urls[0]


class _StoppedError(Exception):
    """The request was made, which is all that was wanted."""


def _environment() -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted(
            # Not items(): that decodes every value, at each call.
            (name, os.environ.get(name, ""))
            for name in os.environ
            if name.startswith("AWS_") or name == "HOME" or name.upper() in _ALSO_READ
        )
    )


@cached(LRUCache(maxsize=32), lock=_GUARD)
def _client(
    service: str,
    region: str,
    profile: str | None,
    _: tuple[tuple[str, str], ...],
    _process: int,
) -> Any:
    return _new_client(service, region, profile)


def _new_client(service: str, region: str, profile: str | None) -> Any:
    from botocore import UNSIGNED  # noqa: PLC0415 - loaded on first use
    from botocore.config import Config  # noqa: PLC0415 - loaded on first use

    return new_botocore_session(profile).create_client(
        service,
        region_name=region,
        config=Config(
            signature_version=UNSIGNED,
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            max_pool_connections=CONNECTIONS,
            retries={"mode": "standard", "total_max_attempts": 1},
        ),
    )
