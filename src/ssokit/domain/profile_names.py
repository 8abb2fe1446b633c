"""What the profiles of a person's roles are called."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from ssokit.domain.accounts import UNKNOWN_NAME, Role

DEFAULT_TEMPLATE = "{account_name}.{role_name}"
"""How profiles are named unless the person says otherwise."""

_FIELDS = ("account_id", "account_name", "role_name", "session_name")
# What needs no quotes, neither in a config file nor on a command line.
_NEEDS_NO_QUOTES = re.compile(r"[\w.@+=,/-]*", re.ASCII)
_OTHERS = re.compile(r"[^\w.@+=,-]+", re.ASCII)
_MOST_NAMED = 3


class NameClashError(ValueError):
    """Profiles cannot be named like that."""


def parse_template(template: str) -> str:
    """Check a template of profile names.

    Raises:
        ValueError: It has other fields than there are, or characters that a profile's name
            should not have.
    """
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise ValueError(f"the template {template!r} is malformed: {error}") from error
    for literal, field, form, conversion in parts:
        if not _NEEDS_NO_QUOTES.fullmatch(literal):
            raise ValueError(
                f"the template {template!r} has characters that make a profile's name hard to "
                "use: besides fields, use ASCII letters, digits and any of _.@+=,/-"
            )
        if field is not None and (field not in _FIELDS or form or conversion):
            fields = ", ".join(f"{{{name}}}" for name in _FIELDS)
            raise ValueError(f"the template {template!r} has a field {field!r}: use {fields}")
    return template


def plain(name: str) -> str:
    """Spell a name in characters that need no quotes: ``Zürich Labor`` is ``Zurich-Labor``."""
    decomposed = unicodedata.normalize("NFKD", name)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _OTHERS.sub("-", letters).strip("-")


def profile_name(template: str, role: Role, *, session_name: str) -> str:
    """Name the profile of a role. An account without a usable name goes by its id.

    Args:
        template: A checked template.
        role: The role.
        session_name: The name of the ``sso-session``.
    """
    named = role.account_name != UNKNOWN_NAME and plain(role.account_name)
    return template.format(
        account_id=role.account_id,
        account_name=named or role.account_id,
        role_name=plain(role.role_name),
        session_name=plain(session_name),
    )


def profile_names(template: str, roles: Iterable[Role], *, session_name: str) -> dict[str, Role]:
    """Name the profiles of roles, each its own, in their order.

    Raises:
        NameClashError: Two would have one name, or one would be the default profile.
    """
    named: defaultdict[str, list[Role]] = defaultdict(list)
    for role in roles:
        of_this_name = named[profile_name(template, role, session_name=session_name)]
        if role not in of_this_name:
            of_this_name.append(role)
    for name in named.keys() & {"", "default"}:
        raise NameClashError(
            f"{_listed(named[name])} would get the profile {name!r}, which is not for roles: "
            "use another template"
        )
    clashes = [f"{name}: {_listed(same)}" for name, same in named.items() if len(same) > 1]
    if clashes:
        raise NameClashError(
            f"{len(clashes)} profile names stand for several roles, such as "
            f"{'; '.join(clashes[:_MOST_NAMED])}. Put {{account_id}} into the template"
        )
    return {name: role for name, [role] in named.items()}


def _listed(roles: Iterable[Role]) -> str:
    return " and ".join(f"{role.role_name} in {role.account_id}" for role in roles)
