"""The part of the contract of `AssignmentDirectory` that is about calls that fail."""

# ruff: noqa: S101 - these are tests

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

import pytest

from ssokit.domain.errors import (
    InvalidResponseError,
    ServiceUnavailableError,
    ThrottledError,
)
from ssokit.ports.assignment_directory import AssignmentDirectory
from ssokit.testing import (
    AwsError,
    ConnectionReset,
    FakeIdentityCenter,
    Fault,
    GarbageAnswer,
    HttpError,
    ManualClock,
    TruncatedAnswer,
)
from ssokit.testing.directory_questions import DESCRIPTIONS, LISTINGS

_every_call = pytest.mark.parametrize("operation", [*LISTINGS, *DESCRIPTIONS])


class AssignmentDirectoryFaultContract:
    """What an `AssignmentDirectory` makes of calls that fail; see its child."""

    @abstractmethod
    def make(self, center: FakeIdentityCenter) -> AssignmentDirectory:
        """Give the adapter under test, for a model in its own region."""

    def serve(self, center: FakeIdentityCenter) -> AbstractContextManager[object]:  # noqa: ARG002
        """Make the model reachable for one test; in process there is nothing to do."""
        return nullcontext()

    @pytest.fixture
    def center(self) -> Iterator[FakeIdentityCenter]:
        """Give a model whose clock stands still."""
        center = FakeIdentityCenter(clock=ManualClock())
        with self.serve(center):
            yield center

    @pytest.fixture
    def directory(self, center: FakeIdentityCenter) -> AssignmentDirectory:
        """Give the adapter under test."""
        return self.make(center)

    @_every_call
    def test_throttling_says_when_to_come_back(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter, operation: str
    ) -> None:
        """A throttled call carries the seconds that the service asks for."""
        center.faults.add(Fault(operation, AwsError("ThrottlingException", retry_after=3)))
        with pytest.raises(ThrottledError) as throttled:
            _call(directory, center, operation)
        assert (throttled.value.retry_after, throttled.value.operation) == (3, operation)

    @_every_call
    @pytest.mark.parametrize("error", [ConnectionReset(), HttpError(503)], ids=repr)
    def test_unavailable_service_may_be_tried_again(
        self,
        directory: AssignmentDirectory,
        center: FakeIdentityCenter,
        operation: str,
        error: ConnectionReset | HttpError,
    ) -> None:
        """No answer and a 5xx one are the same to a caller: try later."""
        center.faults.add(Fault(operation, error))
        with pytest.raises(ServiceUnavailableError) as failure:
            _call(directory, center, operation)
        assert failure.value.retryable

    @_every_call
    @pytest.mark.parametrize(
        "error", [GarbageAnswer(), GarbageAnswer(b"{}"), TruncatedAnswer()], ids=repr
    )
    def test_answer_that_is_none_is_told(
        self,
        directory: AssignmentDirectory,
        center: FakeIdentityCenter,
        operation: str,
        error: GarbageAnswer | TruncatedAnswer,
    ) -> None:
        """HTTP 200 with a body that is not AWS's never looks like an empty listing."""
        center.faults.add(Fault(operation, error))
        with pytest.raises((InvalidResponseError, ServiceUnavailableError)) as failure:
            _call(directory, center, operation)
        assert failure.value.retryable


def _call(directory: AssignmentDirectory, center: FakeIdentityCenter, operation: str) -> object:
    if operation in DESCRIPTIONS:
        return DESCRIPTIONS[operation](directory, center.organization)
    return LISTINGS[operation][0](directory, center.organization)()
