"""Choose the way of a listing of assignments, and foresee what it costs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, suppress

import attrs

from ssokit.domain.assignment_checkpoint import LEFT_ACCOUNTS, Part, part_key
from ssokit.domain.assignment_plan import Cost, Strategy
from ssokit.domain.assignment_question import AssignmentQuestion
from ssokit.domain.assignments import Pair, Principal
from ssokit.domain.errors import ServiceError
from ssokit.domain.expected_names import ExpectedNames
from ssokit.usecases.assignment_journal import AssignmentJournal
from ssokit.usecases.assignment_names import AssignmentNames
from ssokit.usecases.assignment_survey import AssignmentSurvey
from ssokit.usecases.directory_reader import DirectoryReader
from ssokit.usecases.foresee_names import ForeseeNames
from ssokit.usecases.read_ahead import read_ahead
from ssokit.usecases.read_parts import ReadParts, Rows

# Of so many principals one is asked beforehand, to learn what names there will be.
_ONE_OF = 10
_LARGEST_SAMPLE = 20


@attrs.frozen
class Way:
    """What a listing does.

    Attributes:
        strategy: How; None if there is nothing to ask.
        parts: What is asked, in order.
        alternatives: What all ways were expected to cost.
        made: The calls of each service and operation that were made to find this out.
        asked: How many of the parts were among them.
        names: The calls that will look names up, as far as that can be foreseen.
    """

    strategy: Strategy | None
    parts: tuple[Part, ...] = ()
    alternatives: tuple[Cost, ...] = ()
    made: Mapping[tuple[str, str], int] = attrs.field(factory=dict)
    asked: int = 0
    names: Mapping[tuple[str, str], int] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class ChooseWay:
    """Chooses among the ways that lead to the whole answer, or goes on with the one begun.

    Attributes:
        question: What is asked for.
        reader: Counts the calls.
        names: Names and filters.
        survey: Finds out what to ask.
        journal: Knows where to begin.
        parts: Reads samples.
        foresee_names: Tells what names will cost.
        workers: How many samples are read at once.
    """

    question: AssignmentQuestion
    reader: DirectoryReader
    names: AssignmentNames
    survey: AssignmentSurvey
    journal: AssignmentJournal
    parts: ReadParts
    foresee_names: ForeseeNames
    workers: int

    def __call__(self) -> Way:
        """Give the way; finding it out takes calls."""
        way = self._way()
        return attrs.evolve(way, made=dict(self.reader.calls))

    def by_pair(self) -> Way:
        """Give the best way that asks no principal."""
        strategy, ways = self.survey.choose(by_principal=False)
        return self._pairs(strategy, ways)

    def _way(self) -> Way:
        checkpoint = self.journal.checkpoint
        if checkpoint.by_principal and self.survey.principals is not None:
            return self._principals(self.survey.principals, ())
        if checkpoint.by_principal:
            # Somebody who was named has been deleted meanwhile.
            self.journal.restart()
        elif checkpoint.is_begun:
            return self.by_pair()
        strategy, ways = self.survey.choose()
        if strategy is Strategy.BY_PRINCIPAL:
            return self._principals(self.survey.principals or frozenset(), ways)
        return self._pairs(strategy, ways)

    def _principals(self, asked: Collection[Principal], ways: tuple[Cost, ...]) -> Way:
        passing = self.names.passing_principals(asked)
        is_begun = self.journal.checkpoint.is_begun
        gone = self.names.deleted_principals & frozenset(asked)
        if gone and not is_begun and not self.question.skip_deleted_principals:
            # Their rows are found by pair, which finds those of the others, too.
            return self.by_pair()
        todo = self._to_do(passing)
        sample = list(self._sample([part for part in todo if isinstance(part, Principal)]))
        if self.parts.refusal and not is_begun:
            return self.by_pair()
        expected = ExpectedNames.in_sample(sample, len(todo))
        names = self.foresee_names(expected)
        return Way(Strategy.BY_PRINCIPAL, todo, ways, asked=len(sample), names=names)

    def _pairs(self, strategy: Strategy | None, ways: tuple[Cost, ...]) -> Way:
        if strategy is None:
            if not self.survey.knows_all_principals:
                self.journal.skip_deleted()
            return Way(None)
        todo = self._to_do(self.survey.pairs(strategy))
        asked = self.question.principals
        pairs = (part for part in todo if isinstance(part, Pair))
        expected = ExpectedNames.in_pairs(pairs, None if asked is None else len(asked))
        return Way(strategy, todo, ways, names=self.foresee_names(expected))

    def _sample(self, principals: list[Principal]) -> Iterator[Rows]:
        """Ask some principals; the first alone, for a refusal is one of all."""
        question = self.question
        named = question.names_accounts or question.get_permission_set_names
        size = min(-(-len(principals) // _ONE_OF), _LARGEST_SAMPLE) if named else 1
        chosen = principals[:: max(1, len(principals) // max(1, size))][:size]
        for some in (chosen[:1], chosen[1:]):
            if self.parts.refusal:
                return
            with closing(read_ahead(some, self.parts.sample, workers=self.workers)) as answers:
                for _, answer in answers:
                    # What fails now is tried again when its turn comes.
                    with suppress(ServiceError):
                        rows = answer.result()
                        yield tuple(row for row in rows if self.survey.includes(row.pair))

    def _to_do(self, parts: Iterable[Part]) -> tuple[Part, ...]:
        todo = (part for part in parts if self._is_to_do(part))
        return tuple(sorted(todo, key=part_key))

    def _is_to_do(self, part: Part) -> bool:
        known, key = self.journal.checkpoint, part_key(part)
        if known.includes(key) or LEFT_ACCOUNTS not in known.unread:
            return known.includes(key)
        # Whoever was refused to list by permission set, and no longer is, sees more accounts.
        return isinstance(part, Pair) and key[0] not in self.survey.organization_accounts
