"""What is measured, side by side: the runs of both libraries take turns."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from typing import Any

from local_center import ACCOUNTS
from report import Figure, Pair
from sides import Side

RATE = 20.0
LATENCY = 0.02
LATER_SESSIONS = 8


def imports(ours: Side, peer: Side, runs: int) -> Iterator[Pair]:
    """Measure the import in fresh processes, also against attrs, which ssokit builds on."""
    plain, attrs = _turns(
        runs,
        lambda: ours.does("import"),
        lambda: ours.does("import", module="attrs"),
    )
    yield Pair("import, compared with attrs, which it uses later", _of(plain), _of(attrs), "attrs")
    named, theirs = _turns(
        runs,
        lambda: ours.does("import", "login", "get_boto3_session"),
        lambda: peer.does("import", "login", "get_boto3_session"),
    )
    notes = [f"boto3 {'' if run['boto3'] else 'not '}imported" for run in (plain[0], theirs[0])]
    yield Pair("import", _of(plain, notes[0]), _of(theirs, notes[1]))
    note = f"boto3 {'' if named[0]['boto3'] else 'not '}imported"
    yield Pair("import, and look the functions up", _of(named, note), _of(theirs, notes[1]))


def cached_login(ours: Side, peer: Side, runs: int) -> Iterator[Pair]:
    """Measure a login that finds a token in the cache, not for the first time."""
    ours.center.clear()
    mine, theirs = _turns(
        runs, lambda: ours.does("cached-login"), lambda: peer.does("cached-login")
    )
    calls = f"calls of both: {ours.center.calls()}"
    yield Pair("cached login, later in the process", _of(mine, calls), _of(theirs, calls))


def sessions(ours: Side, peer: Side, runs: int) -> Iterator[Pair]:
    """Measure sessions for one role, each with its first call (sts GetCallerIdentity)."""
    [[account_id, _, role_name]] = ours.does("roles")["last"]

    def run(side: Side, number: int) -> Any:
        side.center.clear()
        found = side.does("sessions", account_id, role_name, str(number))
        return {**found, "calls": str(side.center.calls())}

    first = _turns(runs, lambda: run(ours, 1), lambda: run(peer, 1))
    yield _pair("import, first session, first call", first, lambda found: found["first"])
    second = _turns(runs, lambda: run(ours, 2), lambda: run(peer, 2))
    yield _pair(
        "second session for the role, first call (calls of both sessions)",
        second,
        lambda found: found["later"][0],
    )
    later = _turns(runs, lambda: run(ours, LATER_SESSIONS), lambda: run(peer, LATER_SESSIONS))
    yield _pair(
        f"sessions 3 to {LATER_SESSIONS}, the median one (calls of all {LATER_SESSIONS})",
        later,
        lambda found: statistics.median(found["later"][1:]),
    )


def roles(ours: Side, peer: Side, runs: int) -> Iterator[Pair]:
    """Measure the listing of all roles, with a network's latency, then with a rate limit."""
    label = f"import, roles of {ACCOUNTS} accounts, {LATENCY * 1000:g} ms latency"
    ours.center.set_latency(LATENCY)
    yield _pair(
        label,
        _turns(runs, lambda: _listing(ours, None), lambda: _listing(peer, None)),
        lambda found: found["seconds"],
    )
    yield _pair(
        f"{label}, {RATE:g} calls a second allowed (one run)",
        _turns(1, lambda: _listing(ours, RATE), lambda: _listing(peer, RATE)),
        lambda found: found["seconds"],
    )


def _listing(side: Side, rate: float | None) -> Any:
    side.center.set_rate(rate)
    side.center.clear()
    found = side.does("roles")
    calls = side.center.calls()
    side.center.set_rate(None)
    ended = f"failed: {found['failure']}" if found["failure"] else f"{found['rows']} rows"
    return {**found, "calls": f"{ended}; {calls}; {calls.throttled} throttled"}


def _turns(
    runs: int, ours: Callable[[], Any], theirs: Callable[[], Any]
) -> tuple[list[Any], list[Any]]:
    pairs = [(ours(), theirs()) for _ in range(runs)]
    return [mine for mine, _ in pairs], [other for _, other in pairs]


def _pair(label: str, found: tuple[list[Any], list[Any]], seconds: Callable[[Any], float]) -> Pair:
    mine, theirs = (
        Figure(statistics.median(seconds(run) for run in runs), runs[-1]["calls"]) for runs in found
    )
    return Pair(label, mine, theirs)


def _of(runs: list[Any], note: str = "") -> Figure:
    measured = [run["seconds"] for run in runs]
    flat = [
        one for seconds in measured for one in (seconds if isinstance(seconds, list) else [seconds])
    ]
    return Figure(statistics.median(flat), note)
