"""Endpoints by which another process reads and steers the model; AWS has nothing like it.

They take and give JSON. A POST must say ``Content-Type: application/json``, which no web
page can send to another origin unasked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ssokit.adapters.fake.identity_center import FakeIdentityCenter
from ssokit.adapters.fake.person import Approves, Denies, Ignores, LetsExpire, Person
from ssokit.adapters.fake.wire.http import Request, Response, json_response, text_response

PREFIX = "/_control/"

Members: TypeAlias = Mapping[str, Any]


def answer(center: FakeIdentityCenter, request: Request) -> Response:
    """Answer a request to a control endpoint."""
    name = request.path.removeprefix(PREFIX)
    if request.method == "GET" and name in _VIEWS:
        return json_response(_VIEWS[name](center))
    if request.method != "POST" or name not in _ACTS:
        return text_response(404, f"No such control endpoint: {request.method} {request.path}")
    if request.headers.get("content-type") != "application/json":
        return text_response(415, "Send Content-Type: application/json.")
    try:
        _ACTS[name](center, request.json())
    except (LookupError, TypeError, ValueError) as mistake:
        return json_response({"message": str(mistake)}, status=400)
    return json_response({})


def _requests(center: FakeIdentityCenter) -> Members:
    counts, outcomes = center.call_counts(), [request.outcome for request in center.requests]
    return {
        "total": sum(counts.values()),
        "counts": dict(counts),
        "outcomes": {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))},
    }


def _pending(center: FakeIdentityCenter) -> Members:
    return {
        "logins": [
            {"userCode": login.user_code, "clientName": login.client_name}
            for login in center.people.pending
        ]
    }


def _approve(center: FakeIdentityCenter, members: Members) -> None:
    center.people.approve(str(members["userCode"]), user=members.get("user"))


def _deny(center: FakeIdentityCenter, members: Members) -> None:
    center.people.deny(str(members["userCode"]))


def _person(center: FakeIdentityCenter, members: Members) -> None:
    center.person = person_of(
        str(members["does"]),
        user=members.get("user"),
        after_polls=int(members.get("afterPolls", 0)),
    )


def _latency(center: FakeIdentityCenter, members: Members) -> None:
    center.settings.latency = float(members["seconds"])


def _rate(center: FakeIdentityCenter, members: Members) -> None:
    calls_per_second = members["callsPerSecond"]
    if calls_per_second is None:
        center.lift_rate()
    else:
        center.enforce_rate(
            float(calls_per_second),
            burst=int(members.get("burst", 1)),
            service=members.get("service"),
        )


def person_of(does: str, *, user: str | None = None, after_polls: int = 0) -> Person:
    """Give a standing behaviour by its name.

    Args:
        does: ``approves``, ``denies``, ``ignores`` or ``lets-expire``.
        user: Who approves.
        after_polls: How many polls are answered as pending before.

    Raises:
        ValueError: There is no such behaviour.
    """
    match does:
        case "approves":
            return Approves(user, after_polls=after_polls)
        case "denies":
            return Denies(after_polls=after_polls)
        case "lets-expire":
            return LetsExpire(after_polls=after_polls)
        case "ignores":
            return Ignores()
    raise ValueError(f"a person approves, denies, ignores or lets-expire, but not {does!r}")


_VIEWS: Mapping[str, Callable[[FakeIdentityCenter], Members]] = {
    "pending": _pending,
    "requests": _requests,
}
_ACTS: Mapping[str, Callable[[FakeIdentityCenter, Members], None]] = {
    "approve": _approve,
    "clear": lambda center, _: center.clear_requests(),
    "deny": _deny,
    "end-sign-in-sessions": lambda center, members: center.end_sign_in_sessions(
        members.get("user")
    ),
    "forget-registrations": lambda center, _: center.forget_registrations(),
    "latency": _latency,
    "person": _person,
    "rate": _rate,
    "revoke-tokens": lambda center, _: center.revoke_tokens(),
}
