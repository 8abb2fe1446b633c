"""What the tests of whole programs share: an organization in moto, and people at a shell."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium
from commands import Shell
from moto_organization import MotoOrganization, put_in
from selenium import webdriver

from ssokit.testing import (
    Approves,
    FakeIdentityCenter,
    IdentityCenterServer,
    Settings,
    organization_of_size,
)


@pytest.fixture(scope="session")
def _moto() -> Iterator[tuple[str, MotoOrganization]]:
    from moto.moto_server.threaded_moto_server import (  # noqa: PLC0415 - it takes a second
        ThreadedMotoServer,
    )

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    organization = organization_of_size(
        accounts=24, permission_sets=7, groups=20, users=40, widest_pair=12, seed=11
    )
    yield url, put_in(organization, url)
    server.stop()


@pytest.fixture
def moto_organization(
    _moto: tuple[str, MotoOrganization], monkeypatch: pytest.MonkeyPatch
) -> MotoOrganization:
    """Give what was put into moto, and send every client of boto3 there for one test.

    Tests only read it. What moto does otherwise than AWS stands in `test_moto`.
    """
    url, organization = _moto
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return organization


@pytest.fixture(scope="module")
def _served() -> Iterator[IdentityCenterServer]:
    with IdentityCenterServer(FakeIdentityCenter(settings=Settings(interval=0))) as server:
        yield server


@pytest.fixture
def shell(_served: IdentityCenterServer, tmp_path: Path) -> Iterator[Shell]:
    """Give a shell whose commands reach a local Identity Center, with an empty home."""
    home = tmp_path / "home"
    home.mkdir()
    yield Shell(
        center=_served.center,
        home=home,
        environment={
            **{name: value for name, value in os.environ.items() if not _is_ours(name)},
            **_served.environment(),
            "AWS_EC2_METADATA_DISABLED": "true",
            "HOME": str(home),
            "NO_PROXY": "127.0.0.1",
            "TERM": "xterm-256color",
            "no_proxy": "127.0.0.1",
        },
    )
    _served.center.person = Approves()
    _served.center.settings = Settings(interval=0)
    _served.center.faults.clear()


def _is_ours(name: str) -> bool:
    steers = {
        "BROWSER",
        "COLUMNS",
        "FORCE_COLOR",
        "LINES",
        "NO_COLOR",
        "TTY_COMPATIBLE",
        "TTY_INTERACTIVE",
    }
    return name.startswith("AWS_") or name in steers


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """Give a headless Chromium with a profile of its own."""
    with chromium(tmp_path / "profile") as driver:
        yield driver
