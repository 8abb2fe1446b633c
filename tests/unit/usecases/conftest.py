"""A model with a clock that stands still, the ports over it, and the grants over these."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes_of_ports import BrowsingPerson, RecordingNotifier

from ssokit.domain.sso_session import SsoSession
from ssokit.stores import MappingStore
from ssokit.testing import FakeBrowser, FakeIdentityCenter, FakeRedirectListener, ManualClock
from ssokit.usecases.authorization_code_grant import AuthorizationCodeGrant
from ssokit.usecases.device_code_grant import DeviceCodeGrant


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def center(clock: ManualClock) -> FakeIdentityCenter:
    return FakeIdentityCenter(clock=clock)


@pytest.fixture
def session(center: FakeIdentityCenter) -> SsoSession:
    return SsoSession(center.start_url, center.region)


@pytest.fixture
def tokens() -> MappingStore:
    return MappingStore({})


@pytest.fixture
def notifier() -> RecordingNotifier:
    return RecordingNotifier()


@pytest.fixture
def listener() -> Iterator[FakeRedirectListener]:
    listener = FakeRedirectListener()
    yield listener
    assert not listener.is_open


@pytest.fixture
def person(center: FakeIdentityCenter, listener: FakeRedirectListener) -> BrowsingPerson:
    return BrowsingPerson(FakeBrowser(center, listener))


@pytest.fixture
def device_code_grant(
    center: FakeIdentityCenter,
    clock: ManualClock,
    tokens: MappingStore,
    notifier: RecordingNotifier,
) -> DeviceCodeGrant:
    return DeviceCodeGrant(
        server=center.authorization_server(),
        registrations=tokens,
        notifier=notifier,
        clock=clock,
        client_name="tests",
    )


@pytest.fixture
def authorization_code_grant(
    center: FakeIdentityCenter,
    clock: ManualClock,
    tokens: MappingStore,
    person: BrowsingPerson,
    listener: FakeRedirectListener,
) -> AuthorizationCodeGrant:
    return AuthorizationCodeGrant(
        server=center.authorization_server(),
        registrations=tokens,
        notifier=person,
        listener=listener,
        clock=clock,
        client_name="tests",
    )
