"""Random questions for assignments, their answers by the ground truth, and bad days."""

from __future__ import annotations

from typing import Any

import attrs
from hypothesis import strategies as st

import ssokit
from ssokit import Assignment, Strategy
from ssokit.testing import (
    AwsError,
    Caller,
    ConnectionReset,
    Fault,
    GarbageAnswer,
    Organization,
    Settings,
    TruncatedAnswer,
    account_ids_below,
    assignment_rows,
    organization_of_size,
)

ORGANIZATIONS = (
    organization_of_size(accounts=9, permission_sets=6, users=14, groups=9, units=5, seed=1),
    organization_of_size(accounts=26, permission_sets=9, widest_pair=105, seed=2),
    organization_of_size(
        accounts=12, permission_sets=5, busiest_principal=20, partition="aws-us-gov", seed=3
    ),
)

OPERATIONS = (
    "ListAccountAssignments",
    "ListAccountAssignmentsForPrincipal",
    "ListAccountsForProvisionedPermissionSet",
    "ListPermissionSetsProvisionedToAccount",
    "ListPermissionSets",
    "DescribePermissionSet",
    "ListAccounts",
    "DescribeAccount",
    "ListUsers",
    "ListGroups",
    "DescribeUser",
    "DescribeGroup",
)
EFFECTS = (
    AwsError("ThrottlingException"),
    AwsError("ThrottlingException", retry_after=3),
    AwsError("InternalServerException"),
    AwsError("AccessDeniedException"),
    AwsError("ResourceNotFoundException"),
    ConnectionReset(),
    GarbageAnswer(),
    TruncatedAnswer(),
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

    def is_answered_by(self, listing: ssokit.AssignmentListing) -> bool:
        """Tell whether a listing gives the answer: each row once, in order, and complete.

        Rows of deleted principals may be missing where the question allows it.
        """
        rows = list(listing)
        answer, found = self.answer(), set(rows)
        existing = {row for row in answer if self.exists(row)}
        may_miss = listing.coverage.skips_deleted_principals
        least = existing if may_miss else answer
        return (
            len(rows) == len(found)
            and least <= found <= answer
            and rows == self._in_order(rows, listing.plan.strategy)
            and listing.coverage.complete is not may_miss
            and (self.options["skip_deleted_principals"] or not may_miss)
        )

    def _in_order(self, rows: list[Assignment], strategy: Strategy | None) -> list[Assignment]:
        """Sort rows as documented; those of deleted principals are found last, by pair."""
        if strategy is not Strategy.BY_PRINCIPAL:
            return sorted(rows, key=_by_pair)
        existing = sorted(filter(self.exists, rows), key=_by_principal)
        return existing + sorted(set(rows) - set(existing), key=_by_pair)

    def exists(self, row: Assignment) -> bool:
        """Tell whether the principal of a row was not deleted."""
        organization = self.organization
        known = [user.user_id for user in organization.users.values()]
        known += [group.group_id for group in organization.groups.values()]
        return row.principal_id in known

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


def _by_pair(row: Assignment) -> tuple[str, ...]:
    return row.target_id, row.permission_set_arn, row.principal_type, row.principal_id


def _by_principal(row: Assignment) -> tuple[str, ...]:
    return row.principal_type, row.principal_id, row.target_id, row.permission_set_arn


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
    organization = draw(st.sampled_from(ORGANIZATIONS))
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
        "skip_deleted_principals": draw(st.booleans()),
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
        short_pages=draw(st.booleans()),
        caller=draw(st.sampled_from([Caller.MANAGEMENT, Caller.DELEGATED_ADMINISTRATOR])),
    )
    return Question(organization, options, rules)


@st.composite
def fault_scripts(draw: st.DrawFn) -> list[Fault]:
    """Make some bad days; none of them says of something that is there that it is not."""
    script = [
        Fault(
            draw(st.sampled_from(OPERATIONS)),
            draw(st.sampled_from(EFFECTS)),
            calls=draw(st.sets(st.integers(1, 60), min_size=1, max_size=12)),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    lie = AwsError("ResourceNotFoundException")
    return [
        fault
        for fault in script
        if fault.error != lie or not fault.operation.startswith("Describe")
    ]
