"""Organizations of a wanted size: exact, odd where real ones are, and the same each time."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssokit.domain.directory import NamedPrincipal
from ssokit.ports.access_portal import Page
from ssokit.testing import (
    AccountState,
    FakeIdentityCenter,
    ManualClock,
    Organization,
    OrganizationShape,
    access_rows,
    account_ids_below,
    assignment_rows,
    organization_of_size,
)
from ssokit.testing.directory_questions import every_row

_ODD = OrganizationShape(
    accounts=60,
    permission_sets=12,
    oddities=2,
    pairs=400,
    groups=90,
    assigned_groups=80,
    users=300,
    direct_users=40,
    rows=1_500,
    units=20,
    widest_pair=110,
    busiest_principal=120,
)


def _digest(organization: Organization) -> str:
    members = sorted((g.group_id, sorted(g.member_ids)) for g in organization.groups.values())
    units = [(unit.unit_id, unit.parent_id) for unit in organization.units.values()]
    accounts = [attrs.astuple(account) for account in organization.accounts.values()]
    everything = (list(assignment_rows(organization)), members, units, accounts)
    return hashlib.sha256(repr(everything).encode()).hexdigest()[:16]


def _depths(organization: Organization) -> Counter[int]:
    parents = {unit.unit_id: unit.parent_id for unit in organization.units.values()}

    def depth(unit_id: str) -> int:
        return 1 + depth(parents[unit_id]) if unit_id in parents else 0

    return Counter(map(depth, parents))


def test_seed_decides():
    """A seed gives the same organization on every Python, and another one a different one."""
    organization = organization_of_size(accounts=40, permission_sets=8, seed=7)
    assert _digest(organization) == "6dfe0f3e0e08050b"
    assert organization == organization_of_size(accounts=40, permission_sets=8, seed=7)
    assert organization != organization_of_size(accounts=40, permission_sets=8, seed=8)


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_known_sizes_are_exact(size: str):
    """The sizes that costs are quoted for have as much of everything as is said."""
    shape: OrganizationShape = getattr(OrganizationShape, size)()
    _check(shape, shape.organization(seed=1))


@given(
    accounts=st.integers(1, 80),
    permission_sets=st.integers(1, 30),
    density=st.floats(0, 1),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=60, deadline=None)
def test_any_size_is_exact(accounts: int, permission_sets: int, density: float, seed: int):
    """From a handful to a full table of pairs, the numbers are those of the shape."""
    usual = OrganizationShape(accounts=accounts, permission_sets=permission_sets)
    least = max(usual.accounts_in_use, usual.sets_in_use) + usual.oddities
    most = usual.accounts_in_use * usual.sets_in_use
    pairs = least + int((most - least) * density)
    shape = OrganizationShape(accounts=accounts, permission_sets=permission_sets, pairs=pairs)
    _check(shape, shape.organization(seed=seed))


def _check(shape: OrganizationShape, organization: Organization) -> None:
    rows = set(assignment_rows(organization))
    provisioned = {(row[7], row[5]) for row in rows} | set(organization.provisioned)
    principals = {row[1:3] for row in rows}
    groups = {group.group_id for group in organization.groups.values()}
    users = {user.user_id for user in organization.users.values()}
    assert len(rows) == len(organization.assignments) == shape.rows
    assert len(provisioned) == shape.pairs
    assert len(principals) == shape.principals
    assert len({row[2] for row in rows} & groups) == shape.assigned_groups
    assert len({row[2] for row in rows} & users) == shape.direct_users
    odd = shape.oddities
    assert len({row[7] for row in rows} - set(organization.accounts)) == odd
    assert len({row[2] for row in rows} - groups - users) == 3 * odd
    assert len(set(organization.provisioned)) == odd
    counted = ("accounts", "permission_sets", "users", "groups", "units")
    assert {name: len(getattr(organization, name)) for name in counted} == {
        name: getattr(shape, name) for name in counted
    }
    for things, ids in (("units", "unit_id"), ("users", "user_id"), ("groups", "group_id")):
        found = [getattr(thing, ids) for thing in getattr(organization, things).values()]
        assert len(set(found)) == len(found)
    assert organization.management_account_id in organization.accounts


def test_full_table():
    """Every permission set in every account, and every row that there can be."""
    full = OrganizationShape(accounts=6, permission_sets=3, oddities=0, pairs=18)
    full = attrs.evolve(full, rows=18 * full.principals)
    _check(full, full.organization())


def test_oddities_are_there():
    """As many as asked for of each thing that small examples do not have."""
    organization = _ODD.organization(seed=3)
    _check(_ODD, organization)
    rows = list(assignment_rows(organization))
    states = Counter(account.state for account in organization.accounts.values())
    assert {state: n for state, n in states.items() if state is not AccountState.ACTIVE} == {
        AccountState.SUSPENDED: 2,
        AccountState.CLOSED: 2,
        AccountState.PENDING_CLOSURE: 2,
    }
    used = {row[7] for row in rows}
    assert len(used - set(organization.accounts)) == 2
    assert len(set(organization.accounts) - used) >= 2
    assert len(set(organization.permission_sets) - {row[5] for row in rows}) == 2
    assert len(organization.provisioned) == 2
    groups = {group.group_id: group for group in organization.groups.values()}
    users = {user.user_id: user for user in organization.users.values()}
    assigned = {(row[1], row[2]) for row in rows}
    gone = Counter(kind for kind, who in assigned if who not in groups and who not in users)
    assert gone == {"USER": 2, "GROUP": 4}
    nameless = {row[1:3] for row in rows if row[3] is None} - {
        who for who in assigned if who[1] not in groups and who[1] not in users
    }
    assert Counter(kind for kind, _ in nameless) == {"USER": 2, "GROUP": 2}
    assert sum(not user.user_name and bool(user.display_name) for user in users.values()) == 2


def test_made_again_group_has_a_new_id():
    """A group that was deleted and made again leaves rows under the id that its name had."""
    organization = _ODD.organization(seed=3)
    *_, again = organization.groups.values()
    first_id = OrganizationShape(oddities=0, groups=90, permission_sets=12, accounts=60)
    (before,) = (
        group
        for group in first_id.organization().groups.values()
        if group.display_name == again.display_name
    )
    assert before.group_id != again.group_id
    assert before.group_id in {row[2] for row in assignment_rows(organization)}


def test_second_pages_can_be_forced():
    """More than 100 principals on one pair, and more than 100 rows of one group."""
    wanted = {"widest_pair": 110, "busiest_principal": 120}
    rows = list(assignment_rows(organization_of_size(**wanted, seed=4)))
    assert max(Counter((row[4], row[7]) for row in rows).values()) >= 110
    ((kind, _), most) = Counter(row[1:3] for row in rows).most_common(1)[0]
    assert (kind, most >= 120) == ("GROUP", True)


def test_units_nest_to_the_limit():
    """Units lie in up to five levels, and some hold no account themselves."""
    organization = _ODD.organization(seed=5)
    assert set(_depths(organization)) == {1, 2, 3, 4, 5}
    empty = [
        unit
        for unit in organization.units.values()
        if not account_ids_below(organization, unit.unit_id)
    ]
    assert len(empty) >= 2


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_ids_have_the_forms_of_aws_in_every_partition(partition: str):
    """Code that checks the form of ids and names accepts the generated ones."""
    organization = organization_of_size(accounts=30, permission_sets=6, partition=partition)
    for row in assignment_rows(organization):
        assert row[0].startswith(f"arn:{partition}:sso:::instance/ssoins-")
        assert re.fullmatch(r"[0-9a-f]{10}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", row[2])
        assert re.fullmatch(
            rf"arn:{partition}:sso:::permissionSet/ssoins-\w{{16}}/ps-\w{{16}}", row[4]
        )
        assert re.fullmatch(r"[\w+=,.@-]{1,32}", row[5])
        assert re.fullmatch(r"\d{12}", row[7])
    assert any(account_id.startswith("0") for account_id in organization.accounts)
    for unit in organization.units.values():
        assert re.fullmatch(r"ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}", unit.unit_id)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"accounts": 0}, "accounts"),
        ({"pairs": 50}, "pairs is 50"),
        ({"pairs": 10**6}, "pairs is 1000000, but goes with the others from 51 to 950"),
        ({"rows": 1}, "rows is 1"),
        ({"widest_pair": 500, "groups": 10}, "widest_pair is 500"),
        ({"busiest_principal": 10**6}, "busiest_principal"),
        ({"oddities": 10}, "oddities is 10, but goes with the others from 0 to 9"),
        ({"permission_sets": 2, "oddities": 1}, "oddities is 1"),
        ({"groups": 2}, "groups is 2"),
        ({"oddities": -1}, "oddities"),
        ({"groups": 10, "assigned_groups": 11}, "assigned_groups"),
        ({"users": 10, "direct_users": 11}, "direct_users"),
        ({"units": 0}, "units is 0"),
        ({"partition": "aws:cn"}, "partition"),
    ],
)
def test_numbers_that_do_not_go_together_are_refused(numbers: dict[str, object], message: str):
    """A size that cannot be is refused before anything is generated."""
    with pytest.raises(ValueError, match=message):
        organization_of_size(**numbers)


def test_smallest_organization():
    """One account and one permission set make an organization without oddities."""
    organization = organization_of_size(accounts=1, permission_sets=1)
    rows = list(assignment_rows(organization))
    assert {row[7] for row in rows} == {organization.management_account_id}
    assert organization.units == {}


def test_truth_of_access_counts_every_way():
    """Who can use what is told once per way: directly, and through each group."""
    organization = Organization.example()
    ways = list(access_rows(organization))
    bob = organization.users["bob"].user_id
    assert len(ways) == len(organization.assignments) == len(set(ways))
    direct = {(who, account) for who, group, _, account in ways if group is None}
    assert direct == {(bob, "111122223333")}
    deleted = _ODD.organization(seed=6)
    known = {user.user_id for user in deleted.users.values()}
    assert {who for who, _, _, _ in access_rows(deleted)} <= known


def test_truth_of_units_is_one_level_or_all():
    """Accounts below a unit are those of its own level, or all further down."""
    organization = Organization.example()
    workloads = organization.units["Workloads"].unit_id
    assert account_ids_below(organization, workloads) == frozenset()
    assert len(account_ids_below(organization, workloads, recursive=True)) == 3
    everything = account_ids_below(organization, organization.root_id, recursive=True)
    assert everything == frozenset(organization.accounts)


def test_generated_organization_is_served():
    """Listings show what was generated: closed accounts, and people without names."""
    organization = _ODD.organization(seed=3)
    center = FakeIdentityCenter(organization, clock=ManualClock())
    directory, store = center.assignment_directory(), organization.identity_store_id
    states = Counter(account.state for account in every_row(directory.list_accounts))
    assert states == {"ACTIVE": 54, "SUSPENDED": 2, "CLOSED": 2, "PENDING_CLOSURE": 2}

    def users(*, next_token: str | None = None) -> Page[NamedPrincipal]:
        return directory.list_users(store, next_token=next_token)

    names = Counter(named.name for named in every_row(users))
    assert names[None] == 2
    assert center.access_portal().list_accounts(center.sign_in(next(iter(organization.users))))
