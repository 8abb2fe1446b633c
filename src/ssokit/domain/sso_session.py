"""Where to log in: an Identity Center instance, as its users name it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import attrs

from ssokit.domain.errors import InvalidSSOConfigError

# wire-level pattern of AWS Region names, GovCloud, China, ISO and EUSC included.
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+){1,3}-\d{1,2}")
_LONGEST_URL = 2048


def _validate_start_url(_session: object, _attribute: object, start_url: Any) -> None:
    if not isinstance(start_url, str):
        raise TypeError(f"start_url must be a str, not {type(start_url).__name__}")
    try:
        parts = urlsplit(start_url)
        sound = parts.scheme in ("https", "http") and parts.hostname and "@" not in parts.netloc
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        sound = False
    if not sound or len(start_url) > _LONGEST_URL or re.search(r"[\s\x00-\x1f\x7f]", start_url):
        raise InvalidSSOConfigError(
            f"start_url {start_url[:200]!r} is not an https URL; use the AWS access portal URL "
            "of your Identity Center, such as https://d-1234567890.awsapps.com/start"
        )


def check_region(region: Any) -> None:
    """Check the form of an AWS region name.

    Raises:
        TypeError: It is not a str.
        InvalidSSOConfigError: No AWS region can have this name.
    """
    if not isinstance(region, str):
        raise TypeError(f"a region must be a str, not {type(region).__name__}")
    if not _REGION.fullmatch(region):
        raise InvalidSSOConfigError(
            f"{region[:80]!r} is not an AWS region name, such as us-east-1 is; the Identity "
            "Center's is the one in which its administrators set it up"
        )


def _validate_region(_session: object, _attribute: object, region: Any) -> None:
    check_region(region)


@attrs.frozen
class SsoSession:
    """An Identity Center instance: its start URL and its region.

    Both are checked for form only: whether they exist is for the service to say. Vanity
    URLs, GovCloud and China forms are accepted as they are, because there is no one pattern.

    Attributes:
        start_url: The AWS access portal URL, verbatim: caches are keyed by this spelling.
        region: The AWS region of the Identity Center instance.
    """

    start_url: str = attrs.field(validator=_validate_start_url)
    region: str = attrs.field(validator=_validate_region)

    @property
    def wire_start_url(self) -> str:
        """The start URL as the service wants it: no fragment, no trailing slash.

        People copy ``.../start/#/`` from their browser's bar, and StartDeviceAuthorization
        refuses it. Never use this form as a cache key: the AWS CLI keys by the verbatim one.
        """
        return self.start_url.partition("#")[0].rstrip("/")
