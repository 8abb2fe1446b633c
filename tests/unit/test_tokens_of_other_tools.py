"""Tokens as the AWS CLI and botocore write them: the tolerance of their readers, not their traps.

The files are written by hand; what the real programs do with ssokit's is in tests/e2e.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ssokit import (
    AuthenticationNeededError,
    IdentityCenter,
    ServiceUnavailableError,
    SignInSessionEndedError,
    Token,
)
from ssokit.domain.client_metadata import REFRESH_TOKEN_GRANT
from ssokit.notifiers import SilentNotifier
from ssokit.stores import FileStore
from ssokit.testing import AwsError, ConnectionReset, FakeIdentityCenter, Fault, ManualClock

_CLI_ORDER = [
    "startUrl",
    "region",
    "accessToken",
    "expiresAt",
    "clientId",
    "clientSecret",
    "registrationExpiresAt",
    "refreshToken",
]


class _Tool:
    """Another program that keeps logins in the same folder."""

    def __init__(self, folder: Path, center: FakeIdentityCenter, name: str | None) -> None:
        self.center = center
        key = center.start_url if name is None else name
        sha1 = hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()
        self.file = folder / f"{sha1}.json"
        self.login = IdentityCenter(
            center.start_url,
            center.region,
            session_name=name,
            token_store=FileStore(folder),
            notifier=SilentNotifier(),
            authorization_server=center.authorization_server(),
            access_portal=center.access_portal(),
            clock=center.clock,
        )

    def write(self, *, left: float = 3600, **members: Any) -> dict[str, Any]:
        """Write a new token with some seconds left, in the CLI's way; None leaves a member out."""
        token = self.center.sign_in("alice", renewable=True)
        assert token.client
        known = {
            "startUrl": self.center.start_url,
            "region": self.center.region,
            "accessToken": token.access_token,
            "expiresAt": _in_seconds(self.center, left),
            "clientId": token.client.client_id,
            "clientSecret": token.client.client_secret,
            "registrationExpiresAt": "2026-03-01T00:00:00Z",
            "refreshToken": token.refresh_token,
            **members,
        }
        document = {name: value for name, value in known.items() if value is not None}
        self.file.write_text(json.dumps(document))
        return document

    def read(self) -> dict[str, Any]:
        """Read what is in the file now."""
        document: dict[str, Any] = json.loads(self.file.read_text())
        return document

    def use(self) -> None:
        """Use the login without leave to ask."""
        list(self.login.accounts())

    @property
    def refreshes(self) -> int:
        """How many calls of the authorization server there were."""
        return self.center.calls("CreateToken")


def _in_seconds(center: FakeIdentityCenter, seconds: float) -> str:
    moment = center.clock.now() + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def center(clock: ManualClock) -> FakeIdentityCenter:
    return FakeIdentityCenter(clock=clock)


@pytest.fixture(params=["corp", None], ids=["sso-session", "legacy"])
def tool(request: pytest.FixtureRequest, tmp_path: Path, center: FakeIdentityCenter) -> _Tool:
    """Another tool with the same login: by an sso-session, and by a start URL alone."""
    return _Tool(tmp_path, center, request.param)


def test_a_renewed_token_is_one_of_the_cli(tool: _Tool, clock: ManualClock):
    """All eight members, in the CLI's order, times in UTC with a Z, fractions cut off."""
    before = tool.write(left=-1)
    clock.advance(0.75)
    tool.use()
    after = tool.read()
    assert list(after)[:8] == _CLI_ORDER
    assert after["expiresAt"] == "2026-01-01T01:00:00Z"
    assert {after[name] for name in ("accessToken", "refreshToken")}.isdisjoint(before.values())
    kept = ("startUrl", "region", "clientId", "clientSecret", "registrationExpiresAt")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert oct(tool.file.stat().st_mode)[-3:] == "600"


def test_the_call_is_the_one_that_botocore_makes(tool: _Tool, center: FakeIdentityCenter):
    """The four members, and no scope: a renewal asks for what there was."""
    before = tool.write(left=-1)
    tool.use()
    (call,) = [request for request in center.requests if request.operation == "CreateToken"]
    assert call.parameters == {
        "grantType": REFRESH_TOKEN_GRANT,
        **{name: before[name] for name in ("clientId", "clientSecret", "refreshToken")},
    }


