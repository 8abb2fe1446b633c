"""The functions of the package, as the seed library's users call them."""

from __future__ import annotations

import inspect
import io
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import ssokit
from ssokit.domain.sso_session import SsoSession
from ssokit.stores import MappingStore
from ssokit.testing import (
    Approves,
    AwsError,
    Denies,
    FakeIdentityCenter,
    Fault,
    IdentityCenterServer,
    Settings,
)

_ACCOUNT, _SANDBOX, _FORBIDDEN = "444455556666", "012345678901", "222233334444"


@pytest.fixture
def center() -> FakeIdentityCenter:
    return FakeIdentityCenter(person=Approves("alice"), settings=Settings(interval=0, page_size=2))


@pytest.fixture(autouse=True)
def _served(
    center: FakeIdentityCenter, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> Iterator[None]:
    with IdentityCenterServer(center) as server:
        home = {
            "HOME": str(tmp_path),
            "USERPROFILE": str(tmp_path),
            "AWS_CONFIG_FILE": str(tmp_path / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_SSO_DISABLE_BROWSER": "1",
            "NO_PROXY": "127.0.0.1",
        }
        for name, value in {**home, **server.environment()}.items():
            monkeypatch.setenv(name, value)
        yield


@pytest.fixture
def cache() -> dict[str, Any]:
    return {}


@pytest.fixture
def known(center: FakeIdentityCenter, cache: dict[str, Any]) -> dict[str, Any]:
    """Give the arguments that all functions share."""
    return {"start_url": center.start_url, "sso_region": center.region, "sso_cache": cache}


def _sign_in(center: FakeIdentityCenter, cache: dict[str, Any], user: str = "alice") -> None:
    session = SsoSession(center.start_url, center.region)
    MappingStore(cache).save_token(session, center.sign_in(user))


def test_login_gives_what_the_cache_holds(known: dict[str, Any], cache: dict[str, Any]):
    """The result is the AWS CLI's document, with times as strings in UTC."""
    token = ssokit.login(**known)
    client = {"clientId", "clientSecret", "registrationExpiresAt"}
    assert set(token) == {"startUrl", "region", "accessToken", "expiresAt", "receivedAt", *client}
    assert token["expiresAt"].endswith("Z")
    assert token in cache.values()
    assert ssokit.login(**known) == token


def test_login_prints_to_stderr(known: dict[str, Any], capsys: pytest.CaptureFixture[str]):
    """Without options, the code and the address are printed to stderr alone."""
    ssokit.login(**known)
    printed = capsys.readouterr()
    assert "/device?user_code=" in printed.err
    assert printed.out == ""


def test_handler_shows_the_login(known: dict[str, Any], capsys: pytest.CaptureFixture[str]):
    """A handler gets four keywords and an aware end; nothing is printed."""
    shown: list[dict[str, Any]] = []
    ssokit.login(**known, user_auth_handler=lambda **keywords: shown.append(keywords))
    (keywords,) = shown
    assert set(keywords) == {"verificationUri", "userCode", "verificationUriComplete", "expiresAt"}
    assert isinstance(keywords["expiresAt"], datetime)
    left = keywords["expiresAt"] - datetime.now(timezone.utc)
    assert timedelta(0) < left <= timedelta(minutes=10)
    assert capsys.readouterr().err == ""


def test_exception_of_the_handler_is_unchanged(known: dict[str, Any], cache: dict[str, Any]):
    """A handler's own exception ends the login and reaches the caller."""
    mine = RuntimeError("cancelled")

    def handler(**_: object) -> None:
        raise mine

    with pytest.raises(RuntimeError) as raised:
        ssokit.login(**known, user_auth_handler=handler)
    assert raised.value is mine
    assert not [entry for entry in cache.values() if "accessToken" in entry]


def test_message_and_outfile(known: dict[str, Any]):
    """A message of one's own goes where one wants it."""
    out = io.StringIO()
    ssokit.login(**known, message='{"code": "{userCode}"}', outfile=out)
    assert out.getvalue().startswith('{"code": "')


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"message": "{nope}"}, ssokit.InvalidSSOConfigError),
        ({"message": 5}, TypeError),
        ({"outfile": "x"}, TypeError),
        ({"user_auth_handler": 5}, TypeError),
        ({"expiry_window": -1}, ValueError),
        ({"expiry_window": float("nan")}, ValueError),
        ({"expiry_window": "1"}, TypeError),
        ({"start_url": "nowhere"}, ValueError),
        ({"start_url": None}, TypeError),
        ({"sso_region": "nowhere"}, ValueError),
        ({"sso_cache": 5}, TypeError),
    ],
    ids=repr,
)
@pytest.mark.parametrize(
    "function",
    [ssokit.login, ssokit.list_available_accounts, ssokit.list_available_roles],
    ids=lambda function: function.__name__,
)
def test_bad_arguments_cost_no_call(
    *,
    center: FakeIdentityCenter,
    known: dict[str, Any],
    function: Callable[..., Any],
    options: dict[str, Any],
    error: type[Exception],
):
    """Arguments are checked when a function is called, before anything is sent."""
    with pytest.raises(error):
        function(**{**known, **options})
    assert center.calls() == 0


