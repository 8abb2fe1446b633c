"""For every kind of restriction: as many calls as planned, and as few as can be."""

from __future__ import annotations

import math
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from typing import Any

import attrs
import pytest

import ssokit
from ssokit import Assignment
from ssokit.testing import (
    Caller,
    FakeIdentityCenter,
    ManualClock,
    Organization,
    OrganizationShape,
    Settings,
    account_ids_below,
    assignment_rows,
    organization_of_size,
)

_SHAPES = {
    "small": OrganizationShape.small().organization(seed=5),
    "medium": OrganizationShape.medium().organization(seed=5),
}
_CLOSE = 0.05
_FEW = 12
_KINDS = {"USER": ("ListUsers", "DescribeUser"), "GROUP": ("ListGroups", "DescribeGroup")}


def _pages(rows: int) -> int:
    return max(1, math.ceil(rows / 100))


@attrs.frozen
class Oracle:
    """What each way costs, counted on the organization itself (the formulas of the plan)."""

    organization: Organization
    rows: tuple[Assignment, ...]
    sets_of: dict[str, set[str]]
    accounts_of: dict[str, set[str]]

    @classmethod
    def of(cls, organization: Organization) -> Oracle:
        """Arrange what an organization has."""
        rows = tuple(map(Assignment._make, assignment_rows(organization)))
        arns = {name: one.arn for name, one in organization.permission_sets.items()}
        pairs = {(row.target_id, row.permission_set_arn) for row in rows}
        pairs |= {(account_id, arns[name]) for account_id, name in organization.provisioned}
        sets_of, accounts_of = defaultdict(set), defaultdict(set)
        for account_id, arn in pairs:
            sets_of[account_id].add(arn)
            accounts_of[arn].add(account_id)
        for arn in arns.values():
            accounts_of[arn] |= set()
        return cls(organization, rows, sets_of, accounts_of)

    def by_set(self, sets: set[str] | None, accounts: set[str] | None) -> int:
        """Count the calls that go by permission set, with the listing of all sets."""
        asked = self.accounts_of.keys() if sets is None else sets
        listed = _pages(len(asked)) if sets is None else 0
        found = [self.accounts_of[arn] for arn in asked]
        pairs = sum(len(ids if accounts is None else ids & accounts) for ids in found)
        return listed + sum(_pages(len(ids)) for ids in found) + pairs

    def by_account(self, accounts: set[str], sets: set[str] | None) -> int:
        """Count the calls that go by account."""
        found = [self.sets_of.get(account_id, set()) for account_id in accounts]
        return len(accounts) + sum(len(ids if sets is None else ids & sets) for ids in found)

    def by_principal(self, principals: set[tuple[str, str]]) -> int:
        """Count the calls that go by principal."""
        held = Counter((row.principal_type, row.principal_id) for row in self.rows)
        return sum(_pages(held[who]) for who in principals)

    def account_pages(self) -> int:
        """Count the calls that list all accounts."""
        return math.ceil(len(self.organization.accounts) / 20)

    def walk(self, unit: str) -> int:
        """Count the calls that walk down from a unit."""
        organization = self.organization
        below = [one.unit_id for one in organization.units.values() if one.parent_id == unit]
        inside = account_ids_below(organization, unit, recursive=False)
        pages = max(1, math.ceil(len(inside) / 20)) + max(1, math.ceil(len(below) / 20))
        return pages + sum(map(self.walk, below))

    def principals(self, *kinds: str) -> set[tuple[str, str]]:
        """Give all who are in the identity store."""
        organization = self.organization
        users = {("USER", user.user_id) for user in organization.users.values()}
        groups = {("GROUP", group.group_id) for group in organization.groups.values()}
        return {who for who in users | groups if who[0] in kinds}


Case = Callable[[Oracle], tuple[dict[str, Any], list[int]]]


def _usual(oracle: Oracle, kind: str, count: int) -> list[tuple[str, str]]:
    """Choose principals that hold something, and less than a page of it."""
    held = Counter((row.principal_type, row.principal_id) for row in oracle.rows)
    usual = (who for who in oracle.principals(kind) if 0 < held[who] < 90)
    return sorted(usual)[:count]


