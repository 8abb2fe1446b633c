"""Bad input, bad files, bad answers: each gives its typed error or heals, and loses nothing."""

from __future__ import annotations

import json
import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import ssokit
from ssokit.ports import UserNotifier
from ssokit.stores import FileStore, MemoryStore
from ssokit.testing import (
    Approves,
    AwsError,
    ConnectionReset,
    Denies,
    FakeIdentityCenter,
    Fault,
    GarbageAnswer,
    Hang,
    HttpError,
    IdentityCenterServer,
    LetsExpire,
    ManualClock,
    TruncatedAnswer,
)

_BAD_SESSIONS: dict[str, tuple[Any, Any]] = {
    "no URL": ("my company", "us-east-1"),
    "no host": ("https:///start", "us-east-1"),
    "other scheme": ("ftp://d-1234567890.awsapps.com/start", "us-east-1"),
    "blank inside": ("https://d-1234567890.awsapps.com/ start", "us-east-1"),
    "line break": ("https://d-1234567890.awsapps.com/start\n", "us-east-1"),
    "password inside": ("https://me:secret@d-1234567890.awsapps.com/start", "us-east-1"),
    "bad port": ("https://d-1234567890.awsapps.com:99999/start", "us-east-1"),
    "empty URL": ("", "us-east-1"),
    "endless URL": ("https://d-1234567890.awsapps.com/" + "x" * 3000, "us-east-1"),
    "zone as region": ("https://d-1234567890.awsapps.com/start", "us-east-1a"),
    "upper case region": ("https://d-1234567890.awsapps.com/start", "US-EAST-1"),
    "region with a host": ("https://d-1234567890.awsapps.com/start", "us-east-1.evil.example"),
    "empty region": ("https://d-1234567890.awsapps.com/start", ""),
}
_BAD_TYPES: dict[str, tuple[Any, Any]] = {
    "URL of bytes": (b"https://d-1234567890.awsapps.com/start", "us-east-1"),
    "no URL at all": (None, "us-east-1"),
    "no region at all": ("https://d-1234567890.awsapps.com/start", None),
}


class _Quiet(UserNotifier):
    def show(self, authorization: ssokit.DeviceAuthorization) -> None:
        """Show nothing."""


@pytest.fixture
def simulated() -> Any:
    """A served Identity Center on a manual clock, and an object that uses it over HTTP."""
    clock = ManualClock()
    center = FakeIdentityCenter(clock=clock)
    saved = dict(os.environ)
    with IdentityCenterServer(center) as server:
        os.environ.update(server.environment())
        yield (
            center,
            ssokit.IdentityCenter(
                center.start_url,
                center.region,
                token_store=MemoryStore(clock=clock),
                notifier=_Quiet(),
                clock=clock,
            ),
        )
        center.faults.release()
    os.environ.clear()
    os.environ.update(saved)


def _token_file(center: FakeIdentityCenter) -> Path:
    ssokit.login(center.start_url, center.region, message=False)
    (found,) = [p for p in _cache().glob("*.json") if "client-id" not in p.name]
    return found


def _cache() -> Path:
    return Path("~/.aws/sso/cache").expanduser()


@pytest.mark.parametrize(("start_url", "region"), _BAD_SESSIONS.values(), ids=_BAD_SESSIONS.keys())
def test_a_malformed_session_is_refused(start_url: str, region: str) -> None:
    """A start URL or region that cannot be one is named before anything is called or read."""
    with pytest.raises(ssokit.InvalidSSOConfigError):
        ssokit.login(start_url, region)


@pytest.mark.parametrize(("start_url", "region"), _BAD_TYPES.values(), ids=_BAD_TYPES.keys())
def test_a_session_of_wrong_types_is_refused(start_url: Any, region: Any) -> None:
    """A start URL or region that is no str is a TypeError."""
    with pytest.raises(TypeError):
        ssokit.list_available_accounts(start_url, region)


@pytest.mark.parametrize("account_id", ["", "abc", "1234-5678-9012", "1" * 13, 0, -1, "१२३"])
def test_a_malformed_account_is_refused(
    identity_center: FakeIdentityCenter, account_id: str | int
) -> None:
    """An account id that cannot be one is a ValueError at the call, before any network call."""
    start_url, region = identity_center.start_url, identity_center.region
    with pytest.raises(ValueError, match="account id"):
        ssokit.get_boto3_session(start_url, region, account_id, "ReadOnly", region="eu-west-1")
    with pytest.raises(ValueError, match="account id"):
        ssokit.list_available_roles(start_url, region, [account_id], login=True)
    assert identity_center.calls() == 0


