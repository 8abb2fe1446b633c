"""The record of the calls that the model received."""

from __future__ import annotations

import threading

from ssokit.adapters.fake.call import Call, RecordedRequest
from ssokit.adapters.fake.effects import AwsError, Effect
from ssokit.ports.clock import Clock


class RequestRecord:
    """Remember calls in the order in which they were decided. It is thread-safe.

    Args:
        clock: What time it is.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._requests: list[RecordedRequest] = []

    @property
    def requests(self) -> tuple[RecordedRequest, ...]:
        """The calls so far."""
        with self._lock:
            return tuple(self._requests)

    def add(self, call: Call, fault: Effect | None) -> None:
        """Remember a call and what went wrong with it, if anything."""
        request = RecordedRequest(
            operation=call.operation,
            parameters=call.parameters,
            region=call.region,
            outcome=_outcome(fault),
            at=self._clock.now(),
            service=call.service,
        )
        with self._lock:
            self._requests.append(request)

    def clear(self) -> None:
        """Forget the calls so far."""
        with self._lock:
            self._requests.clear()


def _outcome(fault: Effect | None) -> str:
    if isinstance(fault, AwsError):
        return fault.code
    return type(fault).__name__ if fault else "OK"
