"""The bytes of sts."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ssokit.domain.role_credential import RoleCredential
from ssokit.testing import AwsError, FakeIdentityCenter, Fault, ManualClock

_XMLNS = "{https://sts.amazonaws.com/doc/2011-06-15/}"
_FORM = b"Action=GetCallerIdentity&Version=2011-06-15"


@pytest.fixture
def keys(center: FakeIdentityCenter) -> RoleCredential:
    token = center.sign_in("alice")
    return center.access_portal().get_role_credentials(token, "012345678901", "Developer")


def _signed(access_key_id: str, session_token: str) -> dict[str, str]:
    scope = f"{access_key_id}/20260101/us-east-1/sts/aws4_request"
    return {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        "X-Amz-Security-Token": session_token,
    }


def _texts(body: bytes) -> dict[str, str]:
    root = ET.fromstring(body)  # noqa: S314 - from the server under test
    return {element.tag.removeprefix(_XMLNS): element.text or "" for element in root.iter()}


def test_caller_is_the_role_session_of_the_person(send: Any, keys: RoleCredential):
    """GetCallerIdentity names account, reserved role and user, in XML."""
    answer = send("POST", "/", _FORM, _signed(keys.access_key_id, keys.session_token))
    told = _texts(answer.body)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/xml")
    assert told["Account"] == "012345678901"
    prefix, _, user = told["Arn"].rpartition("/")
    assert prefix.startswith("arn:aws:sts::012345678901:assumed-role/AWSReservedSSO_Developer_")
    assert len(prefix.rpartition("_")[2]) == 16
    assert (user, told["UserId"].rpartition(":")[2]) == ("alice", "alice")


def test_unsigned_requests_lack_a_token(send: Any):
    """A request without a signature is MissingAuthenticationToken, HTTP 403."""
    answer = send("POST", "/", _FORM)
    assert answer.status == 403
    assert _texts(answer.body)["Code"] == "MissingAuthenticationToken"


@pytest.mark.parametrize("wrong", ["key", "token"])
def test_foreign_keys_are_invalid(send: Any, keys: RoleCredential, wrong: str):
    """Keys that were never issued, or with another's session token, are refused."""
    headers = _signed(
        "ASIAAAAAAAAAAAAAAAAA" if wrong == "key" else keys.access_key_id,
        "made-up" if wrong == "token" else keys.session_token,
    )
    answer = send("POST", "/", _FORM, headers)
    assert (answer.status, _texts(answer.body)["Code"]) == (403, "InvalidClientTokenId")


def test_expired_keys_are_told(send: Any, center: FakeIdentityCenter, keys: RoleCredential):
    """Keys end with the permission set's session duration, four hours here."""
    assert isinstance(center.clock, ManualClock)
    center.clock.advance(4 * 3600)
    answer = send("POST", "/", _FORM, _signed(keys.access_key_id, keys.session_token))
    assert (answer.status, _texts(answer.body)["Code"]) == (403, "ExpiredToken")


def test_keys_outlive_the_login(send: Any, center: FakeIdentityCenter, keys: RoleCredential):
    """Ending the sign-in session does not end keys that were issued."""
    center.revoke_tokens()
    answer = send("POST", "/", _FORM, _signed(keys.access_key_id, keys.session_token))
    assert answer.status == 200


def test_server_errors_blame_the_receiver(send: Any, center: FakeIdentityCenter):
    """XML errors say whose fault it is, and escape the words."""
    center.faults.add(
        Fault("GetCallerIdentity", AwsError("InternalFailure", status=500, message="<&>"))
    )
    answer = send("POST", "/", _FORM)
    told = _texts(answer.body)
    assert (told["Type"], told["Message"]) == ("Receiver", "<&>")


def test_unknown_actions_are_told(send: Any):
    """An operation of sts that is not served is an XML error, HTTP 404."""
    answer = send("POST", "/", b"Action=AssumeRole&Version=2011-06-15")
    assert (answer.status, _texts(answer.body)["Code"]) == (404, "UnknownOperationException")


def test_actions_that_are_no_names_are_not_echoed(send: Any):
    """A malformed action never becomes part of the XML."""
    answer = send("POST", "/", b"Action=%3Cx%3E")
    assert answer.headers["Content-Type"] == "application/json"