@pytest.mark.parametrize("account_id", [1.5, True, b"123456789012", None, {"123456789012": 1}])
def test_an_account_of_a_wrong_type_is_refused(
    identity_center: FakeIdentityCenter, account_id: Any
) -> None:
    """An account id that is neither str nor int is a TypeError at the call."""
    with pytest.raises(TypeError):
        ssokit.get_boto3_session(
            identity_center.start_url, identity_center.region, account_id, "R", region=None
        )


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[]", b"null", b"7", b"{}", b"x" * 2_000_000]
)
def test_a_corrupt_token_file_heals(identity_center: FakeIdentityCenter, content: bytes) -> None:
    """A token file that is no token counts as no login, is replaced by one, and is kept aside."""
    token_file = _token_file(identity_center)
    token_file.write_bytes(content)
    start_url, region = identity_center.start_url, identity_center.region
    with pytest.raises(ssokit.AuthenticationNeededError):
        list(ssokit.list_available_accounts(start_url, region))
    assert token_file.read_bytes() == content
    ssokit.login(start_url, region, message=False)
    assert json.loads(token_file.read_text())["accessToken"]
    (aside,) = token_file.parent.glob("*.corrupt")
    assert aside.read_bytes() == content


def test_a_corrupt_registration_heals(identity_center: FakeIdentityCenter) -> None:
    """A registration file that is broken JSON leads to a new registration, not to an error."""
    _token_file(identity_center)
    (registration,) = _cache().glob("botocore-client-id-*.json")
    registration.write_text("{")
    ssokit.login(
        identity_center.start_url, identity_center.region, force_refresh=True, message=False
    )
    assert identity_center.calls("RegisterClient") == 2


