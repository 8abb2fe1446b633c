"""The AWS services of the wire face: from a request to a call, from an outcome to a response."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ssokit.adapters.fake.call import Call, Outcome
from ssokit.adapters.fake.effects import (
    AwsError,
    ConnectionReset,
    GarbageAnswer,
    Hang,
    HttpError,
    TruncatedAnswer,
)
from ssokit.adapters.fake.identity_center import FakeIdentityCenter
from ssokit.adapters.fake.wire.authorization import AUTHORIZATION_ROUTES
from ssokit.adapters.fake.wire.http import DroppedError, Request, Response
from ssokit.adapters.fake.wire.json_protocol import json_route
from ssokit.adapters.fake.wire.query_protocol import query_route
from ssokit.adapters.fake.wire.rest_json import ROUTES, retry_after, unknown_operation

_SCOPE = re.compile(r"Credential=[^/,]+/[0-9]{8}/([a-z0-9-]+)/")
_REGIONAL = ("identitystore", "sso-admin")
_IN_REGION = re.compile(r"/region/([a-z0-9-]+)(/.*)")


class AnyRoute(Protocol):
    """How an operation is asked for and answered, in whatever protocol."""

    @property
    def service(self) -> str:
        """The AWS service, as in `Call`."""

    @property
    def operation(self) -> str:
        """The AWS operation."""

    @property
    def read(self) -> Callable[[Request], Mapping[str, Any]]:
        """Reads the parameters from a request."""

    @property
    def fail(self) -> Callable[[AwsError], Response]:
        """Writes an error."""

    def succeed(self, members: Mapping[str, Any]) -> Response:
        """Write an answer."""


def answer(center: FakeIdentityCenter, request: Request) -> Response:
    """Answer a request as AWS does.

    Paths below ``/region/<name>/`` are the endpoints of that region, all others those of
    the instance's own, unless a call of sso-admin or identitystore is signed for another
    region.

    Raises:
        DroppedError: The script has it that the connection breaks.
    """
    in_region = _IN_REGION.fullmatch(request.path)
    region, path = in_region.groups() if in_region else (center.region, request.path)
    route = _route(request, path)
    call = Call(
        operation=route.operation,
        parameters=route.read(request),
        region=region if in_region else _signed_for(request, route) or region,
        service=route.service,
    )
    return _respond(route, center.handle(call))


def _signed_for(request: Request, route: AnyRoute) -> str | None:
    # One URL stands for the endpoints of all regions; what is signed names the one meant.
    scope = _SCOPE.search(request.headers.get("authorization", ""))
    return scope[1] if scope and route.service in _REGIONAL else None


def _route(request: Request, path: str) -> AnyRoute:
    found: AnyRoute | None = None
    if (request.method, path) == ("POST", "/"):
        found = json_route(request) or query_route(request)
    asked = (request.method, path)
    return (
        found or ROUTES.get(asked) or AUTHORIZATION_ROUTES.get(asked) or unknown_operation(request)
    )


def _respond(route: AnyRoute, outcome: Outcome) -> Response:
    match outcome.fault:
        case AwsError() as error:
            return route.fail(error)
        case HttpError(status=status, body=body, retry_after=seconds):
            return Response(status=status, headers=retry_after(seconds), body=body)
        case ConnectionReset():
            raise DroppedError(reset=True)
        case Hang(seconds=seconds):
            raise DroppedError(reset=False, held=seconds)
        case GarbageAnswer(body=body):
            return Response(headers={"Content-Type": "text/html"}, body=body)
    response = route.succeed(outcome.members or {})
    if isinstance(outcome.fault, TruncatedAnswer):
        # An answer without a body gets one, so that there is something to cut.
        whole = response.body or b"{}"
        return Response(headers=response.headers, body=whole, sent=len(whole) // 2)
    return response
