"""Redis as it is really run: a cluster, Sentinel with a failover, TLS. All servers are local."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import attrs
import pytest
import redis
import redis.cluster
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.redis_fixtures import Failover, RedisServer, eventually, free_ports

from ssokit.domain.errors import (
    InvalidSSOConfigError,
    StoreError,
    StoreLockTimeoutError,
    StoreUnavailableError,
)
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import RedisStore

StartRedis = Callable[..., RedisServer]

_FAR = dt.datetime(2100, 1, 1, tzinfo=dt.timezone.utc)


@pytest.fixture
def token(token: Token) -> Token:
    return attrs.evolve(token, expires_at=_FAR)


@pytest.fixture
def credential(credential: RoleCredential) -> RoleCredential:
    return attrs.evolve(credential, expires_at=_FAR)


@pytest.fixture(scope="module")
def cluster() -> Iterator[list[RedisServer]]:
    """Three primaries, which have the slots between them."""
    ports = free_ports(6)
    with ExitStack() as started:
        nodes = [
            started.enter_context(
                closing(
                    RedisServer(
                        *("--cluster-enabled", "yes", "--cluster-port", str(bus)),
                        *("--cluster-node-timeout", "2000"),
                        port=port,
                    )
                )
            )
            for port, bus in zip(ports[:3], ports[3:], strict=True)
        ]
        _join(nodes, ports[3:])
        yield nodes


def _join(nodes: list[RedisServer], buses: list[int]) -> None:
    for node, first, last in zip(nodes, (0, 5461, 10923), (5460, 10922, 16383), strict=True):
        node("CLUSTER", "ADDSLOTSRANGE", first, last)
    for other, bus in zip(nodes[1:], buses[1:], strict=True):
        nodes[0]("CLUSTER", "MEET", "127.0.0.1", other.port, bus)
    for node in nodes:
        eventually(lambda node=node: "cluster_state:ok" in node("CLUSTER", "INFO"))
        eventually(lambda node=node: "cluster_known_nodes:3" in node("CLUSTER", "INFO"))


def _client(cluster: list[RedisServer], timeout: float) -> redis.RedisCluster:
    return redis.RedisCluster(
        host="127.0.0.1",
        port=cluster[0].port,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
    )


def test_a_client_that_reads_from_replicas_is_refused(cluster: list[RedisServer]):
    """Whoever has the lock must see what the others saved, which a replica may not have yet."""
    # Newer versions of redis-py call it by another name.
    option: dict[str, object] = {"read_from_replicas": True}
    if strategies := getattr(redis.cluster, "LoadBalancingStrategy", None):
        option = {"load_balancing_strategy": strategies.ROUND_ROBIN}
    client = redis.RedisCluster(host="127.0.0.1", port=cluster[0].port, socket_timeout=1, **option)
    with closing(client), pytest.raises(InvalidSSOConfigError, match="read_from_replicas"):
        RedisStore(client)


def test_a_cluster(
    *,
    cluster: list[RedisServer],
    sso: SsoSession,
    token: Token,
    key: CredentialKey,
    credential: RoleCredential,
):
    """All that a store does, and each entry with its lock and its fence in one slot."""
    with closing(_client(cluster, 5)) as client:
        for prefix in ("a", "b", "c"):
            store = RedisStore(client, prefix=prefix)
            with store.lock(sso), store.lock(key):
                store.save_token(sso, token)
                store.save_credential(key, credential)
                with pytest.raises(StoreLockTimeoutError, match="very thread"):
                    RedisStore(client, prefix=prefix).lock(sso).__enter__()
            assert store.load_token(sso) == token
            assert store.load_credential(key) == credential
            assert store.forget_credentials(sso.start_url)
            assert store.load_credential(key) is None
            store.delete_token(sso)
            assert store.token_was_deleted(sso)
        assert repr(store).startswith("RedisStore('redis cluster 127.0.0.1:")
        homes = [{name[:3] for name in node("KEYS", "*")} for node in cluster]
        assert sorted(tag for home in homes for tag in home) == ["{a}", "{b}", "{c}"]


def test_a_url_of_one_node_of_a_cluster(cluster: list[RedisServer], sso: SsoSession, token: Token):
    """A client that does not know the cluster is told apart, with what to do."""
    failures = [failure for node in cluster if (failure := _failure(node, sso, token))]
    assert len(failures) == 2
    assert all("give RedisStore a redis.RedisCluster client" in failure for failure in failures)


def _failure(node: RedisServer, sso: SsoSession, token: Token) -> str | None:
    try:
        RedisStore(node.url).save_token(sso, token)
    except StoreError as failure:
        return str(failure)
    return None


def test_a_cluster_that_dies(cluster: list[RedisServer], sso: SsoSession, token: Token):
    """Without the node that has the slot, calls end with an error that may pass."""
    with closing(_client(cluster, 0.2)) as client:
        store = RedisStore(client)
        for node in cluster:
            node.kill()
        with pytest.raises(StoreUnavailableError):
            store.save_token(sso, token)


def test_a_failover_by_sentinel(failover: Failover, sso: SsoSession, token: Token):
    """The primary dies, its replica takes over, and the store finds it without a restart."""
    client = failover.sentinel.master_for("team", socket_timeout=1, socket_connect_timeout=1)
    store = RedisStore(client, lease=0.5)
    assert repr(store) == "RedisStore('redis primary team of Sentinel', prefix='ssokit')"
    with store.lock(sso):
        store.save_token(sso, token)
        # Redis answers before its replicas have it: a primary that dies at once takes it along.
        eventually(lambda: _loads(RedisStore(failover.replica.url), sso))
        failover.happen()
        eventually(lambda: _loads(store, sso))
        later = attrs.evolve(token, access_token="canary-later")
        store.save_token(sso, later)
    assert RedisStore(failover.replica.url).load_token(sso) == later
    failover.replica.kill()
    with pytest.raises(StoreUnavailableError):
        store.load_token(sso)
    client.close()


def _loads(store: RedisStore, sso: SsoSession) -> bool:
    try:
        return store.load_token(sso) is not None
    except StoreUnavailableError:
        return False


@pytest.fixture
def certificate(tmp_path: Path) -> Iterator[Path]:
    """A certificate for 127.0.0.1 that signed itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "redis")])
    now = dt.datetime.now(dt.timezone.utc)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "redis.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_tls(start_redis: StartRedis, certificate: Path, sso: SsoSession, token: Token):
    """A server is trusted by its certificate, or not at all."""
    [port] = free_ports(1)
    start_redis(
        *("--tls-port", str(port), "--tls-auth-clients", "no", "--bind", "127.0.0.1"),
        *("--tls-cert-file", str(certificate), "--tls-key-file", str(certificate)),
        *("--tls-ca-cert-file", str(certificate)),
    )
    url = f"rediss://127.0.0.1:{port}/0"
    store = RedisStore(f"{url}?ssl_ca_certs={certificate}")
    store.save_token(sso, token)
    assert store.load_token(sso) == token
    with pytest.raises(StoreUnavailableError, match="whether address and TLS are right"):
        RedisStore(url).load_token(sso)
