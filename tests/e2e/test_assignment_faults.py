"""Bad days of the administrators' services: no wrong row, and none missing without a gap."""

from __future__ import annotations

import threading
from typing import Any

import attrs
import pytest
from hypothesis import given, settings

import ssokit
from assignment_questions import EFFECTS, OPERATIONS, Question, fault_scripts, questions
from ssokit import Assignment
from ssokit.testing import (
    AwsError,
    Caller,
    ConnectionReset,
    FakeIdentityCenter,
    Fault,
    IdentityCenterServer,
    ManualClock,
    Meanwhile,
    Settings,
    assignment_rows,
    organization_of_size,
)

_ORGANIZATION = organization_of_size(accounts=16, permission_sets=6, seed=8)
_NAMELESS: dict[str, None] = dict.fromkeys(("principal_name", "permission_set_name", "target_name"))
_UNNAMED = {"principal_name": None, "permission_set_name": None}
_TRUTH = {Assignment._make(row)._replace(**_UNNAMED) for row in assignment_rows(_ORGANIZATION)}
_IN_ORGANIZATION = {row for row in _TRUTH if row.target_name}


def _listing(center: FakeIdentityCenter, **options: Any) -> ssokit.AssignmentListing:
    return ssokit.list_assignments(
        None, directory=center.assignment_directory(), clock=ManualClock(), **options
    )


@settings(max_examples=150, deadline=None)
@given(question=questions(), script=fault_scripts())
def test_whatever_happens_is_in_the_coverage(question: Question, script: list[Fault]):
    """Every row is a true one, and rows are missing only where the coverage says so.

    Filters are left out: they decide by names, which may be unreadable.
    """
    options = {
        name: value for name, value in question.options.items() if not name.endswith("_filter")
    }
    answer = attrs.evolve(question, options=options).answer()
    center = FakeIdentityCenter(question.organization, settings=question.rules)
    center.faults.add(*script)
    listing = _listing(center, **options)
    rows: list[Assignment] = []
    try:
        for row in listing:
            rows.append(row)  # noqa: PERF402 - what came before an error counts
    except ssokit.ServiceError:
        assert not listing.coverage.complete
    assert len(rows) == len(set(rows))
    assert {row._replace(**_NAMELESS) for row in rows} <= {
        row._replace(**_NAMELESS) for row in answer
    }
    if listing.coverage.complete:
        assert set(rows) == answer


@pytest.mark.parametrize(
    "effect",
    [
        one
        for one in EFFECTS
        if getattr(one, "code", "") not in ("AccessDeniedException", "ResourceNotFoundException")
    ],
    ids=str,
)
def test_passing_trouble_is_not_seen(effect: Any):
    """What goes away when it is tried again leaves no gap."""
    center = FakeIdentityCenter(_ORGANIZATION)
    center.faults.add(*(Fault(operation, effect, calls=[1, 7, 20]) for operation in OPERATIONS))
    listing = _listing(center)
    assert set(listing) == _TRUTH
    assert listing.coverage.complete


def test_trouble_over_the_wire():
    """The same with unmodified boto3: resets, cut answers and garbage are tried again."""
    center = FakeIdentityCenter(_ORGANIZATION)
    for number, effect in enumerate(EFFECTS):
        if getattr(effect, "code", "") not in (
            "AccessDeniedException",
            "ResourceNotFoundException",
        ):
            center.faults.add(Fault("ListAccountAssignments", effect, calls=[3 + 4 * number]))
    with IdentityCenterServer(center) as server:
        listing = ssokit.list_assignments(_Session(server.url), clock=ManualClock())
        assert set(listing) == _TRUTH
        assert listing.coverage.complete


def test_forbidden_account_is_a_gap():
    """Pairs that may not be read are left out one by one, and named."""
    center = FakeIdentityCenter(_ORGANIZATION)
    account = min(row.target_id for row in _TRUTH)
    center.faults.add(
        Fault(
            "ListAccountAssignments",
            AwsError("AccessDeniedException"),
            when={"AccountId": account},
        )
    )
    listing = _listing(center)
    assert set(listing) == {row for row in _TRUTH if row.target_id != account}
    assert {gap.subject.split(",")[0] for gap in listing.coverage.gaps} == {f"account {account}"}
    assert all(isinstance(gap.error, ssokit.AccessDeniedError) for gap in listing.coverage.gaps)
    with pytest.raises(ssokit.AccessDeniedError):
        list(_listing(center, raise_gaps=True))


