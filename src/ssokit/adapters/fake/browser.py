"""A person with a browser on the machine of the program, without any page to look at."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.effects import AwsError
from ssokit.adapters.fake.identity_center import FakeIdentityCenter
from ssokit.adapters.fake.redirect_listener import FakeRedirectListener
from ssokit.domain.authorization_request import ShownAuthorization
from ssokit.ports.user_notifier import UserNotifier

_SECONDS = 30


class FakeBrowser(UserNotifier):
    """Open what a login shows, and do there what the model's `Person` does.

    It is a notifier; `open` is a way to open URLs for `BrowserNotifier`. A person who ignores
    logins leaves the page open, where `approve` and `deny` decide. Logins by device code are
    left to the person themselves.

    Args:
        center: The model. Its page is opened in process, whatever the host in the URL.
        listener: Where the browser is sent back to; by default over HTTP, to the real one.

    Attributes:
        error: The error code that the last page showed instead of a question; None if it asked,
            or sent the browser back.
    """

    def __init__(
        self, center: FakeIdentityCenter, listener: FakeRedirectListener | None = None
    ) -> None:
        self._center = center
        self._listener = listener
        self._page: str | None = None
        self.error: str | None = None

    def show(self, authorization: ShownAuthorization) -> None:
        """Open the page of a login that has no code."""
        if authorization.user_code is None:
            self.open(authorization.verification_uri_complete)

    def open(self, url: str) -> bool:
        """Open a page; give True, as ways to open URLs do."""
        self._ask("Authorize", dict(parse_qsl(urlsplit(url).query)))
        return True

    def approve(self, *, user: str | None = None) -> None:
        """Sign in on the page that is open, and approve.

        Args:
            user: Who signs in; the organization's first user by default.

        Raises:
            LookupError: No page is open.
        """
        self._decide("approve", user)

    def deny(self) -> None:
        """Refuse on the page that is open.

        Raises:
            LookupError: No page is open.
        """
        self._decide("deny", None)

    def _decide(self, decision: str, user: str | None) -> None:
        if self._page is None:
            raise LookupError("no page is open that waits for a decision")
        form = {"page": self._page, "decision": decision, "user": user or ""}
        self._ask("DecideAuthorization", form)

    def _ask(self, operation: str, parameters: dict[str, Any]) -> None:
        call = Call(operation=operation, parameters=parameters, region=self._center.region)
        outcome = self._center.handle(call)
        members = outcome.members or {}
        fault = outcome.fault
        self.error = fault.code if isinstance(fault, AwsError) else None
        self._page = members.get("page")
        if "location" in members:
            self._go(members["location"])

    def _go(self, location: str) -> None:
        if self._listener is not None:
            self._listener.deliver(location)
            return
        parts = urlsplit(location)
        connection = http.client.HTTPConnection(parts.netloc, timeout=_SECONDS)
        try:
            connection.request("GET", f"{parts.path}?{parts.query}")
            connection.getresponse().read()
        finally:
            connection.close()
