"""Organizations: built, sampled, and read by those who may use what."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.adapters.fake.access_index import AccessIndex
from ssokit.testing import AccountState, Organization, OrganizationBuilder


@pytest.fixture
def builder() -> OrganizationBuilder:
    builder = OrganizationBuilder()
    builder.add_unit("Workloads")
    builder.add_account("111122223333", "Payments", unit="Workloads")
    builder.add_permission_set("ReadOnly")
    builder.add_user("alice")
    builder.add_group("Engineers", members=["alice"])
    return builder


def test_units_nest(builder: OrganizationBuilder):
    """A unit lies in another one or in the root, and an account too."""
    inner = builder.add_unit("Production", parent="Workloads")
    outer = builder.organization.units["Workloads"]
    assert (inner.parent_id, outer.parent_id) == (outer.unit_id, builder.organization.root_id)
    assert builder.organization.accounts["111122223333"].parent_id == outer.unit_id


def test_account_ids_keep_their_zeros(builder: OrganizationBuilder):
    """A number for an account id gets its leading zeros back."""
    assert builder.add_account(12345678901, "Sandbox").account_id == "012345678901"


def test_ids_have_the_forms_of_aws(builder: OrganizationBuilder):
    """Code that checks the form of ids accepts the invented ones."""
    organization = builder.organization
    assert re.fullmatch(
        r"ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}", organization.units["Workloads"].unit_id
    )
    assert re.fullmatch(r"[0-9a-f]{10}-[0-9a-f-]{36}", organization.users["alice"].user_id)
    assert re.fullmatch(r"arn:aws:sso:::instance/ssoins-[0-9a-f]{16}", organization.instance_arn)
    assert re.fullmatch(
        r"arn:aws:sso:::permissionSet/ssoins-[0-9a-f]{16}/ps-[0-9a-f]{16}",
        organization.permission_sets["ReadOnly"].arn,
    )


def test_grants_come_directly_and_through_groups(builder: OrganizationBuilder):
    """What a person may use is the union of their own and their groups' assignments."""
    builder.add_permission_set("Billing", session_duration=timedelta(hours=2))
    builder.assign(user="alice", role="Billing", account="111122223333")
    builder.assign(group="Engineers", role="ReadOnly", account=111122223333)
    access = AccessIndex(builder.organization)
    assert access.roles_of("alice", "111122223333") == ("Billing", "ReadOnly")


def test_a_grant_counts_once(builder: OrganizationBuilder):
    """Assigning the same again changes nothing."""
    for _ in range(2):
        builder.assign(user="alice", role="ReadOnly", account="111122223333")
    assert len(builder.organization.assignments) == 1


def test_suspended_accounts_are_nobodys(builder: OrganizationBuilder):
    """An assignment in a suspended account gives nothing."""
    builder.assign(user="alice", role="ReadOnly", account="111122223333")
    builder.suspend_account("111122223333")
    access = AccessIndex(builder.organization)
    assert builder.organization.accounts["111122223333"].state is AccountState.SUSPENDED
    assert access.accounts_of("alice") == ()
    assert access.roles_of("alice", "111122223333") == ()


def test_unassign_withdraws(builder: OrganizationBuilder):
    """An assignment that is withdrawn is gone, and cannot be withdrawn again."""
    builder.assign(group="Engineers", role="ReadOnly", account="111122223333")
    builder.unassign(group="Engineers", role="ReadOnly", account="111122223333")
    assert AccessIndex(builder.organization).accounts_of("alice") == ()
    with pytest.raises(LookupError, match="'Engineers' has no role 'ReadOnly'"):
        builder.unassign(group="Engineers", role="ReadOnly", account="111122223333")


def test_user_joins_groups(builder: OrganizationBuilder):
    """A new user can be put into groups that exist."""
    user = builder.add_user("bob", display_name="Bob T.", groups=["Engineers"])
    assert user.user_id in builder.organization.groups["Engineers"].member_ids
    assert (user.display_name, builder.organization.users["alice"].display_name) == (
        "Bob T.",
        "Alice",
    )


def test_typing_errors_are_told_with_what_there_is(builder: OrganizationBuilder):
    """A name that does not exist is refused, with those that do."""
    with pytest.raises(LookupError, match="no permission set 'ReadOlny'; there is: ReadOnly"):
        builder.assign(user="alice", role="ReadOlny", account="111122223333")
    with pytest.raises(LookupError, match="none at all"):
        OrganizationBuilder().add_unit("Inner", parent="Outer")


@pytest.mark.parametrize("who", [{}, {"user": "alice", "group": "Engineers"}])
def test_grant_needs_one_principal(builder: OrganizationBuilder, who: dict[str, str]):
    """An assignment is to a user or to a group, never to both or nobody."""
    with pytest.raises(ValueError, match="either"):
        builder.assign(role="ReadOnly", account="111122223333", **who)


def test_example_tells_its_story():
    """The example has nested units, a suspended account, and people with different rights."""
    organization = Organization.example()
    access = AccessIndex(organization)
    assert len(organization.accounts) == 6
    assert [len(access.accounts_of(user)) for user in ("alice", "bob", "carol")] == [3, 5, 5]
    assert access.roles_of("bob", "111122223333") == ("Billing", "ReadOnly")


def test_size_is_as_wanted_and_the_same_each_time():
    """Two organizations of the same size are equal, with as many of all as asked for."""
    size = {"accounts": 120, "permission_sets": 4, "users": 30, "groups": 5, "units": 9}
    organization = Organization.of_size(**size)
    assert organization == Organization.of_size(**size)
    assert {name: len(getattr(organization, name)) for name in size} == size


def test_first_user_of_any_size_sees_everything():
    """A benchmark's person has every role everywhere, and the others have less."""
    access = AccessIndex(Organization.of_size(accounts=50, permission_sets=3, users=20, groups=4))
    everything = access.accounts_of("user0000")
    assert len(everything) == 50
    assert len(access.roles_of("user0000", everything[0].account_id)) == 3
    assert 0 < len(access.accounts_of("user0001")) < 50


def test_size_needs_one_of_everything():
    """A size of zero is refused."""
    with pytest.raises(ValueError, match="at least one"):
        Organization.of_size(accounts=0)


@given(
    grants=st.sets(
        st.tuples(
            st.sampled_from(["111111111111", "222222222222", "333333333333"]),
            st.sampled_from(["A", "B", "C"]),
            st.sampled_from(["user:u", "user:v", "group:g", "group:h"]),
        )
    )
)
def test_access_is_what_a_person_would_derive_by_hand(grants: set[tuple[str, str, str]]):
    """The index agrees with the plain reading of the assignments, whatever they are."""
    builder = OrganizationBuilder()
    for account in ("111111111111", "222222222222", "333333333333"):
        builder.add_account(account, account)
    for name in "ABC":
        builder.add_permission_set(name)
    for user in "uv":
        builder.add_user(user)
    builder.add_group("g", members=["u"])
    builder.add_group("h", members=["u", "v"])
    builder.suspend_account("333333333333")
    for account, role, who in grants:
        kind, _, name = who.partition(":")
        builder.assign(role=role, account=account, **{kind: name})
    access = AccessIndex(builder.organization)
    for user, counts in (("u", {"user:u", "group:g", "group:h"}), ("v", {"user:v", "group:h"})):
        for account in ("111111111111", "222222222222"):
            by_hand = {r for a, r, who in grants if a == account and who in counts}
            assert set(access.roles_of(user, account)) == by_hand
        assert access.roles_of(user, "333333333333") == ()
