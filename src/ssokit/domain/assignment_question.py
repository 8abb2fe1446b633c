"""What a listing of assignments is asked for: every argument, checked at the call."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import attrs

from ssokit.domain.assignment_plan import Strategy
from ssokit.domain.assignment_specs import PrincipalSpec, parse_principals, parse_targets
from ssokit.domain.assignments import PRINCIPAL_TYPES, Principal, Target
from ssokit.domain.instance_specs import (
    InstanceSpec,
    PermissionSetSpec,
    parse_identity_store_id,
    parse_instance,
    parse_permission_sets,
)
from ssokit.domain.spec_items import quoted

PrincipalFilter: TypeAlias = "Callable[[str, str, str | None], object]"
PermissionSetFilter: TypeAlias = "Callable[[str, str | None], object]"
TargetFilter: TypeAlias = "Callable[[str, str, str | None], object]"
Parsed = TypeVar("Parsed")


@attrs.frozen(kw_only=True)
class AssignmentQuestion:
    """A question for assignments; None stands for no restriction, and empty for nothing.

    Attributes:
        instance: The instance; None to look it up.
        identity_store_id: Its identity store; None to look it up where it is needed.
        principals: Whose rows.
        principal_type: ``USER`` or ``GROUP``: only rows of that type.
        principal_filter: Which principals' rows.
        permission_sets: Rows of which permission sets.
        permission_set_filter: The same as a filter.
        targets: Rows of which accounts, and of the accounts in which units.
        target_filter: Rows of which accounts.
        get_principal_names: Whether principals are named.
        get_permission_set_names: Whether permission sets are named.
        get_target_names: Whether accounts that are named by id get their names; with None no
            account does.
        ou_recursive: Whether units stand for the accounts in units below, too.
        include_suspended: Whether accounts that are not active count.
        skip_deleted_principals: Whether rows of principals that no longer exist may be missing.
        strategy: The way to take; None for the one with the fewest calls.
    """

    instance: InstanceSpec | None = None
    identity_store_id: str | None = None
    principals: tuple[PrincipalSpec, ...] | None = None
    principal_type: str | None = None
    principal_filter: PrincipalFilter | None = None
    permission_sets: tuple[PermissionSetSpec, ...] | None = None
    permission_set_filter: PermissionSetFilter | None = None
    targets: tuple[Target, ...] | None = None
    target_filter: TargetFilter | None = None
    get_principal_names: bool = False
    get_permission_set_names: bool = False
    get_target_names: bool | None = False
    ou_recursive: bool = False
    include_suspended: bool = True
    skip_deleted_principals: bool = False
    strategy: Strategy | None = None

    def wants(self, principal: Principal) -> bool:
        """Tell whether rows of a principal are asked for, filters apart."""
        if self.principal_type not in (None, principal.type):
            return False
        return self.principals is None or any(spec.matches(principal) for spec in self.principals)

    @property
    def names_accounts(self) -> bool:
        """Whether accounts are named whose names do not come with their ids."""
        if self.get_target_names is None:
            return False
        return self.get_target_names or self.targets is None

    @property
    def fingerprint(self) -> str:
        """Tell this question from others: part of a SHA-256, in hex.

        Whether there are filters is in it, and which is not. The order of what is asked for
        does not matter: that of a set is another in every process.
        """
        told = {
            field.name: sorted(map(str, value)) if isinstance(value, tuple) else value
            for field, value in (
                (field, getattr(self, field.name)) for field in attrs.fields(type(self))
            )
            if not callable(value) and field.name != "strategy"
        }
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:16]


def parse_question(
    *,
    instance_arn: object = None,
    identity_store_id: object = None,
    principal: object = None,
    principal_type: object = None,
    permission_set: object = None,
    target: object = None,
    strategy: object = None,
    **plain: Any,
) -> AssignmentQuestion:
    """Check the arguments of a listing.

    Raises:
        TypeError: One is of a wrong type.
        ValueError: One is malformed, or they contradict each other.
    """
    if principal_type not in (None, *PRINCIPAL_TYPES):
        raise ValueError(
            f"principal_type {quoted(principal_type)} is unknown: use 'USER' or 'GROUP'"
        )
    if strategy is not None and not isinstance(strategy, Strategy):
        raise TypeError(f"strategy {quoted(strategy)} is none: use a member of ssokit.Strategy")
    for name, value in plain.items():
        _check(name, value)
    question = AssignmentQuestion(
        instance=_given(parse_instance, instance_arn),
        identity_store_id=_given(parse_identity_store_id, identity_store_id),
        principals=_given(parse_principals, principal),
        principal_type=principal_type,
        permission_sets=_given(parse_permission_sets, permission_set),
        targets=_given(parse_targets, target),
        strategy=strategy,
        **plain,
    )
    if question.instance and question.instance.partition:
        # A permission set of another instance is found out here, not at the first row.
        for spec in question.permission_sets or ():
            spec.arn(question.instance.arn(question.instance.partition))
    return question


def _given(parse: Callable[[object], Parsed], value: object) -> Parsed | None:
    return None if value is None else parse(value)


def check_callable(name: str, value: object) -> None:
    """Check an argument that is called.

    Raises:
        TypeError: It is neither a callable nor None.
    """
    if value is not None and not callable(value):
        raise TypeError(f"{name} {quoted(value)} cannot be called: use a callable, or None")


def _check(name: str, value: object) -> None:
    if name.endswith("_filter"):
        check_callable(name, value)
    elif not isinstance(value, bool) and (name, value) != ("get_target_names", None):
        raise TypeError(f"{name} {quoted(value)} is a {type(value).__name__}: use True or False")
