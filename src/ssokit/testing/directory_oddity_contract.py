"""The part of the contract of `AssignmentDirectory` that is about AWS's odd ways."""

# ruff: noqa: S101, PLR2004 - these are tests

from __future__ import annotations

import pytest

from ssokit.domain.assignments import AccountAssignment, Pair, Principal
from ssokit.domain.errors import (
    AccessDeniedError,
    NotFoundError,
    ServiceError,
    ThrottledError,
)
from ssokit.ports.access_portal import Page
from ssokit.ports.assignment_directory import AssignmentDirectory
from ssokit.testing import (
    Caller,
    FakeIdentityCenter,
    Fault,
    Meanwhile,
    assignment_rows,
    organization_of_size,
)
from ssokit.testing.directory_fault_contract import AssignmentDirectoryFaultContract
from ssokit.testing.directory_questions import LISTINGS, MANAGEMENT, every_row, known_of

_DEVELOPMENT = "444455556666"
_RETIRED = "555566667777"
_OF_THE_IDENTITY_STORE = (
    "ListGroupMemberships",
    "ListGroupMembershipsForMember",
    "ListGroups",
    "ListUsers",
)


class AssignmentDirectoryOddityContract(AssignmentDirectoryFaultContract):
    """What an `AssignmentDirectory` makes of AWS's odd ways; see its child."""

    @pytest.mark.parametrize("operation", LISTINGS)
    def test_short_and_empty_pages_lose_nothing(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter, operation: str
    ) -> None:
        """Neither a short page nor an empty one is the last: the next token alone decides."""
        listing, count = LISTINGS[operation]
        center.settings.page_size = 2
        center.settings.short_pages = center.settings.empty_pages = True
        assert len(every_row(listing(directory, center.organization))) == count

    def test_token_of_another_question_is_refused(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """A next token continues the listing that gave it, and no other."""
        center.settings.empty_first_page = True
        known = known_of(center.organization)
        page = directory.list_assignments_of_pair(known["instance"], known["pair"])
        other = Pair(_DEVELOPMENT, known["set"])
        with pytest.raises(ServiceError) as refusal:
            directory.list_assignments_of_pair(known["instance"], other, next_token=page.next_token)
        assert not refusal.value.retryable

    def test_generated_organization_is_read_whole(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """A pair with more than 100 principals, and a group with more than 100 rows."""
        center.organization = organization = organization_of_size(
            accounts=40, permission_sets=6, widest_pair=105, busiest_principal=105, seed=2
        )
        truth = {
            AccountAssignment(Pair(row[7], row[4]), Principal(row[1], row[2]))
            for row in assignment_rows(organization)
        }
        # The first row is of the widest pair and of the busiest group alike.
        first = organization.assignments[0]
        pair = Pair(first.account_id, organization.permission_sets[first.permission_set].arn)
        who = Principal(first.principal_type, first.principal_id)
        instance = organization.instance_arn

        def of_pair(*, next_token: str | None = None) -> Page[AccountAssignment]:
            return directory.list_assignments_of_pair(instance, pair, next_token=next_token)

        def of_principal(*, next_token: str | None = None) -> Page[AccountAssignment]:
            return directory.list_assignments_of_principal(instance, who, next_token=next_token)

        assert len(of_pair().rows) == len(of_principal().rows) == 100
        assert set(every_row(of_pair)) == {row for row in truth if row.pair == pair}
        assert set(every_row(of_principal)) == {row for row in truth if row.principal == who}

    def test_several_instances_are_told_apart(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """Instances of accounts are listed, too, with their owner and status, and have no sets."""
        center.add_account_instance(_DEVELOPMENT)
        center.add_account_instance(_RETIRED, status="CREATE_IN_PROGRESS")
        found = {one.owner_account_id: one for one in directory.list_instances().rows}
        assert {owner: one.status for owner, one in found.items()} == {
            MANAGEMENT: "ACTIVE",
            _DEVELOPMENT: "ACTIVE",
            _RETIRED: "CREATE_IN_PROGRESS",
        }
        assert found[MANAGEMENT].arn == center.organization.instance_arn
        with pytest.raises(ServiceError):
            directory.list_permission_sets(found[_DEVELOPMENT].arn)
        assert directory.list_users(found[_DEVELOPMENT].identity_store_id).rows == ()

    @pytest.mark.parametrize("inherited", [False, True])
    def test_rows_of_a_user_name_whose_they_are(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter, *, inherited: bool
    ) -> None:
        """Rows that a user has through a group may be listed, with the group in them."""
        center.settings.inherited_rows = inherited
        known = known_of(center.organization)
        rows = directory.list_assignments_of_principal(known["instance"], known["bob"]).rows
        own = [row for row in rows if row.principal == known["bob"]]
        assert (len(own), len(rows)) == (1, 7 if inherited else 1)
        assert {row.principal for row in rows} <= {known["bob"], known["auditors"]}

    @pytest.mark.parametrize("left", ["account_status", "account_state"])
    def test_either_member_tells_the_state(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter, left: str
    ) -> None:
        """An account's state is known from the older member, and from its successor if read."""
        setattr(center.settings, left, False)
        state = directory.describe_account(_RETIRED).state
        # Older boto3 drops the successor.
        assert state == "SUSPENDED" or (left == "account_status" and state is None)

    def test_permission_set_vanishes_meanwhile(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """A permission set that is deleted between two calls is not found by the second."""
        known = known_of(center.organization)
        center.faults.add(
            Fault(
                "ListAccountAssignments",
                Meanwhile(lambda: center.delete_permission_set("ReadOnly")),
                calls=[2],
            )
        )
        assert directory.list_assignments_of_pair(known["instance"], known["pair"]).rows
        with pytest.raises(NotFoundError):
            directory.list_assignments_of_pair(known["instance"], known["pair"])
        assert known["set"] not in directory.list_permission_sets(known["instance"]).rows

    def test_account_leaves_meanwhile(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """An account that leaves between two pages is not found, and its rows stay."""
        center.settings.page_size = 5
        change = Meanwhile(lambda: center.remove_account(_RETIRED))
        center.faults.add(Fault("ListAccounts", change, calls=[2]))
        accounts = every_row(directory.list_accounts)
        assert _RETIRED not in {account.account_id for account in accounts}
        with pytest.raises(NotFoundError):
            directory.describe_account(_RETIRED)
        known = known_of(center.organization)
        pair = Pair(_RETIRED, known["set"])
        assert directory.list_assignments_of_pair(known["instance"], pair).rows

    def test_rate_is_of_one_service(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """All operations of sso-admin share a rate, and the other services do not."""
        center.enforce_rate(20, service="sso-admin")
        known = known_of(center.organization)
        directory.list_instances()
        with pytest.raises(ThrottledError):
            directory.list_assignments_of_pair(known["instance"], known["pair"])
        directory.list_accounts()
        directory.list_users(known["store"])

    @pytest.mark.parametrize("operation", sorted(LISTINGS))
    def test_member_account_reads_the_identity_store_alone(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter, operation: str
    ) -> None:
        """An ordinary account is denied all of sso-admin and organizations."""
        center.settings.caller = Caller.MEMBER
        pages = LISTINGS[operation][0](directory, center.organization)
        if operation in _OF_THE_IDENTITY_STORE:
            assert pages().rows
        else:
            with pytest.raises(AccessDeniedError) as denial:
                pages()
            assert not denial.value.retryable
