"""A listing that ends in the middle is gone on with, and nothing is lost or read twice."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections import Counter, deque
from contextlib import nullcontext, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ssokit
from assignment_questions import Question, fault_scripts, questions
from ssokit import Assignment
from ssokit.testing import (
    AwsError,
    Caller,
    FakeIdentityCenter,
    Fault,
    IdentityCenterServer,
    ManualClock,
    Settings,
    assignment_rows,
    organization_of_size,
)

_ORGANIZATION = organization_of_size(accounts=20, permission_sets=8, widest_pair=9, seed=4)
_TRUTH = {
    row._replace(**dict.fromkeys(("principal_name", "permission_set_name")))
    for row in map(Assignment._make, assignment_rows(_ORGANIZATION))
}
_EXISTING = {user.user_id for user in _ORGANIZATION.users.values()} | {
    group.group_id for group in _ORGANIZATION.groups.values()
}
_LONG = 120.0


def _part(row: Assignment, *, by_principal: bool) -> tuple[str, str]:
    if by_principal:
        return row.principal_type, row.principal_id
    return row.target_id, row.permission_set_arn


def _in_pieces(
    center: FakeIdentityCenter, stops: list[int], **options: Any
) -> tuple[list[Assignment], list[Assignment]]:
    """List with an end after so many rows, again and again; give the rows, and those repeated."""
    rows: list[Assignment] = []
    repeated: list[Assignment] = []
    checkpoint: str | None = None
    for stop in [*stops, None]:
        listing = ssokit.list_assignments(
            None,
            directory=center.assignment_directory(),
            clock=ManualClock(),
            checkpoint=checkpoint,
            **options,
        )
        for number, row in enumerate(listing):
            (repeated if row in rows else rows).append(row)
            if stop is not None and number >= stop:
                break
        checkpoint = listing.checkpoint
        listing.close()
    return rows, repeated


_WAYS: dict[str, dict[str, Any]] = {
    "by pair": {},
    "by principal": {"principal": sorted({(r.principal_type, r.principal_id) for r in _TRUTH})},
    "existing principals": {
        "skip_deleted_principals": True,
        "strategy": ssokit.Strategy.BY_PRINCIPAL,
    },
}


@pytest.mark.parametrize("way", _WAYS)
@settings(max_examples=40, deadline=None)
@given(stops=st.lists(st.integers(0, 60), max_size=6))
def test_pieces_make_the_whole(way: str, stops: list[int]):
    """Wherever it stops, the pieces together are the truth, and only unfinished parts repeat."""
    rows, repeated = _in_pieces(FakeIdentityCenter(_ORGANIZATION), stops, **_WAYS[way])
    truth = _TRUTH
    if way == "existing principals":
        truth = {row for row in _TRUTH if row.principal_id in _EXISTING}
    assert set(rows) == truth
    in_parts = [Counter(_part(row, by_principal=by) for row in truth) for by in (False, True)]
    widest = max(in_parts[way != "by pair"].values())
    assert len(repeated) <= len(stops) * widest


@settings(max_examples=100, deadline=None)
@given(
    question=questions(),
    script=fault_scripts(),
    stops=st.lists(st.integers(0, 50), max_size=4),
)
def test_any_question_in_pieces(question: Question, script: list[Fault], stops: list[int]):
    """Whatever is asked, and whatever went wrong before, a last good day makes it whole."""
    options = {
        name: value for name, value in question.options.items() if not name.endswith("_filter")
    }
    answer = _ids(attrs.evolve(question, options=options).answer())
    center = FakeIdentityCenter(question.organization, settings=question.rules)
    center.faults.add(*script)
    rows: set[Assignment] = set()
    checkpoint, skips = None, False
    for stop in [*stops, None]:
        if stop is None:
            center.faults.clear()
        listing = ssokit.list_assignments(
            None,
            directory=center.assignment_directory(),
            clock=ManualClock(),
            checkpoint=checkpoint,
            **options,
        )
        with nullcontext() if stop is None else suppress(ssokit.ServiceError):
            # set.update() would drop what came before an error.
            deque(map(rows.add, islice(listing, stop)), maxlen=0)
        checkpoint = listing.checkpoint
        skips |= listing.coverage.skips_deleted_principals
        listing.close()
    assert listing.coverage.finished
    assert not listing.coverage.gaps
    assert _ids(rows) <= answer
    assert _ids(rows) >= {row for row in answer if question.exists(row) or not skips}


def _ids(rows: set[Assignment]) -> set[Assignment]:
    names = dict.fromkeys(("principal_name", "permission_set_name", "target_name"))
    return {row._replace(**names) for row in rows}


def test_gone_on_with_where_by_principal_is_refused():
    """A delegated administrator's listing falls back to pairs, and resumes there."""
    rules = Settings(caller=Caller.DELEGATED_ADMINISTRATOR)
    center = FakeIdentityCenter(_ORGANIZATION, settings=rules)
    rows, _ = _in_pieces(center, [3, 50, 7], **_WAYS["by principal"])
    assert set(rows) == _TRUTH


