"""The clock, the folder, logins and services: what is well, and what is not."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from ssokit.domain.findings import Verdict
from ssokit.domain.login_checks import (
    FolderFacts,
    clock_finding,
    folder_finding,
    login_finding,
    service_finding,
)
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token

_NOW = datetime(2030, 1, 1, 12, tzinfo=timezone.utc)
_SESSION = SsoSession("https://d-1.awsapps.com/start", "eu-west-1", name="corp")
_TOKEN = Token(
    start_url=_SESSION.start_url,
    region="eu-west-1",
    access_token="canary",
    expires_at=_NOW + timedelta(hours=1),
)
_CLIENT = ClientRegistration(
    client_id="c", client_secret="canary", expires_at=_NOW + timedelta(days=9)
)
_RENEWABLE = attrs.evolve(_TOKEN, refresh_token="canary", client=_CLIENT)
_ENDED = {"expires_at": _NOW}


@pytest.mark.parametrize(
    ("seconds", "verdict", "says"),
    [
        (0, Verdict.OK, "agrees"),
        (59, Verdict.OK, "agrees"),
        (60, Verdict.WARN, "60 s behind"),
        (-299, Verdict.WARN, "299 s ahead"),
        (300, Verdict.FAIL, "300 s behind"),
        (-86400, Verdict.FAIL, "86400 s ahead"),
    ],
)
def test_clock(seconds: int, verdict: Verdict, says: str):
    """Five minutes are too much for AWS, and one minute is worth a word."""
    finding = clock_finding(_NOW, _NOW + timedelta(seconds=seconds))
    assert (finding.verdict, says in finding.says) == (verdict, True)


def test_clock_without_an_answer():
    """Without an answer there is nothing to compare, and that is said."""
    assert clock_finding(_NOW, None).verdict is Verdict.WARN


@pytest.mark.parametrize(
    ("facts", "verdict", "says"),
    [
        ({}, Verdict.OK, "private"),
        ({"exists": False}, Verdict.OK, "not there yet"),
        ({"is_folder": False}, Verdict.FAIL, "is no folder"),
        ({"is_own": False}, Verdict.FAIL, "another user"),
        ({"is_writable": False}, Verdict.FAIL, "cannot be written"),
        ({"readable_files": 2}, Verdict.FAIL, "2 files"),
        ({"mode": 0o755}, Verdict.WARN, "mode 755"),
    ],
)
def test_folder(facts: dict[str, Any], verdict: Verdict, says: str):
    """The folder has to be the user's own, writable, and closed to others."""
    finding = folder_finding(FolderFacts(path="/a b", **facts))
    assert (finding.verdict, says in finding.says) == (verdict, True)
    assert not finding.advice or "'/a b'" in finding.advice


@pytest.mark.parametrize(
    ("token", "verdict", "says"),
    [
        (None, Verdict.WARN, "nobody is logged in"),
        (attrs.evolve(_TOKEN, region="us-east-1"), Verdict.WARN, "for us-east-1"),
        (attrs.evolve(_TOKEN, start_url="https://x"), Verdict.WARN, "for https://x, and"),
        (_TOKEN, Verdict.OK, "valid until 2030-01-01 13:00 UTC"),
        (_RENEWABLE, Verdict.OK, "and renewed then"),
        (attrs.evolve(_RENEWABLE, client=None), Verdict.WARN, "registration is over"),
        (attrs.evolve(_TOKEN, **_ENDED), Verdict.WARN, "expired"),
        (attrs.evolve(_RENEWABLE, **_ENDED), Verdict.OK, "renewed when it is used"),
    ],
)
def test_login(token: Token | None, verdict: Verdict, says: str):
    """A login is there, renews itself, or the command that makes one is named."""
    finding = login_finding(_SESSION, token, now=_NOW, command="ssokit login")
    assert (finding.verdict, says in finding.says) == (verdict, True)
    assert ("ssokit login" in finding.advice) == (verdict is not Verdict.OK)
    assert finding.subject == "login corp"


def test_service():
    """Any answer is well; none is a failure with its reason."""
    assert service_finding("sso", "https://x", None).says == "https://x answers"
    assert service_finding("sso", "https://x", "no route").verdict is Verdict.FAIL
