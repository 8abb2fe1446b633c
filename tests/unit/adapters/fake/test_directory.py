"""What administrators see of the model when it changes."""

from __future__ import annotations

import pytest

from ssokit.adapters.fake.access_index import AccessIndex
from ssokit.domain.assignments import Principal
from ssokit.domain.errors import NotFoundError, ServiceError
from ssokit.testing import (
    AccountState,
    FakeIdentityCenter,
    Fault,
    ManualClock,
    Meanwhile,
    Organization,
    OrganizationBuilder,
    organization_of_size,
)


@pytest.fixture
def center() -> FakeIdentityCenter:
    return FakeIdentityCenter(clock=ManualClock())


def test_rows_of_a_user_may_include_their_groups(center: FakeIdentityCenter):
    """On request, a user's listing has what their groups have, with the group in the row."""
    organization, directory = center.organization, center.assignment_directory()
    bob = Principal("USER", organization.users["bob"].user_id)
    assert len(directory.list_assignments_of_principal(organization.instance_arn, bob).rows) == 1
    center.settings.inherited_rows = True
    rows = directory.list_assignments_of_principal(organization.instance_arn, bob).rows
    assert {row.principal.type for row in rows} == {"USER", "GROUP"}
    assert len(rows) == 7


def test_deleted_principal_lists_nothing(center: FakeIdentityCenter):
    """A listing by principal does not see who was deleted, although the rows are there."""
    group_id = center.organization.groups["Auditors"].group_id
    center.delete_group("Auditors")
    page = center.assignment_directory().list_assignments_of_principal(
        center.organization.instance_arn, Principal("GROUP", group_id)
    )
    assert page.rows == ()


def test_deleted_user_leaves_their_groups(center: FakeIdentityCenter):
    """A deleted user is no member of anything, and can sign in no more."""
    center.delete_user("bob")
    assert center.organization.groups["Auditors"].member_ids == frozenset()
    with pytest.raises(LookupError):
        center.sign_in("bob")


def test_partition_is_everywhere(center: FakeIdentityCenter):
    """An organization of another partition has it in the ARNs of instance and sets."""
    center.organization = Organization(partition="aws-us-gov")
    center.add_permission_set("ReadOnly")
    directory = center.assignment_directory()
    (instance,) = directory.list_instances().rows
    (arn,) = directory.list_permission_sets(instance.arn).rows
    assert instance.arn.startswith("arn:aws-us-gov:sso:::instance/")
    assert arn.startswith("arn:aws-us-gov:sso:::permissionSet/")


def test_organization_pages_hold_20_and_others_100():
    """A large organization comes in pages of AWS's own size."""
    organization = Organization.of_size(accounts=101, permission_sets=101, users=2, groups=1)
    directory = FakeIdentityCenter(organization).assignment_directory()
    assert len(directory.list_accounts().rows) == 20
    assert len(directory.list_permission_sets(organization.instance_arn).rows) == 100
    owner = organization.management_account_id
    assert directory.describe_account(owner).account_id == owner


def test_provisioning_twice_is_provisioning_once():
    """Pairs are provisioned once, and go with their permission set."""
    builder = OrganizationBuilder(Organization.example())
    for _ in range(2):
        builder.provision(role="Billing", account=12345678901)
    billing = builder.organization.permission_sets["Billing"].arn
    index = AccessIndex(builder.organization).directory
    assert index.accounts_with[billing] == ["111122223333", "012345678901"]
    builder.delete_permission_set("Billing")
    assert builder.organization.provisioned == ()


@pytest.mark.parametrize(
    "method",
    [
        "add_account_instance",
        "delete_group",
        "delete_permission_set",
        "delete_user",
        "remove_account",
    ],
)
def test_only_what_exists_can_be_taken_out(method: str):
    """Taking out what is not there is told, with what there is."""
    with pytest.raises(LookupError, match="there is no"):
        getattr(OrganizationBuilder(), method)("999999999999")


def test_provisioning_needs_both():
    """A pair is provisioned of an account and a permission set that exist."""
    builder = OrganizationBuilder(Organization.example())
    with pytest.raises(LookupError, match="no permission set"):
        builder.provision(role="None", account="111122223333")
    with pytest.raises(LookupError, match="no account"):
        builder.provision(role="Billing", account="999999999999")


def test_additional_region_names_the_primary():
    """The instance is seen from its additional regions, and is read in its own alone."""
    center = FakeIdentityCenter(clock=ManualClock(), additional_regions=["eu-west-1"])
    arn = center.organization.instance_arn
    elsewhere = center.assignment_directory(region="eu-west-1")
    (instance,) = elsewhere.list_instances().rows
    assert (instance.arn, instance.primary_region) == (arn, "us-east-1")
    with pytest.raises(NotFoundError):
        elsewhere.list_permission_sets(arn)
    assert elsewhere.list_users(center.organization.identity_store_id).rows
    assert center.assignment_directory(region="ap-south-1").list_instances().rows == ()


def test_unknown_type_of_principal_is_refused(center: FakeIdentityCenter):
    """A principal is a user or a group; an id of the one asked as the other has nothing."""
    instance, directory = center.organization.instance_arn, center.assignment_directory()
    auditors = center.organization.groups["Auditors"].group_id
    assert directory.list_assignments_of_principal(instance, Principal("USER", auditors)).rows == ()
    with pytest.raises(ServiceError, match="PrincipalType"):
        directory.list_assignments_of_principal(instance, Principal("ROLE", auditors))


def test_change_that_cannot_be_made_is_told(center: FakeIdentityCenter):
    """A change of the script that names what is not there shows in the answer."""
    center.faults.add(Fault("ListRoots", Meanwhile(lambda: center.delete_group("Nobody"))))
    with pytest.raises(ServiceError, match="there is no group 'Nobody'"):
        center.assignment_directory().list_roots()


def test_large_listing_stays_cheap():
    """A page makes its own rows alone, however many there are in all."""
    organization = organization_of_size(accounts=5, permission_sets=2, users=3_000)
    center = FakeIdentityCenter(organization, clock=ManualClock())
    directory = center.assignment_directory()
    page = directory.list_users(organization.identity_store_id)
    seen = len(page.rows)
    while page.next_token is not None:
        page = directory.list_users(organization.identity_store_id, next_token=page.next_token)
        seen += len(page.rows)
    assert (seen, center.calls("ListUsers")) == (3_000, 30)


@pytest.mark.parametrize(
    ("state", "older"),
    [
        (AccountState.CLOSED, "SUSPENDED"),
        (AccountState.PENDING_CLOSURE, "PENDING_CLOSURE"),
        (AccountState.PENDING_ACTIVATION, None),
    ],
)
def test_older_member_has_fewer_states(
    center: FakeIdentityCenter, state: AccountState, older: str | None
):
    """Status has no value of its own for what came with State."""
    center.add_account("999999999999", "Ending", state=state)
    directory = center.assignment_directory()
    assert directory.describe_account("999999999999").state == state.value
    center.settings.account_state = False
    assert directory.describe_account("999999999999").state == older
