"""Where to log in: an Identity Center instance, as its users name it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import attrs

from ssokit.domain.errors import InvalidSSOConfigError
from ssokit.domain.start_urls import spellings, wire_form

# wire-level pattern of AWS Region names, GovCloud, China, ISO and EUSC included.
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+){1,3}-\d{1,2}")
_LONGEST_URL = 2048
# RFC 6749 section 3.3: printable ASCII without blanks, quotation marks and backslashes.
_SCOPE = re.compile(r"[!#-\[\]-~]+")

DEFAULT_SCOPE = "sso:account:access"
"""What a token may do unless a session says otherwise: list accounts and roles, obtain keys."""


def check_start_url(start_url: Any) -> str:
    """Check the form of a start URL, and give it back.

    There is no one pattern: vanity URLs and the forms of other partitions are accepted.

    Raises:
        TypeError: It is not a str.
        InvalidSSOConfigError: It is no URL.
    """
    if not isinstance(start_url, str):
        raise TypeError(f"start_url must be a str, not {type(start_url).__name__}")
    try:
        parts = urlsplit(start_url)
        host = (parts.hostname or "").rstrip(".")
        sound = parts.scheme in ("https", "http") and host and "@" not in parts.netloc
        start_url.encode()  # what is no text, such as an argument in another encoding, is no URL
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        sound = False
    if not sound or len(start_url) > _LONGEST_URL or re.search(r"[\s\x00-\x1f\x7f]", start_url):
        raise InvalidSSOConfigError(
            f"start_url {start_url[:200]!r} is not an https URL; use the AWS access portal URL "
            "of your Identity Center, such as https://d-1234567890.awsapps.com/start"
        )
    return start_url


def check_region(region: Any) -> str:
    """Check the form of an AWS region name, and give it back.

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
    return region


def _validate_start_url(_session: object, _attribute: object, start_url: Any) -> None:
    check_start_url(start_url)


def _validate_region(_session: object, _attribute: object, region: Any) -> None:
    check_region(region)


def _validate_name(_session: object, _attribute: object, name: Any) -> None:
    if name is None:
        return
    if not isinstance(name, str):
        raise TypeError(f"the name of an sso-session must be a str, not {type(name).__name__}")
    if not name or not name.isprintable():
        raise InvalidSSOConfigError(
            f"{name[:80]!r} cannot be the name of an sso-session: it needs at least one "
            "character, and no line breaks"
        )


def parse_scopes(given: Iterable[str] | None) -> tuple[str, ...] | None:
    """Make a tuple of scopes from any iterable of them; None stays None.

    Raises:
        TypeError: It is no iterable of str, or is a str.
        InvalidSSOConfigError: One has characters that no scope has (RFC 6749 section 3.3).
    """
    if given is None:
        return None
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise TypeError(
            f"scopes must be a list or a tuple of str, not {type(given).__name__}: "
            f"[{DEFAULT_SCOPE!r}] for example"
        )
    scopes = tuple(given)
    for scope in scopes:
        if not isinstance(scope, str):
            raise TypeError(f"a scope must be a str, not {type(scope).__name__}")
        if not _SCOPE.fullmatch(scope):
            raise InvalidSSOConfigError(
                f"{scope[:80]!r} is no scope (RFC 6749 section 3.3), such as {DEFAULT_SCOPE} is; "
                "in a config file, scopes are separated by commas"
            )
    return scopes


@attrs.frozen
class SsoSession:
    """An Identity Center instance: its start URL and its region, and what a login is for.

    All are checked for form only: whether they exist is for the service to say. Vanity
    URLs, GovCloud and China forms are accepted as they are, because there is no one pattern.

    A session with a name is an ``sso-session`` of the AWS config file: its login is shared
    with the AWS CLI and SDKs under that name, and renews itself. One without is a legacy
    login, shared under its start URL.

    Attributes:
        start_url: The AWS access portal URL, verbatim: caches are keyed by this spelling.
        region: The AWS region of the Identity Center instance.
        name: The name of the ``sso-session`` section; None for a legacy login.
        scopes: The ``sso_registration_scopes``, in their order; None if nothing is
            configured. An empty tuple is another thing, and another cache key.
    """

    start_url: str = attrs.field(validator=_validate_start_url)
    region: str = attrs.field(validator=_validate_region)
    name: str | None = attrs.field(default=None, validator=_validate_name, kw_only=True)
    scopes: tuple[str, ...] | None = attrs.field(default=None, converter=parse_scopes, kw_only=True)

    @property
    def wire_scopes(self) -> tuple[str, ...]:
        """The scopes to register a client with: a named session without any gets the default.

        A legacy login without scopes registers without any, as the AWS CLI does: its token
        is then not renewable, and lives for the whole sign-in session. Never use this form
        in a cache key: the AWS CLI keys by what is configured.
        """
        return self.scopes or (() if self.name is None else (DEFAULT_SCOPE,))

    @property
    def wire_start_url(self) -> str:
        """The start URL as the service wants it: no fragment, no trailing slash.

        Never use this form as a cache key: the AWS CLI keys by the verbatim one.
        """
        return wire_form(self.start_url)

    def spelled_otherwise(self) -> Iterator[SsoSession]:
        """Give the same legacy login by other spellings of its start URL; none for a name."""
        for start_url in spellings(self.start_url)[1:] if self.name is None else ():
            yield attrs.evolve(self, start_url=start_url)
