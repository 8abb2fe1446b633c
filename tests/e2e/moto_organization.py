"""An organization put into moto's server with plain boto3: services that nobody here wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import boto3

from ssokit.adapters.fake.ground_truth import AssignmentRow
from ssokit.adapters.fake.organization import User
from ssokit.testing import AccountState, Organization, assignment_rows

REGION = "us-east-1"


@attrs.frozen(kw_only=True)
class MotoOrganization:
    """What was put in, by the ids that moto gave it.

    Attributes:
        instance_arn: The instance that moto has for the account.
        identity_store_id: Its identity store.
        management_account_id: The account that owns all of it.
        rows: Every assignment, as `ssokit.testing.assignment_rows` gives them.
        accounts: Ids of the accounts of the organization, by the ids that were wanted.
        units: Ids of organizational units, by name.
        members: Ids of users, by the id of their group.
        names: Names of users and groups that exist, by id; None for one without a name.
        inactive: Ids of accounts that were closed.
    """

    instance_arn: str
    identity_store_id: str
    management_account_id: str
    rows: frozenset[AssignmentRow]
    accounts: Mapping[str, str]
    units: Mapping[str, str]
    members: Mapping[str, frozenset[str]]
    names: Mapping[str, str | None]
    inactive: frozenset[str]


def moto_session() -> boto3.Session:
    """Give a session with made-up keys; moto takes them for those of one account."""
    return boto3.Session("AKIDEXAMPLE", "example", region_name=REGION)


def put_in(organization: Organization, endpoint_url: str) -> MotoOrganization:
    """Put an organization into an empty moto server.

    Users without a user name get one, and so do those without a display name: moto insists.
    """
    organization = attrs.evolve(
        organization,
        users={name: _complete(user) for name, user in organization.users.items()},
    )
    clients = {
        name: moto_session().client(name, endpoint_url=endpoint_url)  # type: ignore[call-overload]
        for name in ("organizations", "sso-admin", "identitystore")
    }
    (instance,) = clients["sso-admin"].list_instances()["Instances"]
    units, accounts = _put_accounts(clients["organizations"], organization)
    people = _put_people(clients["identitystore"], instance["IdentityStoreId"], organization)
    sets = _put_sets(clients["sso-admin"], instance["InstanceArn"], organization)
    rows = set()
    for row in assignment_rows(organization):
        _, kind, who, name, arn, role, target_type, account_id, account_name = row
        # An account that has left is unknown to moto, too.
        target = accounts.get(account_id, account_id)
        clients["sso-admin"].create_account_assignment(
            InstanceArn=instance["InstanceArn"],
            TargetId=target,
            TargetType=target_type,
            PermissionSetArn=sets[arn],
            PrincipalType=kind,
            PrincipalId=people[who],
        )
        owned = "master" if account_id == organization.management_account_id else account_name
        there = (instance["InstanceArn"], kind, people[who], name, sets[arn], role)
        rows.add((*there, target_type, target, owned))
    return MotoOrganization(
        instance_arn=instance["InstanceArn"],
        identity_store_id=instance["IdentityStoreId"],
        management_account_id=accounts[organization.management_account_id],
        rows=frozenset(rows),
        accounts=accounts,
        units=units,
        members={
            people[group.group_id]: frozenset(people[one] for one in group.member_ids)
            for group in organization.groups.values()
        },
        names={people[who]: name for who, name in _names(organization).items()},
        inactive=frozenset(
            accounts[account.account_id]
            for account in organization.accounts.values()
            if account.state is not AccountState.ACTIVE
        ),
    )


def _complete(user: User) -> User:
    return attrs.evolve(
        user,
        user_name=user.user_name or f"{user.user_id}@example.com",
        display_name=user.display_name or "Nobody",
    )


def _names(organization: Organization) -> dict[str, str | None]:
    users = {u.user_id: u.user_name or u.display_name for u in organization.users.values()}
    groups = {g.group_id: g.display_name for g in organization.groups.values()}
    return {who: name or None for who, name in (users | groups).items()}


def _put_accounts(client: Any, organization: Organization) -> tuple[dict[str, str], dict[str, str]]:
    client.create_organization(FeatureSet="ALL")
    owner = client.describe_organization()["Organization"]["MasterAccountId"]
    (root,) = client.list_roots()["Roots"]
    parents, units = {organization.root_id: root["Id"]}, {}
    for unit in organization.units.values():
        made = client.create_organizational_unit(ParentId=parents[unit.parent_id], Name=unit.name)[
            "OrganizationalUnit"
        ]
        parents[unit.unit_id] = units[unit.name] = made["Id"]
    accounts = {organization.management_account_id: owner}
    for account in organization.accounts.values():
        if account.account_id == organization.management_account_id:
            continue
        status = client.create_account(Email=account.email, AccountName=account.name)
        made_id = status["CreateAccountStatus"]["AccountId"]
        accounts[account.account_id] = made_id
        client.move_account(
            AccountId=made_id,
            SourceParentId=root["Id"],
            DestinationParentId=parents[account.parent_id],
        )
        if account.state is not AccountState.ACTIVE:
            client.close_account(AccountId=made_id)
    return units, accounts


def _put_people(client: Any, store: str, organization: Organization) -> dict[str, str]:
    people: dict[str, str] = {}
    groups = list(organization.groups.values())
    known = set(_names(organization))
    gone = sorted({row[1:3] for row in assignment_rows(organization) if row[2] not in known})
    # Those who are gone go first: some groups are made again by the same name.
    for number, (kind, who) in enumerate(gone):
        if kind == "USER":
            people[who] = _make_user(client, store, f"gone{number}", f"Gone {number}")
            client.delete_user(IdentityStoreId=store, UserId=people[who])
        else:
            name = groups[-1 - number].display_name
            people[who] = _make_group(client, store, name)
            client.delete_group(IdentityStoreId=store, GroupId=people[who])
    for user in organization.users.values():
        people[user.user_id] = _make_user(client, store, user.user_name, user.display_name)
    for group in groups:
        people[group.group_id] = _make_group(client, store, group.display_name)
        for user_id in sorted(group.member_ids):
            client.create_group_membership(
                IdentityStoreId=store,
                GroupId=people[group.group_id],
                MemberId={"UserId": people[user_id]},
            )
    return people


def _make_user(client: Any, store: str, user_name: str, display_name: str) -> str:
    made: str = client.create_user(
        IdentityStoreId=store,
        UserName=user_name,
        DisplayName=display_name,
        Name={"GivenName": "A", "FamilyName": "B"},
    )["UserId"]
    return made


def _make_group(client: Any, store: str, name: str) -> str:
    named = {"DisplayName": name} if name else {}
    made: str = client.create_group(IdentityStoreId=store, **named)["GroupId"]
    return made


def _put_sets(client: Any, instance_arn: str, organization: Organization) -> dict[str, str]:
    return {
        one.arn: client.create_permission_set(InstanceArn=instance_arn, Name=one.name)[
            "PermissionSet"
        ]["PermissionSetArn"]
        for one in organization.permission_sets.values()
    }
