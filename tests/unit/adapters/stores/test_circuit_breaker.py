"""How often something that is down is tried."""

from __future__ import annotations

from stepping_clock import SteppingClock

from ssokit.adapters.stores.circuit_breaker import CircuitBreaker


def test_a_breaker_lets_one_through_at_a_time(clock: SteppingClock):
    """While it is down, one attempt in a pause, however many ask; news are told once."""
    breaker = CircuitBreaker(clock, pause=3)
    assert breaker.allows()
    assert breaker.succeeded() is False
    assert (breaker.failed(), breaker.failed()) == (True, False)
    assert not breaker.allows()
    clock.sleep(3)
    assert [breaker.allows() for _ in range(5)] == [True] + [False] * 4
    clock.sleep(3)
    assert breaker.allows()
    assert (breaker.succeeded(), breaker.succeeded()) == (True, False)
    assert breaker.allows()
    assert breaker.allows()
