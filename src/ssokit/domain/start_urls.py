"""The forms that start URLs have, and what can be told from them without asking anybody.

A start URL names an instance; it is sent to AWS, and never fetched. The issuer form has no
DNS record: it works where it is sent, and cannot be opened in a browser.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_AWS_HOSTS = re.compile(
    r"(.+\.)?(awsapps\.(com|cn)|app\.aws|portal\.amazonaws\.(com|com\.cn|eu)"
    r"|app\.amazonwebservices\.com\.cn|api\.amazonwebservices\.eu)"
    r"|identitycenter(\.us-gov)?\.amazonaws\.(com|com\.cn|eu)"
)
# Only new portals and GovCloud's regional ones name a region.
_REGIONAL_HOSTS = re.compile(
    r"[^.]+\.(?P<ipv4>[a-z0-9-]+)\.portal\.amazonaws\.(com|com\.cn|eu)"
    r"|[^.]+\.portal\.(?P<dual_stack>[a-z0-9-]+)"
    r"\.(app\.aws|app\.amazonwebservices\.com\.cn|api\.amazonwebservices\.eu)"
    r"|start\.(?P<govcloud>us-gov-[a-z]+-\d)\.us-gov-home\.awsapps\.com"
)
_ENDINGS = ("", "/", "#/", "/#/")
_DEFAULT_PORTS = {"https": 443, "http": 80}


def wire_form(start_url: str) -> str:
    """Give a start URL as the service wants it: without what browsers and people add to it.

    That is a fragment, a query, slashes at the end, the default port, capital letters in the
    host's name. StartDeviceAuthorization was seen to refuse a fragment (aws-cli issue 7649).
    """
    parts = urlsplit(start_url)
    host = _host(start_url)
    if parts.port not in (None, _DEFAULT_PORTS.get(parts.scheme)):
        host = f"{host}:{parts.port}"
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))


def spellings(start_url: str) -> tuple[str, ...]:
    """Give the spellings under which others may have kept a login, the one given first.

    The AWS CLI keys a legacy login by the start URL as it is written, and people copy it
    from the browser's bar with and without its end.
    """
    plain = wire_form(start_url)
    return tuple(dict.fromkeys((start_url, *(plain + ending for ending in _ENDINGS))))


def region_in(start_url: str) -> str | None:
    """Give the region that the host's name tells; None for hosts that do not tell one."""
    named = _REGIONAL_HOSTS.fullmatch(_host(start_url))
    return next(filter(None, named.groupdict().values()), None) if named else None


def is_of_aws(start_url: str) -> bool:
    """Tell whether the host is one of AWS; what else people use leads to one by redirection."""
    return _AWS_HOSTS.fullmatch(_host(start_url)) is not None


def _host(start_url: str) -> str:
    host = (urlsplit(start_url).hostname or "").rstrip(".")
    return f"[{host}]" if ":" in host else host
