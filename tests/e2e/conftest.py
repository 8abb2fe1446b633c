"""An organization in moto's server, put in once for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto_organization import MotoOrganization, put_in

from ssokit.testing import organization_of_size


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
