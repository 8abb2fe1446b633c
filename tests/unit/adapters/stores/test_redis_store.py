"""The store in Redis, on a real server."""

from __future__ import annotations

import json
import re
import sys
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import attrs
import pytest
import redis
import redis.asyncio
from programs import RunPython
from tests.redis_fixtures import RedisServer, free_ports

from ssokit.adapters.stores.entry_names import EntryName
from ssokit.domain.errors import InvalidSSOConfigError, StoreError, StoreUnavailableError
from ssokit.domain.renewal_failure import FailureKind, RenewalFailure
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.stores import RedisStore, TieredStore

StartRedis = Callable[..., RedisServer]

NOW = datetime.now(timezone.utc)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(redis_server: RedisServer) -> RedisStore:
    return RedisStore(redis_server.url)


@pytest.fixture
def token(sso: SsoSession) -> Token:
    return Token(
        start_url=sso.start_url,
        region=sso.region,
        access_token="canary-access",
        expires_at=NOW + HOUR,
    )


@pytest.fixture
def credential(credential: RoleCredential) -> RoleCredential:
    return attrs.evolve(credential, expires_at=NOW + HOUR)


@pytest.fixture
def renewable(token: Token) -> Token:
    client = ClientRegistration(
        client_id="client", client_secret="canary-client", expires_at=NOW + 10 * HOUR
    )
    return attrs.evolve(token, refresh_token="canary-refresh", client=client)


