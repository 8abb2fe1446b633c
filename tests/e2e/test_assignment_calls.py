"""For every kind of restriction: as many calls as planned, and as few as can be."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
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
)

_SHAPES = {
    "small": OrganizationShape.small().organization(seed=5),
    "medium": OrganizationShape.medium().organization(seed=5),
}
_CLOSE = 0.05


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


@pytest.mark.parametrize("name", _CASES)
def test_calls_are_planned_and_few(oracle: Oracle, name: str):
    """The calls are those of the plan, and those of sso-admin are the fewest that answer."""
    options, ways = _CASES[name](oracle)
    refused = name.endswith("refused")
    rules = Settings(caller=Caller.DELEGATED_ADMINISTRATOR if refused else Caller.MANAGEMENT)
    center = FakeIdentityCenter(oracle.organization, settings=rules)
    listing = ssokit.list_assignments(
        None,
        instance_arn=oracle.organization.instance_arn,
        identity_store_id=oracle.organization.identity_store_id,
        get_target_names=None,
        directory=center.assignment_directory(),
        clock=ManualClock(),
        **options,
    )
    planned, planned_in_all = listing.plan.sso_admin_calls, listing.plan.total_calls
    list(listing)
    made = Counter(request.service for request in center.requests)
    assert abs(made["sso-admin"] - min(ways)) <= _CLOSE * min(ways)
    if not refused:
        assert abs(made["sso-admin"] - planned) <= _CLOSE * planned
        assert abs(made.total() - planned_in_all) <= _CLOSE * max(made.total(), 1)
    assert listing.coverage.finished