def _busy_accounts(oracle: Oracle, count: int) -> set[str]:
    known = oracle.organization.accounts
    busy = sorted(
        (one for one in oracle.sets_of if one in known),
        key=lambda one: (-len(oracle.sets_of[one]), one),
    )
    return set(busy[:count])


def _some_sets(oracle: Oracle, count: int) -> set[str]:
    used = sorted(oracle.accounts_of, key=lambda arn: (len(oracle.accounts_of[arn]), arn))
    return set(used[len(used) // 2 :][:count])


def _one_group(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    groups = _usual(oracle, "GROUP", 1)
    return {"principal": groups}, [oracle.by_principal(set(groups)), oracle.by_set(None, None)]


def _one_id_without_type(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    users = _usual(oracle, "USER", 1)
    return {"principal": users[0][1]}, [oracle.by_principal(set(users))]


def _some_principals_and_accounts(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    groups, accounts = _usual(oracle, "GROUP", 3), _busy_accounts(oracle, 2)
    ways = [oracle.by_principal(set(groups)), oracle.by_account(accounts, None)]
    return {"principal": groups, "target": accounts}, ways


def _principals_in_one_pair(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    groups, accounts = _usual(oracle, "GROUP", 5), _busy_accounts(oracle, 1)
    sets = set(sorted(oracle.sets_of[next(iter(accounts))])[:1])
    asked = {"principal": groups, "target": accounts, "permission_set": sets}
    return asked, [oracle.by_principal(set(groups)), 1]


def _refused_by_principal(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    groups, accounts = _usual(oracle, "GROUP", 1), _busy_accounts(oracle, 3)
    # The call that is refused is one more.
    return {"principal": groups, "target": accounts}, [1 + oracle.by_account(accounts, None)]


def _one_pair(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    accounts = _busy_accounts(oracle, 1)
    sets = set(sorted(oracle.sets_of[next(iter(accounts))])[:1])
    return {"target": accounts, "permission_set": sets}, [1, oracle.by_account(accounts, sets)]


def _account_and_sets(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    accounts, sets = _busy_accounts(oracle, 1), _some_sets(oracle, 12)
    ways = [12, oracle.by_account(accounts, sets), oracle.by_set(sets, accounts)]
    return {"target": accounts, "permission_set": sets}, ways


def _accounts_and_sets(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    accounts, sets = _busy_accounts(oracle, 40), _some_sets(oracle, 8)
    ways = [40 * 8, oracle.by_account(accounts, sets), oracle.by_set(sets, accounts)]
    return {"target": accounts, "permission_set": sets}, ways


def _one_set(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    sets = _some_sets(oracle, 1)
    return {"permission_set": sets}, [oracle.by_set(sets, None)]


def _one_account(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    accounts = _busy_accounts(oracle, 1)
    return {"target": accounts}, [oracle.by_account(accounts, None), oracle.by_set(None, accounts)]


def _most_accounts(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    accounts = _busy_accounts(oracle, len(oracle.organization.accounts) * 9 // 10)
    return {"target": accounts}, [oracle.by_account(accounts, None), oracle.by_set(None, accounts)]


def _unit(*, recursive: bool) -> Case:
    def case(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
        organization = oracle.organization
        units = sorted(unit.unit_id for unit in organization.units.values())
        below = {
            unit: set(account_ids_below(organization, unit, recursive=recursive)) for unit in units
        }
        unit = max(units, key=lambda one: (len(below[one]), one))
        ways = [oracle.by_account(below[unit], None), oracle.by_set(None, below[unit])]
        return {"target": unit, "ou_recursive": recursive}, ways

    return case


def _root(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    accounts = set(oracle.organization.accounts)
    ways = [oracle.by_account(accounts, None), oracle.by_set(None, accounts)]
    return {"target": oracle.organization.root_id, "ou_recursive": True}, ways


def _groups_alone(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    ways = [oracle.by_principal(oracle.principals("GROUP")), oracle.by_set(None, None)]
    return {"principal_type": "GROUP", "skip_deleted_principals": True}, ways


def _everything(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    return {}, [oracle.by_set(None, None)]


def _everybody_who_exists(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    ways = [oracle.by_principal(oracle.principals("USER", "GROUP")), oracle.by_set(None, None)]
    return {"skip_deleted_principals": True}, ways


def _everything_named(oracle: Oracle) -> tuple[dict[str, Any], list[int]]:
    names = {"get_principal_names": True, "get_permission_set_names": True}
    used = {row.permission_set_arn for row in oracle.rows}
    return names, [oracle.by_set(None, None) + len(used)]


def _nothing(_: Oracle) -> tuple[dict[str, Any], list[int]]:
    return {"permission_set": []}, [0]


_CASES: dict[str, Case] = {
    "k principals": _one_group,
    "a principal without a type": _one_id_without_type,
    "principals x accounts": _some_principals_and_accounts,
    "principals x accounts x sets": _principals_in_one_pair,
    "k principals, refused": _refused_by_principal,
    "one account x one set": _one_pair,
    "one account x M sets": _account_and_sets,
    "T accounts x M sets": _accounts_and_sets,
    "M sets": _one_set,
    "one account": _one_account,
    "T accounts": _most_accounts,
    "OU": _unit(recursive=False),
    "OU, recursive": _unit(recursive=True),
    "root, recursive": _root,
    "groups alone": _groups_alone,
    "everything": _everything,
    "everything, named": _everything_named,
    "everybody who exists": _everybody_who_exists,
    "nothing": _nothing,
}


@pytest.fixture(scope="module", params=_SHAPES)
def oracle(request: pytest.FixtureRequest) -> Oracle:
    """Count an organization."""
    return Oracle.of(_SHAPES[request.param])


def _listed(oracle: Oracle, name: str, **names: Any) -> tuple[FakeIdentityCenter, Any, list[int]]:
    """List the answer of a case; give the Identity Center, the listing, and what ways cost."""
    options, ways = _CASES[name](oracle)
    refused = name.endswith("refused")
    rules = Settings(caller=Caller.DELEGATED_ADMINISTRATOR if refused else Caller.MANAGEMENT)
    center = FakeIdentityCenter(oracle.organization, settings=rules)
    listing = ssokit.list_assignments(
        None,
        instance_arn=oracle.organization.instance_arn,
        identity_store_id=oracle.organization.identity_store_id,
        directory=center.assignment_directory(),
        clock=ManualClock(),
        **(options | names),
    )
    planned = listing.plan
    deque(listing, maxlen=0)
    assert listing.coverage.finished
    assert listing.plan == planned
    return center, listing, ways


def _made(center: FakeIdentityCenter) -> Counter[str]:
    return Counter(request.service for request in center.requests)


@pytest.mark.parametrize("name", _CASES)
def test_calls_are_planned_and_few(oracle: Oracle, name: str):
    """The calls are those of the plan, and those of sso-admin are the fewest that answer."""
    center, listing, ways = _listed(oracle, name, get_target_names=None)
    made = _made(center)
    assert abs(made["sso-admin"] - min(ways)) <= _CLOSE * min(ways)
    assert abs(made["sso-admin"] - listing.plan.sso_admin_calls) <= _CLOSE * min(ways)
    assert abs(made.total() - listing.plan.total_calls) <= _CLOSE * made.total()


@pytest.mark.parametrize("name", _CASES)
def test_names_are_planned(oracle: Oracle, name: str):
    """Plans foresee what names cost: all but exactly for much, and roughly for little."""
    named = dict.fromkeys(
        ("get_principal_names", "get_permission_set_names", "get_target_names"), True
    )
    center, listing, _ = _listed(oracle, name, **named)
    made = _made(center).total()
    assert abs(made - listing.plan.total_calls) <= max(_CLOSE * made, _FEW)


def test_names_take_the_cheaper_way(oracle: Oracle):
    """Things are named in bulk or one by one, whichever takes fewer calls, and each once."""
    center, listing, _ = _listed(
        oracle, "everything", get_principal_names=True, get_permission_set_names=True
    )
    made = Counter(request.operation for request in center.requests)
    used = {
        kind: {r.principal_id for r in oracle.rows if r.principal_type == kind} for kind in _KINDS
    }
    known = {"USER": oracle.organization.users, "GROUP": oracle.organization.groups}
    for kind, (bulk, single) in _KINDS.items():
        pages = _pages(len(known[kind]))
        assert made[bulk] + made[single] <= min(pages, len(used[kind]))
    assert made["ListAccounts"] + made["DescribeAccount"] <= 1 + oracle.account_pages()
    assert made["DescribePermissionSet"] == len({row.permission_set_arn for row in oracle.rows})
    described = Counter(str(r.parameters) for r in center.requests if "Describe" in r.operation)
    assert set(described.values()) == {1}
    gone = {one for kind in _KINDS for one in used[kind]} - {
        principal_id for _, principal_id in oracle.principals("USER", "GROUP")
    }
    assert {who.id for who in listing.deleted_principals} >= gone


@pytest.mark.parametrize("paths", [True, False])
def test_units_are_swept_or_walked(oracle: Oracle, *, paths: bool):
    """Accounts of units are found by a walk, or in the listing of all, at the lower cost.

    How long either is shows on the way, so that both are begun, in step.
    """
    organization = oracle.organization
    for unit in [*organization.units.values()][::5]:
        center = FakeIdentityCenter(organization, settings=Settings(paths=paths))
        plan = ssokit.plan_assignments(
            None,
            instance_arn=organization.instance_arn,
            target=unit.unit_id,
            ou_recursive=True,
            directory=center.assignment_directory(),
            clock=ManualClock(),
        )
        walk = oracle.walk(unit.unit_id)
        best = min(walk, oracle.account_pages()) if paths else walk
        made = _made(center)["organizations"]
        assert made <= 2 * best + 1
        assert made == sum(one.calls for one in plan.calls if one.service == "organizations")


def test_many_units_are_one_question(oracle: Oracle):
    """Units that overlap are walked once, and many are found in one listing of all accounts."""
    organization = oracle.organization
    units = sorted(unit.unit_id for unit in organization.units.values())
    for recursive in (True, False):
        center = FakeIdentityCenter(organization)
        listing = ssokit.list_assignments(
            None,
            target=units,
            ou_recursive=recursive,
            directory=center.assignment_directory(),
            clock=ManualClock(),
        )
        found = {row.target_id for row in listing}
        inside = set().union(
            *(account_ids_below(organization, unit, recursive=recursive) for unit in units)
        )
        assert found == {row.target_id for row in oracle.rows} & inside
        empty = sum(
            not account_ids_below(organization, unit, recursive=recursive) for unit in units
        )
        assert _made(center)["organizations"] <= oracle.account_pages() + empty


def test_one_account_of_a_busy_principal():
    """Where a principal has pages of rows, those of one account are asked for alone."""
    organization = organization_of_size(accounts=150, permission_sets=4, busiest_principal=250)
    held = Counter((row.principal_type, row.principal_id) for row in organization.assignments)
    busiest = max(sorted(held), key=held.__getitem__)
    account = min(
        row.account_id
        for row in organization.assignments
        if (row.principal_type, row.principal_id) == busiest
    )
    for target, calls in ((account, 1), (None, _pages(held[busiest]))):
        center = FakeIdentityCenter(organization)
        listing = ssokit.list_assignments(
            None,
            principal=busiest,
            target=target,
            directory=center.assignment_directory(),
            clock=ManualClock(),
        )
        assert {(row.principal_type, row.principal_id) for row in listing} == {busiest}
        assert center.calls("ListAccountAssignmentsForPrincipal") == calls


def test_filters_save_calls(oracle: Oracle):
    """Principals that a filter does not want are not asked."""
    center, _, _ = _listed(
        oracle,
        "groups alone",
        get_principal_names=True,
        principal_filter=lambda _kind, _id, name: name and hash_of(name) % 10 == 0,
    )
    named = [
        group.display_name
        for group in oracle.organization.groups.values()
        if group.display_name and hash_of(group.display_name) % 10 == 0
    ]
    assert center.calls("ListAccountAssignmentsForPrincipal") <= len(named) + 2


def hash_of(text: str) -> int:
    """Give a number that is the same in every process."""
    return sum(map(ord, text))
