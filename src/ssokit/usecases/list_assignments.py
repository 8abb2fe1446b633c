"""List who may use what."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from functools import cached_property

import attrs

from ssokit.domain.assignment_checkpoint import Checkpoint
from ssokit.domain.assignment_question import AssignmentQuestion
from ssokit.domain.assignments import Assignment, Principal
from ssokit.domain.coverage import Coverage
from ssokit.domain.errors import ServiceError
from ssokit.domain.planned_calls import AssignmentPlan
from ssokit.ports.assignment_directory import AssignmentDirectory
from ssokit.usecases.assignment_journal import AssignmentJournal, Progress
from ssokit.usecases.assignment_run import AssignmentRun
from ssokit.usecases.directory_reader import DirectoryBudgets, DirectoryReader
from ssokit.usecases.find_instance import FindInstance
from ssokit.usecases.new_assignment_run import new_run
from ssokit.usecases.plan_assignments import plan_of


@attrs.frozen(kw_only=True)
class ListAssignments:
    """Make listings of assignments.

    Attributes:
        directory: The administrators' services.
        budgets: The rates that their calls have to fit in.
        workers: How many calls are under way at once.
        progress: Is told after each part how many are done, how many there are, and how many
            seconds are left.
        raise_gaps: Whether a listing ends where something cannot be read.
    """

    directory: AssignmentDirectory
    budgets: DirectoryBudgets
    workers: int
    progress: Progress | None = None
    raise_gaps: bool = False

    def __call__(self, question: AssignmentQuestion, start: Checkpoint) -> AssignmentListing:
        """Give a listing; nothing is called before it is used."""
        return AssignmentListing(self, question, start)


class AssignmentListing(Iterator[Assignment]):
    """The assignments, one by one, with the plan, and what could not be read.

    Nothing is called before the first row, or the plan, is asked for. Rows come sorted by
    account, permission set, and type and id of the principal, where pairs of account and
    permission set are asked; where principals are, by type and id of the principal, account
    and permission set; rows of principals who had to be left to pairs follow in the order of
    pairs. However many are read at once, the order is the same.

    What may not be read, and what fails again and again, is left out and reported in
    `coverage`; but the listing ends with an error if AWS goes on throttling, does not honour
    the keys, or cannot be reached any more. Then `checkpoint` tells a later call where to go
    on. A listing is for one thread. Close it to stop early.

    Attributes:
        listing: What made it.
        question: What is asked for.
        start: Where it begins.
    """

    def __init__(
        self, listing: ListAssignments, question: AssignmentQuestion, start: Checkpoint
    ) -> None:
        self.listing = listing
        self.question = question
        self.start = start
        self._reader = DirectoryReader(listing.directory, listing.budgets)
        self._journal = AssignmentJournal(
            start,
            clock=listing.budgets.sso_admin.clock,
            progress=listing.progress,
            raise_gaps=listing.raise_gaps,
            skips_deleted=question.skip_deleted_principals,
        )
        self._find_instance = FindInstance(
            reader=self._reader,
            asked=question.instance,
            identity_store_id=question.identity_store_id,
        )
        self._rows = self._walk()

    def __next__(self) -> Assignment:
        """Give the next row.

        Raises:
            InvalidSSOConfigError: There is no telling which instance is meant.
            ServiceError: The services went on failing, or nothing at all could be read.
            ValueError: The strategy that was asked for may miss rows.
        """
        return next(self._rows)

    @property
    def plan(self) -> AssignmentPlan:
        """What is done, and what it costs. Finding it out takes calls that are not repeated."""
        return plan_of(
            self._run.way,
            question=self.question,
            rate=self.listing.budgets.sso_admin.ceiling,
        )

    @property
    def coverage(self) -> Coverage:
        """What was read so far, and what could not be."""
        return self._journal.coverage

    @property
    def checkpoint(self) -> str:
        """Where to go on: give it to a later call with the same arguments.

        The parts whose rows were all taken, and after which a further row was asked for, are
        not read again. It holds ids and ARNs, and no secret.
        """
        return str(self.reached)

    @property
    def reached(self) -> Checkpoint:
        """The checkpoint as a value."""
        return self._journal.checkpoint

    @property
    def deleted_principals(self) -> frozenset[Principal]:
        """Principals that were looked up so far, and no longer exist."""
        return self._run.names.deleted_principals if "_run" in vars(self) else frozenset()

    def report(self, subject: str, error: ServiceError) -> None:
        """Note that something that belongs to rows could not be read.

        Raises:
            ServiceError: Nothing else can be read either, or gaps are not wanted.
        """
        self._journal.gap(subject, error)

    def user_names(self, user_ids: Iterable[str]) -> dict[str, str | None]:
        """Give the names of users, if names of principals were asked for."""
        return self._run.names.of_users(user_ids)

    def close(self) -> None:
        """Stop; calls that are under way are not waited for, those that wait are not made."""
        self._reader.stop()
        self._rows.close()

    def _walk(self) -> Generator[Assignment, None, None]:
        try:
            yield from self._run.rows()
        except BaseException:
            # At its end nothing waits any more, and names may still be asked for.
            self._reader.stop()
            raise

    @cached_property
    def _run(self) -> AssignmentRun:
        return new_run(
            self.question,
            reader=self._reader,
            journal=self._journal,
            find_instance=self._find_instance,
            workers=self.listing.workers,
        )
