"""The logins that wait for a person (RFC 8628, sso-oidc StartDeviceAuthorization)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ssokit.adapters.fake.effects import refused
from ssokit.adapters.fake.person import Decision, Person
from ssokit.domain.redaction import masked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssokit.adapters.fake.registrations import RegisteredClient


@attrs.define(kw_only=True, eq=False)
class DeviceLogin:
    """A login on its way.

    Attributes:
        device_code: What the client polls with.
        user_code: What the person sees.
        client: Who asks.
        deadline: When the codes end, in monotonic seconds of the model's clock.
        decision: What has become of it.
        user: Who approved it.
        polls: How many polls were answered as pending.
        polled_at: When the last of them came.
        used: Whether its token was fetched.
    """

    device_code: str = attrs.field(repr=masked)
    user_code: str
    client: RegisteredClient
    deadline: float
    decision: Decision = Decision.PENDING
    user: str | None = None
    polls: int = 0
    polled_at: float | None = None
    used: bool = False

    def decide(self, person: Person, *, now: float) -> Decision:
        """Bring the decision up to date: time first, then what the person does."""
        if self.decision is Decision.PENDING:
            if now >= self.deadline:
                self.decision = Decision.EXPIRED
            else:
                self.decision = person.decision(self.polls)
                self.user = person.user
        elif self.decision is Decision.APPROVED and now >= self.deadline:
            self.decision = Decision.EXPIRED
        return self.decision

    def poll(self, *, now: float, interval: float) -> None:
        """Count a poll that finds no decision.

        Raises:
            RefusedError: SlowDownException: it came sooner than ``interval`` seconds allow.
        """
        too_soon = self.polled_at is not None and now - self.polled_at < interval
        self.polled_at = now
        self.polls += 1
        if too_soon:
            raise refused("SlowDownException", "Slow down: the interval is not over")


class DeviceLogins:
    """All logins on their way. The model serializes its use."""

    def __init__(self) -> None:
        self._by_device_code: dict[str, DeviceLogin] = {}

    def __iter__(self) -> Iterator[DeviceLogin]:
        """Go through the logins, oldest first."""
        return iter(list(self._by_device_code.values()))

    def add(self, login: DeviceLogin) -> None:
        """Remember a login."""
        self._by_device_code[login.device_code] = login

    def find(self, device_code: str, client: RegisteredClient) -> DeviceLogin:
        """Find the login that a client polls for.

        Raises:
            RefusedError: InvalidGrantException: unknown, another client's, or used already.
        """
        login = self._by_device_code.get(device_code)
        if login is None or login.used or login.client.client_id != client.client_id:
            raise refused("InvalidGrantException", "Invalid grant provided")
        return login