@pytest.mark.parametrize(
    "operation", ["ListPermissionSets", "ListAccountsForProvisionedPermissionSet"]
)
def test_narrow_policy_leads_by_account(operation: str):
    """Who may not list by permission set gets what accounts lead to, and is told of the rest."""
    center = FakeIdentityCenter(_ORGANIZATION)
    center.faults.add(Fault(operation, AwsError("AccessDeniedException")))
    listing = _listing(center)
    assert set(listing) == _IN_ORGANIZATION
    (gap,) = listing.coverage.gaps
    assert "left the organization" in gap.subject
    account = min(row.target_id for row in _IN_ORGANIZATION)
    one = _listing(center, target=account, strategy=ssokit.Strategy.BY_PERMISSION_SET)
    if operation != "ListPermissionSets":
        assert {row.target_id for row in one} == {account}
        assert one.coverage.complete


def test_delegated_administrator_asks_pairs_instead():
    """Where asking by principal is refused, the rows are the same, found by pair."""
    rules = Settings(caller=Caller.DELEGATED_ADMINISTRATOR)
    center = FakeIdentityCenter(_ORGANIZATION, settings=rules)
    groups = sorted({(row[1], row[2]) for row in _TRUTH if row[1] == "GROUP"})
    listing = _listing(center, principal=groups)
    assert set(listing) == {row for row in _TRUTH if row.principal_type == "GROUP"}
    assert listing.coverage.complete
    assert center.calls("ListAccountAssignmentsForPrincipal") <= 16


def test_member_account_is_told():
    """Where nothing may be read, the first refusal is the error."""
    center = FakeIdentityCenter(_ORGANIZATION, settings=Settings(caller=Caller.MEMBER))
    with pytest.raises(ssokit.AccessDeniedError):
        list(_listing(center))


def test_refused_names_leave_rows_without_them():
    """Names that may not be read are None, asked for once, and a gap."""
    center = FakeIdentityCenter(_ORGANIZATION)
    for operation in ("ListUsers", "ListGroups", "DescribeUser", "DescribeGroup"):
        center.faults.add(Fault(operation, AwsError("AccessDeniedException")))
    listing = _listing(center, get_principal_names=True)
    rows = set(listing)
    assert rows == _TRUTH
    assert {gap.subject.split()[3] for gap in listing.coverage.gaps} == {"USER", "GROUP"}
    assert center.calls("DescribeUser") < 20


@pytest.mark.parametrize("named", [True, False])
def test_things_that_vanish_meanwhile(*, named: bool):
    """A permission set, an account and a group that go in the middle leave true rows and gaps."""
    center = FakeIdentityCenter(_ORGANIZATION)
    role = next(iter(row.permission_set for row in reversed(_ORGANIZATION.assignments)))
    account = max(row.target_id for row in _IN_ORGANIZATION)
    group = next(iter(_ORGANIZATION.groups))

    def vanish() -> None:
        center.delete_permission_set(role)
        center.remove_account(account)
        center.delete_group(group)

    center.faults.add(Fault("ListAccountAssignments", Meanwhile(vanish), calls=[20]))
    listing = _listing(center, get_permission_set_names=named)
    rows = {row._replace(permission_set_name=None) for row in listing}
    arn = _ORGANIZATION.permission_sets[role].arn
    assert rows <= _TRUTH
    assert {row for row in _TRUTH if row.permission_set_arn != arn} <= rows
    assert not listing.coverage.complete
    assert all(isinstance(gap.error, ssokit.NotFoundError) for gap in listing.coverage.gaps)


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "InternalServerException"])
def test_first_permission_set_that_fails_is_a_gap(code: str):
    """Where the first permission set cannot be read, the others are, and the gap is told."""
    center = FakeIdentityCenter(_ORGANIZATION)
    arn = min(row.permission_set_arn for row in _TRUTH)
    center.faults.add(
        Fault(
            "ListAccountsForProvisionedPermissionSet",
            AwsError(code),
            when={"PermissionSetArn": arn},
        )
    )
    listing = _listing(center)
    assert set(listing) == {row for row in _TRUTH if row.permission_set_arn != arn}
    assert [gap.subject for gap in listing.coverage.gaps] == [f"pairs of {arn}"]