def test_denied_login(center: FakeIdentityCenter, known: dict[str, Any]):
    """A no is an error of its own."""
    center.person = Denies()
    with pytest.raises(ssokit.AuthorizationDeniedError):
        ssokit.login(**known)


def test_forced_login_and_window(center: FakeIdentityCenter, known: dict[str, Any]):
    """The person is asked again when forced, or when the token would end within the window."""
    ssokit.login(**known)
    ssokit.login(**known, expiry_window=3600)
    assert center.calls("CreateToken") == 1
    ssokit.login(**known, force_refresh=True)
    ssokit.login(**known, expiry_window=lambda: timedelta(hours=9))
    assert center.calls("CreateToken") == 3


def test_logout(center: FakeIdentityCenter, known: dict[str, Any]):
    """A logout ends what a login began, once."""
    ssokit.login(**known)
    result = ssokit.logout(**known)
    assert result
    assert isinstance(result, ssokit.LogoutResult)
    assert not ssokit.logout(**known)
    assert center.calls("Logout") == 1


def test_logout_never_raises_for_a_failing_service(
    center: FakeIdentityCenter, known: dict[str, Any]
):
    """A service that fails is in the result."""
    ssokit.login(**known)
    center.faults.add(Fault("Logout", AwsError("InvalidRequestException")))
    result = ssokit.logout(**known)
    assert not result
    assert isinstance(result.error, ssokit.ServiceError)


def test_accounts(center: FakeIdentityCenter, known: dict[str, Any], cache: dict[str, Any]):
    """Accounts are pairs of id and name, of all pages, in the portal's order."""
    _sign_in(center, cache)
    rows = list(ssokit.list_available_accounts(**known))
    assert (_SANDBOX, "Sandbox") in rows
    assert len(rows) == 3
    assert center.calls("ListAccounts") == 2


def test_roles(center: FakeIdentityCenter, known: dict[str, Any], cache: dict[str, Any]):
    """Roles are triples, and the listing says whether it is complete."""
    _sign_in(center, cache)
    listing = ssokit.list_available_roles(**known)
    assert not listing.coverage.complete
    rows = list(listing)
    assert (_SANDBOX, "Sandbox", "Developer") in rows
    assert len(rows) == 5
    assert listing.coverage.complete


@pytest.mark.parametrize(
    ("account_id", "accounts"),
    [
        pytest.param(_ACCOUNT, [_ACCOUNT], id="str"),
        pytest.param(int(_SANDBOX), [_SANDBOX], id="int without leading zero"),
        pytest.param([_ACCOUNT, int(_SANDBOX), _ACCOUNT], [_ACCOUNT, _SANDBOX], id="duplicates"),
        pytest.param((n for n in [_SANDBOX]), [_SANDBOX], id="generator"),
    ],
)
def test_roles_of_given_accounts(
    *,
    center: FakeIdentityCenter,
    known: dict[str, Any],
    cache: dict[str, Any],
    account_id: str | int | Iterable[str | int],
    accounts: list[str],
):
    """Given accounts are read in their order, once each, and named only if asked for."""
    _sign_in(center, cache)
    rows = list(ssokit.list_available_roles(**known, account_id=account_id))
    assert list(dict.fromkeys(row[0] for row in rows)) == accounts
    assert {row[1] for row in rows} == {"UNKNOWN"}
    assert center.calls("ListAccounts") == 0


def test_names_of_given_accounts(
    center: FakeIdentityCenter, known: dict[str, Any], cache: dict[str, Any]
):
    """Names are looked up if asked for."""
    _sign_in(center, cache)
    listing = ssokit.list_available_roles(**known, account_id=_SANDBOX, get_account_names=True)
    assert {name for _, name, _ in listing} == {"Sandbox"}


@pytest.mark.parametrize(
    "account_id", [[], (), iter(()), set()], ids=["list", "tuple", "iterator", "set"]
)
def test_empty_choice_lists_nothing(
    center: FakeIdentityCenter, known: dict[str, Any], account_id: Any
):
    """An empty iterable never means all accounts, and costs no call and no login."""
    assert list(ssokit.list_available_roles(**known, account_id=account_id)) == []
    assert center.calls() == 0


