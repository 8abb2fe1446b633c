"""list_assignments against the ground truth of generated organizations, on both faces."""

from __future__ import annotations

from typing import Any

import attrs
import boto3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto_organization import MotoOrganization, moto_session

import ssokit
from ssokit import Assignment
from ssokit.domain.assignment_plan import Strategy
from ssokit.testing import (
    FakeIdentityCenter,
    IdentityCenterServer,
    ManualClock,
    Organization,
    Settings,
    account_ids_below,
    assignment_rows,
    organization_of_size,
)

_SHAPES = (
    organization_of_size(accounts=9, permission_sets=6, users=14, groups=9, units=5, seed=1),
    organization_of_size(accounts=26, permission_sets=9, widest_pair=105, seed=2),
    organization_of_size(
        accounts=12, permission_sets=5, busiest_principal=20, partition="aws-us-gov", seed=3
    ),
)


@attrs.frozen
class Question:
    """A question and its answer by the ground truth."""

    organization: Organization = attrs.field(repr=lambda made: made.partition)
    options: dict[str, Any]
    rules: Settings

    def answer(self) -> set[Assignment]:
        """Work the answer out from the values of the organization alone."""
        return {
            self._named(row)
            for row in map(Assignment._make, assignment_rows(self.organization))
            if self._wants(row)
        }

    def _wants(self, row: Assignment) -> bool:
        asked = self.options
        principals = asked.get("principal")
        sets = asked.get("permission_set")
        return (
            (
                principals is None
                or any(
                    who in (row.principal_id, (row.principal_type, row.principal_id))
                    for who in principals
                )
            )
            and asked.get("principal_type") in (None, row.principal_type)
            and (sets is None or any(row.permission_set_arn.endswith(one) for one in sets))
            and self._wants_account(row.target_id)
            and all(self._passes(row, kind) for kind in ("principal", "permission_set", "target"))
        )

    def _wants_account(self, account_id: str) -> bool:
        known = self.organization.accounts.get(account_id)
        if known and known.state.value != "ACTIVE" and not self.options["include_suspended"]:
            return False
        targets = self.options.get("target")
        return targets is None or account_id in targets or account_id in self.in_units()

    def in_units(self) -> set[str]:
        """Give the accounts in the units that are asked for."""
        recursive = self.options["ou_recursive"]
        units = [one for one in self.options.get("target") or () if not one.isdigit()]
        return {
            account_id
            for unit in units
            for account_id in account_ids_below(self.organization, unit, recursive=recursive)
        }

    def _passes(self, row: Assignment, kind: str) -> bool:
        passes = self.options.get(f"{kind}_filter")
        if passes is None:
            return True
        named = self._named(row)
        if kind == "permission_set":
            return bool(passes(named.permission_set_arn, named.permission_set_name))
        return bool(passes(*(getattr(named, f"{kind}_{part}") for part in ("type", "id", "name"))))

    def _named(self, row: Assignment) -> Assignment:
        asked = self.options
        listed = asked.get("target") is None or row.target_id in self.in_units()
        shown = asked["get_target_names"]
        if not asked["get_principal_names"]:
            row = row._replace(principal_name=None)
        if not asked["get_permission_set_names"]:
            row = row._replace(permission_set_name=None)
        if shown is None or not (shown or listed):
            row = row._replace(target_name=None)
        return row


def _of_name(*told: str | None) -> bool:
    return told[-1] is None or hash_of(told[-1]) % 3 > 0


def _of_id(*told: str | None) -> bool:
    return hash_of(str(told[0]) + str(told[-2])) % 3 > 0


