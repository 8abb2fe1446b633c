"""What the administrators' services know about an organization, as values."""

from __future__ import annotations

import attrs

from ssokit.domain.assignments import Principal


@attrs.frozen(kw_only=True)
class Instance:
    """An Identity Center instance (sso-admin ListInstances).

    Attributes:
        arn: Its ARN; its second field is the partition of everything in it.
        identity_store_id: The identity store that holds its users and groups.
        owner_account_id: The account that it belongs to: for an organization instance, the
            management account. None if the service did not say.
        status: ``ACTIVE``, or what else it is; None if the service did not say.
        primary_region: The region where permission sets and assignments can be read; None
            if the service, or the boto3 in use, does not tell.
    """

    arn: str
    identity_store_id: str
    owner_account_id: str | None = None
    status: str | None = None
    primary_region: str | None = None


@attrs.frozen(kw_only=True)
class OrganizationAccount:
    """An account as AWS Organizations has it.

    Attributes:
        account_id: Twelve digits.
        name: Its name; None if the service did not send one.
        state: ``ACTIVE``, ``SUSPENDED`` and so on; None if the service did not say.
        path: The ids from the organization down to the account, as in
            ``o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/111122223333/``; None where the service, or
            the boto3 in use, does not tell.
    """

    account_id: str
    name: str | None = None
    state: str | None = None
    path: str | None = None


@attrs.frozen(kw_only=True)
class OrganizationalUnit:
    """A folder of accounts and of further folders.

    Attributes:
        unit_id: Its id, such as ``ou-ab12-11111111``.
        name: Its name; None if the service did not send one.
    """

    unit_id: str
    name: str | None = None


@attrs.frozen
class NamedPrincipal:
    """A user or a group with its name.

    Attributes:
        principal: Who it is.
        name: A user's user name, else their display name; a group's display name. None if
            the identity store has neither.
    """

    principal: Principal
    name: str | None
