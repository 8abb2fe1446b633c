"""Two invented organizations: a small one to tell stories with, and one of any size."""

from __future__ import annotations

from datetime import timedelta

from ssokit.adapters.fake.organization import (
    AccountAssignment,
    AccountState,
    Group,
    MemberAccount,
    Organization,
    OrganizationalUnit,
    PermissionSet,
    User,
)
from ssokit.adapters.fake.organization_builder import OrganizationBuilder
from ssokit.adapters.fake.organization_ids import permission_set_arn, principal_id, unit_id

_FIRST_ACCOUNT = 100_000_000_000
# A step that shares no factor with 10**12 spreads the ids without repeating one.
_ACCOUNT_STEP = 7_919_000_003

_ACCOUNTS = (
    ("111122223333", "Tideline Management", None),
    ("222233334444", "Log Archive", "Security"),
    ("333344445555", "Payments Production", "Production"),
    ("444455556666", "Payments Development", "Development"),
    ("012345678901", "Sandbox", "Development"),
    ("555566667777", "Old Website", "Retired"),
)
_GRANTS = (
    ("Engineers", "Developer", ("444455556666", "012345678901")),
    ("Engineers", "ReadOnly", ("333344445555", "444455556666", "012345678901")),
    ("Auditors", "ReadOnly", tuple(account_id for account_id, _, _ in _ACCOUNTS)),
    ("Platform", "AdministratorAccess", tuple(account_id for account_id, _, _ in _ACCOUNTS)),
)


def example() -> Organization:
    """Build the small organization; see `Organization.example`."""
    builder = OrganizationBuilder()
    for unit, parent in (
        ("Security", None),
        ("Workloads", None),
        ("Production", "Workloads"),
        ("Development", "Workloads"),
        ("Retired", None),
    ):
        builder.add_unit(unit, parent=parent)
    for account_id, name, home in _ACCOUNTS:
        builder.add_account(account_id, name, unit=home)
    builder.suspend_account("555566667777")
    for user, display_name in (
        ("alice", "Alice Moss"),
        ("bob", "Bob Tarn"),
        ("carol", "Carol Fen"),
    ):
        builder.add_user(user, display_name=display_name)
    for group, member in (("Engineers", "alice"), ("Auditors", "bob"), ("Platform", "carol")):
        builder.add_group(group, members=[member])
    for name in ("AdministratorAccess", "ReadOnly", "Billing"):
        builder.add_permission_set(name)
    builder.add_permission_set("Developer", session_duration=timedelta(hours=4))
    for group, role, account_ids in _GRANTS:
        for account_id in account_ids:
            builder.assign(group=group, role=role, account=account_id)
    builder.assign(user="bob", role="Billing", account="111122223333")
    return builder.organization


def of_size(
    *, accounts: int, permission_sets: int, users: int, groups: int, units: int
) -> Organization:
    """Build an organization of a wanted size; see `Organization.of_size`."""
    if min(accounts, permission_sets, users, groups, units) < 1:
        raise ValueError("an organization of a size needs at least one of everything")
    empty = Organization()
    names = [f"Role{number:03}" for number in range(permission_sets)]
    unit_list = [_unit(empty, number) for number in range(units)]
    account_list = [_account(number, unit_list) for number in range(accounts)]
    user_list = [_user(number) for number in range(users)]
    group_list = [_group(number, user_list, groups) for number in range(groups)]
    return Organization(
        management_account_id=account_list[0].account_id,
        units={unit.name: unit for unit in unit_list},
        accounts={account.account_id: account for account in account_list},
        users={user.user_name: user for user in user_list},
        groups={group.display_name: group for group in group_list},
        permission_sets={
            name: PermissionSet(
                name=name, arn=permission_set_arn(empty.partition, empty.instance_id, name)
            )
            for name in names
        },
        assignments=_assignments(account_list, names, group_list),
    )


def _unit(organization: Organization, number: int) -> OrganizationalUnit:
    # A binary tree: deep enough to make walks that stop at the first level visible.
    root = organization.root_id
    parent = unit_id(root, f"Unit{(number - 1) // 2:03}") if number else root
    name = f"Unit{number:03}"
    return OrganizationalUnit(unit_id=unit_id(root, name), name=name, parent_id=parent)


def _account(number: int, units: list[OrganizationalUnit]) -> MemberAccount:
    account_id = str((_FIRST_ACCOUNT + number * _ACCOUNT_STEP) % 10**12).zfill(12)
    return MemberAccount(
        account_id=account_id,
        name=f"Account {number:04}",
        email=f"aws+{account_id}@example.com",
        parent_id=units[number % len(units)].unit_id,
        state=AccountState.ACTIVE,
    )


def _user(number: int) -> User:
    name = f"user{number:04}"
    return User(
        user_id=principal_id("user", name), user_name=name, display_name=f"User {number:04}"
    )


def _group(number: int, users: list[User], groups: int) -> Group:
    name = f"Group{number:03}"
    members = [users[0]] if not number else users[number::groups]
    return Group(
        group_id=principal_id("group", name),
        display_name=name,
        member_ids=frozenset(user.user_id for user in members),
    )


def _assignments(
    accounts: list[MemberAccount], names: list[str], groups: list[Group]
) -> tuple[AccountAssignment, ...]:
    def row(account: MemberAccount, name: str, group: Group) -> AccountAssignment:
        return AccountAssignment(
            account_id=account.account_id,
            permission_set=name,
            principal_type="GROUP",
            principal_id=group.group_id,
        )

    everything = [row(account, name, groups[0]) for account in accounts for name in names]
    shares = [
        row(account, names[number % len(names)], group)
        for number, group in enumerate(groups[1:], start=1)
        for account in accounts[number :: len(groups)]
    ]
    return tuple(everything + shares)
