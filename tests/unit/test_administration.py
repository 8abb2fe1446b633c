"""The administrators' functions: their signature, and what is checked before anything is called."""

from __future__ import annotations

import inspect
from collections import Counter
from typing import Any

import boto3
import pytest

import ssokit
from ssokit.testing import (
    FakeIdentityCenter,
    ManualClock,
    assignment_rows,
    organization_of_size,
)

_ORGANIZATION = organization_of_size(accounts=8, permission_sets=4, seed=6)
_GROUP = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
_SEED_SIGNATURE = """
    session instance_arn=None identity_store_id=None principal=None principal_filter=None
    permission_set=None permission_set_filter=None target=None target_filter=None
    get_principal_names=False get_permission_set_names=False get_target_names=False
    ou_recursive=False
"""


@pytest.fixture
def center() -> FakeIdentityCenter:
    return FakeIdentityCenter(_ORGANIZATION)


@pytest.fixture
def options(center: FakeIdentityCenter) -> dict[str, Any]:
    return {"directory": center.assignment_directory(), "clock": ManualClock()}


def test_signature_is_the_seeds():
    """Positional parameters, their order and defaults are the seed's; all else is by keyword."""
    parameters = inspect.signature(ssokit.list_assignments).parameters.values()
    by_position = [
        one.name if one.default is one.empty else f"{one.name}={one.default}"
        for one in parameters
        if one.kind is one.POSITIONAL_OR_KEYWORD
    ]
    assert by_position == _SEED_SIGNATURE.split()
    others = [one for one in parameters if one.kind is not one.POSITIONAL_OR_KEYWORD]
    assert all(one.kind is one.KEYWORD_ONLY for one in others)
    assert all(one.default is not one.empty for one in others)


@pytest.mark.parametrize(
    ("bad", "error", "named"),
    [
        ({"instance_arn": 5}, TypeError, "instance_arn 5 is a int: use an ARN"),
        ({"instance_arn": "ssoins-1"}, ValueError, "instance_arn 'ssoins-1' is malformed: use an"),
        ({"identity_store_id": "x"}, ValueError, "identity_store_id 'x' is malformed: use an id"),
        ({"principal": "alice"}, ValueError, "principal 'alice' is malformed: use the id"),
        ({"principal": ("group", _GROUP)}, ValueError, r"principal \('group', .*'GROUP', id"),
        ({"principal": [None]}, TypeError, "principal None is a NoneType: use the id"),
        ({"principal": 5}, TypeError, "principal 5 is a int: use the id"),
        ({"principal_type": "group"}, ValueError, "principal_type 'group' is unknown: use 'USER'"),
        ({"permission_set": 5}, TypeError, "permission_set 5 is a int: use an ARN"),
        ({"permission_set": "Admin"}, ValueError, "permission_set 'Admin' is malformed: use an"),
        ({"permission_set": [None]}, TypeError, "permission_set None is a NoneType: use an ARN"),
        ({"target": 0}, ValueError, "target 0 is malformed: use an account id"),
        ({"target": 1.5}, TypeError, "target 1.5 is a float: use an account id"),
        ({"target": True}, TypeError, "target True is a bool: use an account id"),
        ({"target": "1234567890123"}, ValueError, "target '1234567890123' is malformed"),
        ({"target": ("AWS_OU", "111122223333")}, ValueError, r"target \('AWS_OU', .*'ou-...-...'"),
        ({"target": [b"1"]}, TypeError, "target b'1' is a bytes: use an account id"),
        ({"principal_filter": "x"}, TypeError, "principal_filter 'x' cannot be called: use a"),
        ({"permission_set_filter": 1}, TypeError, "permission_set_filter 1 cannot be called"),
        ({"target_filter": []}, TypeError, r"target_filter \[\] cannot be called: use a callable"),
        ({"get_principal_names": "yes"}, TypeError, "get_principal_names 'yes' is a str: use True"),
        ({"get_permission_set_names": None}, TypeError, "get_permission_set_names None is a"),
        ({"get_target_names": 2}, TypeError, "get_target_names 2 is a int: use True or False"),
        ({"ou_recursive": 1}, TypeError, "ou_recursive 1 is a int: use True or False"),
        ({"include_suspended": ""}, TypeError, "include_suspended '' is a str: use True or False"),
        ({"skip_deleted_principals": 1}, TypeError, "skip_deleted_principals 1 is a int"),
        ({"strategy": "DIRECT"}, TypeError, "strategy 'DIRECT' is none: use a member of ssokit.S"),
        ({"progress": "bar"}, TypeError, "progress 'bar' cannot be called: use a callable"),
        ({"workers": 0}, ValueError, "workers 0 is out of range: use 1 to 64"),
        ({"workers": 65}, ValueError, "workers 65 is out of range: use 1 to 64"),
        ({"workers": 2.0}, TypeError, "workers 2.0 is no int: use 1 to 64"),
        ({"workers": True}, TypeError, "workers True is no int: use 1 to 64"),
        ({"rate": 0}, ValueError, "rate 0 is no rate: use more than 0 calls a second"),
        ({"rate": float("inf")}, ValueError, "rate inf is no rate: use more than 0"),
        ({"rate": float("nan")}, ValueError, "rate nan is no rate: use more than 0"),
        ({"rate": "20"}, TypeError, "rate '20' is no number: use calls a second"),
        ({"rate": True}, TypeError, "rate True is no number: use calls a second"),
        ({"checkpoint": 5}, TypeError, "checkpoint 5 is a int: give what listing.checkpoint was"),
        ({"checkpoint": "{}"}, ValueError, "checkpoint '{}' is none: give what"),
        ({"checkpoint": "x" * 500}, ValueError, r"checkpoint 'x+\.\.\. is none: give what"),
    ],
    ids=str,
)
def test_bad_arguments_are_named_at_the_call(
    center: FakeIdentityCenter,
    options: dict[str, Any],
    bad: dict[str, Any],
    error: type[Exception],
    named: str,
):
    """Whatever is wrong with an argument is said at the call, with what to write instead."""
    for function in (
        ssokit.list_assignments,
        ssokit.plan_assignments,
        ssokit.list_user_assignments,
    ):
        with pytest.raises(error, match=named):
            function(None, **options, **bad)
    assert center.requests == ()


