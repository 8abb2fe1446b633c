"""Which account and which role: by id or by name, on the command line or in the profile."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any

import click

from ssokit.cli.exit_codes import ExitCode
from ssokit.cli.failures import Failure
from ssokit.cli.log_lines import gaps_kept_quiet
from ssokit.cli.printable import listed
from ssokit.domain.accounts import UNKNOWN_NAME, Account, parse_account_id, parse_role_name
from ssokit.domain.errors import AccessDeniedError, SsokitError
from ssokit.domain.sso_session import check_region
from ssokit.identity_center import IdentityCenter


def filled(_context: click.Context, _option: click.Parameter, value: Any) -> Any:
    """Refuse a name that is empty, as when a script's variable is not set.

    Whatever else it might stand for is not meant.

    Raises:
        click.BadParameter: It is empty.
    """
    if "" in (value if isinstance(value, tuple) else (value,)):
        raise click.BadParameter("it is empty.")
    return value


def role_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--account`` and ``--role``, which a profile can stand in for."""
    for option in (
        click.option(
            "--role", metavar="NAME", callback=filled, help="The role; the profile's by default."
        ),
        click.option(
            "--account",
            metavar="ID|NAME",
            callback=filled,
            help="The account; the profile's by default.",
        ),
    ):
        function = option(function)
    return function


def chosen_role(center: IdentityCenter, account: str | None, role: str | None) -> tuple[str, str]:
    """Give the account id and the role name that are meant.

    Args:
        center: Where to look names of accounts up, which takes a call.
        account: What the command line says: an id, or a name.
        role: What the command line says.

    Raises:
        click.UsageError: Neither the command line nor the profile says it.
        Failure: There is no such account, or more than one.
    """
    profile = center.profile
    account = account or (profile and profile.account_id) or None
    role = role or (profile and profile.role_name) or None
    if account is None or role is None:
        missing = " and ".join(
            option for option, value in (("--account", account), ("--role", role)) if not value
        )
        raise click.UsageError(f"Give {missing}, or a --profile that says it.")
    try:
        parse_role_name(role)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--role") from error
    return account_id(center, account), role


def working_region(center: IdentityCenter, region: str | None) -> str | None:
    """Give the region to work in: what the command line says, else what the profile says.

    Raises:
        InvalidSSOConfigError: No AWS region can have this name.
    """
    if region is not None:
        check_region(region)
    return region or (center.profile.region if center.profile else None)


def account_id(center: IdentityCenter, text: str) -> str:
    """Give the id of an account that is named by its id or its name.

    Raises:
        click.BadParameter: It is neither.
        Failure: There is no such account, or more than one.
    """
    if _is_number(text):
        return _parsed(text)
    accounts = list(center.accounts())
    found = [account for account in accounts if (account.name or "").casefold() == text.casefold()]
    if len(found) == 1:
        return found[0].account_id
    if found:
        ids = ", ".join(account.account_id for account in found)
        raise Failure(
            f"Several accounts have the name {text!r}: say which of {ids}.", ExitCode.USAGE
        )
    raise Failure(
        f"You may use no account of the name {text!r}{_near(text, accounts)}", ExitCode.DENIED
    )


def account_names(center: IdentityCenter, patterns: tuple[str, ...]) -> dict[str, str | None]:
    """Give the ids and names of the accounts that ids, names or patterns of names stand for.

    Args:
        center: Where to list accounts.
        patterns: What the command line says; if it says nothing, all accounts are meant.

    Raises:
        Failure: One of them stands for no account.
    """
    numbers = {pattern: _parsed(pattern) for pattern in patterns if _is_number(pattern)}
    accounts = list(center.accounts())
    known = {account.account_id: account.name for account in accounts}
    if not patterns:
        return known
    found: dict[str, str | None] = {}
    for pattern in patterns:
        number = numbers.get(pattern)
        if number:
            found[number] = known.get(number, UNKNOWN_NAME)
            continue
        matching = {each: name for each, name in known.items() if matches(pattern, name)}
        if not matching:
            raise Failure(
                f"You may use no account {pattern!r}{_near(pattern, accounts)}", ExitCode.DENIED
            )
        found |= matching
    return found


def account_ids(center: IdentityCenter, patterns: tuple[str, ...]) -> tuple[str, ...] | None:
    """Give the ids alone, and None for all accounts; errors are those of `account_names`."""
    return tuple(account_names(center, patterns)) if patterns else None


def matches(pattern: str, name: str | None) -> bool:
    """Tell whether a name is meant by a pattern, in which * and ? stand for anything."""
    return fnmatchcase((name or "").casefold(), pattern.casefold())


@contextmanager
def explained(center: IdentityCenter, account: str, role: str) -> Iterator[None]:
    """Tell a person who is refused a role which roles they have in the account.

    Raises:
        Failure: The role is not granted.
    """
    try:
        yield
    except AccessDeniedError as error:
        said = f"The role {role} in account {account} is not granted to you ({error.code})"
        raise Failure(f"{said}. {_roles_in(center, account)}", ExitCode.DENIED) from error


def _roles_in(center: IdentityCenter, account: str) -> str:
    try:
        with gaps_kept_quiet():
            names = sorted(role.role_name for role in center.roles(account))
    except SsokitError:
        return "You have no role in this account that could be listed."
    return f"Your roles in this account: {listed(names) or 'none'}."


def _near(name: str, accounts: list[Account]) -> str:
    known = [account.name for account in accounts if account.name]
    near = difflib.get_close_matches(name, known)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else "."


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _parsed(text: str) -> str:
    try:
        return parse_account_id(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--account") from error
