"""What ``ssokit assignments`` can be asked: its options, and the arguments they stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import click

from ssokit.cli.granted import filled, matches
from ssokit.domain.assignment_plan import Strategy
from ssokit.domain.assignments import PRINCIPAL_TYPES
from ssokit.domain.user_assignments import UserAssignment

Arguments: TypeAlias = "dict[str, Any]"
Asked: TypeAlias = "list[tuple[str, str]]"

_STRATEGIES = {member.name.lower().replace("_", "-"): member for member in Strategy}


def question_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the function gets them under the names that `question` takes."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def question(
    *,
    users: bool,
    principals: tuple[str, ...],
    principal_names: tuple[str, ...],
    principal_type: str | None,
    permission_sets: tuple[str, ...],
    targets: tuple[str, ...],
    names: bool,
    strategy: str | None,
    **plain: Any,
) -> tuple[Arguments, Asked]:
    """Give the arguments of `ssokit.list_assignments`, and what is asked in words."""
    by_name = any(not _is_set_id(text) for text in permission_sets)
    arguments: Arguments = {
        **plain,
        "principal": _some(map(_principal, principals)),
        "principal_type": principal_type,
        "permission_set": None if by_name else _some(permission_sets),
        "target": _some(targets),
        "get_principal_names": names or bool(principal_names),
        "get_permission_set_names": names or by_name,
        "get_target_names": names or None,
        "strategy": _STRATEGIES.get(strategy or ""),
        **_filters(permission_sets if by_name else (), () if users else principal_names),
    }
    texts = {
        "Principals": (*principals, *principal_names),
        "Type": _some([principal_type]) or (),
        "Permission sets": permission_sets,
        "Accounts": targets or ("all",),
    }
    return arguments, [(title, ", ".join(listed)) for title, listed in texts.items() if listed]


def _some(items: Iterable[Any]) -> list[Any] | None:
    return [item for item in items if item is not None] or None


def _filters(permission_sets: tuple[str, ...], names: tuple[str, ...]) -> Arguments:
    filters: Arguments = {}
    if permission_sets:
        filters["permission_set_filter"] = lambda arn, name: any(
            _is_meant(text, arn, name) for text in permission_sets
        )
    if names:
        filters["principal_filter"] = lambda _type, _id, name: _any(names, name)
    return filters


def user_is_wanted(row: UserAssignment, patterns: tuple[str, ...]) -> bool:
    """Tell whether a user is one of those that are asked for by name."""
    return not patterns or _any(patterns, row.user_name)


def _any(patterns: tuple[str, ...], name: str | None) -> bool:
    return any(matches(pattern, name) for pattern in patterns)


def _principal(text: str) -> str | tuple[str, str]:
    kind, colon, principal_id = text.partition(":")
    return (kind.upper(), principal_id) if colon else text


def _is_set_id(text: str) -> bool:
    return text.startswith(("arn:", "ps-", "ssoins-", "ins-"))


def _is_meant(text: str, arn: str, name: str | None) -> bool:
    if _is_set_id(text):
        return arn == text or arn.endswith(f"/{text}")
    return matches(text, name)


_OPTIONS = (
    click.option(
        "--principal",
        "principals",
        metavar="[USER:|GROUP:]ID",
        multiple=True,
        help="Only of this user or group; may be repeated.",
    ),
    click.option(
        "--principal-name",
        "principal_names",
        metavar="NAME",
        multiple=True,
        callback=filled,
        help="Only of users and groups of this name; * and ? stand for anything.",
    ),
    click.option(
        "--principal-type",
        type=click.Choice(PRINCIPAL_TYPES, case_sensitive=False),
        help="Only of users, or only of groups.",
    ),
    click.option(
        "--permission-set",
        "permission_sets",
        metavar="ARN|ID|NAME",
        multiple=True,
        callback=filled,
        help="Only this permission set, likewise.",
    ),
    click.option(
        "--target",
        "targets",
        metavar="ID",
        multiple=True,
        help="Only in this account, or in the accounts of this organizational unit.",
    ),
    click.option(
        "--recursive",
        "ou_recursive",
        is_flag=True,
        help="Units stand for the accounts in the units below them, too.",
    ),
    click.option(
        "--skip-suspended",
        "include_suspended",
        flag_value=False,
        default=True,
        help="Leave out accounts that are suspended, closed or pending.",
    ),
    click.option(
        "--skip-deleted",
        "skip_deleted_principals",
        is_flag=True,
        help="Rows of users and groups that no longer exist may be missing; that can save calls.",
    ),
    click.option(
        "--names/--no-names",
        default=True,
        show_default=True,
        help="Whether principals, permission sets and accounts are named.",
    ),
    click.option(
        "--instance-arn", metavar="ARN|ID", help="The instance; looked up if it is not given."
    ),
    click.option(
        "--strategy",
        type=click.Choice(list(_STRATEGIES)),
        help="The way to take; by default the one with the fewest calls.",
    ),
    click.option(
        "--rate",
        type=float,
        metavar="N",
        help="The most calls of sso-admin a second; 19 by default, for AWS allows 20.",
    ),
)
