"""The query protocol with XML answers, as sts speaks it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

import attrs

from ssokit.adapters.fake.effects import AwsError
from ssokit.adapters.fake.wire.http import Request, Response, request_id
from ssokit.adapters.fake.wire.rest_json import retry_after

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_CREDENTIAL = re.compile(r"\bCredential=([^/,\s]+)/")
_SERVER_ERROR = 500


@attrs.frozen
class QueryRoute:
    """How an operation of the query protocol is asked for and answered.

    Attributes:
        operation: The operation, from the ``Action`` parameter.
        service: As in `Call`.
    """

    operation: str
    service: str = ""

    def read(self, request: Request) -> Mapping[str, Any]:
        """Read with which keys the request was signed."""
        credential = _CREDENTIAL.search(request.headers.get("authorization", ""))
        parameters = {"accessKeyId": credential[1]} if credential else {}
        if "x-amz-security-token" in request.headers:
            parameters["sessionToken"] = request.headers["x-amz-security-token"]
        return parameters

    def succeed(self, members: Mapping[str, Any]) -> Response:
        """Write an answer."""
        name = self.operation
        return _xml(
            f'<{name}Response xmlns="{_NAMESPACE}"><{name}Result>{_elements(members)}'
            f"</{name}Result><ResponseMetadata>{_elements({'RequestId': request_id()})}"
            f"</ResponseMetadata></{name}Response>"
        )

    def fail(self, error: AwsError) -> Response:
        """Write an error."""
        words = {
            "Type": "Sender" if error.status < _SERVER_ERROR else "Receiver",
            "Code": error.code,
            "Message": error.message,
        }
        return _xml(
            f'<ErrorResponse xmlns="{_NAMESPACE}"><Error>{_elements(words)}</Error>'
            f"{_elements({'RequestId': request_id()})}</ErrorResponse>",
            status=error.status,
            headers=retry_after(error.retry_after),
        )


def query_route(request: Request) -> QueryRoute | None:
    """Find the route of a request to ``/``; None if it is not of the query protocol."""
    action = request.form().get("Action")
    return QueryRoute(action) if action and action.isidentifier() else None


def _elements(members: Mapping[str, Any]) -> str:
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in members.items())


def _xml(text: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        status=status,
        headers={"Content-Type": "text/xml", **(headers or {})},
        body=text.encode(),
    )
