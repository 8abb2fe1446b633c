"""A served model, and a plain HTTP client to look at its bytes."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import attrs
import pytest

from ssokit.testing import FakeIdentityCenter, IdentityCenterServer, ManualClock


@attrs.frozen
class Answer:
    """What came back: the status, the headers and the bytes."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> dict[str, object]:
        """Read the body as JSON."""
        members: dict[str, object] = json.loads(self.body)
        return members

    @property
    def text(self) -> str:
        """Read the body as text."""
        return self.body.decode()


Send = Callable[..., Answer]


@pytest.fixture
def center() -> FakeIdentityCenter:
    return FakeIdentityCenter(clock=ManualClock())


@pytest.fixture
def server(center: FakeIdentityCenter) -> Iterator[IdentityCenterServer]:
    with IdentityCenterServer(center) as running:
        yield running


@pytest.fixture
def send(server: IdentityCenterServer) -> Iterator[Send]:
    """Send a request, and give the answer as it is; the connection is kept alive."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)

    def send_one(
        method: str,
        path: str,
        body: bytes | dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        payload = json.dumps(body).encode() if isinstance(body, dict) else body
        connection.request(method, path, payload, headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())

    yield send_one
    connection.close()
