"""Where every call comes in: the rate, the script of faults, the services, the record."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import attrs

from ssokit.adapters.fake.call import Call, Outcome
from ssokit.adapters.fake.effects import (
    AwsError,
    Effect,
    GarbageAnswer,
    Meanwhile,
    RefusedError,
    SlowAnswer,
    TruncatedAnswer,
    refused,
)
from ssokit.adapters.fake.faults import Faults
from ssokit.adapters.fake.rate_limit import TokenBucket
from ssokit.adapters.fake.record import RequestRecord
from ssokit.adapters.fake.services import OPERATIONS
from ssokit.adapters.fake.state import State

_THROTTLE_OF = {"sso-admin": "ThrottlingException", "identitystore": "ThrottlingException"}


@attrs.define(kw_only=True)
class FrontDoor:
    """Decide what comes of a call.

    Attributes:
        see: Gives the state of the model as it is now.
        faults: What goes wrong, and when.
        record: What was received.
        lock: The model's lock: calls are decided one at a time.
        rates: Which calls are admitted, by service, and under None of all together.
    """

    see: Callable[[], State]
    faults: Faults
    record: RequestRecord
    lock: AbstractContextManager[object]
    rates: dict[str | None, TokenBucket] = attrs.field(factory=dict)

    def handle(self, call: Call) -> Outcome:
        """Do what a call asks for, or what the script has for it."""
        with self.lock:
            state = self.see()
        if state.settings.latency:
            time.sleep(state.settings.latency)
        effect = self.faults.strike(call)
        if isinstance(effect, SlowAnswer):
            state.clock.sleep(effect.seconds)
            effect = None
        with self.lock:
            if isinstance(effect, Meanwhile):
                effect = _failure_of(effect)
            outcome = self._decide(call, effect)
            self.record.add(call, outcome.fault)
        return outcome

    def _decide(self, call: Call, effect: Effect | None) -> Outcome:
        if not all(self.rates[of].admits() for of in (None, call.service) if of in self.rates):
            code = _THROTTLE_OF.get(call.service, "TooManyRequestsException")
            return Outcome(fault=AwsError(code, message="Rate exceeded"))
        if effect is not None and not isinstance(effect, (GarbageAnswer, TruncatedAnswer)):
            return Outcome(fault=effect)
        try:
            return Outcome(members=self._perform(call), fault=effect)
        except RefusedError as refusal:
            return Outcome(fault=refusal.error)
        except LookupError as mistake:
            return Outcome(fault=_own(mistake))

    def _perform(self, call: Call) -> Mapping[str, Any]:
        operation = OPERATIONS.get((call.service, call.operation))
        if operation is None:
            raise refused("UnknownOperationException", f"no such operation: {call.operation}")
        return operation(self.see(), call)


def _failure_of(change: Meanwhile) -> Effect | None:
    try:
        change.happens()
    except LookupError as mistake:
        return _own(mistake)
    return None


def _own(mistake: LookupError) -> AwsError:
    # A test's own mistake, such as a person who is nobody, shows where the test looks.
    return AwsError("InternalServerException", message=str(mistake))
