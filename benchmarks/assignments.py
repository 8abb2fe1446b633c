"""List assignments with ssokit and aws-sso-lib side by side.

Run ``python benchmarks/assignments.py``; README.md says what the lines mean.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
from local_center import Calls, LocalCenter
from peer_environment import peer_interpreter
from sides import Side

from ssokit.testing import Organization, OrganizationShape

_SERVER = Path(__file__).with_name("organization_server.py")
_LATENCY = 0.02
_RATE = 20.0
# Where nothing is throttled, nothing has to be held back.
_NO_LIMIT = 1000.0
_NAMED = {"get_principal_names": True, "get_permission_set_names": True}
_WIDE = OrganizationShape(
    accounts=2000, permission_sets=20, pairs=2400, rows=3000, groups=100, users=400
)
# Without the oddities of real organizations: aws-sso-lib ends with a KeyError where a user or
# a group has no name.
_SHAPES = {
    "small": attrs.evolve(OrganizationShape.small(), oddities=0),
    "medium": attrs.evolve(OrganizationShape.medium(), oddities=0),
    "large": OrganizationShape.large(),
    "wide": _WIDE,
}


@attrs.frozen(kw_only=True)
class Ended:
    """How a listing went.

    Attributes:
        found: What the worker says.
        calls: What the server recorded.
    """

    found: dict[str, Any]
    calls: Calls

    def __str__(self) -> str:
        """Show calls, seconds, throttled answers and memory."""
        found = self.found
        ended = f"failed: {found['failure']}" if found["failure"] else f"{found['rows']:,} rows"
        return (
            f"{self.calls.total:>7,} calls {found['seconds']:>8.1f} s {self.calls.throttled:>6,} "
            f"throttled {found['megabytes']:>5.0f} MB   {ended}; {self.calls}"
        )


def main() -> None:
    """Measure what the options ask for, and print it as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-env", type=Path, help="an environment to reuse, or to make")
    parser.add_argument("--only", choices=sorted(_SECTIONS), help="one section of all")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ssokit-benchmarks-") as temporary:
        folder = Path(temporary)
        peer = peer_interpreter(options.peer_env or folder / "peer")
        for name in [options.only] if options.only else list(_SECTIONS):
            shape, run = _SECTIONS[name]
            numbers = attrs.asdict(_SHAPES[shape])
            with closing(LocalCenter(str(_SERVER), json.dumps(numbers))) as center:
                sides = [
                    _side("ssokit", Path(sys.executable), folder / f"{name}-ssokit", center),
                    _side("aws_sso_lib", peer, folder / f"{name}-peer", center),
                ]
                print(f"\n== {name}", flush=True)
                run(*sides, _SHAPES[shape].organization())


def _side(module: str, interpreter: Path, home: Path, center: LocalCenter) -> Side:
    home.mkdir()
    return Side(module=module, interpreter=interpreter, home=home, center=center)


def _questions(organization: Organization) -> Iterator[tuple[str, dict[str, Any]]]:
    """Ask for everything, and for a usual group and permission set."""
    held = Counter(
        row.principal_id for row in organization.assignments if row.principal_type == "GROUP"
    )
    used = Counter(row.permission_set for row in organization.assignments)
    group = sorted(held, key=lambda one: (held[one], one))[len(held) // 2]
    name = sorted(used, key=lambda one: (used[one], one))[len(used) // 2]
    yield "everything, named", _NAMED
    yield "one group, named", {"principal": group, **_NAMED}
    yield (
        "one permission set, named",
        {
            "permission_set": organization.permission_sets[name].arn,
            **_NAMED,
        },
    )
    yield "one group", {"principal": ["GROUP", group], "get_target_names": None}


def _unthrottled(ours: Side, peer: Side, organization: Organization) -> None:
    ours.center.set_latency(_LATENCY)
    for label, question in _questions(organization):
        mine = _listing(ours, {**question, "rate": _NO_LIMIT})
        theirs = None
        if "get_target_names" not in question:
            theirs = _listing(peer, question)
        _print(label, mine, theirs)


def _alone(ours: Side, _: Side, organization: Organization) -> None:
    ours.center.set_latency(_LATENCY)
    for label, question in _questions(organization):
        _print(label, _listing(ours, {**question, "rate": _NO_LIMIT}), None)


def _throttled(ours: Side, peer: Side, organization: Organization) -> None:
    ours.center.set_latency(_LATENCY)
    ours.center.set_rate(_RATE, "sso-admin")
    for label, question in list(_questions(organization))[:3]:
        _print(label, _listing(ours, question), _listing(peer, question))


def _wide(ours: Side, _peer: Side, _: Organization) -> None:
    ours.center.set_latency(_LATENCY)
    ours.center.set_rate(_RATE, "sso-admin")
    ended = _listing(ours, {})
    _print("2,000 accounts", ended, None)
    ours.center.clear()
    with ThreadPoolExecutor(4) as pool:
        found = [future.result() for future in [pool.submit(_run, ours, {}) for _ in range(4)]]
    calls = ours.center.calls()
    for one in found:
        same = "the same rows" if one["digest"] == ended.found["digest"] else "OTHER ROWS"
        print(f"  one of four: {one['rows']:,} rows, {one['seconds']:.0f} s, {same}")
    print(f"  all four: {calls.total:,} calls, {calls.throttled:,} throttled", flush=True)


def _listing(side: Side, question: dict[str, Any]) -> Ended:
    side.center.clear()
    found = _run(side, question)
    return Ended(found=found, calls=side.center.calls())


def _run(side: Side, question: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = side.does("assignments", json.dumps(question))
    return found


def _print(label: str, ours: Ended, theirs: Ended | None) -> None:
    print(f"{label}\n  ssokit      {ours}", flush=True)
    if theirs is None:
        return
    same = "the same rows" if ours.found["digest"] == theirs.found["digest"] else "OTHER ROWS"
    calls = theirs.calls.total / ours.calls.total
    seconds = theirs.found["seconds"] / ours.found["seconds"]
    print(f"  aws-sso-lib {theirs}")
    print(f"  {calls:,.1f} x fewer calls, {seconds:,.1f} x faster, {same}", flush=True)


_SECTIONS = {
    "50 accounts x 20 sets": ("small", _unthrottled),
    "500 accounts x 80 sets": ("medium", _unthrottled),
    "5,000 accounts x 200 sets": ("large", _alone),
    "50 x 20 at 20 calls a second": ("small", _throttled),
    "500 x 80 at 20 calls a second": ("medium", _throttled),
    "2,000 accounts at 20 calls a second": ("wide", _wide),
}


if __name__ == "__main__":
    main()