def test_permission_set_of_another_instance_is_refused_at_the_call(options: dict[str, Any]):
    """A permission set that contradicts the instance is found out before anything is called."""
    with pytest.raises(ValueError, match="is not of the instance"):
        ssokit.list_assignments(
            None,
            _ORGANIZATION.instance_arn,
            permission_set="ssoins-aaaabbbbccccdddd/ps-aaaabbbbccccdddd",
            **options,
        )


def test_session_is_checked_at_the_call():
    """Something that makes no clients is refused; a session makes none before the first row."""
    with pytest.raises(TypeError, match=r"session must be a boto3\.Session, not str"):
        ssokit.list_assignments("us-east-1")  # type: ignore[arg-type]
    session = boto3.Session("AKIDEXAMPLE", "example", region_name="us-east-1")
    ssokit.list_assignments(session, rate=19).close()


def test_nothing_is_called_before_the_first_row(
    center: FakeIdentityCenter, options: dict[str, Any]
):
    """Making a listing, and closing it, costs no call."""
    ssokit.list_assignments(None, **options).close()
    ssokit.list_user_assignments(None, **options).close()
    assert center.requests == ()


def test_every_argument_by_position(options: dict[str, Any]):
    """Programs written for the seed library pass what they like by position."""
    rows = sorted(map(ssokit.Assignment._make, assignment_rows(_ORGANIZATION)), key=str)
    one = next(row for row in rows if row.target_name)
    found = ssokit.list_assignments(
        None,  # type: ignore[arg-type]
        one.instance_arn,
        _ORGANIZATION.identity_store_id,
        (one.principal_type, one.principal_id),
        lambda kind, *_: kind == one.principal_type,
        one.permission_set_arn,
        lambda arn, name: (arn, name) == (one.permission_set_arn, one.permission_set_name),
        ("AWS_ACCOUNT", one.target_id),
        lambda *told: told == ("AWS_ACCOUNT", one.target_id, one.target_name),
        True,
        True,
        True,
        False,
        **options,
    )
    assert list(found) == [one]


