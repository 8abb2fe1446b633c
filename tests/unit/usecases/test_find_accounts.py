"""The accounts that targets stand for, by a walk or in the listing of all."""

from __future__ import annotations

import pytest

import ssokit
from ssokit.domain.assignments import AWS_ACCOUNT, AWS_OU, Target
from ssokit.testing import (
    AwsError,
    FakeIdentityCenter,
    Fault,
    ManualClock,
    Settings,
    account_ids_below,
    organization_of_size,
)
from ssokit.usecases.directory_reader import DirectoryBudgets, DirectoryReader
from ssokit.usecases.find_accounts import FindAccounts, FoundAccounts
from ssokit.usecases.look_ups import LookUps
from ssokit.usecases.retries import RateBudget

_ORGANIZATION = organization_of_size(accounts=70, permission_sets=4, units=16, seed=3)
_ROOT = _ORGANIZATION.root_id
_UNITS = sorted(unit.unit_id for unit in _ORGANIZATION.units.values())
_INNER = max(_UNITS, key=lambda unit: len(account_ids_below(_ORGANIZATION, unit, recursive=True)))


def _find(center: FakeIdentityCenter, *targets: str, recursive: bool = True) -> FoundAccounts:
    budget = RateBudget(ManualClock())
    budgets = DirectoryBudgets(sso_admin=budget, identitystore=budget, organizations=budget)
    reader = DirectoryReader(center.assignment_directory(), budgets)
    accounts = LookUps(
        describe=reader.account,
        key=lambda account: account.account_id,
        pages=reader.account_pages(),
        report=lambda *_: None,
        workers=2,
    )
    find = FindAccounts(reader=reader, accounts=accounts, workers=2)
    kinds = (AWS_ACCOUNT if target.isdigit() else AWS_OU for target in targets)
    return find(tuple(map(Target, kinds, targets)), recursive=recursive)


@pytest.mark.parametrize("paths", [True, False])
@pytest.mark.parametrize("recursive", [True, False])
def test_each_unit(*, paths: bool, recursive: bool):
    """A unit stands for what is right below it, or for all below; so do several together."""
    center = FakeIdentityCenter(_ORGANIZATION, settings=Settings(paths=paths))
    inside = {
        unit: set(account_ids_below(_ORGANIZATION, unit, recursive=recursive))
        for unit in (_ROOT, *_UNITS)
    }
    for unit, account_ids in inside.items():
        assert _find(center, unit, recursive=recursive).wanted == account_ids
    some = (_INNER, *_UNITS[::3])
    assert _find(center, *some, recursive=recursive).wanted == set().union(*map(inside.get, some))


def test_accounts_and_units_together():
    """Accounts that are named are wanted, too, and known not to come from a unit."""
    found = _find(FakeIdentityCenter(_ORGANIZATION), "999999999999", _INNER)
    assert found.wanted - found.in_units == {"999999999999"}
    assert found.in_units == set(account_ids_below(_ORGANIZATION, _INNER, recursive=True))


def test_accounts_alone_take_no_call():
    """Account ids stand for themselves."""
    center = FakeIdentityCenter(_ORGANIZATION)
    assert _find(center, "111122223333").wanted == {"111122223333"}
    assert center.requests == ()


@pytest.mark.parametrize("paths", [True, False])
@pytest.mark.parametrize(
    "targets",
    [["r-zz99"], ["ou-ab12-99999999"], [*_UNITS, "ou-ab12-99999999"]],
    ids=["root", "unit", "unit among others"],
)
def test_unknown_parents_are_told(targets: list[str], *, paths: bool):
    """A unit or a root that does not exist is an error, and never an empty one or all accounts."""
    center = FakeIdentityCenter(_ORGANIZATION, settings=Settings(paths=paths))
    with pytest.raises(ssokit.NotFoundError):
        _find(center, *targets)


def test_without_the_listing_of_all():
    """Whoever may not list all accounts walks."""
    center = FakeIdentityCenter(_ORGANIZATION)
    center.faults.add(Fault("ListAccounts", AwsError("AccessDeniedException")))
    inside = set(account_ids_below(_ORGANIZATION, _INNER, recursive=True))
    assert _find(center, _INNER).wanted == inside
    with pytest.raises(ssokit.AccessDeniedError):
        _find(center, _ROOT)


def test_unit_that_vanishes_during_the_walk():
    """A unit that is deleted meanwhile was empty; one that was asked for has to be there."""
    center = FakeIdentityCenter(_ORGANIZATION, settings=Settings(paths=False))
    empty = next(
        unit
        for unit in _ORGANIZATION.units.values()
        if not account_ids_below(_ORGANIZATION, unit.unit_id, recursive=True)
        and unit.parent_id != _ROOT
    )
    gone = Fault(
        "ListAccountsForParent",
        AwsError("ParentNotFoundException"),
        when={"ParentId": empty.unit_id},
    )
    center.faults.add(gone)
    inside = set(account_ids_below(_ORGANIZATION, empty.parent_id, recursive=True))
    assert _find(center, empty.parent_id).wanted == inside
    with pytest.raises(ssokit.NotFoundError):
        _find(center, empty.unit_id)
