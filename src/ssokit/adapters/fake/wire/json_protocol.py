"""The json 1.1 protocol, as sso-admin, identitystore and organizations speak it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ssokit.adapters.fake.effects import AwsError
from ssokit.adapters.fake.wire.http import Request, Response, json_response
from ssokit.adapters.fake.wire.rest_json import retry_after

_TYPE = {"Content-Type": "application/x-amz-json-1.1"}
_SERVICES = {
    "AWSIdentityStore": "identitystore",
    "AWSOrganizationsV20161128": "organizations",
    "SWBExternalService": "sso-admin",
}
_BAD_REQUEST = 400
_SERVER_ERROR = 500


@attrs.frozen
class JsonRoute:
    """How an operation of the json protocol is asked for and answered.

    Attributes:
        service: The AWS service, from the ``X-Amz-Target`` header.
        operation: The operation, from the same.
    """

    service: str
    operation: str

    def read(self, request: Request) -> Mapping[str, Any]:
        """Read the parameters; with whose keys it was signed is not looked at."""
        return request.json()

    def succeed(self, members: Mapping[str, Any]) -> Response:
        """Write an answer."""
        return json_response(members, headers=_TYPE)

    def fail(self, error: AwsError) -> Response:
        """Write an error. These services answer 400 to all that is the caller's fault."""
        body: dict[str, Any] = {
            "__type": f"com.amazonaws.{self.service}#{error.code}",
            "Message": error.message,
            **error.details,
        }
        if self.service == "identitystore" and error.retry_after is not None:
            body["RetryAfterSeconds"] = error.retry_after
        headers = {**_TYPE, **retry_after(error.retry_after)}
        return json_response(body, status=_status(error), headers=headers)


def json_route(request: Request) -> JsonRoute | None:
    """Find the route of a request to ``/``; None if it is not of the json protocol."""
    prefix, _, operation = request.headers.get("x-amz-target", "").partition(".")
    return JsonRoute(_SERVICES[prefix], operation) if prefix in _SERVICES else None


def _status(error: AwsError) -> int:
    is_usual = error.status == AwsError(error.code).status
    return _BAD_REQUEST if is_usual and error.status < _SERVER_ERROR else error.status
