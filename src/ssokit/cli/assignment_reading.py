"""Read a listing of assignments, and lose nothing that was read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import click

from ssokit.administration import list_assignments, list_user_assignments
from ssokit.cli.assignment_options import user_is_wanted
from ssokit.cli.instance import Instance
from ssokit.cli.log_lines import gaps_kept_quiet
from ssokit.cli.reading_bar import reading_bar
from ssokit.cli.report_page import ReportRow
from ssokit.cli.resume_file import ResumeFile, Saved
from ssokit.domain.assignments import Principal
from ssokit.domain.coverage import Coverage
from ssokit.domain.errors import SsokitError
from ssokit.domain.planned_calls import AssignmentPlan
from ssokit.domain.user_assignments import UserAssignment
from ssokit.usecases.list_assignments import AssignmentListing
from ssokit.usecases.list_user_assignments import UserAssignmentListing

if TYPE_CHECKING:
    import boto3

Listing: TypeAlias = "AssignmentListing | UserAssignmentListing"


@contextmanager
def usage_errors() -> Iterator[None]:
    """Take what is refused as an argument for a usage error.

    Raises:
        click.UsageError: An argument is malformed, or contradicts another.
    """
    try:
        yield
    except SsokitError:
        raise
    except (TypeError, ValueError) as error:
        raise click.UsageError(str(error)) from error


@attrs.define(kw_only=True)
class AssignmentReading:
    """One listing from its plan to its end, and what an earlier one had read.

    Attributes:
        instance: Whom to tell what happens.
        resume: Where the rows are saved if it does not come to its end; None for nowhere.
        users: Whether rows are of users.
        user_names: Patterns of the names of users that are wanted; empty for all.
        kept: The rows, as far as they were read.
        plan: What is called.
        coverage: What was read, and what could not be.
        deleted: Principals that no longer exist.
    """

    instance: Instance
    resume: ResumeFile | None
    users: bool
    user_names: tuple[str, ...]
    kept: list[ReportRow] = attrs.field(factory=list)
    plan: AssignmentPlan = attrs.field(init=False)
    coverage: Coverage = attrs.field(factory=Coverage)
    deleted: frozenset[Principal] = frozenset()
    _saved: Saved = attrs.field(factory=Saved)

    @contextmanager
    def begun(
        self, session: boto3.Session, arguments: dict[str, Any], *, bar: bool
    ) -> Iterator[Listing]:
        """Give the listing, its plan made, for the block in which it is read.

        If the block fails, or is interrupted, what was read is saved; likewise at its end, until
        `forget` says that the rows are where they should be.

        Args:
            session: As whom AWS is called.
            arguments: Those of `ssokit.list_assignments`.
            bar: Whether there may be a bar on stderr.
        """
        if self.resume:
            self._saved = self.resume.load()
        make = list_user_assignments if self.users else list_assignments
        with gaps_kept_quiet(), reading_bar(wanted=bar and not self.instance.quiet) as listener:
            with usage_errors():
                listing = make(
                    session, progress=listener, checkpoint=self._saved.checkpoint, **arguments
                )
            with closing(listing):
                with usage_errors():
                    self.plan = listing.plan
                try:
                    yield listing
                except BaseException:
                    self._save(listing)
                    raise
                self._end(listing)

    def rows(self, listing: Listing) -> Iterator[ReportRow]:
        """Give the rows that were saved, then those that are read."""
        known = frozenset(self._saved.rows)
        for row in self._saved.rows:
            self.kept.append(row)
            yield row
        for row in listing:
            if row in known or not self._wants(row):
                continue
            self.kept.append(row)
            yield row

    def forget(self) -> None:
        """Remove what was saved, unless a later try can read more."""
        if self.resume and self.coverage.finished and not self.coverage.gaps:
            self.resume.remove()

    def _wants(self, row: ReportRow) -> bool:
        return not isinstance(row, UserAssignment) or user_is_wanted(row, self.user_names)

    def _end(self, listing: Listing) -> None:
        self.coverage = listing.coverage
        if self.coverage.finished:
            self._save(listing, tell=bool(self.coverage.gaps))

    def _save(self, listing: Listing, *, tell: bool = True) -> None:
        self.deleted = self._saved.deleted | listing.deleted_principals
        if self.resume:
            self.resume.save(self.kept, self.deleted, listing.checkpoint)
        if self.resume and tell:
            self.instance.say(
                f"What was read is in {self.resume.path}: the same command goes on from there."
            )