def test_a_home_that_does_not_exist_is_made(
    identity_center: FakeIdentityCenter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A login works in a home directory that is yet to be made, and only its owner may look."""
    monkeypatch.setenv("HOME", str(tmp_path / "to" / "be" / "made"))
    token_file = _token_file(identity_center)
    assert token_file.stat().st_mode & 0o777 == 0o600
    assert _cache().stat().st_mode & 0o777 == 0o700


def test_a_login_that_cannot_be_written_is_not_lost(
    identity_center: FakeIdentityCenter,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Where no home can be made, a login serves the process that made it, and a warning says so."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOME", str(tmp_path / "file" / "home"))
    start_url, region = identity_center.start_url, identity_center.region
    token = ssokit.login(start_url, region, message=False)
    assert ssokit.login(start_url, region)["accessToken"] == token["accessToken"]
    assert len(list(ssokit.list_available_accounts(start_url, region))) == 3
    assert identity_center.calls("StartDeviceAuthorization") == 1
    assert "other programs cannot use it" in caplog.text


@pytest.mark.parametrize(
    "trouble",
    [
        HttpError(503),
        ConnectionReset(),
        TruncatedAnswer(),
        GarbageAnswer(),
        GarbageAnswer(b""),
        AwsError("InternalServerException"),
    ],
    ids=lambda trouble: type(trouble).__name__,
)
@pytest.mark.parametrize(
    "operation", ["RegisterClient", "StartDeviceAuthorization", "CreateToken", "ListAccounts"]
)
def test_passing_trouble_is_survived(simulated: Any, operation: str, trouble: Any) -> None:
    """One bad answer at any step is made up for by the next try, and the person is asked once."""
    center, used = simulated
    center.person = Approves(after_polls=1)
    center.faults.add(Fault(operation, trouble, calls={1}))
    used.login()
    assert len(list(used.accounts())) == 3
    assert center.calls("StartDeviceAuthorization") in (1, center.calls(operation))
    assert center.calls(operation) > 1


def test_a_token_that_is_lost_on_its_way(simulated: Any) -> None:
    """A token that is cut off on its way has spent the code: the error asks to start anew."""
    center, used = simulated
    center.faults.add(Fault("CreateToken", TruncatedAnswer(), times=1))
    with pytest.raises(ssokit.PendingAuthorizationExpiredError, match="start a new login"):
        used.login()
    assert used.login().access_token


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (HttpError(500, body=b"<html>"), ssokit.ServiceUnavailableError),
        (ConnectionReset(), ssokit.ServiceUnavailableError),
        (GarbageAnswer(), ssokit.InvalidResponseError),
        (AwsError("TooManyRequestsException"), ssokit.ThrottledError),
        (AwsError("ResourceNotFoundException"), ssokit.ServiceError),
    ],
)
def test_lasting_trouble_is_named(
    simulated: Any, trouble: Any, error: type[ssokit.ServiceError]
) -> None:
    """Trouble that does not pass ends in its own error, with the start URL, after bounded tries."""
    center, used = simulated
    used.login()
    center.faults.add(Fault("ListAccounts", trouble))
    with pytest.raises(error) as caught:
        list(used.accounts())
    assert caught.value.start_url == center.start_url
    assert caught.value.operation == "ListAccounts"
    assert center.calls("ListAccounts") <= 10
    center.faults.clear()
    assert len(list(used.accounts())) == 3


def test_a_service_that_hangs_up_late(simulated: Any) -> None:
    """A server that holds the connection and then drops it is one more passing fault."""
    center, used = simulated
    center.faults.add(Fault("ListAccounts", Hang(0.2), times=1))
    used.login()
    assert len(list(used.accounts())) == 3


@pytest.mark.parametrize(
    ("person", "error"),
    [
        (Denies(), ssokit.AuthorizationDeniedError),
        (LetsExpire(), ssokit.PendingAuthorizationExpiredError),
    ],
)
def test_a_login_that_fails_leaves_nothing_behind(
    simulated: Any, person: Any, error: type[ssokit.LoginError]
) -> None:
    """Denial and expiry have errors of their own, and the next login starts afresh."""
    center, used = simulated
    center.person = person
    with pytest.raises(error) as caught:
        used.login()
    assert caught.value.start_url == center.start_url
    center.person = Approves()
    assert used.login().access_token


def test_a_revoked_token_is_replaced_once(simulated: Any) -> None:
    """With leave to ask, a token that died early leads to one new login; without, to an error."""
    center, used = simulated
    used.login()
    center.revoke_tokens()
    with pytest.raises(ssokit.TokenRejectedError):
        list(used.accounts())
    assert len(list(used.accounts(login=True))) == 3
    center.revoke_tokens()
    assert len(list(used.roles(login=True))) == 5
    assert center.calls("StartDeviceAuthorization") == 3


@pytest.mark.parametrize("hours", [-48, 48], ids=["back", "forth"])
def test_a_clock_that_jumps_during_a_login(simulated: Any, hours: int) -> None:
    """A step of the wall clock while a login waits neither ends nor spoils it."""
    center, _ = simulated
    center.person = Approves(after_polls=3)

    class _Jump(UserNotifier):
        def show(self, _: ssokit.DeviceAuthorization) -> None:
            center.clock.jump(hours * 3600)

    jumping = ssokit.IdentityCenter(
        center.start_url,
        center.region,
        token_store=MemoryStore(clock=center.clock),
        notifier=_Jump(),
        clock=center.clock,
    )
    token = jumping.login()
    assert token.is_valid_for(timedelta(hours=7), now=center.clock.now())


def test_a_forbidden_role_never_asks_for_a_login(identity_center: FakeIdentityCenter) -> None:
    """A 403 names the account and the role, and asks nobody to log in."""
    start_url, region = identity_center.start_url, identity_center.region
    ssokit.login(start_url, region, message=False)
    session = ssokit.get_boto3_session(
        start_url, region, "012345678901", "Administrator", region="eu-west-1", login=True
    )
    with pytest.raises(ssokit.AccessDeniedError) as caught:
        session.client("sts").get_caller_identity()
    assert (caught.value.account_id, caught.value.role_name) == ("012345678901", "Administrator")
    assert identity_center.calls("StartDeviceAuthorization") == 1


def test_nothing_is_called_without_leave(identity_center: FakeIdentityCenter) -> None:
    """Not logged in and not allowed to ask: no call, and an error that says what to do."""
    start_url, region = identity_center.start_url, identity_center.region
    session = ssokit.get_boto3_session(start_url, region, 12345678901, "R", region="eu-west-1")
    for use in (
        lambda: list(ssokit.list_available_accounts(start_url, region)),
        lambda: list(ssokit.list_available_roles(start_url, region)),
        lambda: session.client("sts").get_caller_identity(),
    ):
        with pytest.raises(ssokit.AuthenticationNeededError, match=r"ssokit\.login") as caught:
            use()
        assert start_url in str(caught.value)
        assert region in str(caught.value)
    assert identity_center.calls() == 0


def test_a_folder_that_vanishes(identity_center: FakeIdentityCenter) -> None:
    """A cache folder that is deleted under a running program is made again."""
    _token_file(identity_center)
    shutil.rmtree(_cache())
    start_url, region = identity_center.start_url, identity_center.region
    ssokit.login(start_url, region, message=False)
    assert FileStore().load_token(ssokit.SsoSession(start_url, region))


def test_an_unusable_endpoint_does_not_break_a_logout(
    identity_center: FakeIdentityCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A logout that cannot even be called says so in its result, and keeps the token."""
    _token_file(identity_center)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", "junk")
    result = ssokit.logout(identity_center.start_url, identity_center.region)
    assert not result
    assert isinstance(result.error, ssokit.InvalidSSOConfigError)
    assert not result.token_removed


def test_a_config_file_that_cannot_be_read(identity_center: FakeIdentityCenter) -> None:
    """A broken AWS config file is named by an error of ssokit when the session is made."""
    config = Path(os.environ["AWS_CONFIG_FILE"])
    config.parent.mkdir()
    config.write_text("[default\nregion")
    with pytest.raises(ssokit.InvalidSSOConfigError):
        ssokit.get_boto3_session(
            identity_center.start_url, identity_center.region, "1", "R", region="eu-west-1"
        )


@pytest.mark.parametrize(("region", "error"), [(42, TypeError), ("not a region", ValueError)])
def test_a_malformed_region_of_a_session(
    identity_center: FakeIdentityCenter, region: Any, error: type[Exception]
) -> None:
    """The region of a session is checked in the call, too."""
    with pytest.raises(error):
        ssokit.get_boto3_session(
            identity_center.start_url, identity_center.region, "1", "R", region=region
        )


@pytest.mark.parametrize(
    "body",
    [
        b'{"accessToken":"t","expiresIn":-5}',
        b'{"accessToken":"t","expiresIn":0}',
        '{"accessToken":"tokén","expiresIn":3600}'.encode(),
    ],
)
def test_a_token_that_cannot_be_used_is_no_token(simulated: Any, body: bytes) -> None:
    """A grant that has expired already, or fits in no header, counts as a garbled answer."""
    center, used = simulated
    center.faults.add(Fault("CreateToken", GarbageAnswer(body)))
    with pytest.raises(ssokit.PendingAuthorizationExpiredError):
        used.login()
    with pytest.raises(ssokit.AuthenticationNeededError):
        list(used.accounts())


def test_keys_that_have_expired_by_this_clock(
    simulated: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """With a clock that is far ahead, keys are asked for once a minute at most, with a warning."""
    center, used = simulated
    used.login()
    session = used.session("012345678901", "Developer", region="eu-west-1", login=True)
    keys = session.get_credentials()
    past = int(center.clock.now().timestamp() - 60) * 1000
    body = (
        '{"roleCredentials":{"accessKeyId":"A","secretAccessKey":"B","sessionToken":"C",'
        f'"expiration":{past}}}}}'
    )
    center.faults.add(Fault("GetRoleCredentials", GarbageAnswer(body.encode())))
    for _ in range(5):
        keys.get_frozen_credentials()
    assert center.calls("GetRoleCredentials") == 1
    assert "see if it is right" in caplog.text
    center.clock.advance(61)
    keys.get_frozen_credentials()
    assert center.calls("GetRoleCredentials") == 2


def test_integers_of_other_libraries_are_account_ids(identity_center: FakeIdentityCenter) -> None:
    """Whatever is an integer by Python's own rule is an account id, as numpy's are."""

    class Integer:
        def __index__(self) -> int:
            return 12345678901

    start_url, region = identity_center.start_url, identity_center.region
    ssokit.login(start_url, region, message=False)
    number: Any = Integer()
    rows = list(ssokit.list_available_roles(start_url, region, number))
    assert {row[0] for row in rows} == {"012345678901"}