def test_filters_are_asked_once(options: dict[str, Any]):
    """Each filter is called once for each distinct thing, with its name where asked for."""
    asked: Counter[tuple[str | None, ...]] = Counter()

    def passes(*told: str | None) -> bool:
        asked[told] += 1
        return True

    listing = ssokit.list_assignments(
        None,
        principal_filter=passes,
        permission_set_filter=passes,
        target_filter=passes,
        get_permission_set_names=True,
        **options,
    )
    rows = list(listing)
    assert set(asked.values()) == {1}
    assert {told for told in asked if told[0] == "AWS_ACCOUNT"} == {
        (row.target_type, row.target_id, row.target_name) for row in rows
    }
    assert {(row.principal_type, row.principal_id, None) for row in rows} <= asked.keys()
    assert {(row.permission_set_arn, row.permission_set_name) for row in rows} <= asked.keys()


@pytest.mark.parametrize("empty", [[], (), set(), {}.keys()], ids=str)
@pytest.mark.parametrize("kind", ["principal", "permission_set", "target"])
def test_nothing_selected_is_nothing_listed(
    center: FakeIdentityCenter, options: dict[str, Any], kind: str, empty: object
):
    """An empty specification never means everything; it is a complete answer without rows."""
    listing = ssokit.list_assignments(None, **{kind: empty}, **options)
    assert list(listing) == []
    assert listing.coverage.complete
    assert center.calls("ListAccountAssignments") == 0


def test_plan_is_for_people(options: dict[str, Any]):
    """The plan reads as a table: the way, the calls, what is an estimate, the seconds."""
    plan = ssokit.plan_assignments(
        None, get_principal_names=True, get_permission_set_names=True, **options
    )
    text = str(plan)
    assert text.splitlines()[0] == ssokit.Strategy.BY_PERMISSION_SET.value
    assert "sso-admin ListAccountAssignments\n" in text
    assert "sso-admin DescribePermissionSet (estimated)" in text
    assert "calls of sso-admin a second" in text.splitlines()[-1]


def test_progress_is_told(options: dict[str, Any]):
    """After each part it says how many are done, how many there are, and the seconds left."""
    told: list[tuple[int, int, float | None]] = []
    listing = ssokit.list_assignments(
        None, progress=lambda *numbers: told.append(numbers), **options
    )
    parts = listing.plan.calls_of("ListAccountAssignments")
    list(listing)
    assert [done for done, _, _ in told] == list(range(1, parts + 1))
    assert {total for _, total, _ in told} == {parts}
    assert told[-1][2] == 0
    assert all(left is not None and left >= 0 for _, _, left in told)


def test_rate_is_kept(options: dict[str, Any]):
    """The calls of sso-admin take the seconds that the rate says, and the plan knows it."""
    clock = options["clock"]
    listing = ssokit.list_assignments(None, rate=5, workers=1, **options)
    seconds = listing.plan.seconds
    list(listing)
    assert seconds == listing.plan.sso_admin_calls / 5
    assert clock.monotonic() == pytest.approx(seconds, rel=0.05)


def test_strategy_that_may_miss_rows_is_refused(options: dict[str, Any]):
    """Going by principal over everybody misses those who were deleted: it has to be allowed."""
    strategy = ssokit.Strategy.BY_PRINCIPAL
    with pytest.raises(ValueError, match=r"BY_PRINCIPAL may miss rows .* BY_PERMISSION_SET"):
        list(ssokit.list_assignments(None, strategy=strategy, **options))
    allowed = ssokit.list_assignments(
        None, strategy=strategy, skip_deleted_principals=True, **options
    )
    assert allowed.plan.skips_deleted_principals
    list(allowed)
    assert allowed.coverage.skips_deleted_principals
    assert allowed.coverage.finished
    assert not allowed.coverage.complete