def test_every_key_ends_with_its_entry(
    *,
    store: RedisStore,
    redis_server: RedisServer,
    sso: SsoSession,
    renewable: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """PTTL of all keys: a token by its client, the others by their expiry, none for ever."""
    there = SsoSession("https://d-2222222222.awsapps.com/start", "us-east-1")
    bare = attrs.evolve(renewable, refresh_token=None, client=None)
    store.save_token(there, attrs.evolve(bare, start_url=there.start_url))
    store.save_registration(sso, renewable.client)
    note = RenewalFailure(
        kind=FailureKind.UNAVAILABLE,
        token=renewable.fingerprint,
        failed_at=NOW,
        until=NOW + timedelta(minutes=1),
        message="down",
    )
    store.save_renewal_failure(sso, note)
    with store.login_lock(sso), store.lock(sso), store.lock(key):
        store.save_token(sso, renewable)
        store.save_credential(key, credential)
        ends = {name: redis_server("PTTL", name) for name in redis_server("KEYS", "*")}
    assert min(ends.values()) > 0
    bounds = {"token": 10 * HOUR, "registration": 10 * HOUR, "failure": HOUR / 60}
    for name, left in ends.items():
        kind = name.split(":")[1]
        if name.endswith(":lock"):
            bound = timedelta(seconds=5)
        elif name.endswith(":fence"):
            bound = timedelta(days=1 if kind == "credential" else 90)
        else:
            bound = bounds.get(kind, HOUR)
        assert left <= bound.total_seconds() * 1000, name
    hours = sorted(round(ends[n] / 3_600_000) for n in ends if n.count(":") == 2 and ":token" in n)
    assert hours == [1, 10]


def test_a_refresh_token_of_an_unknown_client_is_kept_for_ninety_days(
    store: RedisStore, redis_server: RedisServer, sso: SsoSession, renewable: Token
):
    """No sign-in session lasts longer."""
    store.save_token(sso, attrs.evolve(renewable, client=None))
    [name] = redis_server("KEYS", "*")
    assert 89 < redis_server("PTTL", name) / 86_400_000 <= 90


def test_keys_reveal_nothing(
    *,
    store: RedisStore,
    redis_server: RedisServer,
    sso: SsoSession,
    renewable: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """No start URL, account, role or secret is in a name; one hash tag makes one cluster slot."""
    store.save_token(sso, renewable)
    store.save_registration(sso, renewable.client)
    with store.lock(key):
        store.save_credential(key, credential)
        names = redis_server("KEYS", "*")
    assert all(name.startswith("{ssokit}:") for name in names)
    revealing = ("awsapps", "canary", "us-east-1", key.account_id, key.role_name, "anna")
    assert [name for name in names if any(word in name for word in revealing)] == []


def test_values_are_documents_of_the_aws_cli(
    store: RedisStore, redis_server: RedisServer, sso: SsoSession, renewable: Token
):
    """Other programs can read them."""
    store.save_token(sso, renewable)
    [name] = redis_server("KEYS", "*")
    document = json.loads(redis_server("GET", name))
    assert document["startUrl"] == sso.start_url
    assert document["accessToken"] == "canary-access"


def test_what_expired_is_gone(store: RedisStore, sso: SsoSession, token: Token):
    """A token that ended before it was saved takes the older one with it."""
    store.save_token(sso, token)
    store.save_token(sso, attrs.evolve(token, expires_at=NOW - HOUR))
    assert store.load_token(sso) is None


def test_what_ended_before_redis_can_tell_is_gone(store: RedisStore, sso: SsoSession, token: Token):
    """An expiry of before 1970 is no error."""
    store.save_token(sso, attrs.evolve(token, expires_at=datetime(1960, 1, 1, tzinfo=timezone.utc)))
    assert store.load_token(sso) is None


def test_prefixes_are_apart(redis_server: RedisServer, sso: SsoSession, token: Token):
    """Two teams share a server and nothing else."""
    store = RedisStore(redis_server.url, prefix="team-a")
    store.save_token(sso, token)
    assert RedisStore(redis_server.url, prefix="team-b").load_token(sso) is None
    assert redis_server("KEYS", "*")[0].startswith("{team-a}:token:")


def test_a_deleted_token_is_told_from_a_lost_one(
    store: RedisStore, redis_server: RedisServer, sso: SsoSession, token: Token
):
    """What was deleted is remembered for as long as it would have been there."""
    assert not store.token_was_deleted(sso)
    store.save_token(sso, token)
    assert not store.token_was_deleted(sso)
    store.delete_token(sso)
    assert store.load_token(sso) is None
    assert store.token_was_deleted(sso)
    [name] = redis_server("KEYS", "*")
    assert (redis_server("GET", name), redis_server("PTTL", name) > 0) == ("", True)
    redis_server("FLUSHALL")
    assert not store.token_was_deleted(sso)


def test_a_damaged_token_was_not_deleted(redis_server: RedisServer, sso: SsoSession, token: Token):
    """Whatever stands in its place, and however the client decodes it, memory puts it back."""
    with redis.Redis.from_url(redis_server.url, decode_responses=True, socket_timeout=1) as client:
        store = RedisStore(client)
        tiered = TieredStore(store, fresh_for=0)
        for damage in (("SET", b"\xff\xfe canary"), ("RPUSH", "canary")):
            tiered.save_token(sso, token)
            assert tiered.load_token(sso) is not None
            [name] = redis_server("KEYS", "*:token:" + "?" * 32)
            redis_server("DEL", name)
            redis_server(damage[0], name, damage[1])
            assert not store.token_was_deleted(sso)
            assert tiered.load_token(sso) is not None
            assert store.load_token(sso) is not None


def test_forgetting_a_start_url_takes_all_its_keys_and_nothing_else(
    *,
    store: RedisStore,
    redis_server: RedisServer,
    sso: SsoSession,
    token: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """Keys of every login there go; the token and other portals' keys stay."""
    elsewhere = attrs.evolve(key, start_url="https://d-2222222222.awsapps.com/start")
    store.save_token(sso, token)
    for one in (key, attrs.evolve(key, login="berta"), elsewhere):
        store.save_credential(one, credential)
    assert store.forget_credentials(sso.start_url) is True
    assert store.load_credential(key) is None
    assert store.load_credential(attrs.evolve(key, login="berta")) is None
    assert store.load_credential(elsewhere) == attrs.evolve(
        credential, expires_at=credential.expires_at.replace(microsecond=0)
    )
    assert store.load_token(sso)
    assert store.forget_credentials(sso.start_url) is True
    assert len(redis_server("KEYS", "*credentials-of*")) == 1


def test_the_index_of_credentials_drops_what_has_expired(
    store: RedisStore, redis_server: RedisServer, key: CredentialKey, credential: RoleCredential
):
    """It lasts as long as the last of them, and holds no more than are alive."""
    other = attrs.evolve(key, login="berta")
    store.save_credential(other, attrs.evolve(credential, expires_at=NOW - HOUR))
    store.save_credential(key, credential)
    store.save_credential(attrs.evolve(key, login="carla"), credential)
    [index] = redis_server("KEYS", "*credentials-of*")
    assert redis_server("ZCARD", index) == 2
    assert 0 < redis_server("PTTL", index) <= 3_600_000


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("SET", "canary"), "it is no JSON"),
        (("SET", '["canary"]'), "it is no JSON object"),
        (("SET", b"\xffcanary"), "it is no"),
        (("RPUSH", "canary"), "its key holds no string"),
    ],
    ids=["garbage", "list", "bytes", "type"],
)
@pytest.mark.parametrize("decode", [False, True], ids=["bytes", "decoding"])
def test_a_foreign_value_is_a_miss_and_kept_aside(
    *,
    redis_server: RedisServer,
    sso: SsoSession,
    token: Token,
    command: tuple[str, str | bytes],
    reason: str,
    decode: bool,
    caplog: pytest.LogCaptureFixture,
):
    """It is reported without its content, and a save moves it aside for a day."""
    options = f"&decode_responses={decode}&db=0"
    store = RedisStore(f"{redis_server.url}?{options}")
    store.save_token(sso, token)
    [name] = redis_server("KEYS", "*")
    redis_server("DEL", name)
    redis_server(command[0], name, command[1])
    assert store.load_token(sso) is None
    assert store.load_token(sso) is None
    assert reason in caplog.text
    assert len(caplog.records) == 1
    store.save_token(sso, token)
    assert store.load_token(sso)
    assert 0 < redis_server("PTTL", f"{name}:corrupt") <= 86_400_000
    assert "canary" not in caplog.text