def hash_of(text: str) -> int:
    """Give a number that is the same in every process."""
    return sum(map(ord, text))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Make a question for one of the organizations."""
    organization = draw(st.sampled_from(_SHAPES))
    rows = sorted(map(Assignment._make, assignment_rows(organization)), key=str)
    some = st.lists(st.sampled_from(rows), max_size=4)
    units = [organization.root_id, *(unit.unit_id for unit in organization.units.values())]
    typed = draw(st.booleans())
    options: dict[str, Any] = {
        "get_principal_names": draw(st.booleans()),
        "get_permission_set_names": draw(st.booleans()),
        "get_target_names": draw(st.sampled_from([True, False, None])),
        "ou_recursive": draw(st.booleans()),
        "include_suspended": draw(st.booleans()),
        "principal_type": draw(st.sampled_from([None, None, "USER", "GROUP"])),
        "workers": draw(st.integers(1, 9)),
    }
    if draw(st.booleans()):
        options["principal"] = [
            (row.principal_type, row.principal_id) if typed else row.principal_id
            for row in draw(some)
        ]
    if draw(st.booleans()):
        options["permission_set"] = [
            row.permission_set_arn if typed else row.permission_set_arn.rpartition("/")[2]
            for row in draw(some)
        ]
    if draw(st.booleans()):
        options["target"] = [row.target_id for row in draw(some)]
        options["target"] += draw(st.lists(st.sampled_from(units), max_size=2))
    for kind in ("principal", "permission_set", "target"):
        passes = draw(st.sampled_from([None, None, _of_name, _of_id]))
        if passes:
            options[f"{kind}_filter"] = passes
    rules = Settings(
        paths=draw(st.booleans()),
        inherited_rows=draw(st.booleans()),
        page_size=draw(st.sampled_from([3, 100])),
        empty_first_page=draw(st.booleans()),
    )
    return Question(organization, options, rules)


def _check(question: Question, listing: ssokit.AssignmentListing) -> None:
    rows = list(listing)
    assert len(rows) == len(set(rows))
    assert set(rows) == question.answer()
    assert listing.coverage.complete


_MANY = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_MANY
@given(question=questions())
def test_rows_in_process(question: Question):
    """Whatever is asked for, in whatever way, is answered as the organization says."""
    center = FakeIdentityCenter(question.organization, settings=question.rules)
    listing = ssokit.list_assignments(
        None, directory=center.assignment_directory(), clock=ManualClock(), **question.options
    )
    _check(question, listing)


@_MANY
@given(question=questions(), strategy=st.sampled_from(Strategy))
def test_every_way_leads_to_the_same_rows(question: Question, strategy: Strategy):
    """A way that is asked for gives the same rows as any other, or is refused at once."""
    center = FakeIdentityCenter(question.organization, settings=question.rules)
    directory = center.assignment_directory()
    listing = ssokit.list_assignments(
        None, directory=directory, clock=ManualClock(), strategy=strategy, **question.options
    )
    try:
        listing.plan  # noqa: B018 - making it is what refuses
    except ValueError:
        return
    _check(question, listing)


@settings(max_examples=40, deadline=None)
@given(question=questions())
def test_rows_over_the_wire(question: Question):
    """Unmodified boto3, over HTTP, gives the same rows."""
    center = FakeIdentityCenter(question.organization, settings=question.rules)
    with IdentityCenterServer(center) as server:
        session = _Session(server.url)
        listing = ssokit.list_assignments(session, clock=ManualClock(), **question.options)
        _check(question, listing)


class _Session(boto3.Session):
    """A session whose clients talk to the local Identity Center."""

    def __init__(self, url: str) -> None:
        super().__init__("AKIDEXAMPLE", "example", region_name="us-east-1")
        self._url = url

    def client(self, *arguments: Any, **options: Any) -> Any:
        """Make a client as boto3 does, for another endpoint."""
        return super().client(*arguments, endpoint_url=self._url, **options)  # type: ignore[call-overload]


def test_rows_from_moto(moto_organization: MotoOrganization):
    """An implementation that others wrote gives the rows that were put in.

    moto finds no provisioned pairs, and its ARNs of permission sets are not of AWS's form, so
    that principals are asked here, and pairs are not.
    """
    truth = set(map(Assignment._make, moto_organization.rows))
    listing = ssokit.list_assignments(
        moto_session(),
        skip_deleted_principals=True,
        strategy=Strategy.BY_PRINCIPAL,
        get_principal_names=True,
        get_permission_set_names=True,
        clock=ManualClock(),
    )
    assert set(listing) == {row for row in truth if row.principal_id in moto_organization.names}
    assert not listing.coverage.gaps


def test_users_from_moto(moto_organization: MotoOrganization):
    """The members of moto's groups have what their groups have."""
    listing = ssokit.list_user_assignments(
        moto_session(),
        skip_deleted_principals=True,
        strategy=Strategy.BY_PRINCIPAL,
        clock=ManualClock(),
    )
    found = {(row.user_id, row.group_id) for row in listing if row.group_id}
    assigned = {row[2] for row in moto_organization.rows}
    assert found == {
        (user_id, group_id)
        for group_id, members in moto_organization.members.items()
        if group_id in assigned
        for user_id in members
    }
