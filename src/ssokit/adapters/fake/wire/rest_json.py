"""The rest-json protocol, as sso-oidc and the access portal speak it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs

from ssokit.adapters.fake.effects import AwsError
from ssokit.adapters.fake.wire.http import Request, Response, json_response, request_id

Reader: TypeAlias = Callable[[Request], Mapping[str, Any]]

_CORAL = "http://internal.amazon.com/coral"


@attrs.frozen
class Route:
    """How one operation is asked for and answered.

    Attributes:
        operation: The AWS operation.
        read: Reads its parameters from a request.
        fail: Writes an error.
        empty: Whether its answer has no body.
        service: As in `Call`.
    """

    operation: str
    read: Reader
    fail: Callable[[AwsError], Response]
    empty: bool = False
    service: str = ""

    def succeed(self, members: Mapping[str, Any]) -> Response:
        """Write an answer."""
        if self.empty:
            return Response(headers={"x-amzn-RequestId": request_id()})
        return json_response(members)


def oidc_failure(error: AwsError) -> Response:
    """Write an error of sso-oidc: the code in a header, OAuth's words in the body."""
    return json_response(
        {
            "error": _oauth_error(error.code),
            "error_description": error.message,
            **error.details,
        },
        status=error.status,
        headers=_error_headers(error, "com.amazonaws.sso.oidc"),
    )


def portal_failure(error: AwsError) -> Response:
    """Write an error of the access portal: the code in a header and in the body."""
    return json_response(
        {"message": error.message, "__type": f"com.amazonaws.switchboard.portal#{error.code}"},
        status=error.status,
        headers=_error_headers(error, "com.amazonaws.switchboard.portal"),
    )


def retry_after(seconds: int | None) -> Mapping[str, str]:
    """Make the header that says when to come back, if there is anything to say."""
    return {} if seconds is None else {"Retry-After": str(seconds)}


def _error_headers(error: AwsError, namespace: str) -> Mapping[str, str]:
    error_type = f"{error.code}:{_CORAL}/{namespace}/"
    return {"x-amzn-ErrorType": error_type, **retry_after(error.retry_after)}


def _oauth_error(code: str) -> str:
    if code == "InternalServerException":
        return "server_error"
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", code.removesuffix("Exception")).lower()


def _json_body(request: Request) -> Mapping[str, Any]:
    return request.json()


def _portal_query(request: Request) -> Mapping[str, Any]:
    names = {
        "account_id": "accountId",
        "role_name": "roleName",
        "next_token": "nextToken",
    }
    parameters: dict[str, Any] = {
        names[name]: value for name, value in request.query.items() if name in names
    }
    if "max_result" in request.query:
        asked = request.query["max_result"]
        parameters["maxResults"] = int(asked) if asked.isdecimal() else asked
    if "x-amz-sso_bearer_token" in request.headers:
        parameters["accessToken"] = request.headers["x-amz-sso_bearer_token"]
    return parameters


def unknown_operation(request: Request) -> Route:
    """Give the route of a request that no AWS service here knows."""
    return Route(f"{request.method} {request.path}", lambda _: {}, portal_failure)


ROUTES: Mapping[tuple[str, str], Route] = {
    ("POST", "/client/register"): Route("RegisterClient", _json_body, oidc_failure),
    ("POST", "/device_authorization"): Route("StartDeviceAuthorization", _json_body, oidc_failure),
    ("POST", "/token"): Route("CreateToken", _json_body, oidc_failure),
    ("GET", "/assignment/accounts"): Route("ListAccounts", _portal_query, portal_failure),
    ("GET", "/assignment/roles"): Route("ListAccountRoles", _portal_query, portal_failure),
    ("GET", "/federation/credentials"): Route("GetRoleCredentials", _portal_query, portal_failure),
    ("POST", "/logout"): Route("Logout", _portal_query, portal_failure, empty=True),
}
