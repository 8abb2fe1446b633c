"""The AWS service organizations: accounts, and the units that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.directory_index import DirectoryIndex
from ssokit.adapters.fake.effects import refused
from ssokit.adapters.fake.organization import AccountState, MemberAccount, OrganizationalUnit
from ssokit.adapters.fake.services.paging import Paging
from ssokit.adapters.fake.settings import Caller
from ssokit.adapters.fake.state import State, required

_PAGING = Paging(20)
# The older of the two members has no values of its own for the states that came later.
_STATUS_OF = {
    AccountState.ACTIVE: "ACTIVE",
    AccountState.SUSPENDED: "SUSPENDED",
    AccountState.PENDING_CLOSURE: "PENDING_CLOSURE",
    AccountState.CLOSED: "SUSPENDED",
}


def list_accounts(state: State, call: Call) -> Mapping[str, Any]:
    """List all accounts, suspended ones included."""
    _admit(state)
    rows = list(state.access.organization.accounts.values())
    return _PAGING.page(state, call, "Accounts", rows, lambda account: _account(state, account))


def list_accounts_for_parent(state: State, call: Call) -> Mapping[str, Any]:
    """List the accounts right below a root or a unit, and none further down."""
    index, parent_id = _parent(state, call)
    rows = index.accounts_below.get(parent_id, [])
    return _PAGING.page(state, call, "Accounts", rows, lambda account: _account(state, account))


def list_organizational_units_for_parent(state: State, call: Call) -> Mapping[str, Any]:
    """List the units right below a root or a unit."""
    index, parent_id = _parent(state, call)
    rows = index.units_below.get(parent_id, [])
    return _PAGING.page(state, call, "OrganizationalUnits", rows, lambda unit: _unit(state, unit))


def list_roots(state: State, call: Call) -> Mapping[str, Any]:
    """List the one root."""
    _admit(state)
    root_id = state.access.organization.root_id
    root = {"Id": root_id, "Arn": _arn(state, "root", root_id), "Name": "Root"}
    return _PAGING.page(state, call, "Roots", [root])


def describe_organization(state: State, _call: Call) -> Mapping[str, Any]:
    """Give the organization to whoever asks: a member account may, too."""
    organization = state.access.organization
    owner = organization.management_account_id
    described = {
        "Id": organization.organization_id,
        "FeatureSet": "ALL",
        "MasterAccountArn": _arn(state, "account", owner),
        "MasterAccountId": owner,
    }
    return {"Organization": described}


def describe_account(state: State, call: Call) -> Mapping[str, Any]:
    """Give one account."""
    _admit(state)
    account = state.access.organization.accounts.get(required(call, "AccountId"))
    if account is None:
        raise refused("AccountNotFoundException", "You specified an account that doesn't exist.")
    return {"Account": _account(state, account)}


OPERATIONS = {
    "DescribeAccount": describe_account,
    "DescribeOrganization": describe_organization,
    "ListAccounts": list_accounts,
    "ListAccountsForParent": list_accounts_for_parent,
    "ListOrganizationalUnitsForParent": list_organizational_units_for_parent,
    "ListRoots": list_roots,
}


def _admit(state: State) -> None:
    if state.settings.caller is Caller.MEMBER:
        raise refused(
            "AccessDeniedException", "You don't have permissions to access this resource."
        )


def _parent(state: State, call: Call) -> tuple[DirectoryIndex, str]:
    _admit(state)
    index, parent_id = state.access.directory, required(call, "ParentId")
    if not index.is_parent(parent_id):
        raise refused("ParentNotFoundException", "You specified a parent that doesn't exist.")
    return index, parent_id


def _arn(state: State, kind: str, thing_id: str) -> str:
    organization = state.access.organization
    owner = f"{organization.management_account_id}:{kind}/{organization.organization_id}"
    return f"arn:{organization.partition}:organizations::{owner}/{thing_id}"


def _account(state: State, account: MemberAccount) -> Mapping[str, Any]:
    sent: dict[str, Any] = {
        "Id": account.account_id,
        "Arn": _arn(state, "account", account.account_id),
        "Email": account.email,
        "Name": account.name,
    }
    if state.settings.account_status and account.state in _STATUS_OF:
        sent["Status"] = _STATUS_OF[account.state]
    if state.settings.account_state:
        sent["State"] = account.state.value
    if state.settings.paths:
        above = state.access.directory.path_of(account.parent_id)
        sent["Paths"] = [f"{above}{account.account_id}/"]
    return sent


def _unit(state: State, unit: OrganizationalUnit) -> Mapping[str, str]:
    sent = {"Id": unit.unit_id, "Arn": _arn(state, "ou", unit.unit_id), "Name": unit.name}
    if state.settings.paths:
        sent["Path"] = state.access.directory.path_of(unit.unit_id)
    return sent
