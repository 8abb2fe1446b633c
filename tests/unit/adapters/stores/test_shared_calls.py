"""Calls of a shared store, and who is told when they succeed again."""

from __future__ import annotations

import pytest
from stepping_clock import SteppingClock

from ssokit.adapters.stores.shared_calls import SharedCalls
from ssokit.domain.errors import StoreError


def test_calls_outlive_whoever_is_told_of_their_success(clock: SteppingClock):
    """What was dropped meanwhile is not called any more."""

    class Listener:
        def hear(self) -> None:
            """Never be called."""
            raise AssertionError

    listener = Listener()
    ask = SharedCalls(clock, retry_after=1, when_back=listener.hear)

    def fail() -> None:
        raise StoreError("down")

    with pytest.raises(StoreError):
        ask(fail)
    del listener
    clock.sleep(1)
    assert ask(lambda: "an answer") == "an answer"
