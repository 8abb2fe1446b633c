"""Read the parts of a listing of assignments, several at once, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import closing
from functools import cached_property
from itertools import islice
from typing import Any, TypeAlias

import attrs

from ssokit.domain.assignment_checkpoint import Part, part_key
from ssokit.domain.assignment_plan import Cost, Strategy
from ssokit.domain.assignment_question import AssignmentQuestion
from ssokit.domain.assignments import AccountAssignment, Assignment, Pair, Principal
from ssokit.domain.errors import AccessDeniedError, ServiceError
from ssokit.usecases.assignment_journal import AssignmentJournal
from ssokit.usecases.assignment_names import AssignmentNames
from ssokit.usecases.assignment_survey import AssignmentSurvey
from ssokit.usecases.directory_reader import DirectoryReader
from ssokit.usecases.read_ahead import read_ahead

# Names are looked up for so many parts at once; the first rows do not wait for that many.
_LARGEST_BATCH = 40

Rows: TypeAlias = "tuple[AccountAssignment, ...]"


@attrs.frozen
class Way:
    """What a listing does.

    Attributes:
        strategy: How; None if there is nothing to ask.
        parts: What is asked, in order.
        alternatives: What all ways were expected to cost.
    """

    strategy: Strategy | None
    parts: tuple[Part, ...] = ()
    alternatives: tuple[Cost, ...] = ()


class AssignmentRun:
    """One listing of one instance.

    Args:
        question: What is asked for.
        reader: Reads it.
        names: Names and filters.
        survey: Finds out what to ask.
        journal: Keeps account, and knows where to begin.
        workers: How many parts are read at once.

    Attributes:
        names: As given.
    """

    def __init__(
        self,
        question: AssignmentQuestion,
        *,
        reader: DirectoryReader,
        names: AssignmentNames,
        survey: AssignmentSurvey,
        journal: AssignmentJournal,
        workers: int,
    ) -> None:
        self._question = question
        self._reader = reader
        self.names = names
        self._survey = survey
        self._journal = journal
        self._workers = workers
        self._instance_arn = journal.checkpoint.instance_arn
        self._left = journal.left
        self._refusal: AccessDeniedError | None = None

    @cached_property
    def way(self) -> Way:
        """What is done; finding it out takes calls, which are not repeated."""
        checkpoint = self._journal.checkpoint
        if checkpoint.by_principal and self._survey.principals is not None:
            return Way(Strategy.BY_PRINCIPAL, self._to_do(self._survey.principals))
        if checkpoint.by_principal:
            # Somebody who was named has been deleted meanwhile.
            self._journal.restart()
        elif checkpoint.is_begun:
            return self._by_pair()
        strategy, ways = self._survey.choose()
        if strategy is Strategy.BY_PRINCIPAL:
            return Way(strategy, self._to_do(self._survey.principals or ()), ways)
        return Way(strategy, self._pairs(strategy), ways) if strategy else Way(None)

    def rows(self) -> Iterator[Assignment]:
        """Read everything.

        Raises:
            ServiceError: The service went on failing, or nothing at all could be read.
        """
        parts = self.way.parts
        if self.way.strategy is Strategy.BY_PRINCIPAL:
            yield from self._all_of(parts, self._of_principal, by_principal=True)
            if self._journal.left:
                self._journal.begin_pairs()
                self._left = self._journal.left
                yield from self._all_of(self._by_pair().parts, self._of_pair)
        else:
            yield from self._all_of(parts, self._of_pair)
        self._journal.finish()

    def _by_pair(self) -> Way:
        strategy, ways = self._survey.choose(by_principal=False)
        return Way(strategy, self._pairs(strategy), ways) if strategy else Way(None)

    def _pairs(self, strategy: Strategy) -> tuple[Part, ...]:
        return self._to_do(self._survey.pairs(strategy))

    def _to_do(self, parts: Iterable[Part]) -> tuple[Part, ...]:
        includes = self._journal.checkpoint.includes
        return tuple(sorted((part for part in parts if includes(part_key(part))), key=part_key))

    def _all_of(
        self, parts: tuple[Part, ...], read: Callable[[Any], Rows], *, by_principal: bool = False
    ) -> Generator[Assignment, None, None]:
        self._journal.begin(map(part_key, parts), by_principal=by_principal)
        with closing(read_ahead(parts, read, workers=self._workers)) as answers:
            size = 1
            while batch := list(islice(answers, size)):
                yield from self._wanted(
                    [(part, self._result(part, answer.result)) for part, answer in batch]
                )
                size = min(2 * size, _LARGEST_BATCH)

    def _result(self, part: Part, result: Callable[[], Rows]) -> Rows | ServiceError:
        try:
            return result()
        except AccessDeniedError as error:
            if isinstance(part, Principal):
                # The service allows the question to the management account alone.
                self._refusal = error
            return error
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
                self._journal.done(part_key(part))

    def _unreadable(self, part: Part, error: ServiceError) -> None:
        if isinstance(part, Principal) and isinstance(error, AccessDeniedError):
            self._journal.leave(part)
        else:
            self._journal.gap(_subject(part), error, part_key(part))

    def _deleted_among(self, read: list[tuple[Part, Rows]]) -> Collection[Part]:
        """Tell who has nothing, and turns out to have been deleted."""
        empty = [part for part, rows in read if isinstance(part, Principal) and not rows]
        if not empty or self._question.skip_deleted_principals:
            return ()
        return self.names.deleted_among(empty)

    def _of_pair(self, part: Pair) -> Rows:
        rows = self._reader.assignments_of_pair(self._instance_arn, part)
        kept = {row for row in rows if row.pair == part and self._is_left(row.principal)}
        return tuple(sorted(kept, key=lambda row: part_key(row.principal)))

    def _of_principal(self, part: Principal) -> Rows:
        if self._refusal:
            raise self._refusal
        accounts = self._survey.accounts or ()
        only = next(iter(accounts)) if len(accounts) == 1 else None
        rows = self._reader.assignments_of_principal(self._instance_arn, part, only)
        # A user's rows may include those of their groups: AWS does not document which.
        kept = {row for row in rows if row.principal == part}
        return tuple(sorted(kept, key=lambda row: part_key(row.pair)))

    def _is_left(self, principal: Principal) -> bool:
        return not self._left or principal in self._left


def _subject(part: Part) -> str:
    if isinstance(part, Pair):
        return f"account {part.account_id}, permission set {part.permission_set_arn}"
    return f"{part.type} {part.id}"
