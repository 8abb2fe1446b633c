"""A script of what goes wrong, and when."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import attrs

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.effects import Effect

Condition: TypeAlias = "Mapping[str, Any] | Callable[[Mapping[str, Any]], bool]"


def _frozen(calls: Iterable[int] | None) -> frozenset[int] | None:
    return None if calls is None else frozenset(calls)


@attrs.frozen
class Fault:
    """Something that goes wrong with some calls of one operation.

    Without ``calls`` and ``times`` it goes wrong every time until the faults are cleared.

    Attributes:
        operation: The AWS operation, such as ``ListAccountRoles``; ``*`` for any.
        error: What happens: an `AwsError`, a `ConnectionReset`, and so on.
        calls: Which of the matching calls, counted from 1 when the fault was added.
        times: For how many matching calls, from the next one on.
        when: Which calls match: parameters that must be equal, by the names that boto3 has
            for them (``{"accountId": "111122223333"}``), or a predicate over these.
    """

    operation: str
    error: Effect
    calls: frozenset[int] | None = attrs.field(default=None, kw_only=True, converter=_frozen)
    times: int | None = attrs.field(default=None, kw_only=True)
    when: Condition = attrs.field(factory=dict, kw_only=True)

    @times.validator
    def _or_calls(self, _attribute: object, times: int | None) -> None:
        if times is not None and self.calls is not None:
            raise ValueError("give either calls= or times=")

    def matches(self, call: Call) -> bool:
        """Tell whether a call is of the kind that this fault is about."""
        if self.operation not in ("*", call.operation):
            return False
        if callable(self.when):
            return self.when(call.parameters)
        return all(call.parameters.get(name) == value for name, value in self.when.items())

    def strikes(self, nth: int) -> bool:
        """Tell whether the n-th matching call is one that goes wrong."""
        if self.calls is not None:
            return nth in self.calls
        return self.times is None or nth <= self.times


class Faults:
    """The script: of all faults that strike a call, the one added first wins."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._counted: list[tuple[Fault, list[Call]]] = []
        self._releases = 0

    def add(self, *faults: Fault) -> None:
        """Add faults; each counts its matching calls from now on."""
        with self._changed:
            self._counted.extend((fault, []) for fault in faults)

    def clear(self) -> None:
        """Forget all faults, and let go of the connections that a `Hang` holds."""
        with self._changed:
            self._counted.clear()
        self.release()

    def release(self) -> None:
        """Let go of the connections that a `Hang` holds, and forget nothing."""
        with self._changed:
            self._releases += 1
            self._changed.notify_all()

    def hold(self, seconds: float, *, unless: Callable[[], bool]) -> None:
        """Block for real seconds, or until a release.

        Args:
            seconds: The longest time.
            unless: Tells whether not to block any more; asked at first and at a release.
        """
        with self._changed:
            releases = self._releases
            self._changed.wait_for(lambda: self._releases != releases or unless(), seconds)

    def strike(self, call: Call) -> Effect | None:
        """Count a call, and tell what goes wrong with it, if anything."""
        with self._changed:
            struck = [
                fault.error for fault, seen in self._counted if self._counts(fault, seen, call)
            ]
        return struck[0] if struck else None

    def _counts(self, fault: Fault, seen: list[Call], call: Call) -> bool:
        if not fault.matches(call):
            return False
        seen.append(call)
        return fault.strikes(len(seen))
