"""What boto3's answers become, when they are AWS's and when they are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ssokit.adapters.aws.access_portal import BotoAccessPortal
from ssokit.adapters.aws.answers import member, optional_text
from ssokit.adapters.aws.authorization_server import BotoAuthorizationServer
from ssokit.domain.accounts import Account
from ssokit.domain.client_metadata import ClientMetadata
from ssokit.domain.device_authorization import TokenGrant
from ssokit.domain.errors import InvalidResponseError
from ssokit.testing import FakeIdentityCenter, Fault, GarbageAnswer, ManualClock

pytestmark = pytest.mark.usefixtures("server")
_ACCOUNT = "444455556666"
_KEYS = b'{"roleCredentials":{"accessKeyId":"A","secretAccessKey":"B","sessionToken":"C"%s}}'
_CODES = b'{"deviceCode":"d","userCode":"u","verificationUri":"v","expiresIn":%s}'


@pytest.fixture
def call(center: FakeIdentityCenter, clock: ManualClock) -> Callable[[str, bytes], Any]:
    """Give what calls an operation whose answer has a body of the test's own."""
    portal = BotoAccessPortal(center.region)
    oidc = BotoAuthorizationServer(center.region, clock)
    token = center.sign_in("alice")
    registration = center.authorization_server().register_client(ClientMetadata("test"))
    authorization = center.authorization_server().start_device_authorization(
        registration, center.start_url
    )
    calls: dict[str, Callable[[], Any]] = {
        "ListAccounts": lambda: portal.list_accounts(token),
        "ListAccountRoles": lambda: portal.list_roles(token, _ACCOUNT),
        "GetRoleCredentials": lambda: portal.get_role_credentials(token, _ACCOUNT, "ReadOnly"),
        "Logout": lambda: portal.logout(token),
        "RegisterClient": lambda: oidc.register_client(ClientMetadata("test")),
        "StartDeviceAuthorization": lambda: oidc.start_device_authorization(
            registration, center.start_url
        ),
        "CreateToken": lambda: oidc.poll_for_token(registration, authorization),
    }

    def answered(operation: str, body: bytes) -> Any:
        center.faults.add(Fault(operation, GarbageAnswer(body)))
        return calls[operation]()

    return answered


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("ListAccounts", b"[]"),
        ("ListAccounts", b'{"accountList":[],"nextToken":{"page":2}}'),
        ("ListAccounts", b"null"),
        ("ListAccounts", b'"text"'),
        ("ListAccounts", b"\xff\xfe"),
        ("ListAccounts", b'{"accountList":"abc"}'),
        ("ListAccounts", b'{"accountList":[null]}'),
        ("ListAccounts", b'{"accountList":["abc"]}'),
        ("ListAccounts", b'{"accountList":[{"accountId":5}]}'),
        ("ListAccounts", b'{"accountList":[{"accountName":"x"}]}'),
        ("ListAccountRoles", b'{"roleList":[{"roleName":""}]}'),
        ("ListAccountRoles", b'{"accountList":[]}'),
        ("GetRoleCredentials", b"{}"),
        ("GetRoleCredentials", b'{"roleCredentials":[]}'),
        ("GetRoleCredentials", _KEYS % b""),
        ("GetRoleCredentials", _KEYS % b',"expiration":"soon"'),
        ("GetRoleCredentials", _KEYS % b',"expiration":99999999999999999999999'),
        ("RegisterClient", b'{"clientId":"a","clientSecret":"b"}'),
        ("RegisterClient", b'{"clientId":"a","clientSecretExpiresAt":1}'),
        (
            "RegisterClient",
            b'{"clientId":"a","clientSecret":"b","clientSecretExpiresAt":99999999999999999}',
        ),
        ("StartDeviceAuthorization", _CODES % b"null"),
        ("StartDeviceAuthorization", _CODES % b"99999999999999999"),
        ("StartDeviceAuthorization", _CODES % b'600,"interval":[]'),
        ("StartDeviceAuthorization", b'{"userCode":"u","verificationUri":"v","expiresIn":600}'),
        ("CreateToken", b'{"accessToken":"","expiresIn":600}'),
        ("CreateToken", b'{"accessToken":"t"}'),
    ],
)
def test_answers_of_a_wrong_shape(call: Callable[[str, bytes], Any], operation: str, body: bytes):
    """HTTP 200 with JSON that is not AWS's is one kind of error, whatever botocore makes of it."""
    with pytest.raises(InvalidResponseError) as failure:
        call(operation, body)
    assert failure.value.operation == operation
    assert failure.value.retryable


