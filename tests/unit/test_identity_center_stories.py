"""The object under the functions: whole stories over fakes of the ports."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.credentials import RefreshableCredentials

from ssokit import process_defaults
from ssokit.adapters.clock import SystemClock
from ssokit.domain.device_authorization import DeviceAuthorization
from ssokit.domain.errors import (
    AccessDeniedError,
    AuthenticationNeededError,
    InvalidSSOConfigError,
    StoreError,
    TokenRejectedError,
)
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.identity_center import IdentityCenter
from ssokit.stores import MappingStore, MemoryStore
from ssokit.testing import Approves, FakeIdentityCenter, ManualClock

_ACCOUNT, _ROLE = "444455556666", "ReadOnly"


class _Notifier:
    """Remembers what was shown."""

    def __init__(self) -> None:
        self.shown: list[DeviceAuthorization] = []

    def show(self, authorization: DeviceAuthorization) -> None:
        """Remember it."""
        self.shown.append(authorization)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def center(clock: ManualClock) -> FakeIdentityCenter:
    return FakeIdentityCenter(clock=clock, person=Approves("alice"))


@pytest.fixture
def notifier() -> _Notifier:
    return _Notifier()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(clock=ManualClock())


@pytest.fixture
def make(
    center: FakeIdentityCenter, clock: ManualClock, notifier: _Notifier
) -> Callable[..., IdentityCenter]:
    shared = MappingStore({})

    def make_one(**options: Any) -> IdentityCenter:
        known: dict[str, Any] = {
            "token_store": shared,
            "notifier": notifier,
            "authorization_server": center.authorization_server(),
            "access_portal": center.access_portal(),
            "clock": clock,
        }
        return IdentityCenter(center.start_url, center.region, **{**known, **options})

    return make_one


@pytest.fixture
def identity_center(make: Callable[..., IdentityCenter]) -> IdentityCenter:
    return make()


def test_login_is_shared_and_asked_for_once(
    make: Callable[..., IdentityCenter], notifier: _Notifier
):
    """Two objects on one store are one login."""
    assert make().login().access_token == make().login().access_token
    assert len(notifier.shown) == 1


def test_forced_login(identity_center: IdentityCenter, notifier: _Notifier):
    """A forced login asks although there is one."""
    first = identity_center.login()
    assert identity_center.login(force_refresh=True).access_token != first.access_token
    assert len(notifier.shown) == 2


def test_long_window_does_not_register_again(
    make: Callable[..., IdentityCenter], center: FakeIdentityCenter
):
    """The window is about the token: the registration's freshness is its own."""
    identity_center = make(expiry_window=timedelta(days=91))
    identity_center.login()
    identity_center.login()
    assert center.calls("RegisterClient") == 1
    assert center.calls("CreateToken") == 2


def test_long_window_asks_once_for_a_listing(
    make: Callable[..., IdentityCenter], center: FakeIdentityCenter, notifier: _Notifier
):
    """A window that no token outlives does not ask the person again for every page."""
    center.settings.page_size = 1
    rows = list(make(expiry_window=timedelta(days=91)).roles(login=True))
    assert len(rows) == 5
    assert len(notifier.shown) == 1


def test_store_that_keeps_nothing_asks_once_for_a_listing(
    make: Callable[..., IdentityCenter], notifier: _Notifier
):
    """A cache that takes nothing costs one login a listing, not one a page."""

    class Full(dict[str, object]):
        def __setitem__(self, name: str, entry: object) -> None:
            raise OSError("full")

    assert len(list(make(token_store=Full()).roles(login=True))) == 5
    assert len(notifier.shown) == 1


def test_window_as_a_callable_is_asked_when_needed(make: Callable[..., IdentityCenter]):
    """A callable window is called for a login, and not when the object is made."""
    called: list[int] = []

    def window() -> float:
        called.append(1)
        return 60

    identity_center = make(expiry_window=window)
    assert not called
    identity_center.login()
    assert called


@pytest.mark.parametrize(
    ("window", "error"),
    [(-1, ValueError), (float("nan"), ValueError), ("900", TypeError), (True, TypeError)],
)
def test_impossible_windows(
    make: Callable[..., IdentityCenter], window: Any, error: type[Exception]
):
    """An impossible window is found when the object is made."""
    with pytest.raises(error):
        make(expiry_window=window)


def test_given_window_counts_without_leave_to_ask_too(
    make: Callable[..., IdentityCenter], clock: ManualClock
):
    """By default a token serves to its end where nobody may be asked; a given window counts."""
    make().login()
    clock.advance(8 * 3600 - 60)
    assert list(make().accounts())
    with pytest.raises(AuthenticationNeededError, match="about to"):
        list(make(expiry_window=120).accounts())


