"""A model with a clock that stands still, and the ports over it."""

from __future__ import annotations

import pytest
from fakes_of_ports import RecordingNotifier

from ssokit.domain.sso_session import SsoSession
from ssokit.stores import MappingStore
from ssokit.testing import FakeIdentityCenter, ManualClock


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
