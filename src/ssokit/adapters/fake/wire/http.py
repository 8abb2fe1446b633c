"""A request and a response, as values."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import attrs

_JSON = "application/json"


@attrs.frozen(kw_only=True)
class Request:
    """An HTTP request that was read whole.

    Attributes:
        method: The method, in capitals.
        path: The path, without the query.
        query: The query's parameters; of repeated ones the last.
        headers: The headers, by their names in lower case.
        body: The body.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = attrs.field(default=b"", repr=False)

    @staticmethod
    def of(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Request:
        """Take a request target apart."""
        parts = urlsplit(target)
        return Request(
            method=method,
            path=parts.path or "/",
            query=_last_values(parts.query),
            headers={name.lower(): value for name, value in headers.items()},
            body=body,
        )

    def json(self) -> Mapping[str, Any]:
        """Read the body as a JSON object; anything else reads as an empty one."""
        try:
            members = json.loads(self.body)
        except ValueError:
            return {}
        return members if isinstance(members, dict) else {}

    def form(self) -> Mapping[str, str]:
        """Read the body as an HTML form; of repeated fields the last."""
        return _last_values(self.body.decode(errors="replace"))


@attrs.frozen(kw_only=True)
class Response:
    """An HTTP response.

    Attributes:
        status: The HTTP status.
        headers: Its headers, without ``Content-Length``.
        body: The body.
        sent: How much of the body is sent before the connection closes; all by default.
    """

    status: int = 200
    headers: Mapping[str, str] = attrs.field(factory=dict)
    body: bytes = b""
    sent: int | None = None


class DroppedError(Exception):
    """The connection ends without an answer.

    Args:
        reset: Whether it is reset, not closed.
        held: Real seconds to hold it before that.
    """

    def __init__(self, *, reset: bool, held: float = 0.0) -> None:
        super().__init__("the connection ends without an answer")
        self.reset = reset
        self.held = held


def json_response(
    members: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Make a response of JSON, with a request id as every answer of AWS has one."""
    return Response(
        status=status,
        headers={"Content-Type": _JSON, "x-amzn-RequestId": request_id(), **(headers or {})},
        body=json.dumps(members).encode(),
    )


def text_response(status: int, text: str) -> Response:
    """Make a response of plain text, for those who are no AWS client."""
    return Response(
        status=status,
        headers={"Content-Type": "text/plain; charset=utf-8"},
        body=f"{text}\n".encode(),
    )


def request_id() -> str:
    """Make a request id."""
    return str(uuid.uuid4())


def _last_values(encoded: str) -> Mapping[str, str]:
    return {name: values[-1] for name, values in parse_qs(encoded, keep_blank_values=True).items()}
