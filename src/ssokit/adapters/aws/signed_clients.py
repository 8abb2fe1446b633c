"""Clients for services that take AWS keys, made of a session that the caller brings."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ssokit.adapters.aws.clients import CONNECT_TIMEOUT, CONNECTIONS, READ_TIMEOUT

if TYPE_CHECKING:
    import boto3


class SignedClients:
    """The clients of one boto3 session, each made once, and shared by all threads.

    They do not retry: that is decided where the rate budget is known. Endpoint, proxy and CA
    settings are the session's own.

    Args:
        session: Whose keys are used. It is not used by two threads at once.
        region: Where calls go; None for the session's region.
    """

    def __init__(self, session: boto3.Session, region: str | None = None) -> None:
        # Any: its stubs have one overload per service of AWS.
        self._session: Any = session
        self._region = region
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}

    def call(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Any:
        """Call an operation once.

        Returns:
            The members of the answer, as boto3 gives them.
        """
        from botocore import xform_name  # noqa: PLC0415 - loaded on first use

        return getattr(self._client(service), xform_name(operation))(**parameters)

    def _client(self, service: str) -> Any:
        from botocore.config import Config  # noqa: PLC0415 - loaded on first use

        with self._lock:
            if service not in self._clients:
                config = Config(
                    connect_timeout=CONNECT_TIMEOUT,
                    read_timeout=READ_TIMEOUT,
                    max_pool_connections=CONNECTIONS,
                    retries={"mode": "standard", "total_max_attempts": 1},
                )
                self._clients[service] = self._session.client(
                    service, region_name=self._region, config=config
                )
            return self._clients[service]
