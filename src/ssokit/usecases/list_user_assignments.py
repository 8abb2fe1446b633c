"""List which users can use what, directly and through which groups."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from functools import cached_property
from itertools import islice

import attrs

from ssokit.domain.assignment_checkpoint import Checkpoint, Key, parse_checkpoint
from ssokit.domain.assignment_question import AssignmentQuestion
from ssokit.domain.assignment_specs import PrincipalSpec
from ssokit.domain.assignments import GROUP, PRINCIPAL_TYPES, USER, Assignment, Principal
from ssokit.domain.coverage import Coverage
from ssokit.domain.errors import NotFoundError, ServiceError
from ssokit.domain.instance_specs import parse_instance
from ssokit.domain.planned_calls import AssignmentPlan
from ssokit.domain.user_assignments import UserAssignment
from ssokit.usecases.directory_reader import DirectoryReader
from ssokit.usecases.find_instance import FindInstance
from ssokit.usecases.list_assignments import AssignmentListing
from ssokit.usecases.read_ahead import read_ahead

_LARGEST_BATCH = 400


class UserAssignmentListing(Iterator[UserAssignment]):
    """The ways in which users have permission sets in accounts, one by one.

    Rows come in the order of the assignments, and the users of a group by their ids. The
    members of a group are read once. Groups hold no groups. Close it to stop early.

    Args:
        asked: A listing of the same question, of which nothing was read yet.
        checkpoint: Where an earlier listing of users stood; None to begin.

    Raises:
        TypeError: The checkpoint is no str.
        ValueError: It is no checkpoint, or one of another question.
    """

    def __init__(self, asked: AssignmentListing, checkpoint: str | None = None) -> None:
        self._list = asked.listing
        self._question = asked.question
        self._reader = DirectoryReader(self._list.directory, self._list.budgets)
        self._members: dict[str, frozenset[str]] = {}
        self._without_members: set[str] = set()
        # Assignments alone leave out the groups of users: theirs is another checkpoint.
        fingerprint = f"users {asked.question.fingerprint}"
        self._start = Checkpoint(question=fingerprint)
        if checkpoint is not None:
            self._start = parse_checkpoint(checkpoint, fingerprint)
        self._reached = self._start
        self._again: frozenset[Key] = frozenset()
        self._finished = False
        self._rows = self._walk()

    def __next__(self) -> UserAssignment:
        """Give the next row; errors are those of `AssignmentListing`."""
        return next(self._rows)

    @property
    def plan(self) -> AssignmentPlan:
        """What is done to read the assignments; each group in them takes a call more."""
        return self._assignments.plan

    @property
    def coverage(self) -> Coverage:
        """What was read so far, and what could not be; finished when the last row was taken."""
        if "_assignments" not in vars(self):
            return Coverage()
        return attrs.evolve(self._assignments.coverage, finished=self._finished)

    @property
    def checkpoint(self) -> str:
        """Where to go on; see `AssignmentListing.checkpoint`.

        Assignments are read ahead of the users who have them, and it does not count them
        before. Those of groups whose members could not be read are read again.
        """
        reached = attrs.evolve(self._reached, unread=self._reached.unread | self._again)
        asked = {Principal(*key) for key in self._again if key[0] in PRINCIPAL_TYPES}
        if asked and not reached.by_principal:
            # They were asked before the pairs, which begin anew for them.
            left = asked.union(reached.left or ())
            reached = attrs.evolve(reached, left=frozenset(left), after=None)
        return str(reached)

    @property
    def deleted_principals(self) -> frozenset[Principal]:
        """Principals of assignments that were looked up so far, and no longer exist."""
        begun = "_assignments" in vars(self)
        return self._assignments.deleted_principals if begun else frozenset()

    def close(self) -> None:
        """Stop; calls that are under way are not waited for."""
        self._reader.stop()
        self._rows.close()

    @cached_property
    def _assignments(self) -> AssignmentListing:
        return self._list(self._with_groups(), self._start)

    @cached_property
    def _instance(self) -> FindInstance:
        question = self._question
        return FindInstance(
            reader=self._reader,
            asked=question.instance,
            identity_store_id=question.identity_store_id,
        )

    def _with_groups(self) -> AssignmentQuestion:
        """Ask for the groups of users, too."""
        question, store_id = self._question, self._instance.store_id
        groups = [
            PrincipalSpec(group_id, GROUP)
            for spec in question.principals or ()
            for group_id in self._groups_of(store_id, spec)
        ]
        named = question.principals and (*question.principals, *groups)
        return attrs.evolve(
            question,
            instance=parse_instance(self._instance.arn),
            identity_store_id=store_id,
            principals=question.principals if named is None else tuple(dict.fromkeys(named)),
        )

    def _groups_of(self, store_id: str, spec: PrincipalSpec) -> tuple[str, ...]:
        if spec.type == GROUP:
            return ()
        try:
            return self._reader.groups_of_user(store_id, spec.id)
        except NotFoundError:
            return ()

    def _walk(self) -> Generator[UserAssignment, None, None]:
        try:
            with closing(self._assignments) as assignments:
                yield from self._all_of(assignments)
        except BaseException:
            self._reader.stop()
            raise

    def _all_of(self, assignments: AssignmentListing) -> Iterator[UserAssignment]:
        size = 1
        while batch := [(row, assignments.reached) for row in islice(assignments, size)]:
            yield from self._expanded(batch)
            size = min(2 * size, _LARGEST_BATCH)
        self._reached = assignments.reached
        self._finished = True

    def _expanded(self, batch: list[tuple[Assignment, Checkpoint]]) -> Iterator[UserAssignment]:
        rows = [row for row, _ in batch]
        self._read_members({row.principal_id for row in rows if row.principal_type == GROUP})
        names = self._names({user_id for row in rows for user_id in self._users_of(row)})
        for row, self._reached in batch:
            if row.principal_id in self._without_members:
                self._again |= {_part_of(row, by_principal=self._reached.by_principal)}
            for user_id in self._users_of(row):
                yield UserAssignment(user_id, names.get(user_id), row)

    def _users_of(self, row: Assignment) -> list[str]:
        if row.principal_type == USER:
            return [row.principal_id]
        members = self._members.get(row.principal_id, frozenset())
        group = Principal(GROUP, row.principal_id)
        specs = self._question.principals
        if specs is None or any(spec.matches(group) for spec in specs):
            return sorted(members)
        return sorted(members & {spec.id for spec in specs})

    def _read_members(self, group_ids: Iterable[str]) -> None:
        unknown = sorted(set(group_ids) - self._members.keys())
        store_id, workers = self._instance.store_id, self._list.workers

        def read(group_id: str) -> tuple[str, ...]:
            return self._reader.group_members(store_id, group_id)

        with closing(read_ahead(unknown, read, workers=workers)) as answers:
            for group_id, answer in answers:
                self._members[group_id] = frozenset(self._result(group_id, answer.result))

    def _result(self, group_id: str, result: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        try:
            return result()
        except NotFoundError:
            return ()
        except ServiceError as error:
            self._without_members.add(group_id)
            self._assignments.report(f"the members of group {group_id}", error)
            return ()

    def _names(self, user_ids: Iterable[str]) -> dict[str, str | None]:
        return self._assignments.user_names(user_ids)


def _part_of(row: Assignment, *, by_principal: bool) -> Key:
    if by_principal:
        return row.principal_type, row.principal_id
    return row.target_id, row.permission_set_arn
