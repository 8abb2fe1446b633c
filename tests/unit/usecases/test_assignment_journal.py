"""What a listing has done: coverage, progress, and where to go on."""

from __future__ import annotations

import logging

import pytest

from ssokit.domain.assignment_checkpoint import Checkpoint
from ssokit.domain.assignments import GROUP, Principal
from ssokit.domain.errors import (
    AccessDeniedError,
    CredentialsRejectedError,
    ServiceUnavailableError,
    ThrottledError,
)
from ssokit.testing import ManualClock
from ssokit.usecases.assignment_journal import AssignmentJournal

_DENIED = AccessDeniedError("no", code="AccessDeniedException")
_GONE = ServiceUnavailableError("no answer")
_PARTS = [("1", "a"), ("1", "b"), ("2", "a")]
_START = Checkpoint(question="q")


@pytest.fixture
def journal(clock: ManualClock) -> AssignmentJournal:
    return AssignmentJournal(_START, clock=clock)


def test_coverage_grows(journal: AssignmentJournal):
    """Parts that were read count; it is complete at the end, and not before."""
    journal.begin(_PARTS, by_principal=False)
    for part in _PARTS:
        journal.done(part)
        assert not journal.coverage.complete
    journal.finish()
    assert journal.coverage.read == 3
    assert journal.coverage.complete


def test_gaps_are_kept_and_logged(journal: AssignmentJournal, caplog: pytest.LogCaptureFixture):
    """A part that could not be read is in the coverage, in a log line, and in the checkpoint."""
    journal.begin(_PARTS, by_principal=False)
    journal.done(_PARTS[0])
    with caplog.at_level(logging.WARNING, logger="ssokit.listing"):
        journal.gap("the second", _DENIED, _PARTS[1])
    journal.done(_PARTS[2])
    journal.finish()
    (gap,) = journal.coverage.gaps
    assert (gap.subject, gap.error) == ("the second", _DENIED)
    assert caplog.messages == ["the second is left out: no"]
    assert not journal.coverage.complete
    assert [journal.checkpoint.includes(part) for part in _PARTS] == [False, True, False]


def test_what_is_missing_besides_parts(journal: AssignmentJournal):
    """A name is no part; what could not be listed leads to all parts it may have had."""
    journal.gap("the name of a", _DENIED)
    journal.gap("pairs of a", _DENIED, ("a", ""))
    journal.begin(_PARTS[1:2], by_principal=False)
    journal.done(_PARTS[1])
    assert [journal.checkpoint.includes(part) for part in _PARTS] == [True, False, True]
    journal.done(("3", "a"))
    assert journal.checkpoint.includes(("1", "a"))


def test_nothing_read_at_all_is_an_error(journal: AssignmentJournal):
    """Where every part failed, the first failure is raised instead of an empty answer."""
    journal.begin(_PARTS[:1], by_principal=False)
    journal.gap("the first", _DENIED, _PARTS[0])
    with pytest.raises(AccessDeniedError):
        journal.finish()


@pytest.mark.parametrize("error", [CredentialsRejectedError("no"), ThrottledError("no")], ids=repr)
def test_hopeless_errors_end_it(journal: AssignmentJournal, error: Exception):
    """Keys that do not count, and throttles without an end, are no gaps."""
    journal.begin(_PARTS, by_principal=False)
    with pytest.raises(type(error)):
        journal.gap("the first", error, _PARTS[0])  # type: ignore[arg-type]


def test_gaps_may_be_unwanted(clock: ManualClock):
    """Whoever wants all or nothing gets the error."""
    journal = AssignmentJournal(_START, clock=clock, raise_gaps=True)
    with pytest.raises(AccessDeniedError):
        journal.gap("the first", _DENIED)


def test_service_that_is_gone_is_noticed(journal: AssignmentJournal):
    """Many failures without an answer in between end it; answers in between do not."""
    for _ in range(3):
        for _ in range(20):
            journal.gap("one", _GONE)
        journal.done(("1", "a"))
    for _ in range(20):
        journal.gap("one", _GONE)
    with pytest.raises(ServiceUnavailableError):
        journal.gap("one too many", _GONE)


def test_progress(clock: ManualClock):
    """The seconds left follow from those that the parts so far took."""
    told: list[tuple[int, int, float | None]] = []
    journal = AssignmentJournal(_START, clock=clock, progress=lambda *numbers: told.append(numbers))
    journal.begin(_PARTS, by_principal=False)
    for part in _PARTS:
        clock.advance(2)
        journal.done(part)
    assert told == [(1, 3, 4.0), (2, 3, 2.0), (3, 3, 0.0)]


def test_principals_that_are_left_are_found_by_pair(journal: AssignmentJournal):
    """Principals who cannot be asked are kept for later, and the checkpoint knows them."""
    group = Principal(GROUP, "g")
    journal.begin([(GROUP, "g"), (GROUP, "h")], by_principal=True)
    assert journal.checkpoint.by_principal
    journal.leave(group)
    journal.done((GROUP, "h"))
    journal.begin_pairs()
    assert journal.left == {group}
    assert journal.checkpoint.left == {group}
    assert not journal.checkpoint.by_principal
    again = AssignmentJournal(journal.checkpoint, clock=ManualClock())
    assert again.left == {group}
    again.restart()
    assert again.left == frozenset()
    assert not again.checkpoint.is_begun


def test_skipping_the_deleted_is_not_complete(clock: ManualClock):
    """Going by principal over those who exist proves nothing about those who do not."""
    journal = AssignmentJournal(_START, clock=clock, skips_deleted=True)
    journal.begin([], by_principal=False)
    assert not journal.coverage.skips_deleted_principals
    journal.begin([], by_principal=True)
    journal.finish()
    assert journal.coverage.skips_deleted_principals
    assert not journal.coverage.complete


def test_instance_of_a_checkpoint(journal: AssignmentJournal, clock: ManualClock):
    """A listing goes on with the instance that it began with, or not at all."""
    journal.belongs_to("arn:one")
    again = AssignmentJournal(journal.checkpoint, clock=clock)
    again.belongs_to("arn:one")
    with pytest.raises(ValueError, match="this session sees arn:two: use a session"):
        again.belongs_to("arn:two")
