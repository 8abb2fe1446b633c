"""What the contracts of AWS's services share: a model to call, and calls of it that fail."""

# ruff: noqa: S101 - these are tests

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pytest

from ssokit.adapters.fake.effects import Effect
from ssokit.domain.errors import InvalidResponseError, ServiceUnavailableError, ThrottledError
from ssokit.testing import AwsError, FakeIdentityCenter, Fault, ManualClock


class ServiceContract:
    """A part of the contracts for the ports of the services, which are the ones to inherit from."""

    def serve(self, center: FakeIdentityCenter) -> AbstractContextManager[object]:  # noqa: ARG002
        """Make the model reachable for one test; in process there is nothing to do."""
        return nullcontext()

    @pytest.fixture
    def center(self) -> Iterator[FakeIdentityCenter]:
        """Give a model whose clock stands still."""
        center = FakeIdentityCenter(clock=ManualClock())
        with self.serve(center):
            yield center


@contextmanager
def throttling(center: FakeIdentityCenter, operation: str, *, code: str) -> Iterator[None]:
    """Throttle an operation: the call inside must tell which one, and when to come back."""
    center.faults.add(Fault(operation, AwsError(code, retry_after=3)))
    with pytest.raises(ThrottledError) as throttled:
        yield
    assert (throttled.value.retry_after, throttled.value.operation) == (3, operation)


@contextmanager
def no_answer(center: FakeIdentityCenter, operation: str, error: Effect) -> Iterator[None]:
    """Have a service be away: the call inside must say so, and that it may be tried again."""
    center.faults.add(Fault(operation, error))
    with pytest.raises(ServiceUnavailableError) as failure:
        yield
    assert failure.value.retryable


@contextmanager
def unusable_answer(center: FakeIdentityCenter, operation: str, error: Effect) -> Iterator[None]:
    """Have an answer be none of AWS's, or none at all: the call inside may be tried again."""
    center.faults.add(Fault(operation, error))
    with pytest.raises((InvalidResponseError, ServiceUnavailableError)) as failure:
        yield
    assert failure.value.retryable
