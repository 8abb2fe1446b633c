"""The part of the contract of `AssignmentDirectory` that is about calls that fail."""

from __future__ import annotations

from abc import abstractmethod

import pytest

from ssokit.adapters.fake.effects import Effect
from ssokit.ports.assignment_directory import AssignmentDirectory
from ssokit.testing import (
    ConnectionReset,
    FakeIdentityCenter,
    GarbageAnswer,
    HttpError,
    TruncatedAnswer,
)
from ssokit.testing.directory_questions import DESCRIPTIONS, LISTINGS
from ssokit.testing.service_contract import ServiceContract, no_answer, throttling, unusable_answer

_every_call = pytest.mark.parametrize("operation", [*LISTINGS, *DESCRIPTIONS])


class AssignmentDirectoryFaultContract(ServiceContract):
    """What an `AssignmentDirectory` makes of calls that fail; see its child."""

    @abstractmethod
    def make(self, center: FakeIdentityCenter) -> AssignmentDirectory:
        """Give the adapter under test, for a model in its own region."""

    @pytest.fixture
    def directory(self, center: FakeIdentityCenter) -> AssignmentDirectory:
        """Give the adapter under test."""
        return self.make(center)

    @_every_call
    def test_throttling_says_when_to_come_back(
        self, directory: AssignmentDirectory, center: FakeIdentityCenter, operation: str
    ) -> None:
        """A throttled call carries the seconds that the service asks for."""
        with throttling(center, operation, code="ThrottlingException"):
            _call(directory, center, operation)

    @_every_call
    @pytest.mark.parametrize("error", [ConnectionReset(), HttpError(503)], ids=repr)
    def test_unavailable_service_may_be_tried_again(
        self,
        directory: AssignmentDirectory,
        center: FakeIdentityCenter,
        operation: str,
        error: Effect,
    ) -> None:
        """No answer and a 5xx one are the same to a caller: try later."""
        with no_answer(center, operation, error):
            _call(directory, center, operation)

    @_every_call
    @pytest.mark.parametrize(
        "error", [GarbageAnswer(), GarbageAnswer(b"{}"), TruncatedAnswer()], ids=repr
    )
    def test_answer_that_is_none_is_told(
        self,
        directory: AssignmentDirectory,
        center: FakeIdentityCenter,
        operation: str,
        error: Effect,
    ) -> None:
        """HTTP 200 with a body that is not AWS's never looks like an empty listing."""
        with unusable_answer(center, operation, error):
            _call(directory, center, operation)


def _call(directory: AssignmentDirectory, center: FakeIdentityCenter, operation: str) -> object:
    if operation in DESCRIPTIONS:
        return DESCRIPTIONS[operation](directory, center.organization)
    return LISTINGS[operation][0](directory, center.organization)()