def test_a_foreign_value_that_goes_meanwhile_is_no_error(
    store: RedisStore, redis_server: RedisServer, sso: SsoSession
):
    """There is nothing to set aside then."""
    store._set_aside(EntryName.of_token(sso))
    assert redis_server("KEYS", "*") == []


def test_a_client_of_ones_own(redis_server: RedisServer, sso: SsoSession, token: Token):
    """It is used as it is, whatever it decodes."""
    with redis.Redis.from_url(redis_server.url, socket_timeout=5, decode_responses=True) as client:
        store = RedisStore(client)
        with store.lock(sso):
            store.save_token(sso, token)
        assert store.load_token(sso)
        store.delete_token(sso)
        assert store.token_was_deleted(sso)


@pytest.mark.parametrize(
    "wrong",
    [None, 5, {}, redis.asyncio.Redis(), RedisServer],
    ids=["none", "int", "dict", "asyncio", "class"],
)
def test_what_is_no_client_is_refused(wrong: object):
    """The error says what is accepted."""
    with pytest.raises(TypeError, match=r"master_for"):
        RedisStore(wrong)


def test_a_client_that_would_wait_for_ever_is_refused(redis_server: RedisServer):
    """The error says which options a client needs."""
    with (
        redis.Redis.from_url(redis_server.url, socket_timeout=None) as client,
        pytest.raises(InvalidSSOConfigError, match="socket_timeout=1"),
    ):
        RedisStore(client)


