"""What the boto3 adapter makes of odd answers, missing keys and many threads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import botocore
import pytest

from ssokit.adapters.aws.assignment_directory import BotoAssignmentDirectory
from ssokit.domain.assignments import Pair, Principal
from ssokit.domain.directory import NamedPrincipal, OrganizationAccount, OrganizationalUnit
from ssokit.domain.errors import (
    InvalidResponseError,
    InvalidSSOConfigError,
    NotFoundError,
    ServiceError,
    ThrottledError,
)
from ssokit.testing import (
    FakeIdentityCenter,
    Fault,
    HttpError,
    IdentityCenterServer,
    ManualClock,
    organization_of_size,
)
from ssokit.testing.directory_questions import LISTINGS

_STORE = "d-1234567890"
_USER = "9067f0e1d2-11111111-2222-3333-4444-555555555555"
_PAIR = Pair(
    "111122223333", "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef"
)
_ARN = "arn:aws:sso:::instance/ssoins-1234567890abcdef"

Ask = Callable[[BotoAssignmentDirectory], object]


class _CountingSession(boto3.Session):
    """A session that remembers which clients it made."""

    made: list[str]

    def client(self, service_name: Any, *args: Any, **kwargs: Any) -> Any:
        """Make a client."""
        self.made.append(service_name)
        return super().client(service_name, *args, **kwargs)


@pytest.fixture
def center(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeIdentityCenter]:
    center = FakeIdentityCenter(clock=ManualClock())
    with IdentityCenterServer(center) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        yield center


@pytest.fixture
def session(center: FakeIdentityCenter) -> _CountingSession:
    session = _CountingSession("AKIDEXAMPLE", "example", region_name=center.region)
    session.made = []
    return session


@pytest.fixture
def directory(session: _CountingSession) -> BotoAssignmentDirectory:
    return BotoAssignmentDirectory(session)


def _answers(center: FakeIdentityCenter, members: dict[str, object]) -> None:
    center.faults.add(Fault("*", HttpError(200, body=json.dumps(members).encode())))


@pytest.mark.parametrize(
    ("ask", "members", "lacking"),
    [
        (lambda d: d.list_instances(), {"Instances": [{"InstanceArn": "a"}]}, "IdentityStoreId"),
        (lambda d: d.list_permission_sets(_ARN), {"PermissionSets": [""]}, "usable rows"),
        (
            lambda d: d.list_assignments_of_pair(_ARN, _PAIR),
            {"AccountAssignments": [{"AccountId": "1", "PermissionSetArn": "a"}]},
            "PrincipalType",
        ),
        (lambda d: d.list_users(_STORE), {"Users": [{"UserName": "x"}]}, "UserId"),
        (lambda d: d.list_groups(_STORE), {"Groups": None}, "Groups"),
        (
            lambda d: d.list_group_members(_STORE, _USER),
            {"GroupMemberships": [{"MemberId": {"UserId": ""}}]},
            "UserId",
        ),
        (lambda d: d.list_groups_of_user(_STORE, _USER), {"GroupMemberships": [{}]}, "GroupId"),
        (lambda d: d.describe_account("1" * 12), {"Account": {"Name": "x"}}, "Id"),
        (lambda d: d.describe_organization(), {"Organization": {}}, "MasterAccountId"),
        (
            lambda d: d.describe_permission_set(_ARN, _PAIR.permission_set_arn),
            {"PermissionSet": {}},
            "Name",
        ),
    ],
)
def test_rows_without_their_ids_are_refused(
    directory: BotoAssignmentDirectory,
    center: FakeIdentityCenter,
    ask: Ask,
    members: dict[str, object],
    lacking: str,
):
    """A row that lacks what AWS always sends is an error, never a row of empty fields."""
    _answers(center, members)
    with pytest.raises(InvalidResponseError, match=lacking):
        ask(directory)


@pytest.mark.parametrize("operation", LISTINGS)
def test_listing_without_its_list_is_refused(
    directory: BotoAssignmentDirectory, center: FakeIdentityCenter, operation: str
):
    """A next token alone, without the member that holds the rows, is no empty page."""
    listing, _ = LISTINGS[operation]
    center.faults.add(Fault(operation, HttpError(200, body=b'{"NextToken": "dGhl"}')))
    with pytest.raises(InvalidResponseError) as refusal:
        listing(directory, center.organization)()
    assert (refusal.value.retryable, refusal.value.operation) == (True, operation)


@pytest.mark.parametrize(
    ("ask", "members", "expected"),
    [
        (
            lambda d: d.describe_user(_STORE, _USER),
            {"UserId": _USER, "DisplayName": "Alice"},
            NamedPrincipal(Principal("USER", _USER), "Alice"),
        ),
        (
            lambda d: d.describe_group(_STORE, _USER),
            {"GroupId": _USER},
            NamedPrincipal(Principal("GROUP", _USER), None),
        ),
        (
            lambda d: d.describe_account("111122223333"),
            {"Account": {"Id": "111122223333", "Status": "SUSPENDED"}},
            OrganizationAccount(account_id="111122223333", state="SUSPENDED"),
        ),
        (
            lambda d: d.list_units_for_parent("r-ab12").rows,
            {"OrganizationalUnits": [{"Id": "ou-ab12-11111111"}]},
            (OrganizationalUnit(unit_id="ou-ab12-11111111"),),
        ),
    ],
)
def test_optional_members_may_be_absent(
    directory: BotoAssignmentDirectory,
    center: FakeIdentityCenter,
    ask: Ask,
    members: dict[str, object],
    expected: object,
):
    """Names, states and paths are optional at AWS; the older of two members does as well."""
    _answers(center, members)
    assert ask(directory) == expected


def test_retry_time_in_the_body_is_read(
    directory: BotoAssignmentDirectory, center: FakeIdentityCenter
):
    """Identitystore says in the body when to come back."""
    body = b'{"__type": "ThrottlingException", "RetryAfterSeconds": 7}'
    center.faults.add(Fault("ListUsers", HttpError(400, body=body)))
    with pytest.raises(ThrottledError) as throttled:
        directory.list_users(_STORE)
    assert throttled.value.retry_after == 7


@pytest.mark.skipif(
    tuple(map(int, botocore.__version__.split(".")[:2])) < (1, 43),
    reason="the service models of this botocore do not have these members yet",
)
def test_missing_key_deletes_nobody(directory: BotoAssignmentDirectory, center: FakeIdentityCenter):
    """A KMS key that is missing makes no user look deleted."""
    body = json.dumps(
        {
            "__type": "ResourceNotFoundException",
            "ResourceType": "USER",
            "Reason": "KMS_KEY_NOT_FOUND",
        }
    ).encode()
    center.faults.add(Fault("DescribeUser", HttpError(400, body=body)))
    with pytest.raises(ServiceError) as refusal:
        directory.describe_user(_STORE, _USER)
    assert not isinstance(refusal.value, NotFoundError)


def test_clients_are_made_once(
    directory: BotoAssignmentDirectory, session: _CountingSession, center: FakeIdentityCenter
):
    """Many threads share one client per service, and no service costs one before its use."""
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda _: directory.list_roots(), range(24)))
    assert len(set(pages)) == 1
    assert (session.made, center.calls("ListRoots")) == (["organizations"], 24)


def test_largest_pages_are_asked_for(
    directory: BotoAssignmentDirectory, center: FakeIdentityCenter
):
    """AWS does not document its default page size, so each call names the largest."""
    directory.list_users(_STORE)
    directory.list_accounts()
    assert [request.parameters["MaxResults"] for request in center.requests] == [100, 20]


def test_session_without_keys_is_told(center: FakeIdentityCenter, monkeypatch: pytest.MonkeyPatch):
    """A session that has no AWS keys is a setting to correct: nothing is called."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "none")
    monkeypatch.setenv("AWS_CONFIG_FILE", "none")
    directory = BotoAssignmentDirectory(boto3.Session(region_name="us-east-1"))
    with pytest.raises(InvalidSSOConfigError, match=r"NoCredentialsError.*; check the region"):
        directory.list_instances()
    assert center.requests == ()


@pytest.mark.parametrize(
    ("partition", "region"), [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]
)
def test_other_partitions_are_read_the_same(
    monkeypatch: pytest.MonkeyPatch, partition: str, region: str
):
    """ARNs are passed on as they came, and organizations is signed for a region of its own."""
    organization = organization_of_size(accounts=12, permission_sets=3, partition=partition)
    center = FakeIdentityCenter(organization, region=region, clock=ManualClock())
    with IdentityCenterServer(center) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        directory = BotoAssignmentDirectory(
            boto3.Session("AKIDEXAMPLE", "example", region_name=region)
        )
        (instance,) = directory.list_instances().rows
        arns = directory.list_permission_sets(instance.arn).rows
        assert {arn.split(":")[1] for arn in (instance.arn, *arns)} == {partition}
        assert directory.list_accounts_with_permission_set(instance.arn, arns[0]).rows
        assert directory.describe_organization() == organization.management_account_id
        assert len(directory.list_accounts().rows) == 12
