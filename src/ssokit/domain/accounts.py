"""AWS accounts and the roles a person has in them."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Mapping
from typing import SupportsIndex

import attrs

_DIGITS = 12
_ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)

UNKNOWN_NAME = "UNKNOWN"


@attrs.frozen
class Account:
    """An AWS account that the person may use.

    Attributes:
        account_id: Twelve digits, leading zeros kept.
        name: The account's name; None if the service did not send one.
        email: The account's e-mail address; None if the service did not send one.
    """

    account_id: str
    name: str | None = None
    email: str | None = None


@attrs.frozen
class Role:
    """A role that the person may assume; administrators call it a permission set.

    Attributes:
        account_id: Twelve digits, leading zeros kept.
        account_name: The account's name, or ``"UNKNOWN"`` where it was not looked up.
        role_name: The role's name, which is the permission set's name.
    """

    account_id: str
    account_name: str
    role_name: str


def parse_account_id(account_id: object) -> str:
    """Make an account id of twelve digits from a str or an int.

    Args:
        account_id: Up to twelve digits; shorter ones get their leading zeros back. Integers
            of other libraries count as int, floats do not.

    Raises:
        TypeError: It is neither a str nor an int (a bool counts as neither).
        ValueError: It is not one to twelve digits, or it is zero.
    """
    if isinstance(account_id, bool) or not isinstance(account_id, (str, SupportsIndex)):
        raise TypeError(f"an account id must be a str or an int, not {type(account_id).__name__}")
    text = account_id if isinstance(account_id, str) else str(operator.index(account_id))
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS) or not int(text):
        raise ValueError(
            f"{text[:80]!r} is not an AWS account id: use its 12 digits, without dashes"
        )
    return text.zfill(_DIGITS)


def parse_account_ids(account_ids: object) -> tuple[str, ...]:
    """Make account ids from one id or from any iterable of ids, each kept once, in order.

    An empty iterable gives no ids: it never means all accounts.

    Raises:
        TypeError: An id is neither a str nor an int, or this is no iterable of ids.
        ValueError: An id is malformed.
    """
    if isinstance(account_ids, (str, SupportsIndex)):
        return (parse_account_id(account_ids),)
    if isinstance(account_ids, (bytes, Mapping)) or not isinstance(account_ids, Iterable):
        raise TypeError(
            "account_id must be a str, an int or an iterable of these, "
            f"not {type(account_ids).__name__}"
        )
    return tuple(dict.fromkeys(map(parse_account_id, account_ids)))


def parse_role_name(role_name: object) -> str:
    """Check the form of a role name.

    Raises:
        TypeError: It is not a str.
        ValueError: It has characters that no role name has, or is empty or too long.
    """
    if not isinstance(role_name, str):
        raise TypeError(f"role_name must be a str, not {type(role_name).__name__}")
    if not _ROLE_NAME.fullmatch(role_name):
        raise ValueError(
            f"{role_name[:80]!r} is not a role name: use the permission set's name, 1 to 64 "
            "letters, digits or any of _+=,.@-"
        )
    return role_name