@pytest.mark.parametrize(
    ("account_id", "error"),
    [
        ("", ValueError),
        (0, ValueError),
        (["1", "x"], ValueError),
        (b"1", TypeError),
        ({"1": 1}, TypeError),
        (1.5, TypeError),
    ],
    ids=repr,
)
def test_bad_account_ids_are_found_at_the_call(
    center: FakeIdentityCenter, known: dict[str, Any], account_id: Any, error: type[Exception]
):
    """Malformed ids are refused at the call, before a login."""
    with pytest.raises(error):
        ssokit.list_available_roles(**known, account_id=account_id, login=True)
    assert center.calls() == 0


def test_gaps_are_reported(
    center: FakeIdentityCenter,
    known: dict[str, Any],
    cache: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
):
    """A forbidden account is left out, logged and reported; all forbidden is an error."""
    _sign_in(center, cache)
    with caplog.at_level(logging.WARNING, "ssokit.listing"):
        listing = ssokit.list_available_roles(**known, account_id=[_FORBIDDEN, _ACCOUNT])
        assert {row[0] for row in listing} == {_ACCOUNT}
    assert [gap.subject for gap in listing.coverage.gaps] == [_FORBIDDEN]
    assert _FORBIDDEN in caplog.text
    with pytest.raises(ssokit.AccessDeniedError):
        list(ssokit.list_available_roles(**known, account_id=_FORBIDDEN))


def test_roles_closed_early(
    center: FakeIdentityCenter, known: dict[str, Any], cache: dict[str, Any]
):
    """A listing can be given up, and then is at its end but not complete."""
    _sign_in(center, cache)
    listing = ssokit.list_available_roles(**known)
    next(listing)
    listing.close()
    assert list(listing) == []
    assert not listing.coverage.complete


@pytest.mark.parametrize("function", [ssokit.list_available_accounts, ssokit.list_available_roles])
def test_listing_without_a_login(
    center: FakeIdentityCenter, known: dict[str, Any], function: Callable[..., Iterator[Any]]
):
    """Nobody logged in and nobody to ask: the first row raises, and nothing was called."""
    listing = function(**known)
    with pytest.raises(ssokit.AuthenticationNeededError) as needed:
        next(listing)
    assert center.calls() == 0
    assert center.start_url in str(needed.value)


@pytest.mark.parametrize("function", [ssokit.list_available_accounts, ssokit.list_available_roles])
def test_listing_logs_in_at_the_call(
    center: FakeIdentityCenter, known: dict[str, Any], function: Callable[..., Iterator[Any]]
):
    """With leave to ask, the login happens when the function is called."""
    listing = function(**known, login=True, outfile=False)
    assert center.calls("CreateToken") == 1
    assert list(listing)
    assert center.calls("CreateToken") == 1


def test_session_reaches_aws(center: FakeIdentityCenter, known: dict[str, Any]):
    """The one line of a script's author gives a session that works."""
    session = ssokit.get_boto3_session(
        **known,
        account_id=_ACCOUNT,
        role_name="ReadOnly",
        region="us-east-1",
        login=True,
        message=False,
        credential_cache={},
    )
    client = session.client("sts")
    try:
        assert client.get_caller_identity()["Account"] == _ACCOUNT
    finally:
        client.close()
    assert center.calls("GetRoleCredentials") == 1


def test_session_without_a_login(center: FakeIdentityCenter, known: dict[str, Any]):
    """A session is made without any call; its first use names what to do."""
    session = ssokit.get_boto3_session(
        **known, account_id=_ACCOUNT, role_name="ReadOnly", region=None
    )
    credentials: Any = session.get_credentials()
    with pytest.raises(ssokit.AuthenticationNeededError, match=r"ssokit\.login"):
        credentials.get_frozen_credentials()
    assert center.calls() == 0


@pytest.mark.parametrize(
    ("function", "positional"),
    [
        (ssokit.login, ["start_url", "sso_region"]),
        (ssokit.logout, ["start_url", "sso_region"]),
        (ssokit.list_available_accounts, ["start_url", "sso_region"]),
        (ssokit.list_available_roles, ["start_url", "sso_region", "account_id"]),
        (ssokit.get_boto3_session, ["start_url", "sso_region", "account_id", "role_name"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_signatures(function: Callable[..., Any], positional: list[str]):
    """Positional arguments are the seed library's; whatever else there is, is keyword-only."""
    parameters = inspect.signature(function).parameters.values()
    assert [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY] == positional