def test_three_sessions_are_one_call(
    identity_center: IdentityCenter,
    make: Callable[..., IdentityCenter],
    store: MemoryStore,
    center: FakeIdentityCenter,
):
    """Sessions for one role, of several objects, obtain its keys once."""
    identity_center.login()
    sessions = [
        make(credential_store=store).session(_ACCOUNT, _ROLE, region="eu-west-1") for _ in range(3)
    ]
    keys = set()
    for session in sessions:
        credentials: Any = session.get_credentials()
        keys.add(credentials.get_frozen_credentials().access_key)
    assert len(keys) == center.calls("GetRoleCredentials") == 1


def test_session_calls_nothing_until_used(
    identity_center: IdentityCenter, center: FakeIdentityCenter
):
    """A session is made without a login; its first use says that one is needed."""
    session = identity_center.session(_ACCOUNT, _ROLE, region=None)
    credentials: Any = session.get_credentials()
    assert isinstance(credentials, RefreshableCredentials)
    with pytest.raises(AuthenticationNeededError) as needed:
        credentials.get_frozen_credentials()
    assert center.calls() == 0
    assert center.start_url in str(needed.value)
    assert needed.value.role_name == _ROLE


def test_session_with_leave_to_ask_logs_in_at_once(
    identity_center: IdentityCenter, center: FakeIdentityCenter, notifier: _Notifier
):
    """The login happens when the function is called, the keys come when they are used."""
    identity_center.session(_ACCOUNT, _ROLE, region=None, login=True)
    assert len(notifier.shown) == 1
    assert center.calls("GetRoleCredentials") == 0


def test_keys_renew_themselves(
    identity_center: IdentityCenter, center: FakeIdentityCenter, clock: ManualClock
):
    """A session outlives its keys, and with leave to ask its login too."""
    session = identity_center.session(_ACCOUNT, _ROLE, region=None, login=True)
    credentials: Any = session.get_credentials()
    seen = set()
    for _ in range(10):
        seen.add(credentials.get_frozen_credentials().access_key)
        clock.advance(3600)
    assert len(seen) == 10
    assert center.calls("StartDeviceAuthorization") == 2


def test_people_who_share_a_process_do_not_share_keys(
    make: Callable[..., IdentityCenter], center: FakeIdentityCenter, store: MemoryStore
):
    """Two people's caches in one process get two people's keys."""
    keys = []
    for user in ("alice", "bob"):
        center.person = Approves(user)
        one = make(token_store={}, credential_store=store)
        keys.append(one.role_credential(_ACCOUNT, _ROLE, login=True).access_key_id)
    assert keys[0] != keys[1]


def test_people_whose_logins_cannot_be_stored_do_not_share_keys(
    make: Callable[..., IdentityCenter], center: FakeIdentityCenter, store: MemoryStore
):
    """Keys are kept by the token that obtained them, even if no cache took that token."""

    class Full(dict[str, object]):
        def __setitem__(self, name: str, entry: object) -> None:
            raise OSError("full")

    keys = []
    for user in ("alice", "bob"):
        center.person = Approves(user)
        one = make(token_store=Full(), credential_store=store)
        keys.append(one.role_credential(_ACCOUNT, _ROLE, login=True).access_key_id)
    assert keys[0] != keys[1]


def test_role_credential(identity_center: IdentityCenter):
    """Programs that are not boto3's get keys as an object."""
    identity_center.login()
    keys = identity_center.role_credential(int(_ACCOUNT), _ROLE)
    assert (keys.account_id, keys.role_name) == (_ACCOUNT, _ROLE)
    with pytest.raises(AccessDeniedError):
        identity_center.role_credential(_ACCOUNT, "Billing")


@pytest.mark.parametrize(
    ("account_id", "role_name", "error"),
    [
        ("12-34", _ROLE, ValueError),
        (None, _ROLE, TypeError),
        (_ACCOUNT, "a b", ValueError),
        (_ACCOUNT, None, TypeError),
    ],
)
def test_malformed_arguments_are_found_at_once(
    *,
    identity_center: IdentityCenter,
    center: FakeIdentityCenter,
    account_id: Any,
    role_name: Any,
    error: type[Exception],
):
    """Arguments are checked before anybody is asked to log in."""
    for call in (identity_center.role_credential, identity_center.session):
        options: dict[str, Any] = {"region": None} if call == identity_center.session else {}
        with pytest.raises(error):
            call(account_id, role_name, login=True, **options)
    assert center.calls() == 0