def test_a_client_with_a_cache_of_its_own_is_refused(redis_server: RedisServer):
    """Whoever has the lock must see what the others saved."""
    cache = pytest.importorskip("redis.cache").CacheConfig()
    with (
        redis.Redis.from_url(
            redis_server.url, protocol=3, cache_config=cache, socket_timeout=1
        ) as client,
        pytest.raises(InvalidSSOConfigError, match="cache_config"),
    ):
        RedisStore(client)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:6379",
        "http://localhost",
        "redis://:canary@localhost:port/0",
        "redis://:can@ary/canary@localhost/0",
        "redis://:can/ary@localhost/0",
        "redis://user:1#canary@localhost",
        "redis://:can?ary@localhost:6379",
        "redis://:canary@localhost/0?no_such_option=canary",
        "redis://:canary@localhost/0?socket_timeout=canary",
        "redis://:canary@localhost/0?socket_timeout=nan",
        "redis://:canary@localhost/0?socket_timeout=inf",
        "redis://:canary@localhost/0?socket_connect_timeout=0",
    ],
)
def test_a_malformed_url_is_refused_and_not_quoted(url: str):
    """The error says what a URL looks like; a password is not in it, nor in its traceback."""
    with pytest.raises(InvalidSSOConfigError, match="percent-encoding") as refused:
        RedisStore(url)
    shown = "".join(traceback.format_exception(refused.value))
    assert "canary" not in shown.replace(url, "")


@pytest.mark.parametrize(
    "options",
    [
        {"prefix": ""},
        {"prefix": "a b"},
        {"prefix": "{a}"},
        {"lease": 0.01},
        {"lease": float("nan")},
        {"lease": float("inf")},
        {"timeout": 0},
        {"timeout": float("inf")},
        {"lock_timeout": -1},
    ],
    ids=str,
)
def test_options_that_cannot_work_are_refused(options: dict[str, object]):
    """Each is named in its error."""
    [name] = options
    with pytest.raises(ValueError, match=name):
        RedisStore("redis://localhost", **options)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:canary@h:1/2", "redis://:***@h:1/2"),
        ("rediss://ci:canary@h", "rediss://ci:***@h:6379/0"),
        ("redis://localhost", "redis://localhost:6379/0"),
        ("unix:///run/redis.sock?db=3&password=canary", "unix:///run/redis.sock?db=3"),
    ],
)
def test_the_repr_shows_the_place_without_the_password(url: str, shown: str):
    """So do all messages."""
    assert repr(RedisStore(url)) == f"RedisStore('{shown}', prefix='ssokit')"


def test_nobody_listens(sso: SsoSession):
    """The error says where, what to look at, and that a later try may help."""
    [port] = free_ports(1)
    store = RedisStore(f"redis://:canary@127.0.0.1:{port}")
    with pytest.raises(StoreUnavailableError, match="cannot be reached") as failure:
        store.load_token(sso)
    assert failure.value.retryable
    assert f"redis://:***@127.0.0.1:{port}/0" in str(failure.value)
    assert isinstance(failure.value.__cause__, redis.ConnectionError)
    assert "canary" not in "".join(traceback.format_exception(failure.value))


def test_a_silent_server_is_not_waited_for(
    *, redis_server: RedisServer, sso: SsoSession, token: Token, key: CredentialKey
):
    """Every call of every kind ends with an error, and works again afterwards."""
    store = RedisStore(redis_server.url, timeout=0.05)
    store.save_token(sso, token)
    redis_server.pause()
    try:
        for call in (
            lambda: store.load_token(sso),
            lambda: store.save_token(sso, token),
            lambda: store.delete_token(sso),
            lambda: store.forget_credentials(sso.start_url),
            lambda: store.token_was_deleted(sso),
            lambda: store.lock(key).__enter__(),
            lambda: RedisStore(redis_server.url, timeout=0.05).load_token(sso),
        ):
            with pytest.raises(StoreUnavailableError, match="did not answer in time"):
                call()
    finally:
        redis_server.resume()
    assert store.load_token(sso)


def test_a_server_that_started_again_is_found_at_once(
    start_redis: StartRedis, sso: SsoSession, token: Token
):
    """A connection that died while it was idle costs no error."""
    server = start_redis()
    store = RedisStore(server.url)
    store.save_token(sso, token)
    server.kill()
    server.start()
    assert store.load_token(sso) is None
    store.save_token(sso, token)
    assert store.load_token(sso)