def test_members_of_later_tools_survive(tool: _Tool):
    """What a renewal does not know stays; botocore's own drops it."""
    tool.write(left=-1, tokenType="Bearer", laterTool={"nested": [1, None]})
    tool.use()
    after = tool.read()
    assert (after["tokenType"], after["laterTool"]) == ("Bearer", {"nested": [1, None]})


@pytest.mark.parametrize("left", [901, 900])
def test_a_token_above_the_windows_is_left_alone(tool: _Tool, left: int):
    """Nobody renews with a quarter of an hour left."""
    before = tool.write(left=left)
    tool.use()
    assert tool.read() == before
    assert tool.refreshes == 0


@pytest.mark.parametrize("left", [599, 1, 0, -1])
def test_a_token_below_the_windows_is_renewed(tool: _Tool, left: int):
    """Below ten minutes everybody does, dead or alive."""
    before = tool.write(left=left)
    tool.use()
    assert tool.read()["accessToken"] != before["accessToken"]
    assert tool.refreshes == 1


@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%SUTC", "%Y-%m-%d %H:%M:%S+00:00"])
def test_times_in_other_spellings(tool: _Tool, clock: ManualClock, form: str):
    """The CLI's own older form, a blank, a numeric offset: all are read, and written anew as Z."""
    until = clock.now() + timedelta(seconds=599)
    tool.write(expiresAt=until.strftime(form), registrationExpiresAt="2026-03-01 00:00:00+00:00")
    tool.use()
    after = tool.read()
    assert after["expiresAt"] == "2026-01-01T01:00:00Z"
    assert after["registrationExpiresAt"] == "2026-03-01T00:00:00Z"


def test_a_token_does_not_say_whose_it_is(tool: _Tool, center: FakeIdentityCenter):
    """Start URL and region may be missing: those of the session stand in, and are written."""
    tool.write(left=-1, startUrl=None, region=None)
    tool.use()
    after = tool.read()
    assert (after["startUrl"], after["region"]) == (center.start_url, center.region)


@pytest.mark.parametrize(
    "member", ["refreshToken", "clientId", "clientSecret", "registrationExpiresAt"]
)
@pytest.mark.parametrize("value", [None, "", 7, "no time\n"])
def test_a_token_that_lacks_something_is_used_as_it_is(
    tool: _Tool, clock: ManualClock, member: str, value: object
):
    """No call is made for it, it serves to its last second, and its file is not touched."""
    before = tool.write(left=599, **{member: value})
    tool.use()
    assert tool.read() == before
    clock.advance(599)
    with pytest.raises(AuthenticationNeededError, match="has expired"):
        tool.use()
    assert tool.read() == before
    assert tool.refreshes == 0


@pytest.mark.parametrize(("left", "renewed"), [(1, True), (0, False), (-1, False)])
def test_the_registration_needs_no_time_in_hand(
    tool: _Tool, center: FakeIdentityCenter, left: int, renewed: object
):
    """A client with one second left renews; one that has ended is not tried."""
    tool.write(left=599, registrationExpiresAt=_in_seconds(center, left))
    tool.use()
    assert (tool.refreshes == 1) is renewed


@pytest.mark.parametrize("error", [AwsError("InternalServerException"), ConnectionReset()])
@pytest.mark.parametrize("left", [599, 5])
def test_a_failed_renewal_costs_nothing_before_the_end(
    tool: _Tool, center: FakeIdentityCenter, left: int, error: AwsError | ConnectionReset
):
    """Errors of the service and of the network alike: the token is used, and its file as it was.

    botocore lets an error of the network through at the first look.
    """
    before = tool.write(left=left)
    center.faults.add(Fault("CreateToken", error))
    tool.use()
    assert tool.read() == before


