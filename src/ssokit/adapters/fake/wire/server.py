"""The local Identity Center as an HTTP server."""

from __future__ import annotations

import functools
import threading
from types import TracebackType
from typing import final

from ssokit.adapters.fake.identity_center import FakeIdentityCenter
from ssokit.adapters.fake.wire import aws_face, control
from ssokit.adapters.fake.wire.handler import RequestHandler
from ssokit.adapters.fake.wire.http import Request, Response
from ssokit.adapters.fake.wire.verification import VerificationPages
from ssokit.adapters.loopback.stoppable_server import LOOPBACK, StoppableServer

_SERVICES = ("IDENTITYSTORE", "ORGANIZATIONS", "SSO", "SSO_ADMIN", "SSO_OIDC", "STS")


@final
class IdentityCenterServer:
    """Serve a `FakeIdentityCenter` over HTTP on the loopback interface.

    ::

        with IdentityCenterServer(center) as server:
            os.environ.update(server.environment())

    Unmodified boto3 and AWS CLI then reach it. It speaks sso-oidc, the access portal,
    GetCallerIdentity of sts, and what of sso-admin, identitystore and organizations lists
    assignments; and it has the page where people approve logins. There is no TLS and no
    check of signatures.

    Args:
        center: The model; its ``url`` is set while the server runs.
        port: Where to listen; any free port by default.
    """

    def __init__(self, center: FakeIdentityCenter, *, port: int = 0) -> None:
        self.center = center
        self._port = port
        self._pages = VerificationPages(center)
        self._server: StoppableServer | None = None
        self._stopping = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens, without a trailing slash.

        Raises:
            RuntimeError: It does not run.
        """
        if self._server is None:
            raise RuntimeError("the server does not run: use it in a with statement")
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def environment(self, *, region: str | None = None) -> dict[str, str]:
        """Give the environment variables that send AWS SDKs and the AWS CLI here.

        Args:
            region: Of which region the endpoints are to be; of the instance's own by default.
        """
        url = self.url if region is None else f"{self.url}/region/{region}"
        return {f"AWS_ENDPOINT_URL_{service}": url for service in _SERVICES}

    def start(self) -> None:
        """Listen and serve.

        Raises:
            OSError: The port is taken.
            RuntimeError: It runs already.
        """
        if self._server is not None:
            raise RuntimeError("the server runs already")
        self._stopping.clear()
        handler = functools.partial(RequestHandler, application=self._respond, hold=self._hold)
        self._server = StoppableServer(self._port, handler, name="ssokit-fake-identity-center")
        self._server.start()
        self.center.url = self.url

    def stop(self) -> None:
        """End every connection, and leave no thread and no socket behind."""
        if self._server is None:
            return
        self.center.url = None
        self._stopping.set()
        self.center.faults.release()
        self._server.stop()
        self._server = None

    def __enter__(self) -> IdentityCenterServer:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        self.stop()

    def _respond(self, request: Request) -> Response:
        if request.path.startswith(control.PREFIX):
            return control.answer(self.center, request)
        if request.path == "/device" or (request.method, request.path) == ("GET", "/"):
            return self._pages.answer(request)
        return aws_face.answer(self.center, request)

    def _hold(self, seconds: float) -> None:
        self.center.faults.hold(seconds, unless=self._stopping.is_set)
