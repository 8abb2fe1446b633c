"""Account ids and role names: what is taken for one, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.domain.accounts import parse_account_id, parse_account_ids, parse_role_name


@given(st.integers(min_value=1, max_value=10**12 - 1))
def test_number_and_its_spellings_are_one_account(number: int):
    """An int, its short spelling and its long one are the same twelve digits."""
    digits = f"{number:012}"
    assert parse_account_id(number) == parse_account_id(str(number)) == digits
    assert parse_account_id(digits) == digits


@given(st.text() | st.integers())
def test_account_id_is_twelve_digits_or_an_error(given_id: str | int):
    """Whatever str or int comes in, twelve ASCII digits or a ValueError comes out."""
    try:
        parsed = parse_account_id(given_id)
    except ValueError:
        return
    assert len(parsed) == 12
    assert parsed.isascii()
    assert parsed.isdigit()
    assert int(parsed) == int(given_id)


@pytest.mark.parametrize(
    "given_id",
    ["", "0", 0, -1, "1234-5678-9012", "1234567890123", 10**12, "١٢٣", " 1", "1_000", "²"],
    ids=repr,
)
def test_malformed_account_id(given_id: str | int):
    """What is no account id is named, and the form is explained."""
    with pytest.raises(ValueError, match="12 digits"):
        parse_account_id(given_id)


def test_endless_account_id_is_quoted_in_part():
    """A huge text does not become a huge message."""
    with pytest.raises(ValueError) as refusal:
        parse_account_id("x" * 10_000)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize("given_id", [True, False, None, 1.0, b"123456789012", ["1"]], ids=repr)
def test_account_id_of_a_wrong_type(given_id: object):
    """A bool is no number of an account, and a float even less."""
    with pytest.raises(TypeError, match=type(given_id).__name__):
        parse_account_id(given_id)


@pytest.mark.parametrize(
    ("account_ids", "parsed"),
    [
        pytest.param(12345678901, ("012345678901",), id="int"),
        pytest.param("12345678901", ("012345678901",), id="str"),
        pytest.param(["2", 1, "1", 2], ("000000000002", "000000000001"), id="duplicates"),
        pytest.param((n for n in (3, 1)), ("000000000003", "000000000001"), id="generator"),
        pytest.param({7}, ("000000000007",), id="set"),
        pytest.param([], (), id="empty list"),
        pytest.param((), (), id="empty tuple"),
        pytest.param(iter(()), (), id="empty iterator"),
    ],
)
def test_account_ids(account_ids: str | int | Iterable[str | int], parsed: tuple[str, ...]):
    """One id or any iterable of ids gives each once, in order; nothing gives nothing."""
    assert parse_account_ids(account_ids) == parsed


@pytest.mark.parametrize(
    "account_ids", [None, 1.5, b"1", {"1": "2"}, ["1", None], [["1"]], True], ids=repr
)
def test_account_ids_of_a_wrong_type(account_ids: object):
    """What is no iterable of ids is refused, a mapping included."""
    with pytest.raises(TypeError, match="account"):
        parse_account_ids(account_ids)


@pytest.mark.parametrize("account_ids", ["", 0, [0], ["1", "x"]], ids=repr)
def test_malformed_account_ids(account_ids: object):
    """One malformed id spoils them all: no row is listed for the others."""
    with pytest.raises(ValueError, match="account id"):
        parse_account_ids(account_ids)


@pytest.mark.parametrize("role_name", ["ReadOnly", "a", "A+b=c,d.e@f-g_1", "x" * 64])
def test_role_name(role_name: str):
    """Every name that a permission set can have is accepted as it is."""
    assert parse_role_name(role_name) == role_name


@pytest.mark.parametrize("role_name", ["", "x" * 65, "a b", "rôle", "a/b", "a\n", "a*"], ids=repr)
def test_malformed_role_name(role_name: str):
    """A name that no permission set has is refused before any call."""
    with pytest.raises(ValueError, match="permission set"):
        parse_role_name(role_name)


@pytest.mark.parametrize("role_name", [None, 1, b"ReadOnly"], ids=repr)
def test_role_name_of_a_wrong_type(role_name: object):
    """A role name is a str."""
    with pytest.raises(TypeError, match="role_name must be a str"):
        parse_role_name(role_name)
