"""The local Identity Center as a process of its own."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence

from ssokit.adapters.fake.identity_center import DEFAULT_START_URL, FakeIdentityCenter
from ssokit.adapters.fake.organization import Organization
from ssokit.adapters.fake.organization_shape import OrganizationShape
from ssokit.adapters.fake.settings import Settings
from ssokit.adapters.fake.wire.control import person_of
from ssokit.adapters.fake.wire.server import IdentityCenterServer

_SHAPES = {
    "small": OrganizationShape.small,
    "medium": OrganizationShape.medium,
    "large": OrganizationShape.large,
}


def main(arguments: Sequence[str] | None = None, *, stdin: int = 0) -> None:
    """Serve until stdin closes, SIGTERM or SIGINT comes.

    One line of JSON on stdout tells the ``url``, the ``startUrl``, the ``region`` and the
    ``environment`` for AWS SDKs. The server's ``/_control/`` endpoints read its record and
    steer it.

    Args:
        arguments: Command line arguments; the process's own by default.
        stdin: The file descriptor whose end means to stop.
    """
    options = _parser().parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with IdentityCenterServer(_center(options), port=options.port) as server:
        _announce(server)
        if not options.ignore_stdin:
            threading.Thread(target=_watch_stdin, args=(stdin, ended), daemon=True).start()
        ended.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ssokit.testing", description="Serve a local Identity Center."
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="where to listen; any free port by default")
    add("--start-url", default=DEFAULT_START_URL)
    add("--region", default="us-east-1")
    add("--accounts", type=int, help="how many accounts; the small example by default")
    add("--permission-sets", type=int, default=3)
    add("--users", type=int, default=50)
    add("--groups", type=int, default=10)
    add("--units", type=int, default=20)
    add("--shape", choices=sorted(_SHAPES), help="a generated organization instead")
    add("--seed", type=int, default=0, help="which organization is generated")
    add("--latency", type=float, default=0.0, help="seconds that every call takes")
    add("--rate", type=float, help="calls per second above which calls are throttled")
    add("--burst", type=int, default=20, help="calls that may come at once")
    add("--interval", type=int, default=1, help="seconds between polls, as told to clients")
    add("--person", default="approves", help="approves, denies, ignores or lets-expire")
    add("--ignore-stdin", action="store_true", help="go on when stdin closes")
    return parser


def _center(options: argparse.Namespace) -> FakeIdentityCenter:
    center = FakeIdentityCenter(
        _organization(options),
        start_url=options.start_url,
        region=options.region,
        person=person_of(options.person),
        settings=Settings(interval=options.interval, latency=options.latency),
    )
    if options.rate is not None:
        center.enforce_rate(options.rate, burst=options.burst)
    return center


def _organization(options: argparse.Namespace) -> Organization:
    if options.shape is not None:
        return _SHAPES[options.shape]().organization(seed=options.seed)
    if options.accounts is None:
        return Organization.example()
    return Organization.of_size(
        accounts=options.accounts,
        permission_sets=options.permission_sets,
        users=options.users,
        groups=options.groups,
        units=options.units,
    )


def _announce(server: IdentityCenterServer) -> None:
    line = {
        "url": server.url,
        "startUrl": server.center.start_url,
        "region": server.center.region,
        "environment": server.environment(),
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _watch_stdin(stdin: int, ended: threading.Event) -> None:
    # Not sys.stdin: a daemon thread that holds its lock makes the interpreter's exit fail.
    while os.read(stdin, 4096):
        pass
    ended.set()
