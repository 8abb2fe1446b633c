"""The AWS service sso-admin: the instance, permission sets, and who has which where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.directory_index import DirectoryIndex
from ssokit.adapters.fake.effects import refused
from ssokit.adapters.fake.organization import AccountAssignment, AccountInstance
from ssokit.adapters.fake.services.paging import Paging
from ssokit.adapters.fake.settings import Caller
from ssokit.adapters.fake.state import State, invalid, required

_PAGING = Paging(100)


def list_instances(state: State, call: Call) -> Mapping[str, Any]:
    """List the instances that serve a region; an additional one names the primary region."""
    _admit(state)
    organization, everywhere = state.access.organization, call.parameters.get("RegionScope")
    in_primary = call.region == state.regions[0] or everywhere == "ALL_REGIONS"
    rows = [_instance(state, one) for one in organization.account_instances if in_primary]
    if in_primary or call.region in state.regions:
        own = AccountInstance(
            instance_id=organization.instance_id,
            identity_store_id=organization.identity_store_id,
            owner_account_id=organization.management_account_id,
            status=organization.instance_status,
        )
        regions = [_region(state, region) for region in state.regions]
        rows.append({**_instance(state, own), "Regions": regions})
    return _PAGING.page(state, call, "Instances", rows)


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
    rows = index.rows_of_pair.get(pair, [])
    return _PAGING.page(state, call, "AccountAssignments", rows, lambda row: _sent(index, row))


def list_account_assignments_for_principal(state: State, call: Call) -> Mapping[str, Any]:
    """List what a principal has; a deleted one has nothing. For the management account alone."""
    index = _index(state, call)
    if state.settings.caller is not Caller.MANAGEMENT:
        raise refused("AccessDeniedException", "This must be called from the management account")
    kind, principal_id = required(call, "PrincipalType"), required(call, "PrincipalId")
    if kind not in ("GROUP", "USER"):
        raise invalid(call, "PrincipalType must be USER or GROUP")
    known = index.users if kind == "USER" else index.groups
    asked = [(kind, principal_id)] if principal_id in known else []
    if asked and kind == "USER" and state.settings.inherited_rows:
        asked += [("GROUP", group_id) for group_id in index.groups_of(principal_id)]
    account_id = call.parameters.get("Filter", {}).get("AccountId")
    rows = [
        row
        for who in asked
        for row in index.rows_of_principal.get(who, ())
        if account_id in (None, row.account_id)
    ]
    return _PAGING.page(state, call, "AccountAssignments", rows, lambda row: _sent(index, row))


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


def _instance(state: State, instance: AccountInstance) -> Mapping[str, Any]:
    return {
        "InstanceArn": state.access.organization.arn_of_instance(instance.instance_id),
        "IdentityStoreId": instance.identity_store_id,
        "OwnerAccountId": instance.owner_account_id,
        "Status": instance.status,
        "PrimaryRegion": state.regions[0],
    }


def _region(state: State, region: str) -> Mapping[str, Any]:
    primary = region == state.regions[0]
    return {"RegionName": region, "Status": "ACTIVE", "IsPrimaryRegion": primary}


def _index(state: State, call: Call) -> DirectoryIndex:
    _admit(state)
    organization, asked = state.access.organization, required(call, "InstanceArn")
    others = (one.instance_id for one in organization.account_instances)
    if asked in map(organization.arn_of_instance, others):
        raise invalid(call, "account instances have no permission sets")
    known = asked == organization.instance_arn
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
