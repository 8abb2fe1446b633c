"""The AWS service identitystore: users, groups, and who is in which.

Any account of the organization may read here, as far as its policies go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.directory_index import DirectoryIndex
from ssokit.adapters.fake.effects import RefusedError, refused
from ssokit.adapters.fake.organization import Group, Organization, User
from ssokit.adapters.fake.organization_ids import principal_id
from ssokit.adapters.fake.services.paging import Paging
from ssokit.adapters.fake.state import State, invalid, required

_PAGING = Paging(100)


def list_users(state: State, call: Call) -> Mapping[str, Any]:
    """List all users, complete."""
    rows = list(_index(state, call).users.values())
    return _PAGING.page(state, call, "Users", rows, lambda user: _user(state, user))


def list_groups(state: State, call: Call) -> Mapping[str, Any]:
    """List all groups, complete."""
    rows = list(_index(state, call).groups.values())
    return _PAGING.page(state, call, "Groups", rows, lambda group: _group(state, group))


def describe_user(state: State, call: Call) -> Mapping[str, Any]:
    """Give one user."""
    return _user(state, _found_user(state, call, call.parameters))


def describe_group(state: State, call: Call) -> Mapping[str, Any]:
    """Give one group."""
    return _group(state, _found_group(state, call))


def list_group_memberships(state: State, call: Call) -> Mapping[str, Any]:
    """List the members of a group, by user id; groups do not nest."""
    group = _found_group(state, call)
    return _PAGING.page(
        state,
        call,
        "GroupMemberships",
        sorted(group.member_ids),
        lambda user_id: _membership(state, group.group_id, user_id),
    )


def list_group_memberships_for_member(state: State, call: Call) -> Mapping[str, Any]:
    """List the groups of a user, by group id."""
    user = _found_user(state, call, call.parameters.get("MemberId", {}))
    groups = state.access.directory.groups_of(user.user_id)
    rows = [_membership(state, group_id, user.user_id) for group_id in groups]
    return _PAGING.page(state, call, "GroupMemberships", rows)


OPERATIONS = {
    "DescribeGroup": describe_group,
    "DescribeUser": describe_user,
    "ListGroupMemberships": list_group_memberships,
    "ListGroupMembershipsForMember": list_group_memberships_for_member,
    "ListGroups": list_groups,
    "ListUsers": list_users,
}


def _index(state: State, call: Call) -> DirectoryIndex:
    asked, organization = required(call, "IdentityStoreId"), state.access.organization
    if asked in {one.identity_store_id for one in organization.account_instances}:
        return DirectoryIndex(Organization())
    if asked != organization.identity_store_id or call.region not in state.regions:
        raise _missing("IDENTITY_STORE", asked)
    return state.access.directory


def _found_user(state: State, call: Call, members: object) -> User:
    index = _index(state, call)
    asked = members.get("UserId") if isinstance(members, Mapping) else None
    if not isinstance(asked, str) or not asked:
        raise invalid(call, "UserId is missing or invalid")
    if asked not in index.users:
        raise _missing("USER", asked)
    return index.users[asked]


def _found_group(state: State, call: Call) -> Group:
    group = _index(state, call).groups.get(required(call, "GroupId"))
    if group is None:
        raise _missing("GROUP", call.parameters["GroupId"])
    return group


def _missing(kind: str, asked: str) -> RefusedError:
    return refused(
        "ResourceNotFoundException", f"{kind} not found.", ResourceType=kind, ResourceId=asked
    )


def _membership(state: State, group_id: str, user_id: str) -> Mapping[str, Any]:
    return {
        "IdentityStoreId": state.access.organization.identity_store_id,
        "MembershipId": principal_id("membership", f"{group_id}/{user_id}"),
        "GroupId": group_id,
        "MemberId": {"UserId": user_id},
    }


def _user(state: State, user: User) -> Mapping[str, str]:
    sent = {
        "IdentityStoreId": state.access.organization.identity_store_id,
        "UserId": user.user_id,
        "UserName": user.user_name,
        "DisplayName": user.display_name,
    }
    return _without_empty(sent)


def _group(state: State, group: Group) -> Mapping[str, str]:
    sent = {
        "IdentityStoreId": state.access.organization.identity_store_id,
        "GroupId": group.group_id,
        "DisplayName": group.display_name,
    }
    return _without_empty(sent)


def _without_empty(members: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in members.items() if value}