def test_what_could_not_be_read_is_read_on_going_on():
    """Parts that failed are in the checkpoint, and a later call reads them, too."""
    center = FakeIdentityCenter(_ORGANIZATION)
    hidden = min(row.target_id for row in _TRUTH)
    center.faults.add(
        Fault(
            "ListAccountAssignments", AwsError("AccessDeniedException"), when={"AccountId": hidden}
        )
    )
    arn = max(row.permission_set_arn for row in _TRUTH)
    center.faults.add(
        Fault(
            "ListAccountsForProvisionedPermissionSet",
            AwsError("AccessDeniedException"),
            when={"PermissionSetArn": arn},
        )
    )
    options: dict[str, Any] = {"directory": center.assignment_directory(), "clock": ManualClock()}
    first = ssokit.list_assignments(None, **options)
    seen = set(first)
    assert seen == {
        row for row in _TRUTH if row.target_id != hidden and row.permission_set_arn != arn
    }
    assert not first.coverage.complete
    center.faults.clear()
    second = ssokit.list_assignments(None, checkpoint=first.checkpoint, **options)
    rest = set(second)
    assert second.coverage.complete
    assert seen | rest == _TRUTH
    assert not seen & rest
    third = ssokit.list_assignments(None, checkpoint=second.checkpoint, **options)
    assert list(third) == []


def test_accounts_that_left_are_found_on_going_on():
    """Whoever was led by account at first, and may list by permission set later, misses nobody."""
    center = FakeIdentityCenter(_ORGANIZATION)
    center.faults.add(Fault("ListPermissionSets", AwsError("AccessDeniedException")))
    options: dict[str, Any] = {"directory": center.assignment_directory(), "clock": ManualClock()}
    first = ssokit.list_assignments(None, **options)
    seen = set(first)
    assert seen == {row for row in _TRUTH if row.target_name}
    second = ssokit.list_assignments(None, checkpoint=first.checkpoint, **options)
    assert list(second) == []
    assert not second.coverage.complete
    center.faults.clear()
    third = ssokit.list_assignments(None, checkpoint=second.checkpoint, **options)
    rest = set(third)
    assert third.coverage.complete
    assert seen | rest == _TRUTH
    assert not seen & rest


