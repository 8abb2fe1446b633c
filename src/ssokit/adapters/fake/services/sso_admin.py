"""The AWS service sso-admin: the instance, permission sets, and who has which where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.directory_index import DirectoryIndex
from ssokit.adapters.fake.effects import refused
from ssokit.adapters.fake.organization import AccountAssignment
from ssokit.adapters.fake.services.paging import Paging
from ssokit.adapters.fake.settings import Caller
from ssokit.adapters.fake.state import State, required

_PAGING = Paging(100)


def list_instances(state: State, call: Call) -> Mapping[str, Any]:
    """List the one instance; in additional regions there is none to administer."""
    _admit(state)
    organization = state.access.organization
    instance = {
        "InstanceArn": organization.instance_arn,
        "IdentityStoreId": organization.identity_store_id,
        "OwnerAccountId": organization.management_account_id,
        "Status": "ACTIVE",
        "PrimaryRegion": state.regions[0],
    }
    here = [instance] if call.region == state.regions[0] else []
    return _PAGING.page(state, call, "Instances", here)


def list_permission_sets(state: State, call: Call) -> Mapping[str, Any]:
    """List the ARNs of all permission sets."""
    index = _index(state, call)
    return _PAGING.page(state, call, "PermissionSets", list(index.permission_sets))


def describe_permission_set(state: State, call: Call) -> Mapping[str, Any]:
    """Give a permission set with its name."""
    permission_set = _index(state, call).permission_sets[_set_arn(state, call)]
    seconds = int(permission_set.session_duration.total_seconds())
    described = {
        "Name": permission_set.name,
        "PermissionSetArn": permission_set.arn,
        "SessionDuration": f"PT{seconds}S",
    }
    return {"PermissionSet": described}


def list_permission_sets_provisioned_to_account(state: State, call: Call) -> Mapping[str, Any]:
    """List the ARNs of what is provisioned to an account, assigned or not."""
    index, account_id = _index(state, call), _account_id(state, call)
    return _PAGING.page(state, call, "PermissionSets", index.sets_in.get(account_id, []))


def list_accounts_for_provisioned_permission_set(state: State, call: Call) -> Mapping[str, Any]:
    """List the accounts that a permission set is provisioned to, whatever their state."""
    index, arn = _index(state, call), _set_arn(state, call)
    return _PAGING.page(state, call, "AccountIds", index.accounts_with.get(arn, []))


def list_account_assignments(state: State, call: Call) -> Mapping[str, Any]:
    """List who has a permission set in an account; nobody, if it is not provisioned there."""
    index = _index(state, call)
    pair = (_account_id(state, call), _set_arn(state, call))
    rows = [_sent(index, row) for row in index.rows_of_pair.get(pair, ())]
    return _PAGING.page(state, call, "AccountAssignments", rows)


def list_account_assignments_for_principal(state: State, call: Call) -> Mapping[str, Any]:
    """List what a principal has; a deleted one has nothing. For the management account alone."""
    index = _index(state, call)
    if state.settings.caller is not Caller.MANAGEMENT:
        raise refused("AccessDeniedException", "This must be called from the management account")
    kind, principal_id = required(call, "PrincipalType"), required(call, "PrincipalId")
    known = index.users if kind == "USER" else index.groups
    asked = [(kind, principal_id)] if principal_id in known else []
    if asked and kind == "USER" and state.settings.inherited_rows:
        asked += [("GROUP", group_id) for group_id in index.groups_of(principal_id)]
    account_id = call.parameters.get("Filter", {}).get("AccountId")
    rows = [
        _sent(index, row)
        for who in asked
        for row in index.rows_of_principal.get(who, ())
        if account_id in (None, row.account_id)
    ]
    return _PAGING.page(state, call, "AccountAssignments", rows)


OPERATIONS = {
    "DescribePermissionSet": describe_permission_set,
    "ListAccountAssignments": list_account_assignments,
    "ListAccountAssignmentsForPrincipal": list_account_assignments_for_principal,
    "ListAccountsForProvisionedPermissionSet": list_accounts_for_provisioned_permission_set,
    "ListInstances": list_instances,
    "ListPermissionSets": list_permission_sets,
    "ListPermissionSetsProvisionedToAccount": list_permission_sets_provisioned_to_account,
}


def _admit(state: State) -> None:
    if state.settings.caller is Caller.MEMBER:
        raise refused("AccessDeniedException", "You do not have access to perform this action")


def _index(state: State, call: Call) -> DirectoryIndex:
    _admit(state)
    known = required(call, "InstanceArn") == state.access.organization.instance_arn
    # Additional regions do not support reads of permission sets and assignments.
    if not known or call.region != state.regions[0]:
        raise refused("ResourceNotFoundException", "Instance does not exist")
    return state.access.directory


def _set_arn(state: State, call: Call) -> str:
    arn = required(call, "PermissionSetArn")
    if arn not in state.access.directory.permission_sets:
        raise refused("ResourceNotFoundException", "PermissionSet does not exist")
    return arn


def _account_id(state: State, call: Call) -> str:
    account_id = required(call, "AccountId")
    accounts, index = state.access.organization.accounts, state.access.directory
    if account_id not in accounts and account_id not in index.sets_in:
        raise refused("ResourceNotFoundException", "Account does not exist")
    return account_id


def _sent(index: DirectoryIndex, row: AccountAssignment) -> Mapping[str, str]:
    return {
        "AccountId": row.account_id,
        "PermissionSetArn": index.arn_of(row),
        "PrincipalType": row.principal_type,
        "PrincipalId": row.principal_id,
    }
