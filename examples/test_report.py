"""Test a program offline: it and boto3 are as they are, and only Identity Center is local."""

import pytest
from report import identities

import ssokit
from ssokit.testing import Approves, AwsError, Denies, FakeIdentityCenter, Fault


def test_auditor_reads_every_account(identity_center: FakeIdentityCenter) -> None:
    """Bob audits: he is somebody in each of the five open accounts."""
    identity_center.person = Approves("bob")
    found = dict(identities(identity_center.start_url, identity_center.region, "ReadOnly"))
    assert len(found) == 5
    assert found["Log Archive"].endswith("/bob")


def test_denied_login_is_told(identity_center: FakeIdentityCenter) -> None:
    """The person says no, and the program hears it."""
    identity_center.person = Denies()
    with pytest.raises(ssokit.AuthorizationDeniedError):
        list(identities(identity_center.start_url, identity_center.region, "ReadOnly"))


def test_busy_portal_is_survived(identity_center: FakeIdentityCenter) -> None:
    """The portal refuses the first listing of roles as too many calls, and gets it again."""
    identity_center.faults.add(
        Fault("ListAccountRoles", AwsError("TooManyRequestsException"), times=1)
    )
    assert list(identities(identity_center.start_url, identity_center.region, "Developer"))
