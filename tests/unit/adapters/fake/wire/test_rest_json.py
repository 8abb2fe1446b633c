"""The bytes of sso-oidc and of the access portal."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ssokit.testing import (
    AwsError,
    FakeIdentityCenter,
    Fault,
    GarbageAnswer,
    HttpError,
    IdentityCenterServer,
    Ignores,
)

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_CORAL = "http://internal.amazon.com/coral"


def _register(send: Any) -> dict[str, Any]:
    answer = send("POST", "/client/register", {"clientName": "x", "clientType": "public"})
    registered = answer.json()
    return {"clientId": registered["clientId"], "clientSecret": registered["clientSecret"]}


def _start(send: Any, center: FakeIdentityCenter) -> dict[str, Any]:
    known = _register(send)
    answer = send("POST", "/device_authorization", {**known, "startUrl": center.start_url})
    return {**known, **answer.json()}


def test_registration_counts_in_epoch_seconds(send: Any, center: FakeIdentityCenter):
    """RegisterClient tells issue and end in whole seconds, with a request id."""
    answer = send("POST", "/client/register", {"clientName": "x", "clientType": "public"})
    now = int(center.clock.now().timestamp())
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-amzn-RequestId"])
    assert answer.json()["clientIdIssuedAt"] == now
    assert answer.json()["clientSecretExpiresAt"] == now + 90 * 24 * 3600


def test_verification_uri_is_the_servers_own_page(
    send: Any, center: FakeIdentityCenter, server: IdentityCenterServer
):
    """StartDeviceAuthorization sends the person to this server, with and without the code."""
    started = _start(send, center)
    assert started["verificationUri"] == f"{server.url}/device"
    assert started["verificationUriComplete"] == (
        f"{server.url}/device?user_code={started['userCode']}"
    )
    assert (started["expiresIn"], started["interval"]) == (600, 1)


def test_token_answer_has_the_members_of_oauth(send: Any, center: FakeIdentityCenter):
    """CreateToken gives a bearer token with its lifetime in seconds."""
    started = _start(send, center)
    granted = send("POST", "/token", {**started, "grantType": _GRANT}).json()
    assert (granted["tokenType"], granted["expiresIn"]) == ("Bearer", 28800)
    assert granted["accessToken"] in center.secrets


def test_pending_has_header_and_body_as_observed(send: Any, center: FakeIdentityCenter):
    """A pending login is HTTP 400 with the code in a header and OAuth's word in the body."""
    center.person = Ignores()
    answer = send("POST", "/token", {**_start(send, center), "grantType": _GRANT})
    assert answer.status == 400
    assert answer.headers["x-amzn-ErrorType"] == (
        f"AuthorizationPendingException:{_CORAL}/com.amazonaws.sso.oidc/"
    )
    assert answer.json() == {
        "error": "authorization_pending",
        "error_description": "Authorization is still pending",
    }


@pytest.mark.parametrize(
    ("code", "status", "word"),
    [
        ("SlowDownException", 400, "slow_down"),
        ("ExpiredTokenException", 400, "expired_token"),
        ("AccessDeniedException", 400, "access_denied"),
        ("InvalidGrantException", 400, "invalid_grant"),
        ("InvalidClientException", 401, "invalid_client"),
        ("UnsupportedGrantTypeException", 400, "unsupported_grant_type"),
        ("InternalServerException", 500, "server_error"),
        ("TooManyRequestsException", 429, "too_many_requests"),
    ],
)
def test_oidc_errors_speak_oauth(
    send: Any, center: FakeIdentityCenter, code: str, status: int, word: str
):
    """Every error of sso-oidc has its status, its code and OAuth's name."""
    center.faults.add(Fault("CreateToken", AwsError(code)))
    answer = send("POST", "/token", {})
    assert (answer.status, answer.json()["error"]) == (status, word)
    assert answer.headers["x-amzn-ErrorType"].startswith(f"{code}:")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/client/register", b"{"),
        ("/client/register", b"[1]"),
        ("/client/register", b""),
        ("/client/register", {"clientName": 5, "clientType": "public"}),
        ("/client/register", {"clientName": "x"}),
        ("/device_authorization", {"clientId": "x"}),
        ("/token", {"clientId": "x", "clientSecret": ""}),
    ],
)
def test_malformed_requests_are_refused(send: Any, path: str, body: Any):
    """Bad JSON and missing members are InvalidRequestException, HTTP 400."""
    answer = send("POST", path, body)
    assert answer.status == 400
    assert answer.headers["x-amzn-ErrorType"].startswith("InvalidRequestException:")


def test_clients_must_be_public(send: Any):
    """AWS knows no other type of client."""
    answer = send("POST", "/client/register", {"clientName": "x", "clientType": "secret"})
    assert answer.json()["error"] == "invalid_client_metadata"


