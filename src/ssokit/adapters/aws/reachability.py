"""Ask services of AWS whether they are there, the way that calls go."""

from __future__ import annotations

import contextlib
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from ssokit.adapters.aws.botocore_sessions import new_botocore_session
from ssokit.adapters.aws.clients import url_of
from ssokit.adapters.aws.errors import translated
from ssokit.domain.errors import SsokitError
from ssokit.domain.service_errors import directory_error
from ssokit.ports.reachability import Echo, Reachability

_TIMEOUT = 4
# A call of each service, of which only the address is used.
_CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "sso-oidc": ("RegisterClient", {"clientName": "ssokit", "clientType": "public"}),
    "sso": ("ListAccounts", {"accessToken": "none"}),
}


class BotoReachability(Reachability):
    """Gets the root of the endpoint that calls go to, with their proxy and certificates.

    Args:
        profile: The profile whose settings apply; None for those of ``[default]``.
    """

    def __init__(self, profile: str | None = None) -> None:
        self._profile = profile

    def ask(self, service: str, region: str) -> Echo:
        """Ask for any answer, for four seconds at most to connect, and as many to answer."""
        url = f"{service} in {region}"
        try:
            operation, parameters = _CALLS[service]
            with translated(operation, directory_error):
                address = url_of(service, region, operation, parameters, profile=self._profile)
            parts = urlsplit(address)
            url = f"{parts.scheme}://{parts.netloc}"
            with translated(f"GET {url}", directory_error):
                return Echo(url=url, date=self._date(url))
        except SsokitError as error:
            return Echo(url=url, problem=str(error))

    def _date(self, url: str) -> datetime | None:
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415 - loaded on first use
        from botocore.httpsession import URLLib3Session  # noqa: PLC0415 - loaded on first use
        from botocore.utils import get_environ_proxies  # noqa: PLC0415 - loaded on first use

        certificates = new_botocore_session(self._profile).get_config_variable("ca_bundle")
        http = URLLib3Session(
            verify=certificates or True,
            proxies=get_environ_proxies(url),
            timeout=_TIMEOUT,
        )
        with contextlib.closing(http):
            answer: Any = http.send(AWSRequest("GET", f"{url}/").prepare())
        try:
            return parsedate_to_datetime(answer.headers["date"]).astimezone(timezone.utc)
        except (KeyError, TypeError, ValueError):
            return None
