"""One measured task in a fresh process, in whichever environment; JSON on stdout.

Only what a task needs is imported before its clock starts: an import here would be one that
the library has for free.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import resource
import sys
import time

CACHED_LOGINS = 50


def import_(module: str, *names: str) -> dict[str, object]:
    """Import a module, and look some names up in it."""
    start = time.perf_counter()
    loaded = importlib.import_module(module)
    for name in names:
        getattr(loaded, name)
    return {"seconds": time.perf_counter() - start, "boto3": "boto3" in sys.modules}


def login(module: str) -> dict[str, object]:
    """Log in, which nobody has to approve if it was done before."""
    library = importlib.import_module(module)
    library.login(*_instance(), disable_browser=True, message=False)
    return {}


def cached_login(module: str) -> dict[str, object]:
    """Log in again and again; the first time is not counted."""
    library = importlib.import_module(module)
    library.login(*_instance())
    return {"seconds": [_seconds(library.login, *_instance()) for _ in range(CACHED_LOGINS)]}


def sessions(module: str, account_id: str, role_name: str, number: str) -> dict[str, object]:
    """Make sessions for one role, each with its first call; the first one with the import."""
    start = time.perf_counter()
    library = importlib.import_module(module)
    imported = time.perf_counter() - start
    _, region = _instance()

    def first_call() -> None:
        session = library.get_boto3_session(*_instance(), account_id, role_name, region=region)
        session.client("sts").get_caller_identity()

    seconds = [_seconds(first_call) for _ in range(int(number))]
    return {"first": imported + seconds[0], "later": seconds[1:]}


def roles(module: str) -> dict[str, object]:
    """List all roles of all accounts; the import counts, as ssokit defers some of it."""
    start = time.perf_counter()
    library = importlib.import_module(module)
    rows: list[object] = []
    failure = ""
    try:
        rows.extend(library.list_available_roles(*_instance()))
    except Exception as error:  # noqa: BLE001 - a throttled listing that gives up is a result
        failure = type(error).__name__
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "rows": len(rows), "failure": failure, "last": rows[-1:]}


def assignments(module: str, options: str) -> dict[str, object]:
    """List assignments; the rows are summed up, for the other side to have the same."""
    start = time.perf_counter()
    library = importlib.import_module(module)
    import boto3  # noqa: PLC0415 - it counts, as ssokit defers it

    session = boto3.Session("AKIDEXAMPLE", "example", region_name=_instance()[1])
    number, digest, failure = 0, 0, ""
    try:
        for row in library.list_assignments(session, **json.loads(options)):
            number += 1
            digest ^= int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest()[:8], "big")
    except Exception as error:  # noqa: BLE001 - a throttled listing that gives up is a result
        failure = type(error).__name__
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "seconds": seconds,
        "rows": number,
        "digest": digest,
        "failure": failure,
        "megabytes": peak,
    }


def _seconds(call: object, *arguments: object) -> float:
    start = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - start


def _instance() -> tuple[str, str]:
    return os.environ["BENCHMARK_START_URL"], os.environ["BENCHMARK_REGION"]


TASKS = {
    "assignments": assignments,
    "cached-login": cached_login,
    "import": import_,
    "login": login,
    "roles": roles,
    "sessions": sessions,
}

if __name__ == "__main__":
    result = TASKS[sys.argv[1]](*sys.argv[2:])
    sys.stdout.write(json.dumps(result))
