"""Who may use what: a principal, a permission set and a target."""

from __future__ import annotations

from typing import NamedTuple

import attrs

USER = "USER"
GROUP = "GROUP"
PRINCIPAL_TYPES = (USER, GROUP)

AWS_ACCOUNT = "AWS_ACCOUNT"
AWS_OU = "AWS_OU"
TARGET_TYPES = (AWS_ACCOUNT, AWS_OU)


class Assignment(NamedTuple):
    """One row of an assignment listing; a name is None where it is not known.

    Attributes:
        instance_arn: The ARN of the Identity Center instance.
        principal_type: ``USER`` or ``GROUP``.
        principal_id: The user's or the group's id in the identity store.
        principal_name: The user name, or the group's display name.
        permission_set_arn: The ARN of the permission set.
        permission_set_name: Its name, which is the role's name on the user's side.
        target_type: ``AWS_ACCOUNT``, also where an organizational unit was asked for.
        target_id: The account id, twelve digits.
        target_name: The account's name.
    """

    instance_arn: str
    principal_type: str
    principal_id: str
    principal_name: str | None
    permission_set_arn: str
    permission_set_name: str | None
    target_type: str
    target_id: str
    target_name: str | None


@attrs.frozen
class Principal:
    """A user or a group of an identity store.

    Attributes:
        type: ``USER`` or ``GROUP``.
        id: The id in the identity store; a deleted and re-created principal has a new one.
    """

    type: str
    id: str


@attrs.frozen
class PermissionSet:
    """A permission set; on the user's side it is a role.

    Attributes:
        arn: Its ARN. Neither ARN nor name ever change (sso-admin UpdatePermissionSet).
        name: Its name; None where it was not looked up.
    """

    arn: str
    name: str | None = None


@attrs.frozen
class Target:
    """What a listing is restricted to.

    Attributes:
        type: ``AWS_ACCOUNT`` or ``AWS_OU``; a root counts as the latter.
        id: An account id of twelve digits, or the id of a root or an organizational unit.
    """

    type: str
    id: str


@attrs.frozen
class Pair:
    """A permission set that is provisioned to an account, with or without assignments.

    Attributes:
        account_id: The account, twelve digits.
        permission_set_arn: The permission set.
    """

    account_id: str
    permission_set_arn: str


@attrs.frozen
class AccountAssignment:
    """One row as the service has it, in ids alone.

    Attributes:
        pair: The account and the permission set.
        principal: Who has it.
    """

    pair: Pair
    principal: Principal
