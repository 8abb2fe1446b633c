"""What every `AssignmentDirectory` promises, as tests to inherit."""

# ruff: noqa: S101, PLR2004 - these are tests

from __future__ import annotations

import attrs
import pytest

from ssokit.domain.assignments import AccountAssignment, Pair, PermissionSet
from ssokit.domain.directory import Instance, NamedPrincipal
from ssokit.domain.errors import (
    AccessDeniedError,
    NotFoundError,
    ServiceError,
)
from ssokit.ports.access_portal import Page
from ssokit.ports.assignment_directory import AssignmentDirectory
from ssokit.testing import (
    Caller,
    FakeIdentityCenter,
)
from ssokit.testing.directory_oddity_contract import AssignmentDirectoryOddityContract
from ssokit.testing.directory_questions import (
    LISTINGS,
    MANAGEMENT,
    by_account,
    by_permission_set,
    by_principal,
    every_row,
    known_of,
    truth_of,
)

_SANDBOX = "012345678901"
_RETIRED = "555566667777"

_every_listing = pytest.mark.parametrize("operation", LISTINGS)


class AssignmentDirectoryContract(AssignmentDirectoryOddityContract):
    """Inherit from it, implement `make`, and let pytest collect the child.

    An adapter that speaks HTTP also overrides `serve`, to return an `IdentityCenterServer`
    of the model and what sends the adapter there. It must not retry by itself.
    """

    def test_finds_the_instance(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """The instance comes with its identity store and its owner."""
        (found,) = directory.list_instances().rows
        assert found.primary_region in (center.region, None)
        assert attrs.evolve(found, primary_region=None) == Instance(
            arn=center.organization.instance_arn,
            identity_store_id=center.organization.identity_store_id,
            owner_account_id=MANAGEMENT,
            status="ACTIVE",
        )

    @_every_listing
    def test_pages_join(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter, operation: str
    ) -> None:
        """Following the next tokens gives every row once, and pages may be empty."""
        listing, count = LISTINGS[operation]
        pages = listing(directory, center.organization)
        whole = every_row(pages)
        center.settings.page_size = 1
        center.settings.empty_first_page = True
        assert every_row(pages) == whole
        assert len(set(whole)) == len(whole) == count
        assert center.calls(operation) == 1 + 1 + count

    def test_all_ways_lead_to_the_same_rows(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """By account, by permission set and by principal, the rows are those of the model."""
        truth = truth_of(center.organization)
        assert len(truth) == 18
        assert by_account(directory, center.organization) == truth
        assert by_permission_set(directory, center.organization) == truth
        assert by_principal(directory, center.organization) == truth

    def test_principal_in_one_account(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """What a principal has can be asked for one account."""
        known = known_of(center.organization)
        page = directory.list_assignments_of_principal(
            center.organization.instance_arn, known["auditors"], account_id=MANAGEMENT
        )
        assert page.rows == (AccountAssignment(known["pair"], known["auditors"]),)

    def test_provisioned_is_not_assigned(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """A provisioned pair that nobody was assigned has no rows."""
        center.provision(role="Billing", account=_SANDBOX)
        arn = center.organization.permission_sets["Billing"].arn
        instance = center.organization.instance_arn
        assert arn in directory.list_permission_sets_in_account(instance, _SANDBOX).rows
        assert directory.list_assignments_of_pair(instance, Pair(_SANDBOX, arn)) == Page(())

    def test_deleted_principals_keep_their_rows(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """Who was deleted is still assigned, and is known to be gone."""
        truth, known = truth_of(center.organization), known_of(center.organization)
        center.delete_group("Auditors")
        center.delete_user("bob")
        store = center.organization.identity_store_id
        assert by_permission_set(directory, center.organization) == truth
        with pytest.raises(NotFoundError):
            directory.describe_group(store, known["group"])
        with pytest.raises(NotFoundError):
            directory.describe_user(store, known["bob"].id)

    def test_wrong_identity_store_deletes_nobody(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """A wrong identity store is an error, but nobody looks deleted by it."""
        with pytest.raises(ServiceError) as refusal:
            directory.describe_user("d-0000000000", known_of(center.organization)["bob"].id)
        assert not isinstance(refusal.value, NotFoundError)

    def test_names(self, directory: AssignmentDirectory, center: FakeIdentityCenter) -> None:
        """Users have user names, groups display names, and listings say what describing does."""
        organization, known = center.organization, known_of(center.organization)
        bob = directory.describe_user(known["store"], known["bob"].id)
        auditors = directory.describe_group(known["store"], known["group"])
        assert bob == NamedPrincipal(known["bob"], "bob")
        assert auditors == NamedPrincipal(known["auditors"], "Auditors")
        assert bob in directory.list_users(known["store"]).rows
        assert auditors in directory.list_groups(known["store"]).rows
        assert directory.list_group_members(known["store"], known["group"]).rows == (
            bob.principal.id,
        )
        described = directory.describe_permission_set(organization.instance_arn, known["set"])
        assert described == PermissionSet(known["set"], "ReadOnly")

    def test_memberships_read_both_ways(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """A user's groups are those that list the user; a deleted user is not found."""
        center.add_group("Nightwatch", members=["alice", "bob"])
        known = known_of(center.organization)
        nightwatch = center.organization.groups["Nightwatch"].group_id
        groups = directory.list_groups_of_user(known["store"], known["bob_id"]).rows
        assert sorted(groups) == sorted((known["group"], nightwatch))
        assert known["bob_id"] in directory.list_group_members(known["store"], nightwatch).rows
        center.delete_user("bob")
        with pytest.raises(NotFoundError):
            directory.list_groups_of_user(known["store"], known["bob_id"])

    def test_every_account_may_ask_for_the_owner(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """The management account is named to all accounts of the organization."""
        for caller in Caller:
            center.settings.caller = caller
            assert directory.describe_organization() == MANAGEMENT

    def test_accounts_tell_state_and_place(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """An account comes with its name, its state and, where AWS sends it, its path."""
        (retired,) = (a for a in directory.list_accounts().rows if a.account_id == _RETIRED)
        unit = center.organization.units["Retired"].unit_id
        assert (retired.name, retired.state) == ("Old Website", "SUSPENDED")
        assert retired.path in (f"o-a1b2c3d4e5/r-ab12/{unit}/{_RETIRED}/", None)
        assert directory.describe_account(_RETIRED) == retired
        center.settings.paths = False
        assert directory.describe_account(_RETIRED) == attrs.evolve(retired, path=None)

    def test_units_show_their_own_level(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """Accounts and units further down are not listed with a parent."""
        known = known_of(center.organization)
        assert directory.list_roots().rows == (known["root"],)
        assert [a.account_id for a in directory.list_accounts_for_parent(known["root"]).rows] == [
            MANAGEMENT
        ]
        assert directory.list_accounts_for_parent(known["unit"]).rows == ()
        names = {unit.name for unit in directory.list_units_for_parent(known["unit"]).rows}
        assert names == {"Production", "Development"}

    def test_account_that_left_keeps_its_rows(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """By permission set, accounts show that are no more in the organization."""
        center.remove_account(_RETIRED)
        known = known_of(center.organization)
        page = directory.list_accounts_with_permission_set(known["instance"], known["set"])
        assert _RETIRED in page.rows
        with pytest.raises(NotFoundError):
            directory.describe_account(_RETIRED)

    def test_what_does_not_exist_is_told(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """A permission set, an instance, an account or a parent that is gone is not found."""
        known = known_of(center.organization)
        center.delete_permission_set("ReadOnly")
        with pytest.raises(NotFoundError):
            directory.list_assignments_of_pair(known["instance"], known["pair"])
        with pytest.raises(NotFoundError):
            directory.list_permission_sets(known["instance"].replace("1234", "9999"))
        with pytest.raises(NotFoundError):
            directory.list_permission_sets_in_account(known["instance"], "999999999999")
        with pytest.raises(NotFoundError):
            directory.list_units_for_parent("ou-ab12-00000000")

    def test_delegated_administrator_is_denied_one_listing(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter
    ) -> None:
        """A delegated administrator reads all but what a principal has."""
        center.settings.caller = Caller.DELEGATED_ADMINISTRATOR
        truth = truth_of(center.organization)
        assert by_account(directory, center.organization) == truth
        with pytest.raises(AccessDeniedError):
            by_principal(directory, center.organization)