def test_a_wrong_password(start_redis: StartRedis, sso: SsoSession):
    """The error says so, and shows neither the right nor the wrong one."""
    server = start_redis("--requirepass", "canary-right")
    for url in (server.url, f"{server.url}?password=canary-wrong"):
        with pytest.raises(StoreError, match="refuses the user name or the password") as failure:
            RedisStore(url).load_token(sso)
        assert not failure.value.retryable
        assert "canary" not in "".join(traceback.format_exception(failure.value))
    assert RedisStore(f"{server.url}?password=canary-right").load_token(sso) is None


def test_the_permissions_that_are_documented_are_enough(
    *,
    redis_server: RedisServer,
    sso: SsoSession,
    renewable: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """A user who may do nothing else uses all of the store."""
    page = Path(__file__).parents[4] / "docs" / "stores.md"
    [documented] = re.findall(r"ACL SETUSER ci on >PASSWORD ([^`]*)```", page.read_text())
    redis_server("ACL", "SETUSER", "ci", "reset", "on", ">canary", *documented.split())
    store = RedisStore(redis_server.url.replace("unix://", "unix://ci@") + "?password=canary")
    with store.lock(sso), store.lock(key):
        store.save_token(sso, renewable)
        store.save_credential(key, credential)
    assert store.load_token(sso)
    store.delete_token(sso)
    assert store.forget_credentials(sso.start_url)
    redis_server("SET", next(iter(redis_server("KEYS", "{ssokit}:token:*"))), "garbage")
    store.save_token(sso, renewable)


def test_a_user_without_permission(redis_server: RedisServer, sso: SsoSession, token: Token):
    """The error says that it is a matter of the ACL."""
    redis_server("ACL", "SETUSER", "ci", "reset", "on", ">canary", "~*", "+get")
    store = RedisStore(redis_server.url.replace("unix://", "unix://ci@") + "?password=canary")
    assert store.load_token(sso) is None
    with pytest.raises(StoreError, match="does not allow this to its user"):
        store.save_token(sso, token)


def test_a_full_server(redis_server: RedisServer, sso: SsoSession, token: Token):
    """The error says what to raise, and what was there can still be read."""
    store = RedisStore(redis_server.url)
    store.save_token(sso, token)
    redis_server("CONFIG", "SET", "maxmemory", "1")
    try:
        with pytest.raises(StoreError, match="is full; raise its maxmemory"):
            store.save_token(sso, token)
        assert store.load_token(sso)
    finally:
        redis_server("CONFIG", "SET", "maxmemory", "0")


def test_a_replica(start_redis: StartRedis, sso: SsoSession, token: Token):
    """The error says that the address is not the primary's."""
    server = start_redis()
    [nowhere] = free_ports(1)
    server("REPLICAOF", "127.0.0.1", nowhere)
    with pytest.raises(StoreUnavailableError, match="read-only replica; use the primary's"):
        RedisStore(server.url).save_token(sso, token)


def test_an_unexpected_answer_is_not_quoted(start_redis: StartRedis, sso: SsoSession, token: Token):
    """Some errors of Redis quote arguments, so the message names the error alone."""
    server = start_redis("--rename-command", "EVAL", "")
    store = RedisStore(server.url)
    with pytest.raises(StoreError, match="answered ResponseError") as failure:
        store.save_token(sso, token)
    assert "canary" not in "".join(traceback.format_exception(failure.value))


def test_without_redis_py_the_error_says_what_to_install(run_python: RunPython):
    """Only whoever wants this store needs it."""
    program = """
import sys
sys.modules["redis"] = None
import ssokit.stores
ssokit.stores.TieredStore
try:
    ssokit.stores.RedisStore
except ImportError as error:
    print(error)
"""
    said = "RedisStore needs redis-py 5.1 or later: pip install 'ssokit[redis]'\n"
    assert run_python(program).stdout == said
    assert sys.modules["redis"] is redis