def test_no_dead_token_is_given_out_after_a_failed_renewal(
    tool: _Tool, center: FakeIdentityCenter, clock: ManualClock
):
    """It ends within the minute in which nobody tries again: that is an error, no dead token."""
    tool.write(left=40)
    center.faults.add(Fault("CreateToken", AwsError("InternalServerException")))
    tool.use()
    clock.advance(40)
    with pytest.raises(ServiceUnavailableError):
        tool.use()


def test_a_renewal_by_another_tool_is_picked_up(tool: _Tool, clock: ManualClock):
    """Each look reads the file again: what the CLI renewed meanwhile costs no call."""
    tool.write(left=3600)
    tool.use()
    clock.advance(3600)
    newer = tool.write(left=3600)
    tool.use()
    assert tool.read() == newer
    assert tool.refreshes == 0


def test_the_cli_wins_and_ssokit_adopts(tool: _Tool, center: FakeIdentityCenter):
    """The CLI spends the single-use token first, and writes in the midst of ssokit's attempt."""
    center.settings.single_use_refresh_tokens = True
    tool.write(left=-1)
    written: list[dict[str, Any]] = []

    def refused_while_the_cli_writes(_: object) -> bool:
        written.append(tool.write(left=3600))
        return True

    center.faults.add(
        Fault("CreateToken", AwsError("InvalidGrantException"), when=refused_while_the_cli_writes)
    )
    tool.use()
    assert [tool.read()] == written


def test_a_login_of_another_tool_ends_the_old_failure(tool: _Tool, center: FakeIdentityCenter):
    """After the end of a session, a login by the CLI is used at once."""
    tool.write(left=-1)
    center.end_sign_in_sessions()
    with pytest.raises(SignInSessionEndedError):
        tool.use()
    tool.write(left=3600)
    tool.use()


@pytest.mark.parametrize("content", [b"", b'{"accessTo', b"[]", b"null", b"\xff\xfe{}", b"{}"])
def test_a_file_that_is_no_token_is_no_login(tool: _Tool, content: bytes):
    """Empty, half written, no object, no UTF-8, no members: a miss, and never a crash."""
    tool.file.write_bytes(content)
    with pytest.raises(AuthenticationNeededError, match="Not logged in"):
        tool.use()
    assert tool.file.read_bytes() == content


def test_a_byte_order_mark_is_no_trouble(tool: _Tool):
    """An editor's mark at the beginning does not cost the login."""
    document = tool.write()
    tool.file.write_bytes(b"\xef\xbb\xbf" + json.dumps(document).encode())
    tool.use()


def test_the_keys_of_sessions_and_start_urls_are_apart(tmp_path: Path, center: FakeIdentityCenter):
    """There is no falling back from one name to the other, as in the CLI."""
    legacy, named = _Tool(tmp_path, center, None), _Tool(tmp_path, center, "corp")
    legacy.write()
    with pytest.raises(AuthenticationNeededError):
        named.use()


def test_a_failure_note_is_no_token_to_other_tools(
    tool: _Tool, center: FakeIdentityCenter, tmp_path: Path
):
    """What is noted beside the token has no accessToken: ``aws sso logout`` passes over it."""
    tool.write(left=-1)
    center.faults.add(Fault("CreateToken", AwsError("InternalServerException")))
    with pytest.raises(ServiceUnavailableError):
        tool.use()
    notes = [json.loads(path.read_text()) for path in tmp_path.glob("*renewal-failure.json")]
    assert [note["code"] for note in notes] == ["InternalServerException"]
    assert "accessToken" not in notes[0]
    assert not set(tool.read().values()) & set(notes[0].values())


def test_the_login_is_stored_for_others_to_renew(
    tmp_path: Path, center: FakeIdentityCenter, clock: ManualClock
):
    """A login by ssokit has all that botocore needs: ``registrationExpiresAt`` is the client's."""
    tool = _Tool(tmp_path, center, "corp")
    registered_at = clock.now()
    token: Token = tool.login.login()
    stored = tool.read()
    assert list(stored)[:8] == _CLI_ORDER
    ends = datetime.fromisoformat(stored["registrationExpiresAt"].replace("Z", "+00:00"))
    assert ends == registered_at + timedelta(days=90)
    assert token.expires_at == clock.now() + timedelta(hours=1)
