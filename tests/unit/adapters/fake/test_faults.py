"""The script of what goes wrong."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.faults import Faults
from ssokit.testing import AwsError, ConnectionReset, Fault, HttpError

_OOPS = AwsError("InternalServerException")


def _call(operation: str = "ListAccountRoles", **parameters: Any) -> Call:
    return Call(operation=operation, parameters=parameters, region="us-east-1")


def _strikes(fault: Fault, calls: int = 4) -> list[bool]:
    faults = Faults()
    faults.add(fault)
    return [faults.strike(_call()) is not None for _ in range(calls)]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault("ListAccountRoles", _OOPS), [True, True, True, True]),
        (Fault("ListAccountRoles", _OOPS, calls={2, 4}), [False, True, False, True]),
        (Fault("ListAccountRoles", _OOPS, times=2), [True, True, False, False]),
        (Fault("*", _OOPS, times=1), [True, False, False, False]),
        (Fault("ListAccounts", _OOPS), [False, False, False, False]),
    ],
    ids=["always", "n-th", "next n", "any operation", "another operation"],
)
def test_which_calls_go_wrong(fault: Fault, expected: list[bool]):
    """A fault strikes every time, the n-th times, or the next n times."""
    assert _strikes(fault) == expected


def test_calls_are_told_apart_by_parameters():
    """A fault may be about one account, and counts the calls for it alone."""
    faults = Faults()
    faults.add(Fault("ListAccountRoles", _OOPS, when={"accountId": "1"}, calls={2}))
    struck = [faults.strike(_call(accountId=account)) for account in ("1", "2", "2", "1")]
    assert struck == [None, None, None, _OOPS]


def test_calls_are_told_apart_by_a_predicate():
    """A fault may look at the parameters in any way."""

    def has_next_token(parameters: Mapping[str, Any]) -> bool:
        return "nextToken" in parameters

    faults = Faults()
    faults.add(Fault("*", _OOPS, when=has_next_token))
    assert faults.strike(_call()) is None
    assert faults.strike(_call(nextToken="x")) is _OOPS


def test_first_fault_wins_and_all_count():
    """Of two faults for a call the one added first strikes, and the other has counted it."""
    faults = Faults()
    reset = ConnectionReset()
    faults.add(Fault("*", reset, calls={1}), Fault("*", _OOPS, calls={1, 2}))
    assert [faults.strike(_call()) for _ in range(3)] == [reset, _OOPS, None]


def test_clearing_forgets():
    """After a clear nothing goes wrong any more."""
    faults = Faults()
    faults.add(Fault("*", _OOPS))
    faults.clear()
    assert faults.strike(_call()) is None


def test_calls_and_times_exclude_each_other():
    """A fault says either which calls or how many."""
    with pytest.raises(ValueError, match="either"):
        Fault("*", _OOPS, calls={1}, times=1)


def test_held_connections_are_let_go():
    """A held thread goes on when the faults are cleared, long before its time."""
    faults = Faults()
    holding = threading.Event()

    def not_yet() -> bool:
        holding.set()
        return False

    thread = threading.Thread(target=faults.hold, args=(60,), kwargs={"unless": not_yet})
    thread.start()
    assert holding.wait(10)
    faults.clear()
    thread.join(10)
    assert not thread.is_alive()


def test_nobody_is_held_who_should_not_be():
    """A server that stops holds nothing, even if the release came before."""
    Faults().hold(60, unless=lambda: True)


def test_status_goes_with_the_code():
    """An error has the HTTP status that AWS sends with its code, unless told otherwise."""
    codes = ("InvalidClientException", "ForbiddenException", "SlowDownException")
    assert [AwsError(code).status for code in codes] == [401, 403, 400]
    assert AwsError("SlowDownException", status=429).status == 429
    assert HttpError().status == 503