def test_principal_that_failed_before_the_pairs_is_read_on_going_on():
    """Who could not be asked, while others were left to pairs, is not lost to the checkpoint."""
    center = FakeIdentityCenter(_ORGANIZATION)
    existing, *_ = (row for row in sorted(_TRUTH) if row.principal_id in _EXISTING)
    deleted, *_ = (row for row in sorted(_TRUTH) if row.principal_id not in _EXISTING)
    center.faults.add(
        Fault(
            "ListAccountAssignmentsForPrincipal",
            AwsError("InternalServerException"),
            when={"PrincipalId": existing.principal_id},
        )
    )
    options: dict[str, Any] = {
        "directory": center.assignment_directory(),
        "clock": ManualClock(),
        "principal": [(row.principal_type, row.principal_id) for row in (existing, deleted)],
        "strategy": ssokit.Strategy.BY_PRINCIPAL,
    }
    first = ssokit.list_assignments(None, **options)
    rows = [next(first)]
    checkpoint = first.checkpoint
    first.close()
    center.faults.clear()
    second = ssokit.list_assignments(None, checkpoint=checkpoint, **options)
    ids = {existing.principal_id, deleted.principal_id}
    assert {*rows, *second} == {row for row in _TRUTH if row.principal_id in ids}
    assert second.coverage.complete


@pytest.mark.parametrize("strategy", [None, ssokit.Strategy.BY_PRINCIPAL])
@pytest.mark.parametrize("kind", ["principal", "permission_set", "target"])
def test_what_filters_could_not_decide_is_asked_again(kind: str, strategy: ssokit.Strategy | None):
    """What a filter turned down while its name was unreadable is there on going on."""
    center = FakeIdentityCenter(_ORGANIZATION)
    row = next(row for row in sorted(_TRUTH) if row.principal_id in _EXISTING and row.target_name)
    hidden = {
        "GroupId": row.principal_id,
        "UserId": row.principal_id,
        "PermissionSetArn": row.permission_set_arn,
        "AccountId": row.target_id,
    }
    for name in ("Group", "User", "PermissionSet", "Account"):
        member = "PermissionSetArn" if name == "PermissionSet" else f"{name}Id"
        fault = AwsError("InternalServerException")
        center.faults.add(Fault(f"Describe{name}", fault, when={member: hidden[member]}))
    for operation in ("ListGroups", "ListUsers", "ListAccounts"):
        center.faults.add(Fault(operation, AwsError("AccessDeniedException")))
    options: dict[str, Any] = {
        "directory": center.assignment_directory(),
        "clock": ManualClock(),
        f"get_{kind}_names": True,
        f"{kind}_filter": lambda *told: told[-1] is not None,
    }
    if strategy:
        options["strategy"] = strategy
        options["principal"] = sorted(
            {(r.principal_type, r.principal_id) for r in _TRUTH if r.principal_id in _EXISTING}
        )
    first = ssokit.list_assignments(None, **options)
    rows = set(first)
    assert rows
    assert first.coverage.gaps
    center.faults.clear()
    second = ssokit.list_assignments(None, checkpoint=first.checkpoint, **options)
    rest = set(second)
    whole = _ids(set(ssokit.list_assignments(None, **options)))
    assert _ids(rows) < whole
    assert _ids(rows | rest) == whole
    assert second.coverage.complete
    third = ssokit.list_assignments(None, checkpoint=second.checkpoint, **options)
    assert list(third) == []


def test_refusal_that_comes_when_going_on():
    """Principals that could be asked at first, and cannot be later, are found by pair."""
    center = FakeIdentityCenter(_ORGANIZATION)
    options: dict[str, Any] = {
        "directory": center.assignment_directory(),
        "clock": ManualClock(),
        **_WAYS["by principal"],
    }
    first = ssokit.list_assignments(None, **options)
    rows = [next(first) for _ in range(60)]
    checkpoint = first.checkpoint
    first.close()
    center.settings.caller = Caller.DELEGATED_ADMINISTRATOR
    second = ssokit.list_assignments(None, checkpoint=checkpoint, **options)
    assert set(rows) | set(second) == _TRUTH
    assert second.coverage.complete


