"""Read the parts of a listing of assignments, several at once, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing
from functools import cached_property
from itertools import islice
from typing import Any

from ssokit.domain.assignment_checkpoint import Part, part_key
from ssokit.domain.assignment_plan import Strategy
from ssokit.domain.assignment_question import AssignmentQuestion
from ssokit.domain.assignments import Assignment, Pair, Principal
from ssokit.domain.errors import AccessDeniedError, NotFoundError, ServiceError
from ssokit.usecases.assignment_journal import AssignmentJournal
from ssokit.usecases.assignment_names import AssignmentNames
from ssokit.usecases.assignment_survey import AssignmentSurvey
from ssokit.usecases.choose_way import ChooseWay, Way
from ssokit.usecases.read_ahead import read_ahead
from ssokit.usecases.read_parts import ReadParts, Rows

# Names are looked up for so many parts at once; the first rows do not wait for that many.
_LARGEST_BATCH = 40


class AssignmentRun:
    """One listing of one instance.

    Args:
        question: What is asked for.
        names: Names and filters.
        survey: Knows what is asked for.
        journal: Keeps account.
        choose_way: Finds out what to ask.
        read: Reads a part.
        workers: How many parts are read at once.

    Attributes:
        names: As given.
    """

    def __init__(
        self,
        question: AssignmentQuestion,
        *,
        names: AssignmentNames,
        survey: AssignmentSurvey,
        journal: AssignmentJournal,
        choose_way: ChooseWay,
        read: ReadParts,
        workers: int,
    ) -> None:
        self._question = question
        self.names = names
        self._survey = survey
        self._journal = journal
        self._choose_way = choose_way
        self._read = read
        self._read.left = journal.left
        self._workers = workers

    @cached_property
    def way(self) -> Way:
        """What is done; finding it out takes calls, which are not repeated."""
        return self._choose_way()

    def rows(self) -> Iterator[Assignment]:
        """Read everything.

        Raises:
            ServiceError: The service went on failing, or nothing at all could be read.
        """
        parts = self.way.parts
        if self.way.strategy is Strategy.BY_PRINCIPAL:
            yield from self._all_of(parts, self._read.of_principal, by_principal=True)
            if self._journal.left:
                self._journal.begin_pairs()
                self._read.left = self._journal.left
                parts = self._choose_way.by_pair().parts
                yield from self._all_of(parts, self._read.of_pair)
        else:
            yield from self._all_of(parts, self._read.of_pair)
        self._journal.finish()

    def _all_of(
        self, parts: tuple[Part, ...], read: Callable[[Any], Rows], *, by_principal: bool = False
    ) -> Generator[Assignment, None, None]:
        self._journal.begin(map(part_key, parts), by_principal=by_principal)
        with closing(read_ahead(parts, read, workers=self._workers)) as answers:
            size = 1
            while batch := list(islice(answers, size)):
                yield from self._wanted(
                    [(part, self._result(answer.result)) for part, answer in batch]
                )
                size = min(2 * size, _LARGEST_BATCH)

    @staticmethod
    def _result(result: Callable[[], Rows]) -> Rows | ServiceError:
        try:
            return result()
        except ServiceError as error:
            return error

    def _wanted(self, batch: list[tuple[Part, Rows | ServiceError]]) -> Iterator[Assignment]:
        read = [(part, rows) for part, rows in batch if not isinstance(rows, ServiceError)]
        gone = self._deleted_among(read)
        includes = self._survey.includes
        rows = (row for _, rows in read for row in rows if includes(row.pair))
        wanted = set(self.names.passing_rows(rows))
        # The journal is written part by part: whoever stops in the middle goes on there.
        for part, outcome in batch:
            if isinstance(outcome, ServiceError):
                self._unreadable(part, outcome)
            elif isinstance(part, Principal) and part in gone:
                self._journal.leave(part)
            else:
                yield from map(self.names.named, filter(wanted.__contains__, outcome))
                self._journal.done(part_key(part), again=any(map(self.names.is_undecided, outcome)))

    def _unreadable(self, part: Part, error: ServiceError) -> None:
        if isinstance(part, Principal) and isinstance(error, NotFoundError):
            self._does_not_exist(part)
        elif isinstance(part, Principal) and isinstance(error, AccessDeniedError):
            self._journal.leave(part)
        else:
            self._journal.gap(_subject(part), error, part_key(part))

    def _does_not_exist(self, principal: Principal) -> None:
        if self._question.skip_deleted_principals:
            self._journal.done(part_key(principal))
        else:
            self._journal.leave(principal)

    def _deleted_among(self, read: list[tuple[Part, Rows]]) -> Collection[Part]:
        """Tell who has nothing, and turns out to have been deleted."""
        empty = [part for part, rows in read if isinstance(part, Principal) and not rows]
        if not empty or self._question.skip_deleted_principals:
            return ()
        return self.names.deleted_among(empty)


def _subject(part: Part) -> str:
    if isinstance(part, Pair):
        return f"account {part.account_id}, permission set {part.permission_set_arn}"
    return f"{part.type} {part.id}"
