"""No secret reaches a log record, a repr, an exception's text or a traceback."""

from __future__ import annotations

import contextlib
import io
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

import ssokit
from ssokit.domain.client_metadata import ClientMetadata
from ssokit.stores import FileStore, MappingStore, MemoryStore
from ssokit.testing import (
    SECRET_PATTERN,
    AwsError,
    ConnectionReset,
    Denies,
    FakeBrowser,
    FakeIdentityCenter,
    Fault,
    GarbageAnswer,
    HttpError,
    LetsExpire,
    ManualClock,
)


class _Evidence:
    """All the text that a program's author, log or screen could come to see."""

    def __init__(self, center: FakeIdentityCenter) -> None:
        self.center = center
        self.texts: list[str] = []
        self.out = io.StringIO()

    def see(self, thing: object) -> None:
        self.texts += [repr(thing), str(thing)]

    def attempt(self, action: Callable[[], Any]) -> None:
        try:
            self.see(_consumed(action()))
        except Exception as error:  # noqa: BLE001 - whatever it is, its text is evidence
            self.see(error)
            self.see(pickle.loads(pickle.dumps(error)))  # noqa: S301 - it was just made
            self.texts += traceback.format_exception(error)

    def leaks(self) -> list[str]:
        text = "\n".join((*self.texts, self.out.getvalue()))
        known = [secret for secret in self.center.secrets if secret in text]
        return known + SECRET_PATTERN.findall(text)


def _consumed(outcome: Any) -> Any:
    # login() returns the token by contract; all else must be safe to show.
    if isinstance(outcome, dict):
        return sorted(outcome)
    return list(outcome) if isinstance(outcome, Iterator) else outcome


@pytest.fixture
def evidence(identity_center: FakeIdentityCenter) -> Iterator[_Evidence]:
    """Evidence, with every log line of ssokit at DEBUG level among it."""
    found = _Evidence(identity_center)
    handler = logging.StreamHandler(found.out)
    logger = logging.getLogger("ssokit")
    logger.addHandler(handler)
    yield found
    logger.removeHandler(handler)


def _uses(center: FakeIdentityCenter, out: io.StringIO) -> list[Callable[[], Any]]:
    where = (center.start_url, center.region)
    role = ("012345678901", "Developer")

    def caller() -> Any:
        session = ssokit.get_boto3_session(*where, *role, region="eu-west-1")
        return session.client("sts").get_caller_identity()["Arn"]

    return [
        lambda: ssokit.login(*where, outfile=out, force_refresh=True),
        lambda: ssokit.list_available_accounts(*where),
        lambda: ssokit.list_available_roles(*where, ["012345678901", "999999999999"]),
        caller,
        lambda: ssokit.IdentityCenter(*where).role_credential(*role),
        lambda: ssokit.IdentityCenter(*where).login(),
        lambda: ssokit.logout(*where),
        lambda: _in_a_browser(center).login(),
        lambda: _that_renews_itself(center).accounts(),
        lambda: _that_renews_itself(center).require(60, *role),
    ]


def _in_a_browser(center: FakeIdentityCenter) -> ssokit.IdentityCenter:
    return ssokit.IdentityCenter(
        center.start_url,
        center.region,
        session_name="corp",
        flow="authorization_code",
        notifier=FakeBrowser(center),
        clock=ManualClock(),
    )


def _that_renews_itself(center: FakeIdentityCenter) -> ssokit.IdentityCenter:
    session = ssokit.SsoSession(center.start_url, center.region, name="corp")
    token = center.sign_in("alice", renewable=True)
    store = MemoryStore()
    store.save_token(session, attrs.evolve(token, expires_at=token.received_at))
    return ssokit.IdentityCenter(
        center.start_url, center.region, session_name="corp", token_store=store
    )


@pytest.mark.parametrize(
    "trouble",
    [
        None,
        AwsError("UnauthorizedException"),
        AwsError("ForbiddenException"),
        AwsError("InvalidClientException"),
        AwsError("InvalidRequestException"),
        HttpError(503),
        ConnectionReset(),
        GarbageAnswer(),
    ],
    ids=repr,
)
def test_whatever_happens(evidence: _Evidence, trouble: Any) -> None:
    """Whichever call fails in whichever way, no secret can be seen anywhere."""
    center = evidence.center
    uses = _uses(center, evidence.out)
    evidence.attempt(uses[0])
    for operation in ("GetRoleCredentials", "ListAccounts", "Logout", "CreateToken"):
        if trouble:
            center.faults.add(Fault(operation, trouble, calls={1}))
    for use in uses:
        evidence.attempt(use)
    assert len(center.secrets) > 3
    assert not evidence.leaks()


@pytest.mark.parametrize("person", [Denies(), LetsExpire()], ids=repr)
def test_a_login_that_fails(evidence: _Evidence, person: Any) -> None:
    """A denied or an expired login shows no code, and no secret of the client, by either flow."""
    evidence.center.person = person
    evidence.attempt(_uses(evidence.center, evidence.out)[0])
    evidence.attempt(lambda: _in_a_browser(evidence.center).login())
    assert evidence.center.secrets
    assert not evidence.leaks()


def test_objects(evidence: _Evidence) -> None:
    """No object that is handed out, and no store that holds secrets, shows one in its repr."""
    center = evidence.center
    used = ssokit.IdentityCenter(center.start_url, center.region)
    token = used.login()
    session = ssokit.SsoSession(center.start_url, center.region)
    stores = [FileStore(), MemoryStore(), MappingStore({})]
    for store in stores:
        store.save_token(session, token)
        evidence.see(store)
    server = center.authorization_server()
    registration = server.register_client(ClientMetadata("test"))
    for thing in (
        used,
        token,
        registration,
        server.start_device_authorization(registration, center.start_url),
        used.role_credential("012345678901", "Developer"),
        used.session("012345678901", "Developer", region="eu-west-1"),
        used.session("012345678901", "Developer", region="eu-west-1").get_credentials(),
        used.accounts(),
        used.roles(),
        center.requests,
    ):
        evidence.see(thing)
    with contextlib.suppress(ssokit.SsokitError):
        used.roles(["999999999999"])
    assert not evidence.leaks()


def test_a_service_that_quotes_a_secret(evidence: _Evidence) -> None:
    """A service that repeats a token in its words does not bring it into a traceback."""
    center = evidence.center
    token = center.sign_in("alice").access_token
    quoting = AwsError("InvalidRequestException", message=f"bad accessToken={token}")
    center.faults.add(Fault("ListAccounts", quoting))
    for use in _uses(center, evidence.out)[:2]:
        evidence.attempt(use)
    assert any("ListAccounts" in text for text in evidence.texts)
    assert not evidence.leaks()
