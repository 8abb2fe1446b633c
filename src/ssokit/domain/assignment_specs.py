"""Whose assignments, and where: the principal and target arguments, checked at the call.

Id patterns are those of the service models of identitystore and organizations.
"""

from __future__ import annotations

import re

import attrs

from ssokit.domain.accounts import parse_account_id
from ssokit.domain.assignments import (
    AWS_ACCOUNT,
    AWS_OU,
    PRINCIPAL_TYPES,
    TARGET_TYPES,
    Principal,
    Target,
)
from ssokit.domain.spec_items import SpecGrammar

_PRINCIPAL_ID = re.compile(
    r"(?:[0-9a-f]{10}-)?[A-Fa-f0-9]{8}(?:-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}"
)
_PARENT_ID = re.compile(r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}")

_PRINCIPALS = SpecGrammar(
    argument="principal",
    forms="the id of a user or a group as the identity store has it (a UUID, or ten hexadecimal "
    "digits, a dash and a UUID), a tuple ('USER', id) or ('GROUP', id), or an iterable of these",
    types=PRINCIPAL_TYPES,
)
_TARGETS = SpecGrammar(
    argument="target",
    forms="an account id of 12 digits, the id of a root ('r-...') or of an organizational unit "
    "('ou-...-...'), a tuple ('AWS_ACCOUNT', id) or ('AWS_OU', id), or an iterable of these",
    scalars=(str, int),
    types=TARGET_TYPES,
)


@attrs.frozen
class PrincipalSpec:
    """Principals that are asked for.

    Attributes:
        id: The id in the identity store.
        type: ``USER`` or ``GROUP``; None stands for whichever has the id.
    """

    id: str
    type: str | None = None

    def matches(self, principal: Principal) -> bool:
        """Tell whether a principal is one that is asked for."""
        return principal.id == self.id and self.type in (None, principal.type)


def parse_principals(spec: object) -> tuple[PrincipalSpec, ...]:
    """Read a principal argument; each specification is kept once, in order.

    An empty iterable gives none: it never means everybody.

    Raises:
        TypeError: Something in it is neither an id nor a pair of type and id.
        ValueError: An id is malformed or a type unknown.
    """
    return tuple(dict.fromkeys(_principal(*item) for item in _PRINCIPALS.items(spec)))


def parse_targets(spec: object) -> tuple[Target, ...]:
    """Read a target argument; each target is kept once, in order.

    An empty iterable gives none: it never means all accounts. Account ids get their leading
    zeros back, however they are written.

    Raises:
        TypeError: Something in it is neither an id nor a pair of type and id.
        ValueError: An id is malformed, a type unknown, or the two do not belong together.
    """
    return tuple(dict.fromkeys(_target(*item) for item in _TARGETS.items(spec)))


def _principal(kind: str | None, principal_id: object) -> PrincipalSpec:
    if not _PRINCIPAL_ID.fullmatch(str(principal_id)):
        raise _PRINCIPALS.malformed(principal_id)
    return PrincipalSpec(str(principal_id), kind)


def _target(kind: str | None, target_id: object) -> Target:
    is_parent = _PARENT_ID.fullmatch(str(target_id)) is not None
    if is_parent and kind in (None, AWS_OU):
        return Target(AWS_OU, str(target_id))
    if is_parent or kind == AWS_OU:
        raise _TARGETS.malformed(target_id if kind is None else (kind, target_id))
    try:
        return Target(AWS_ACCOUNT, parse_account_id(target_id))
    except ValueError:
        raise _TARGETS.malformed(target_id) from None
