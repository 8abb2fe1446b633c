"""Read answers with mistrust: botocore takes garbage of HTTP 200 for an empty answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from ssokit.domain.service_errors import invalid_response

Kind = TypeVar("Kind")


def member(answer: Mapping[str, Any], name: str, kind: type[Kind], *, operation: str) -> Kind:
    """Give a member that AWS always sends.

    Raises:
        InvalidResponseError: It is missing, empty text, or of another type.
    """
    value = answer.get(name)
    if not isinstance(value, kind) or isinstance(value, bool) or not _usable(value):
        raise invalid_response(operation, name)
    return value


def _usable(value: object) -> bool:
    # Every required text ends up in an HTTP header, a URL or a cache file.
    return not isinstance(value, str) or (value != "" and value.isascii() and value.isprintable())


def optional_text(answer: Mapping[str, Any], name: str) -> str | None:
    """Give a text that AWS may leave out; None without one, or for what is no text."""
    value = answer.get(name)
    return value if value and isinstance(value, str) else None
