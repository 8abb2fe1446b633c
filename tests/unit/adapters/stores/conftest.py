"""What the tests of the stores share: a login, and programs in processes of their own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import attrs
import pytest
from programs import RunPython
from stepping_clock import SteppingClock
from tiered_scene import Scene, SharedStore

from ssokit.domain.renewal_failure import FailureKind, RenewalFailure
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.stores import TieredStore


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def sso() -> SsoSession:
    return SsoSession("https://d-1234567890.awsapps.com/start", "us-east-1")


@pytest.fixture
def token(sso: SsoSession) -> Token:
    return Token(
        start_url=sso.start_url,
        region=sso.region,
        access_token="canary-access",
        expires_at=datetime(2030, 1, 1, 8, tzinfo=timezone.utc),
    )


@pytest.fixture
def registration() -> ClientRegistration:
    return ClientRegistration(
        client_id="client",
        client_secret="canary-client",
        expires_at=datetime(2030, 3, 1, tzinfo=timezone.utc),
    )


@pytest.fixture
def key(sso: SsoSession) -> CredentialKey:
    return CredentialKey(
        start_url=sso.start_url, account_id="012345678901", role_name="Reader", login="anna"
    )


@pytest.fixture
def credential(key: CredentialKey) -> RoleCredential:
    return RoleCredential(
        account_id=key.account_id,
        role_name=key.role_name,
        access_key_id="canary-id",
        secret_access_key="canary-secret",
        session_token="canary-session",
        expires_at=datetime(2030, 1, 1, 1, tzinfo=timezone.utc),
    )


@pytest.fixture
def scene(
    *,
    clock: SteppingClock,
    sso: SsoSession,
    token: Token,
    registration: ClientRegistration,
    key: CredentialKey,
    credential: RoleCredential,
) -> Scene:
    """A tiered store over an empty one that is up, and what can be put into them."""
    now = clock.now()
    shared = SharedStore(clock)
    token = attrs.evolve(token, received_at=now)
    later = attrs.evolve(token, access_token="canary-later", received_at=now + timedelta(hours=1))
    note = RenewalFailure(
        kind=FailureKind.UNAVAILABLE,
        token=token.fingerprint,
        failed_at=now,
        until=now + timedelta(minutes=1),
        message="down",
    )
    return Scene(
        store=TieredStore(shared, clock=clock),
        shared=shared,
        clock=clock,
        sso=sso,
        token=token,
        later=later,
        note=note,
        registration=registration,
        key=key,
        credential=credential,
    )


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an unprivileged user may reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def run_python() -> RunPython:
    """Run a program in a process of its own; warnings are errors there, too."""

    def run(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", program, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )

    return run
