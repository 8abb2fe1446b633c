"""An organization as values: accounts in units, people in groups, and who may use what.

The model derives everything that a person sees from these values, as AWS does.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import timedelta

import attrs


class AccountState(enum.Enum):
    """Whether an account can be used (AWS Organizations ``State``)."""

    PENDING_ACTIVATION = "PENDING_ACTIVATION"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    PENDING_CLOSURE = "PENDING_CLOSURE"
    CLOSED = "CLOSED"


@attrs.frozen(kw_only=True)
class OrganizationalUnit:
    """A folder of accounts.

    Attributes:
        unit_id: Its id, such as ``ou-ab12-11111111``.
        name: Its name, unique in the organization here (AWS asks for that per parent only).
        parent_id: The id of the unit, or of the root, that holds it.
    """

    unit_id: str
    name: str
    parent_id: str


@attrs.frozen(kw_only=True)
class MemberAccount:
    """An AWS account of the organization.

    Attributes:
        account_id: Twelve digits.
        name: Its name; names need not be unique.
        email: The address of its root user.
        parent_id: The id of the unit, or of the root, that holds it.
        state: An account that is not active is nobody's to use.
    """

    account_id: str
    name: str
    email: str
    parent_id: str
    state: AccountState = AccountState.ACTIVE


@attrs.frozen(kw_only=True)
class User:
    """A person in the identity store.

    Attributes:
        user_id: The principal id.
        user_name: The name to sign in with; role session names are made of it. Empty if the
            identity store has none; then the person cannot sign in here.
        display_name: The name to show; empty if the identity store has none.
    """

    user_id: str
    user_name: str
    display_name: str


@attrs.frozen(kw_only=True)
class Group:
    """A group in the identity store.

    Attributes:
        group_id: The principal id.
        display_name: Its name; empty if the identity store has none.
        member_ids: The user ids of its members.
    """

    group_id: str
    display_name: str
    member_ids: frozenset[str] = frozenset()


@attrs.frozen(kw_only=True)
class PermissionSet:
    """A permission set; in the accounts where it is assigned it shows as a role.

    Attributes:
        name: Its name, which is the role's name too.
        arn: Its ARN.
        session_duration: How long role credentials live; AWS allows 1 to 12 hours.
    """

    name: str
    arn: str
    session_duration: timedelta = timedelta(hours=1)


@attrs.frozen(kw_only=True)
class AccountAssignment:
    """One row of who may use what.

    Attributes:
        account_id: The account.
        permission_set: The permission set's name.
        principal_type: ``USER`` or ``GROUP``.
        principal_id: The user's or the group's principal id.
    """

    account_id: str
    permission_set: str
    principal_type: str
    principal_id: str


@attrs.frozen(kw_only=True)
class AccountInstance:
    """An Identity Center instance of one account, without permission sets or assignments.

    Attributes:
        instance_id: The last field of its ARN.
        identity_store_id: The id of its identity store, which is empty here.
        owner_account_id: The account.
        status: ``ACTIVE``, ``CREATE_IN_PROGRESS`` and so on.
    """

    instance_id: str
    identity_store_id: str
    owner_account_id: str
    status: str = "ACTIVE"


@attrs.frozen(kw_only=True)
class Organization:
    """A whole organization and its Identity Center instance. Without arguments it is empty.

    Attributes:
        partition: The AWS partition, the second field of every ARN.
        organization_id: The id of the organization.
        root_id: The id of the root unit.
        management_account_id: The account that owns the organization and the instance.
        instance_id: The last field of the instance's ARN.
        identity_store_id: The id of the instance's identity store.
        units: Organizational units by name.
        accounts: Accounts by id.
        users: Users by user name; those without one by their id.
        groups: Groups by display name; those without one by their id.
        permission_sets: Permission sets by name.
        assignments: Who may use what, each row once. A row outlives a principal that is
            deleted and an account that leaves.
        provisioned: Pairs of account id and permission set name that are provisioned without
            any assignment; pairs with one are so anyway.
        instance_status: The status of the organization's own instance.
        account_instances: Instances of single accounts, listed before the organization's.
    """

    partition: str = "aws"
    organization_id: str = "o-a1b2c3d4e5"
    root_id: str = "r-ab12"
    management_account_id: str = "111122223333"
    instance_id: str = "ssoins-1234567890abcdef"
    identity_store_id: str = "d-1234567890"
    units: Mapping[str, OrganizationalUnit] = attrs.field(factory=dict)
    accounts: Mapping[str, MemberAccount] = attrs.field(factory=dict)
    users: Mapping[str, User] = attrs.field(factory=dict)
    groups: Mapping[str, Group] = attrs.field(factory=dict)
    permission_sets: Mapping[str, PermissionSet] = attrs.field(factory=dict)
    assignments: tuple[AccountAssignment, ...] = ()
    provisioned: tuple[tuple[str, str], ...] = ()
    instance_status: str = "ACTIVE"
    account_instances: tuple[AccountInstance, ...] = ()

    @property
    def instance_arn(self) -> str:
        """The ARN of the Identity Center instance."""
        return self.arn_of_instance(self.instance_id)

    def arn_of_instance(self, instance_id: str) -> str:
        """Give the ARN of an instance in the organization's partition."""
        return f"arn:{self.partition}:sso:::instance/{instance_id}"

    @staticmethod
    def example() -> Organization:
        """Give a small invented organization.

        Six accounts in nested units (one suspended, one with a leading zero in its id);
        ``alice``, an engineer; ``bob``, an auditor; ``carol``, who administers everything.
        """
        from ssokit.adapters.fake.sample_organizations import example  # noqa: PLC0415 - a cycle

        return example()

    @staticmethod
    def of_size(
        *,
        accounts: int = 300,
        permission_sets: int = 3,
        users: int = 50,
        groups: int = 10,
        units: int = 20,
    ) -> Organization:
        """Give an organization of a wanted size; the same numbers give the same one.

        Its first user has every permission set in every account, through the first group.
        The other groups each have one permission set in their share of the accounts.

        Raises:
            ValueError: One of the numbers is less than one.
        """
        from ssokit.adapters.fake.sample_organizations import of_size  # noqa: PLC0415 - a cycle

        return of_size(
            accounts=accounts,
            permission_sets=permission_sets,
            users=users,
            groups=groups,
            units=units,
        )