def test_other_grants_are_not_supported(send: Any, center: FakeIdentityCenter):
    """A grant type other than the device code's is refused as such."""
    answer = send("POST", "/token", {**_start(send, center), "grantType": "password"})
    assert answer.json()["error"] == "unsupported_grant_type"


def _bearer(center: FakeIdentityCenter) -> dict[str, str]:
    return {"x-amz-sso_bearer_token": center.sign_in("alice").access_token}


def test_keys_count_in_epoch_milliseconds(send: Any, center: FakeIdentityCenter):
    """GetRoleCredentials tells the end in milliseconds, unlike sso-oidc."""
    path = "/federation/credentials?role_name=ReadOnly&account_id=012345678901"
    keys = send("GET", path, headers=_bearer(center)).json()["roleCredentials"]
    assert keys["expiration"] == (int(center.clock.now().timestamp()) + 3600) * 1000
    assert keys["accessKeyId"].startswith("ASIA")


def test_listings_page_by_max_result(send: Any, center: FakeIdentityCenter):
    """A page has at most max_result rows, and a token for the next one."""
    bearer = _bearer(center)
    first = send("GET", "/assignment/accounts?max_result=2", headers=bearer).json()
    path = f"/assignment/accounts?max_result=2&next_token={first['nextToken']}"
    last = send("GET", path, headers=bearer).json()
    assert [len(page["accountList"]) for page in (first, last)] == [2, 1]
    assert "nextToken" not in last


@pytest.mark.parametrize("asked", ["0", "101", "many", "-1"])
def test_max_result_is_checked(send: Any, center: FakeIdentityCenter, asked: str):
    """A page size outside 1 to 100 is refused."""
    path = f"/assignment/accounts?max_result={asked}"
    answer = send("GET", path, headers=_bearer(center))
    assert answer.status == 400
    assert answer.json()["__type"].endswith("#InvalidRequestException")


def test_missing_token_is_unauthorized(send: Any):
    """A request without a bearer token is HTTP 401, with the words that AWS has for it."""
    answer = send("GET", "/assignment/accounts")
    assert answer.status == 401
    assert answer.json() == {
        "message": "Session token not found or invalid",
        "__type": "com.amazonaws.switchboard.portal#UnauthorizedException",
    }
    assert answer.headers["x-amzn-ErrorType"].startswith("UnauthorizedException:")


def test_no_access_is_the_unmodelled_403(send: Any, center: FakeIdentityCenter):
    """A missing grant is ForbiddenException, which no service model knows."""
    path = "/federation/credentials?role_name=Nobody&account_id=012345678901"
    answer = send("GET", path, headers=_bearer(center))
    assert (answer.status, answer.json()["message"]) == (403, "No access")
    assert answer.headers["x-amzn-ErrorType"].startswith("ForbiddenException:")


def test_logout_answers_with_nothing(send: Any, center: FakeIdentityCenter):
    """Logout is HTTP 200 without a body, and ends the token."""
    bearer = _bearer(center)
    answer = send("POST", "/logout", headers=bearer)
    assert (answer.status, answer.body) == (200, b"")
    assert send("GET", "/assignment/accounts", headers=bearer).status == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/favicon.ico"), ("POST", "/"), ("GET", "/token"), ("POST", "/assignment/accounts")],
)
def test_unknown_paths_are_told_and_recorded(
    send: Any, center: FakeIdentityCenter, method: str, path: str
):
    """What no service here knows is UnknownOperationException, HTTP 404."""
    answer = send(method, path)
    assert answer.status == 404
    assert answer.headers["x-amzn-ErrorType"].startswith("UnknownOperationException:")
    assert center.calls(f"{method} {path}") == 1


def test_regions_have_endpoints_of_their_own(send: Any, center: FakeIdentityCenter):
    """A path that names a region is that region's endpoint."""
    answer = send(
        "POST", "/region/ap-south-1/client/register", {"clientName": "x", "clientType": "public"}
    )
    assert "ap-south-1" in answer.json()["error_description"]
    assert center.requests[0].region == "ap-south-1"


def test_throttling_has_a_header_with_seconds(send: Any, center: FakeIdentityCenter):
    """Retry-After is sent where the script says so."""
    center.faults.add(
        Fault("ListAccounts", AwsError("TooManyRequestsException", retry_after=7)),
        Fault("ListAccountRoles", HttpError(503, retry_after=9)),
    )
    answers = [send("GET", f"/assignment/{what}") for what in ("accounts", "roles")]
    assert [(answer.status, answer.headers["Retry-After"]) for answer in answers] == [
        (429, "7"),
        (503, "9"),
    ]
    assert answers[1].body == b""


def test_garbage_is_sent_as_it_is(send: Any, center: FakeIdentityCenter):
    """A body that is not AWS's comes with HTTP 200, as from a captive portal."""
    center.faults.add(Fault("ListAccounts", GarbageAnswer(b"<p>hello")))
    answer = send("GET", "/assignment/accounts", headers=_bearer(center))
    assert (answer.status, answer.body) == (200, b"<p>hello")
