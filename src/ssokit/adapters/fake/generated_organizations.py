"""Organizations made up of a shape and a seed."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from ssokit.adapters.fake.dice import Dice
from ssokit.adapters.fake.generated_people import people_of
from ssokit.adapters.fake.organization import (
    AccountAssignment,
    AccountState,
    MemberAccount,
    Organization,
    OrganizationalUnit,
    PermissionSet,
)
from ssokit.adapters.fake.organization_ids import permission_set_arn, unit_id
from ssokit.adapters.fake.organization_shape import OrganizationShape

Cell: TypeAlias = "tuple[int, int]"

_DEEPEST = 5
# A step that shares no factor with 10**12 and, being near its golden section, spreads even a
# few ids evenly: some begin with zeros.
_ACCOUNT_STEP = 381_966_011_251
_INACTIVE = (AccountState.SUSPENDED, AccountState.CLOSED, AccountState.PENDING_CLOSURE)


def generate(shape: OrganizationShape, seed: int) -> Organization:
    """Make up an organization; see `OrganizationShape`."""
    dice, empty = Dice(seed), Organization(partition=shape.partition)
    units = _units(shape, empty.root_id, dice)
    homes = [empty.root_id, *(unit.unit_id for unit in units[: shape.units - shape.oddities])]
    ids = _account_ids(shape.accounts + shape.oddities, dice)
    accounts = [_account(shape, ids, number, homes, dice) for number in range(shape.accounts)]
    sets = [_permission_set(empty, number) for number in range(shape.permission_sets)]
    people = people_of(shape, dice)
    pairs = _pairs(shape, [ids[0], *ids[1 + shape.oddities :]], sets, dice)
    assigned, bare = pairs[: shape.assigned_pairs], pairs[shape.assigned_pairs :]
    return Organization(
        partition=shape.partition,
        management_account_id=ids[0],
        units={unit.name: unit for unit in units},
        accounts={account.account_id: account for account in accounts},
        users=people.users,
        groups=people.groups,
        permission_sets={permission_set.name: permission_set for permission_set in sets},
        assignments=_assignments(shape, assigned, people.principals, dice),
        provisioned=tuple(bare),
    )


def _units(shape: OrganizationShape, root_id: str, dice: Dice) -> list[OrganizationalUnit]:
    units: list[OrganizationalUnit] = []
    depths = {root_id: 0}
    parents = [root_id]
    for number in range(shape.units):
        # The first ones lie in each other: walks that stop at some level miss accounts.
        parent = parents[-1] if number < _DEEPEST else parents[dice.below(len(parents))]
        name = f"Unit {number:04}"
        unit = OrganizationalUnit(unit_id=unit_id(root_id, name), name=name, parent_id=parent)
        units.append(unit)
        depths[unit.unit_id] = depths[parent] + 1
        if depths[unit.unit_id] < _DEEPEST:
            parents.append(unit.unit_id)
    return units


def _account_ids(count: int, dice: Dice) -> list[str]:
    first = dice.below(10**12)
    return [str((first + n * _ACCOUNT_STEP) % 10**12).zfill(12) for n in range(count)]


def _account(
    shape: OrganizationShape, ids: Sequence[str], number: int, homes: Sequence[str], dice: Dice
) -> MemberAccount:
    # The last accounts are the odd ones; the management account is none of them.
    oddity = (shape.accounts - 1 - number) // max(shape.oddities, 1)
    odd = shape.oddities > 0 and oddity < len(_INACTIVE)
    return MemberAccount(
        account_id=ids[number],
        name=f"Account {number // 2:04}",
        email=f"aws+{ids[number]}@example.com",
        parent_id=homes[dice.below(len(homes))] if number else homes[0],
        state=_INACTIVE[oddity] if odd else AccountState.ACTIVE,
    )


def _permission_set(organization: Organization, number: int) -> PermissionSet:
    name = f"Role{number:03}+team=a,b@c.d-e_f"
    arn = permission_set_arn(organization.partition, organization.instance_id, name)
    return PermissionSet(name=name, arn=arn)


def _pairs(
    shape: OrganizationShape, ids: Sequence[str], sets: Sequence[PermissionSet], dice: Dice
) -> list[tuple[str, str]]:
    cells = _cells(len(ids), shape.sets_in_use, shape.pairs, dice)
    return [(ids[account], sets[number].name) for account, number in cells]


def _assignments(
    shape: OrganizationShape,
    pairs: Sequence[tuple[str, str]],
    principals: Sequence[tuple[str, str]],
    dice: Dice,
) -> tuple[AccountAssignment, ...]:
    forced = (
        *((0, number) for number in range(shape.widest_pair)),
        *((number, 0) for number in range(shape.busiest_principal)),
    )
    cells = _cells(len(pairs), len(principals), shape.rows, dice, forced)
    return tuple(
        AccountAssignment(
            account_id=pairs[pair][0],
            permission_set=pairs[pair][1],
            principal_type=principals[number][0],
            principal_id=principals[number][1],
        )
        for pair, number in cells
    )


def _cells(
    rows: int, columns: int, wanted: int, dice: Dice, forced: Iterable[Cell] = ()
) -> list[Cell]:
    """Choose cells of a table: some in each row and in each column, more in the first columns."""
    chosen = dict.fromkeys(forced)
    for number in range(max(rows, columns)):
        column = number if number < columns else dice.low_below(columns)
        chosen[number % rows, column] = None
    for _ in range(4 * wanted):
        if len(chosen) >= wanted:
            break
        chosen[dice.below(rows), dice.low_below(columns)] = None
    # In a table that is nearly full, chance takes too long.
    for cell in itertools.product(range(rows), range(columns)):
        if len(chosen) >= wanted:
            break
        chosen[cell] = None
    return list(chosen)
