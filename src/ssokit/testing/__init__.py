"""Test programs that use Identity Center, offline: the public door to the local one.

Most tests need no more than the ``identity_center`` fixture of the pytest plugin, which
gives a `FakeIdentityCenter` that unmodified code reaches. Without pytest, serve one with
`IdentityCenterServer`, or take its ports: ``center.authorization_server()``,
``center.access_portal()`` and ``center.assignment_directory()``.

The contract classes for implementations of the ports are tests to inherit from; import them
from their modules: ``ssokit.testing.token_store_contract`` and so on. Those for the two
services need pytest.
"""

from ssokit.adapters.fake.browser import FakeBrowser
from ssokit.adapters.fake.call import RecordedRequest
from ssokit.adapters.fake.effects import (
    AwsError,
    ConnectionReset,
    GarbageAnswer,
    Hang,
    HttpError,
    Meanwhile,
    SlowAnswer,
    TruncatedAnswer,
)
from ssokit.adapters.fake.faults import Fault
from ssokit.adapters.fake.ground_truth import access_rows, account_ids_below, assignment_rows
from ssokit.adapters.fake.identity_center import FakeIdentityCenter
from ssokit.adapters.fake.manual_clock import ManualClock
from ssokit.adapters.fake.mint import SECRET_PATTERN
from ssokit.adapters.fake.organization import AccountInstance, AccountState, Organization
from ssokit.adapters.fake.organization_builder import OrganizationBuilder
from ssokit.adapters.fake.organization_shape import OrganizationShape, organization_of_size
from ssokit.adapters.fake.people import PendingLogin
from ssokit.adapters.fake.person import Approves, Denies, Ignores, LetsExpire, Person
from ssokit.adapters.fake.redirect_listener import FakeRedirectListener
from ssokit.adapters.fake.settings import Caller, Settings
from ssokit.adapters.fake.wire.server import IdentityCenterServer

__all__ = [
    "SECRET_PATTERN",
    "AccountInstance",
    "AccountState",
    "Approves",
    "AwsError",
    "Caller",
    "ConnectionReset",
    "Denies",
    "FakeBrowser",
    "FakeIdentityCenter",
    "FakeRedirectListener",
    "Fault",
    "GarbageAnswer",
    "Hang",
    "HttpError",
    "IdentityCenterServer",
    "Ignores",
    "LetsExpire",
    "ManualClock",
    "Meanwhile",
    "Organization",
    "OrganizationBuilder",
    "OrganizationShape",
    "PendingLogin",
    "Person",
    "RecordedRequest",
    "Settings",
    "SlowAnswer",
    "TruncatedAnswer",
    "access_rows",
    "account_ids_below",
    "assignment_rows",
    "organization_of_size",
]
