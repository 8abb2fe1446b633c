"""What a listing has done so far: coverage, progress, and where to go on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeAlias

import attrs

from ssokit.domain.assignment_checkpoint import Checkpoint, Key
from ssokit.domain.assignments import PRINCIPAL_TYPES, Principal
from ssokit.domain.coverage import Coverage, Gap
from ssokit.domain.errors import CredentialsRejectedError, ServiceError, ThrottledError
from ssokit.ports.clock import Clock

_LOG = logging.getLogger("ssokit.listing")
# So many unreadable parts in a row are no gaps: the service is gone.
_MOST_FAILURES = 20

Progress: TypeAlias = "Callable[[int, int, float | None], object]"


class AssignmentJournal:
    """Keeps account of the parts of a listing, in the thread that iterates it.

    Args:
        start: Where the listing begins.
        clock: What time it is.
        progress: Is called after each part with the parts done, the parts in all, and the
            seconds that are left, None before the first part is done.
        raise_gaps: Whether what cannot be read ends the listing.
        skips_deleted: Whether going by principal misses those who were deleted.
    """

    def __init__(
        self,
        start: Checkpoint,
        *,
        clock: Clock,
        progress: Progress | None = None,
        raise_gaps: bool = False,
        skips_deleted: bool = False,
    ) -> None:
        self.checkpoint = start
        self._goes_on = start.is_begun
        self._clock = clock
        self._progress = progress
        self._raise_gaps = raise_gaps
        self._skips_deleted = skips_deleted
        self._has_skipped = False
        self._gaps: list[Gap] = []
        self._left: set[Principal] = set(start.left or ())
        self._left_out: set[Key] = set()
        self._failures = 0
        self._read = 0
        self._gone_through = 0
        self._parts = 0
        self._began = 0.0
        self._finished = False

    @property
    def coverage(self) -> Coverage:
        """What was read, and what could not be."""
        return Coverage(
            read=self._read,
            gaps=tuple(self._gaps),
            finished=self._finished,
            skips_deleted_principals=self._has_skipped,
        )

    @property
    def left(self) -> frozenset[Principal]:
        """Principals whose rows have to be found by pair."""
        return frozenset(self._left)

    def belongs_to(self, instance_arn: str) -> None:
        """See that the listing goes on with the instance that it began with.

        Raises:
            ValueError: The checkpoint is of another instance.
        """
        if self.checkpoint.instance_arn not in ("", instance_arn):
            raise ValueError(
                f"checkpoint is of {self.checkpoint.instance_arn}, and this session sees "
                f"{instance_arn}: use a session of the former, or begin without a checkpoint"
            )
        self.checkpoint = attrs.evolve(self.checkpoint, instance_arn=instance_arn)

    def begin(self, keys: Iterable[Key], *, by_principal: bool) -> None:
        """Begin to read parts, all those that are still to be read, in order."""
        todo = set(keys)
        known = self.checkpoint
        again = {key for key in todo if known.after is not None and key <= known.after}
        unread = frozenset(again | self._left_out)
        self.checkpoint = attrs.evolve(known, by_principal=by_principal, unread=unread)
        self._parts += len(todo)
        self._has_skipped |= by_principal and self._skips_deleted
        self._began = self._began or self._clock.monotonic()

    def skip_deleted(self) -> None:
        """Note that rows of principals who no longer exist were not looked for."""
        self._has_skipped = True

    def restart(self) -> None:
        """Forget where the listing was to go on."""
        known = self.checkpoint
        self.checkpoint = Checkpoint(question=known.question, instance_arn=known.instance_arn)
        self._left = set()

    def begin_pairs(self) -> None:
        """Go on with pairs after the principals, for those who are left or could not be asked."""
        unread = self.checkpoint.unread
        self._left |= {Principal(*key) for key in unread if key[0] in PRINCIPAL_TYPES}
        self.checkpoint = attrs.evolve(
            self.checkpoint,
            by_principal=False,
            after=None,
            left=self.left,
            unread=frozenset(),
        )

    def done(self, key: Key, *, again: bool = False) -> None:
        """Note that a part was read, and that the caller has taken all of its rows.

        Args:
            key: The part.
            again: Whether it is to be read again when the listing is gone on with.
        """
        self._read += 1
        self._failures = 0
        self.checkpoint = self.checkpoint.finished(key)
        if again:
            self.checkpoint = self.checkpoint.without(key)
        self._tell()

    def read_again(self, key: Key) -> None:
        """Note that a part was left out, which is to be seen to when the listing is gone on with.

        Args:
            key: The part, or an account or a permission set with all of its pairs.
        """
        self._left_out.add(key)
        self.checkpoint = self.checkpoint.without(key)

    def leave(self, principal: Principal) -> None:
        """Note that the rows of a principal have to be found by pair."""
        self._left.add(principal)
        key = (principal.type, principal.id)
        self.checkpoint = attrs.evolve(self.checkpoint.finished(key), left=self.left)
        self._tell()

    def finish(self) -> None:
        """Note that the listing has come to its end.

        Raises:
            ServiceError: Nothing at all could be read, now or before.
        """
        self._finished = True
        if self._gaps and not self._read and not self._goes_on:
            raise self._gaps[0].error

    def gap(self, subject: str, error: ServiceError, key: Key | None = None) -> None:
        """Note that something could not be read.

        Args:
            subject: What it is about.
            error: Why.
            key: The part; None if no rows are missing because of it.

        Raises:
            ServiceError: It means that nothing else can be read either, or gaps are not wanted.
        """
        self._failures += error.code is None
        hopeless = isinstance(error, (CredentialsRejectedError, ThrottledError))
        if hopeless or self._raise_gaps or self._failures > _MOST_FAILURES:
            raise error
        _LOG.warning("%s is left out: %s", subject, error)
        self._gaps.append(Gap(subject, error))
        if key:
            self._leave_out(key)

    def _leave_out(self, key: Key) -> None:
        if key[1]:
            self.checkpoint = self.checkpoint.finished(key).without(key)
            self._tell()
        else:
            self.read_again(key)

    def _tell(self) -> None:
        self._gone_through += 1
        if self._progress and self._parts:
            done = min(self._gone_through, self._parts)
            took = self._clock.monotonic() - self._began
            self._progress(done, self._parts, took / done * (self._parts - done))