def test_somebody_deleted_meanwhile_starts_again():
    """Where an id without a type is nobody's any more, all rows are found by pair."""
    center = FakeIdentityCenter(_ORGANIZATION)
    held = Counter(row.principal_id for row in _TRUTH if row.principal_id in _EXISTING)
    chosen = sorted(one for one, count in held.items() if count > 1)[:3]
    options: dict[str, Any] = {
        "directory": center.assignment_directory(),
        "clock": ManualClock(),
        "principal": chosen,
        "strategy": ssokit.Strategy.BY_PRINCIPAL,
    }
    first = ssokit.list_assignments(None, **options)
    rows = [next(first) for _ in range(held[chosen[0]] + 1)]
    checkpoint = first.checkpoint
    first.close()
    names = {group.group_id: name for name, group in center.organization.groups.items()}
    center.delete_group(names[chosen[0]])
    options["strategy"] = None
    second = ssokit.list_assignments(None, checkpoint=checkpoint, **options)
    assert set(rows) | set(second) == {row for row in _TRUTH if row.principal_id in chosen}
    assert second.coverage.complete


def test_expired_keys_end_the_listing_and_new_ones_go_on():
    """Keys that expire in the middle raise; with new ones the rest is read."""
    center = FakeIdentityCenter(_ORGANIZATION)
    center.faults.add(
        Fault("ListAccountAssignments", AwsError("ExpiredTokenException"), calls=range(40, 10_000))
    )
    options: dict[str, Any] = {"directory": center.assignment_directory(), "clock": ManualClock()}
    first = ssokit.list_assignments(None, **options)
    rows: set[Assignment] = set()
    with pytest.raises(ssokit.CredentialsRejectedError):
        # set.update() would drop what came before the error.
        deque(map(rows.add, first), maxlen=0)
    assert rows
    center.faults.clear()
    second = ssokit.list_assignments(None, checkpoint=first.checkpoint, **options)
    rest = set(second)
    assert rows | rest == _TRUTH
    assert not rows & rest
    assert second.coverage.complete


_PROGRAM = """
import json, sys
import boto3, ssokit
from ssokit.testing import ManualClock

path = sys.argv[1]
try:
    saved = [json.loads(line) for line in open(path)]
except FileNotFoundError:
    saved = []
checkpoint = saved[-1]["checkpoint"] if saved else None
session = boto3.Session("AKIDEXAMPLE", "example", region_name="us-east-1")
listing = ssokit.list_assignments(session, clock=ManualClock(), checkpoint=checkpoint)
with open(path, "a") as out:
    rows = []
    before = listing.checkpoint
    for row in listing:
        if listing.checkpoint != before:
            # A line is one write: what stands in the file is whole.
            out.write(json.dumps({"rows": rows, "checkpoint": listing.checkpoint}) + "\\n")
            out.flush()
            rows, before = [], listing.checkpoint
        rows.append(row)
        print("row", flush=True)
    out.write(json.dumps({"rows": rows, "checkpoint": listing.checkpoint}) + "\\n")
print("done", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_killed_at_random_moments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Programs that are killed again and again have every row in the end."""
    saved = tmp_path / "rows.jsonl"
    moments = random.Random(2)  # noqa: S311
    with IdentityCenterServer(FakeIdentityCenter(_ORGANIZATION)) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        for kill_after in [*(moments.randrange(1, 60) for _ in range(6)), None]:
            with subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(saved)], stdout=subprocess.PIPE, text=True
            ) as program:
                assert program.stdout
                for number, line in enumerate(program.stdout):
                    if number == kill_after:
                        program.send_signal(signal.SIGKILL)
                        break
                    if line == "done\n":
                        break
                program.wait(_LONG)
            if saved.exists():
                _cut_torn_line(saved)
    lines = [json.loads(line) for line in saved.read_text().splitlines()]
    rows = Counter(Assignment(*row) for line in lines for row in line["rows"])
    assert set(rows) == _TRUTH
    assert set(rows.values()) == {1}


def _cut_torn_line(saved: Path) -> None:
    text = saved.read_text()
    saved.write_text(text[: text.rfind("\n") + 1])
