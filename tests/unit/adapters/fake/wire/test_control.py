"""The endpoints by which another process reads and steers the model."""

from __future__ import annotations

from typing import Any

import pytest

from ssokit.domain.client_metadata import ClientMetadata
from ssokit.testing import Approves, Denies, FakeIdentityCenter, Ignores, LetsExpire

_JSON = {"Content-Type": "application/json"}


def _act(send: Any, name: str, **members: object) -> Any:
    return send("POST", f"/_control/{name}", members, _JSON)


def test_record_is_counted(send: Any, center: FakeIdentityCenter):
    """Another process reads how many calls of what came, and clears them."""
    send("GET", "/assignment/accounts")
    center.authorization_server().register_client(ClientMetadata("x"))
    told = send("GET", "/_control/requests").json()
    assert told == {
        "total": 2,
        "counts": {"ListAccounts": 1, "RegisterClient": 1},
        "outcomes": {"OK": 1, "UnauthorizedException": 1},
    }
    assert _act(send, "clear").json() == {}
    assert send("GET", "/_control/requests").json()["total"] == 0


def test_logins_are_decided(send: Any, center: FakeIdentityCenter):
    """Another process sees which logins wait, and decides about them."""
    center.person = Ignores()
    server = center.authorization_server()
    registration = server.register_client(ClientMetadata("theirs"))
    codes = [
        server.start_device_authorization(registration, center.start_url).user_code
        for _ in range(2)
    ]
    waiting = send("GET", "/_control/pending").json()
    assert waiting["logins"][0] == {"userCode": codes[0], "clientName": "theirs"}
    assert _act(send, "approve", userCode=codes[0], user="bob").status == 200
    assert _act(send, "deny", userCode=codes[1]).status == 200
    assert not center.people.pending


@pytest.mark.parametrize(
    ("members", "person"),
    [
        ({"does": "approves", "user": "bob", "afterPolls": 2}, Approves("bob", after_polls=2)),
        ({"does": "denies"}, Denies()),
        ({"does": "lets-expire", "afterPolls": 1}, LetsExpire(after_polls=1)),
        ({"does": "ignores"}, Ignores()),
    ],
)
def test_person_is_set(send: Any, center: FakeIdentityCenter, members: Any, person: object):
    """Another process says what people do from now on."""
    _act(send, "person", **members)
    assert center.person == person


def test_rules_are_set(send: Any, center: FakeIdentityCenter):
    """Another process sets latency and rate, and lifts them."""
    _act(send, "latency", seconds=0.001)
    assert center.settings.latency == 0.001
    _act(send, "rate", callsPerSecond=1, burst=1)
    assert [send("GET", "/assignment/accounts").status for _ in range(2)] == [401, 429]
    _act(send, "rate", callsPerSecond=None)
    assert send("GET", "/assignment/accounts").status == 401


def test_service_acts(send: Any, center: FakeIdentityCenter):
    """Another process revokes tokens and forgets registrations."""
    bearer = {"x-amz-sso_bearer_token": center.sign_in("alice").access_token}
    assert send("GET", "/assignment/accounts", headers=bearer).status == 200
    assert _act(send, "revoke-tokens").status == 200
    assert send("GET", "/assignment/accounts", headers=bearer).status == 401
    assert _act(send, "forget-registrations").status == 200


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("approve", {"userCode": "XXXX-XXXX"}),
        ("approve", {}),
        ("person", {"does": "dances"}),
        ("latency", {"seconds": "soon"}),
        ("latency", {"seconds": -1}),
        ("rate", {"callsPerSecond": [1]}),
    ],
)
def test_mistakes_are_told(send: Any, name: str, members: dict[str, object]):
    """A request that cannot be done is HTTP 400 with the reason."""
    answer = _act(send, name, **members)
    assert answer.status == 400
    assert answer.json()["message"]


def test_unknown_endpoints_are_told(send: Any):
    """There is nothing else to control."""
    assert send("GET", "/_control/clear").status == 404
    assert _act(send, "explode").status == 404


def test_web_pages_cannot_steer(send: Any):
    """A simple form, which any web page can send, is refused."""
    answer = send("POST", "/_control/revoke-tokens", b"", {"Content-Type": "text/plain"})
    assert answer.status == 415
