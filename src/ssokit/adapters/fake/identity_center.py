"""A whole Identity Center in memory, for tests and demonstrations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ssokit.adapters.clock import SystemClock
from ssokit.adapters.fake.access_index import AccessIndex
from ssokit.adapters.fake.access_portal import FakeAccessPortal
from ssokit.adapters.fake.assignment_directory import FakeAssignmentDirectory
from ssokit.adapters.fake.authorization_server import FakeAuthorizationServer
from ssokit.adapters.fake.call import Call, Outcome, RecordedRequest
from ssokit.adapters.fake.faults import Faults
from ssokit.adapters.fake.front_door import FrontDoor
from ssokit.adapters.fake.organization import Organization
from ssokit.adapters.fake.organization_builder import OrganizationBuilder
from ssokit.adapters.fake.people import People
from ssokit.adapters.fake.person import Approves, Person
from ssokit.adapters.fake.rate_limit import TokenBucket
from ssokit.adapters.fake.record import RequestRecord
from ssokit.adapters.fake.services.oidc import signed_in_token
from ssokit.adapters.fake.settings import Settings
from ssokit.adapters.fake.state import State
from ssokit.domain.tokens import Token
from ssokit.ports.clock import Clock

DEFAULT_START_URL = "https://d-1234567890.awsapps.com/start"


class FakeIdentityCenter(OrganizationBuilder):
    """An Identity Center with its organization, its people and its bad days.

    Programs reach it in process, through the ports that `authorization_server` and
    `access_portal` give, or over HTTP, through an `IdentityCenterServer`. Both are faces of
    this one model, which is thread-safe. What a person sees is derived from the
    organization; change that with the methods of `OrganizationBuilder`::

        center.add_account("123412341234", "Research")
        center.assign(user="alice", role="ReadOnly", account="123412341234")

    It is not a security product: it keeps secrets in memory, and whoever reaches it may
    sign in as anybody.

    Args:
        organization: The organization; `Organization.example()` by default.
        start_url: The start URL of the instance. It is never fetched.
        region: The region of the instance.
        additional_regions: Other regions that serve it. A client registration and a token
            are honoured in the region alone that gave them.
        clock: What time it is; the machine's clock by default.
        person: What people do about logins; by default they approve at once.
        settings: The rules; AWS's by default.

    Attributes:
        clock: As given.
        faults: What goes wrong, and when.
        people: Decides about single logins, by their user code.
        settings: The rules; change them at any time.
        url: Where the wire face listens, while it does.
    """

    def __init__(
        self,
        organization: Organization | None = None,
        *,
        start_url: str = DEFAULT_START_URL,
        region: str = "us-east-1",
        additional_regions: Sequence[str] = (),
        clock: Clock | None = None,
        person: Person = Approves(),  # noqa: B008 - a frozen value
        settings: Settings | None = None,
    ) -> None:
        super().__init__(organization or Organization.example())
        self.clock = clock or SystemClock()
        self.settings = settings or Settings()
        self.faults = Faults()
        self.url: str | None = None
        self._state = State(
            start_url=start_url,
            regions=(region, *additional_regions),
            verification_uri="",
            clock=self.clock,
            settings=self.settings,
            person=person,
            access=AccessIndex(self.organization),
        )
        self.people = People(
            self._state.logins, self.clock, self._lock, users=lambda: self.organization.users
        )
        self._record = RequestRecord(self.clock)
        self._door = FrontDoor(
            see=self._see, faults=self.faults, record=self._record, lock=self._lock
        )

    @property
    def start_url(self) -> str:
        """The start URL of the instance."""
        return self._state.start_url

    @property
    def region(self) -> str:
        """The region of the instance."""
        return self._state.regions[0]

    @property
    def regions(self) -> tuple[str, ...]:
        """All regions that serve the instance, its own first."""
        return self._state.regions

    @property
    def person(self) -> Person:
        """What people do about logins: assign another behaviour at any time."""
        return self._state.person

    @person.setter
    def person(self, person: Person) -> None:
        with self._lock:
            self._state.person = person

    @property
    def secrets(self) -> frozenset[str]:
        """Every token, code, secret and key made so far: none of them belongs in a log."""
        return self._state.mint.made

    def authorization_server(self, *, region: str | None = None) -> FakeAuthorizationServer:
        """Give the in-process face of sso-oidc, in the instance's own region by default."""
        return FakeAuthorizationServer(self.handle, self.clock, region=region or self.region)

    def access_portal(self, *, region: str | None = None) -> FakeAccessPortal:
        """Give the in-process face of the access portal, in the instance's own region."""
        return FakeAccessPortal(self.handle, region=region or self.region)

    def assignment_directory(self, *, region: str | None = None) -> FakeAssignmentDirectory:
        """Give the in-process face of the administrators' services."""
        return FakeAssignmentDirectory(self.handle, region=region or self.region)

    def sign_in(self, user: str, *, region: str | None = None, renewable: bool = False) -> Token:
        """Give a token of a user, without any login or recorded call.

        Args:
            user: Who signs in.
            region: Where; in the instance's own region by default.
            renewable: Whether the token comes with a refresh token, as those of an
                ``sso-session`` do.

        Raises:
            LookupError: There is no such user.
        """
        with self._lock:
            return signed_in_token(self._see(), user, region or self.region, renewable=renewable)

    def end_sign_in_sessions(self, user: str | None = None) -> None:
        """End the sign-in sessions of a user, or all: tokens live on, and are not renewed."""
        with self._lock:
            self._state.sessions.end_all(user=user)

    def revoke_tokens(self) -> None:
        """End every token and every sign-in session before its time, as administrators can."""
        with self._lock:
            self._state.sessions.end_all()
            self._state.tokens.discard_all()

    def sign_out(self, user: str) -> None:
        """End every token and every sign-in session of one user before its time."""
        with self._lock:
            self._state.sessions.end_all(user=user)
            self._state.tokens.discard_all(user=user)

    def expire_token(self, access_token: str) -> None:
        """End one token before its time; an unknown one is none to end."""
        with self._lock:
            self._state.tokens.discard(access_token)

    def forget_registrations(self) -> None:
        """Forget every client: all have to register again."""
        with self._lock:
            self._state.registrations.clear()

    def enforce_rate(
        self, calls_per_second: float, *, burst: int = 1, service: str | None = None
    ) -> None:
        """Throttle calls above a rate as of now, with the error code of their service.

        Args:
            calls_per_second: The steady rate, by the monotonic seconds of the model's clock.
            burst: How many calls may come at once after a pause.
            service: Only calls of ``sso-admin`` (where AWS's rate is 20 a second over all
                operations), ``identitystore`` or ``organizations``; all calls together by default.

        Raises:
            ValueError: A number is out of range.
        """
        bucket = TokenBucket(calls_per_second, burst, self.clock)
        with self._lock:
            self._door.rates[service] = bucket

    def lift_rate(self) -> None:
        """Let all calls come at any rate again."""
        with self._lock:
            self._door.rates.clear()

    @property
    def requests(self) -> tuple[RecordedRequest, ...]:
        """The calls so far, in the order in which they were decided."""
        return self._record.requests

    def calls(self, operation: str | None = None) -> int:
        """Count the calls so far, of one operation or of all, refused ones included."""
        return len([r for r in self.requests if operation in (None, r.operation)])

    def call_counts(self) -> Mapping[str, int]:
        """Count the calls so far, by operation."""
        return Counter(request.operation for request in self.requests)

    def clear_requests(self) -> None:
        """Forget the record, and nothing else."""
        self._record.clear()

    def handle(self, call: Call) -> Outcome:
        """Do what a call asks for, or what the script has for it. Both faces come here."""
        return self._door.handle(call)

    def _see(self) -> State:
        if self._state.access.organization is not self.organization:
            self._state.access = AccessIndex(self.organization)
        self._state.verification_uri = (
            f"{self.url}/device" if self.url else f"https://device.sso.{self.region}.amazonaws.com/"
        )
        return self._state