def test_sample_that_fails_is_told_once_and_only_if_it_matters():
    """A set that fails while ways are compared is one gap, and none if pairs are not asked."""
    organization = organization_of_size(accounts=45, permission_sets=6, groups=50, seed=3)
    center = FakeIdentityCenter(organization)
    rows = list(map(Assignment._make, assignment_rows(organization)))
    arn = min(row.permission_set_arn for row in rows)
    center.faults.add(
        Fault(
            "ListAccountsForProvisionedPermissionSet",
            AwsError("InternalServerException"),
            when={"PermissionSetArn": arn},
        )
    )
    in_all = _listing(center, target=sorted(organization.accounts))
    assert arn not in {row.permission_set_arn for row in in_all}
    assert [gap.subject for gap in in_all.coverage.gaps] == [f"pairs of {arn}"]
    center.clear_requests()
    groups = [("GROUP", group.group_id) for group in organization.groups.values()]
    of_groups = _listing(center, principal=groups, strategy=ssokit.Strategy.BY_PRINCIPAL)
    assert arn in {row.permission_set_arn for row in of_groups}
    assert of_groups.coverage.complete
    assert any(
        request.operation == "ListAccountsForProvisionedPermissionSet"
        for request in center.requests
    )


@pytest.mark.parametrize("skip_deleted", [True, False])
def test_principal_that_is_not_known_is_found_by_pair(*, skip_deleted: bool):
    """Who is told not to exist when asked is found by pair, unless the deleted are not wanted."""
    center = FakeIdentityCenter(_ORGANIZATION)
    principals = sorted({(row.principal_type, row.principal_id) for row in _TRUTH})[:4]
    center.faults.add(
        Fault(
            "ListAccountAssignmentsForPrincipal",
            AwsError("ResourceNotFoundException"),
            when={"PrincipalId": principals[1][1]},
        )
    )
    listing = _listing(
        center,
        principal=principals,
        strategy=ssokit.Strategy.BY_PRINCIPAL,
        skip_deleted_principals=skip_deleted,
    )
    found = {row for row in _TRUTH if (row.principal_type, row.principal_id) in principals}
    if skip_deleted:
        found = {row for row in found if row.principal_id != principals[1][1]}
    assert {row._replace(**_NAMELESS) for row in listing} == {
        row._replace(**_NAMELESS) for row in found
    }
    assert listing.coverage.complete is not skip_deleted
    assert not listing.coverage.gaps


def test_service_that_is_gone_ends_the_listing():
    """When nothing answers any more, the listing ends instead of trying every part."""
    center = FakeIdentityCenter(_ORGANIZATION)
    center.faults.add(Fault("*", ConnectionReset(), calls=range(40, 100_000)))
    listing = _listing(center)
    with pytest.raises(ssokit.ServiceUnavailableError):
        list(listing)
    assert len(center.requests) < 400
    assert not listing.coverage.finished


def test_service_that_throttles_for_good_ends_the_listing():
    """When the service goes on throttling, the listing ends with that, and can be gone on with."""
    center = FakeIdentityCenter(_ORGANIZATION)
    center.faults.add(
        Fault("ListAccountAssignments", AwsError("ThrottlingException"), calls=range(30, 100_000))
    )
    listing = _listing(center)
    with pytest.raises(ssokit.ThrottledError):
        list(listing)
    center.faults.clear()
    rest = _listing(center, checkpoint=listing.checkpoint)
    assert set(rest) < _TRUTH
    assert rest.coverage.complete


def test_closed_listing_makes_no_more_calls():
    """Whoever closes a listing leaves no call and no thread behind."""
    center = FakeIdentityCenter(_ORGANIZATION)
    listing = _listing(center)
    next(listing)
    listing.close()
    for thread in threading.enumerate():
        if thread.name.startswith("ssokit-listing"):
            thread.join(60)
            assert not thread.is_alive()
    made = len(center.requests)
    assert list(listing) == []
    assert len(center.requests) == made < 60


class _Session:
    """A boto3 session whose clients talk to the local Identity Center."""

    region_name = "us-east-1"

    def __init__(self, url: str) -> None:
        import boto3  # noqa: PLC0415 - for this one alone

        self._session: Any = boto3.Session("AKIDEXAMPLE", "example", region_name=self.region_name)
        self._url = url

    def client(self, *arguments: Any, **options: Any) -> Any:
        """Make a client as boto3 does, for another endpoint."""
        return self._session.client(*arguments, endpoint_url=self._url, **options)