def test_optional_members(call: Callable[[str, bytes], Any]):
    """What AWS may leave out may be missing or garbage."""
    body = (
        b'{"accountList":[{"accountId":"1","accountName":7},{"accountId":"2","emailAddress":"e"}]}'
    )
    page = call("ListAccounts", body)
    assert page.rows == (Account("1"), Account("2", None, "e"))
    assert page.next_token is None


@pytest.mark.parametrize(
    ("interval", "seconds"),
    [(b"", 5.0), (b',"interval":0', 0.0), (b',"interval":-3', 0.0), (b',"interval":9', 9.0)],
    ids=["none", "zero", "negative", "nine"],
)
def test_intervals(call: Callable[[str, bytes], Any], interval: bytes, seconds: float):
    """RFC 8628 section 3.2: no interval means five seconds."""
    started = call("StartDeviceAuthorization", _CODES % (b"600" + interval))
    assert started.interval == seconds
    assert started.verification_uri_complete == started.verification_uri


def test_refresh_token_is_kept(call: Callable[[str, bytes], Any], clock: ManualClock):
    """A refresh token is part of the grant if the service sends one."""
    grant = call("CreateToken", b'{"accessToken":"t","expiresIn":60,"refreshToken":"r"}')
    assert grant == TokenGrant(
        access_token="t", refresh_token="r", expires_at=clock.now() + timedelta(seconds=60)
    )


def test_logout_needs_no_body(call: Callable[[str, bytes], Any]):
    """The answer of Logout has no members that could be checked."""
    assert call("Logout", b"<html>") is None


@pytest.mark.parametrize(
    "value", [None, "", 5, True, [], {}], ids=["missing", "empty", "int", "bool", "list", "dict"]
)
def test_member_of_a_wrong_type(value: object):
    """A member that is no text where text belongs is named."""
    with pytest.raises(InvalidResponseError, match="without name"):
        member({"name": value}, "name", str, operation="X")
    assert optional_text({"name": value}, "name") is None


def test_member():
    """A right member is given as it is; a bool is no number."""
    assert member({"n": 0}, "n", int, operation="X") == 0
    assert optional_text({"n": "x"}, "n") == "x"
    with pytest.raises(InvalidResponseError):
        member({"n": True}, "n", int, operation="X")


def test_parameters_that_botocore_refuses_are_argument_errors(center: FakeIdentityCenter):
    """What never left this machine is no failure of the service."""
    portal = BotoAccessPortal(center.region)
    with pytest.raises(ValueError, match="could not be called"):
        portal.list_roles(center.sign_in("alice"), 5)  # type: ignore[arg-type]
    assert center.calls() == 0


def test_secrets_are_not_sent_to_another_operation(center: FakeIdentityCenter, clock: ManualClock):
    """A poll sends the client and the device code, under AWS's names."""
    oidc = BotoAuthorizationServer(center.region, clock)
    registration = oidc.register_client(ClientMetadata("test"))
    authorization = oidc.start_device_authorization(registration, center.start_url)
    oidc.poll_for_token(registration, authorization)
    sent = center.requests[-1].parameters
    assert (sent["clientId"], sent["deviceCode"]) == (
        registration.client_id,
        authorization.device_code,
    )
