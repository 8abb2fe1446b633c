"""Where listed assignments go: rows on stdout, a page in a file, and what is missing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path

import attrs
import click

from ssokit.adapters.stores.atomic_files import write_atomically
from ssokit.cli.assignment_reading import AssignmentReading
from ssokit.cli.exit_codes import ExitCode
from ssokit.cli.output import Form, Row, RowWriter
from ssokit.cli.printable import printable
from ssokit.cli.report_page import Report, ReportRow, coverage_text, report_page
from ssokit.domain.assignments import Assignment
from ssokit.domain.planned_calls import AssignmentPlan
from ssokit.domain.user_assignments import UserAssignment

_FOR_PEOPLE = {
    "account": "Account",
    "account_name": "Name",
    "permission_set": "Permission set",
    "type": "Type",
    "principal": "Principal",
}
_MOST_GAPS = 20


@attrs.frozen(kw_only=True)
class AssignmentOutput:
    """What is done with the rows.

    Attributes:
        form: How they are printed; None if they are not.
        html: The file of the page; None for none.
        users: Whether rows are of users.
        quiet: Whether only failures are told.
    """

    form: Form | None
    html: Path | None
    users: bool
    quiet: bool

    @property
    def allows_bar(self) -> bool:
        """Whether rows do not go through a bar on the same terminal."""
        return self.form in (None, "table") or not sys.stdout.isatty()

    def write(self, rows: Iterator[ReportRow]) -> None:
        """Print rows as they come; a table waits for the end, and is printed by `finish`."""
        if self.form in (None, "table"):
            for _ in rows:
                pass
            return
        fields = ("user_id", "user_name") if self.users else ()
        columns = {name: name for name in (*fields, *Assignment._fields)}
        RowWriter(columns=columns, form=self.form).write(map(_for_programs, rows))

    def finish(self, reading: AssignmentReading, *, asked: Sequence[tuple[str, str]]) -> None:
        """Print the table, write the page, and tell what is missing.

        Args:
            reading: What was read.
            asked: What was asked, in words.
        """
        if self.form == "table":
            columns = {**({"user": "User"} if self.users else {}), **_FOR_PEOPLE}
            RowWriter(columns=columns, form="table").write(map(_for_people, reading.kept))
        if not reading.kept and not self.quiet:
            click.echo("There is no assignment that was asked for.", err=True)
        if self.html:
            self._write_page(self.html, reading, asked)
        if not reading.coverage.complete:
            self._tell_gaps(reading)
        if reading.coverage.gaps:
            sys.exit(ExitCode.INCOMPLETE)

    def _write_page(
        self, path: Path, reading: AssignmentReading, asked: Sequence[tuple[str, str]]
    ) -> None:
        arn = next((_assigned(row).instance_arn for row in reading.kept), "")
        way = reading.plan.strategy
        facts = [
            ("When", f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC"),
            ("Identity Center", arn),
            *asked,
            ("Way", way.value if way else ""),
        ]
        page = report_page(
            Report(
                rows=reading.kept,
                asked=[(title, text) for title, text in facts if text],
                coverage=reading.coverage,
                deleted=reading.deleted,
            )
        )
        write_atomically(path.absolute(), page.encode())
        if not self.quiet:
            click.echo(f"{len(reading.kept)} rows are in {path}", err=True)

    def _tell_gaps(self, reading: AssignmentReading) -> None:
        gaps = reading.coverage.gaps
        if self.quiet and not gaps:
            return
        click.echo(coverage_text(reading.coverage), err=True)
        for gap in gaps[:_MOST_GAPS]:
            click.echo(printable(f"  {gap.subject}: {gap.error}"), err=True)
        if len(gaps) > _MOST_GAPS:
            click.echo(f"  and {len(gaps) - _MOST_GAPS} more", err=True)


def plan_json(plan: AssignmentPlan) -> str:
    """Give a plan as a JSON object."""
    return json.dumps(
        {
            "strategy": plan.strategy and plan.strategy.name,
            "calls": [attrs.asdict(calls) for calls in plan.calls],
            "estimated": list(plan.estimated),
            "seconds": plan.seconds,
        }
    )


def _assigned(row: ReportRow) -> Assignment:
    return row.assignment if isinstance(row, UserAssignment) else row


def _for_programs(row: ReportRow) -> Row:
    if isinstance(row, UserAssignment):
        return (row.user_id, row.user_name, *row.assignment)
    return row


def _for_people(row: ReportRow) -> Row:
    assigned = _assigned(row)
    user = (row.user_name or row.user_id,) if isinstance(row, UserAssignment) else ()
    return (
        *user,
        assigned.target_id,
        assigned.target_name,
        assigned.permission_set_name or assigned.permission_set_arn,
        assigned.principal_type.lower(),
        assigned.principal_name or assigned.principal_id,
    )