def test_revoked_login_in_the_middle(
    identity_center: IdentityCenter, center: FakeIdentityCenter, notifier: _Notifier
):
    """A revocation in the middle of a listing asks once with leave, and raises without."""
    identity_center.login()
    accounts = identity_center.accounts(login=True)
    center.revoke_tokens()
    assert len(list(accounts)) == 3
    assert len(notifier.shown) == 2
    silent = identity_center.roles()
    center.revoke_tokens()
    with pytest.raises(TokenRejectedError):
        list(silent)
    with pytest.raises(AuthenticationNeededError):
        list(identity_center.roles())
    assert len(notifier.shown) == 2


def test_logout_forgets_keys_in_memory(
    make: Callable[..., IdentityCenter], center: FakeIdentityCenter, store: MemoryStore
):
    """After a logout the keys are obtained again, by whoever logs in next."""
    identity_center = make(credential_store=store)
    before = identity_center.role_credential(_ACCOUNT, _ROLE, login=True)
    assert identity_center.logout()
    after = identity_center.role_credential(_ACCOUNT, _ROLE, login=True)
    assert before.access_key_id != after.access_key_id
    assert center.calls("Logout") == 1


def test_client_name(make: Callable[..., IdentityCenter], center: FakeIdentityCenter):
    """The program's own name is what the service and the person see."""
    make(client_name="reports").login()
    assert center.requests[0].parameters["clientName"] == "reports"


def test_repr_names_the_instance(identity_center: IdentityCenter, center: FakeIdentityCenter):
    """A repr shows which instance, and nothing else."""
    assert repr(identity_center) == f"IdentityCenter({center.start_url!r}, 'us-east-1')"


def test_malformed_instance():
    """A malformed start URL is found when the object is made."""
    with pytest.raises(InvalidSSOConfigError):
        IdentityCenter("nowhere", "us-east-1")


def test_defaults_need_no_network():
    """An object with all its defaults is made without any call or file."""
    assert "d-1.awsapps" in repr(IdentityCenter("https://d-1.awsapps.com/start", "us-east-1"))


def test_process_shares_its_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Any):
    """Objects of one process share store, memory and rate; another home has another store."""
    first = process_defaults.token_store(None)
    assert process_defaults.token_store(None) is first
    assert process_defaults.credential_store(None, None) is process_defaults.credential_store(
        None, None
    )
    assert process_defaults.rate_budget(None) is process_defaults.rate_budget(None)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert process_defaults.token_store(None) is not first


def test_own_clock_has_a_memory_and_a_rate_of_its_own(clock: ManualClock):
    """What keeps another time is not mixed with the process's."""
    assert process_defaults.credential_store(None, clock) is not process_defaults.credential_store(
        None, None
    )
    assert process_defaults.rate_budget(clock).clock is clock


def test_given_caches(store: MemoryStore):
    """A store is taken as it is, a dict-like is wrapped, and anything else is refused."""
    empty: dict[str, object] = {}
    assert process_defaults.token_store(store) is store
    assert process_defaults.credential_store(store, None) is store
    assert isinstance(process_defaults.token_store(empty), MappingStore)
    assert isinstance(process_defaults.credential_store(empty, None), MappingStore)
    for give in (
        process_defaults.token_store,
        lambda x: process_defaults.credential_store(x, None),
    ):
        with pytest.raises(TypeError, match="needs"):
            give(5)


def test_dict_like_holds_what_the_aws_cli_has(
    make: Callable[..., IdentityCenter], center: FakeIdentityCenter
):
    """A plain dict given as a cache has the AWS CLI's names and members afterwards."""
    cache: dict[str, Any] = {}
    token: Token = make(token_store=cache).login()
    entries = [entry for entry in cache.values() if "accessToken" in entry]
    assert entries[0]["accessToken"] == token.access_token
    assert entries[0]["startUrl"] == center.start_url
    stored = MappingStore(cache).load_token(SsoSession(center.start_url, center.region))
    assert stored == token


def test_system_clock():
    """The machine's clock is aware, in UTC, and its monotonic seconds do not run backwards."""
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(0)
    before = clock.monotonic()
    clock.sleep(0)
    assert clock.monotonic() >= before


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX users")
def test_nobody_without_a_home():
    """A process whose user has no home directory is told what to set."""
    program = (
        "import os, sys, ssokit\n"
        "from ssokit import process_defaults\n"
        "os.environ.pop('HOME', None)\n"
        "try:\n"
        "    os.setuid(54321)\n"
        "except PermissionError:\n"
        "    sys.exit('skip')\n"
        "try:\n"
        "    process_defaults.token_store(None)\n"
        "except ssokit.StoreError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    if done.stderr.strip() == "skip":
        pytest.skip("needs the right to become another user")
    assert "set HOME" in done.stdout
    assert issubclass(StoreError, Exception)
