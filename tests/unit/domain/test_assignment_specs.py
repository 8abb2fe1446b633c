"""Principal and target arguments, in every documented form and in none of the others."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.domain.assignment_specs import PrincipalSpec, parse_principals, parse_targets
from ssokit.domain.assignments import Principal, Target

_ALICE = "9067f0e1d2-11111111-2222-3333-4444-555555555555"
_BOB = "aaaaaaaa-BBBB-cccc-dddd-eeeeeeeeeeee"
_ACCOUNT = "111122223333"
_UNIT = "ou-ab12-11111111"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (_ALICE, [PrincipalSpec(_ALICE)]),
        (("GROUP", _BOB), [PrincipalSpec(_BOB, "GROUP")]),
        (["USER", _ALICE], [PrincipalSpec(_ALICE, "USER")]),
        ([_ALICE, _BOB], [PrincipalSpec(_ALICE), PrincipalSpec(_BOB)]),
        ((_ALICE, ["GROUP", _BOB]), [PrincipalSpec(_ALICE), PrincipalSpec(_BOB, "GROUP")]),
        ((("USER", _ALICE), ("USER", _ALICE)), [PrincipalSpec(_ALICE, "USER")]),
        (iter([_BOB]), [PrincipalSpec(_BOB)]),
        ({_BOB}, [PrincipalSpec(_BOB)]),
        ([], []),
        ((), []),
        (frozenset(), []),
    ],
)
def test_principals_in_every_form(spec: object, expected: list[PrincipalSpec]):
    """An id, a pair as tuple or list, and any iterable of these are read; empty is nobody."""
    assert parse_principals(spec) == tuple(expected)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (_ACCOUNT, [Target("AWS_ACCOUNT", _ACCOUNT)]),
        (12345678901, [Target("AWS_ACCOUNT", "012345678901")]),
        ("123", [Target("AWS_ACCOUNT", "000000000123")]),
        (("AWS_ACCOUNT", 123), [Target("AWS_ACCOUNT", "000000000123")]),
        (["AWS_ACCOUNT", "123"], [Target("AWS_ACCOUNT", "000000000123")]),
        ("r-ab12", [Target("AWS_OU", "r-ab12")]),
        (_UNIT, [Target("AWS_OU", _UNIT)]),
        (("AWS_OU", "r-ab12"), [Target("AWS_OU", "r-ab12")]),
        ([_UNIT, 1, "r-ab12"], ["ou", "account", "root"]),
        ([_ACCOUNT, int(_ACCOUNT), ("AWS_ACCOUNT", _ACCOUNT)], [Target("AWS_ACCOUNT", _ACCOUNT)]),
        (range(0), []),
    ],
)
def test_targets_in_every_form(spec: object, expected: list[object]):
    """Account ids are padded, roots count as units, and the same target is kept once."""
    if expected == ["ou", "account", "root"]:
        expected = [
            Target("AWS_OU", _UNIT),
            Target("AWS_ACCOUNT", "000000000001"),
            Target("AWS_OU", "r-ab12"),
        ]
    assert parse_targets(spec) == tuple(expected)


@pytest.mark.parametrize(
    ("parse", "spec"),
    [
        (parse_principals, None),
        (parse_principals, 5),
        (parse_principals, True),
        (parse_principals, b"id"),
        (parse_principals, {"GROUP": _BOB}),
        (parse_principals, [None]),
        (parse_principals, [[("GROUP", _BOB)]]),
        (parse_principals, [("GROUP", _BOB, _ALICE)]),
        (parse_principals, ("GROUP", 5)),
        (parse_targets, None),
        (parse_targets, 1.5),
        (parse_targets, True),
        (parse_targets, [False]),
        (parse_targets, b"111122223333"),
        (parse_targets, ("AWS_ACCOUNT", True)),
        (parse_targets, ("AWS_OU", None)),
        (parse_targets, {_UNIT: 1}),
    ],
)
def test_wrong_types_are_refused(parse: Callable[[object], object], spec: object):
    """A value of a wrong type is a TypeError that says what to write instead."""
    with pytest.raises(TypeError, match=r"use .* or an iterable of these"):
        parse(spec)


@pytest.mark.parametrize(
    ("parse", "spec", "named"),
    [
        (parse_principals, "g1", "'g1'"),
        (parse_principals, "", "''"),
        (parse_principals, ("group", _BOB), "('group', "),
        (parse_principals, [("Group", _BOB)], "('Group', "),
        (parse_principals, [("ROLE", _BOB)], "('ROLE', "),
        (parse_principals, ["GROUP", _BOB, _ALICE], "'GROUP'"),
        (parse_principals, ("USER", "alice"), "'alice'"),
        (parse_principals, "x" * 200, "..."),
        (parse_targets, 0, "target 0"),
        (parse_targets, -1, "target -1"),
        (parse_targets, "1111-2222-3333", "'1111-2222-3333'"),
        (parse_targets, "1234567890123", "'1234567890123'"),
        (parse_targets, "ou-ab12", "'ou-ab12'"),
        (parse_targets, "r-AB12", "'r-AB12'"),
        (parse_targets, ("AWS_ACCOUNT", _UNIT), "('AWS_ACCOUNT', "),
        (parse_targets, ("AWS_OU", _ACCOUNT), "('AWS_OU', "),
        (parse_targets, ("aws_ou", _UNIT), "('aws_ou', "),
    ],
)
def test_malformed_ones_are_named(parse: Callable[[object], object], spec: object, named: str):
    """A malformed id or type is a ValueError that names it and the accepted forms."""
    with pytest.raises(ValueError, match="use ") as refusal:
        parse(spec)
    assert named in str(refusal.value)


@pytest.mark.parametrize(
    ("spec", "principal", "expected"),
    [
        (PrincipalSpec(_BOB), Principal("GROUP", _BOB), True),
        (PrincipalSpec(_BOB, "GROUP"), Principal("GROUP", _BOB), True),
        (PrincipalSpec(_BOB, "USER"), Principal("GROUP", _BOB), False),
        (PrincipalSpec(_ALICE), Principal("GROUP", _BOB), False),
    ],
)
def test_types_are_matched(spec: PrincipalSpec, principal: Principal, *, expected: bool):
    """A typed specification matches its own type alone, an untyped one either."""
    assert spec.matches(principal) is expected


@given(numbers=st.lists(st.integers(min_value=1, max_value=10**12 - 1)))
def test_account_ids_do_not_depend_on_spelling(numbers: list[int]):
    """Numbers, short texts, padded texts and pairs of any account are one and the same."""
    padded = [f"{number:012}" for number in numbers]
    assert parse_targets(numbers) == parse_targets(padded) == parse_targets(map(str, numbers))
    assert parse_targets([("AWS_ACCOUNT", text) for text in padded]) == parse_targets(padded)


@given(
    spec=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.tuples(st.sampled_from(["GROUP", "AWS_OU"]), inner),
    )
)
def test_nothing_else_comes_out(spec: object):
    """Whatever is given, the answer is well-formed or one of the two documented errors."""
    for parse in (parse_principals, parse_targets):
        with contextlib.suppress(TypeError, ValueError):
            assert all(len(item.id) >= 6 for item in parse(spec))
