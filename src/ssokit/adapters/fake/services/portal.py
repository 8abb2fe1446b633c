"""The AWS service sso, the access portal: accounts, roles, keys, logout."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ssokit.adapters.fake import mint
from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.effects import refused
from ssokit.adapters.fake.role_keys import RoleKey
from ssokit.adapters.fake.services.paging import Paging
from ssokit.adapters.fake.state import State, required

_PAGING = Paging(100, size="maxResults", token="nextToken")  # noqa: S106 - a name


def list_accounts(state: State, call: Call) -> Mapping[str, Any]:
    """List the active accounts in which the person has a role."""
    accounts = state.access.accounts_of(_user(state, call))
    rows = [
        {
            "accountId": account.account_id,
            "accountName": account.name,
            "emailAddress": account.email,
        }
        for account in accounts
    ]
    return _PAGING.page(state, call, "accountList", rows)


def list_account_roles(state: State, call: Call) -> Mapping[str, Any]:
    """List the person's roles in an account; an account without any is forbidden."""
    user, account_id = _user(state, call), required(call, "accountId")
    roles = state.access.roles_of(user, account_id)
    if not roles:
        raise refused("ForbiddenException", "No access")
    rows = [{"roleName": role, "accountId": account_id} for role in roles]
    return _PAGING.page(state, call, "roleList", rows)


def get_role_credentials(state: State, call: Call) -> Mapping[str, Any]:
    """Issue keys for a role; they live as long as its permission set says."""
    user = _user(state, call)
    account_id, role_name = required(call, "accountId"), required(call, "roleName")
    if role_name not in state.access.roles_of(user, account_id):
        raise refused("ForbiddenException", "No access")
    lifetime = state.access.organization.permission_sets[role_name].session_duration
    key = RoleKey(
        access_key_id=state.mint.access_key_id(),
        secret_access_key=state.mint.secret(mint.SECRET_ACCESS_KEY, length=33),
        session_token=state.mint.secret(mint.SESSION_TOKEN, length=180),
        account_id=account_id,
        role_name=role_name,
        user=user,
        deadline=state.clock.monotonic() + lifetime.total_seconds(),
    )
    state.keys.add(key)
    return {"roleCredentials": _as_sent(state, key, lifetime)}


def logout(state: State, call: Call) -> Mapping[str, Any]:
    """End the session behind a token, all its tokens too; keys that were issued live on."""
    _user(state, call)
    state.tokens.end_session(required(call, "accessToken"))
    return {}


OPERATIONS = {
    "GetRoleCredentials": get_role_credentials,
    "ListAccountRoles": list_account_roles,
    "ListAccounts": list_accounts,
    "Logout": logout,
}


def _user(state: State, call: Call) -> str:
    user = state.tokens.user_of(
        call.parameters.get("accessToken"), region=call.region, now=state.clock.monotonic()
    )
    if user not in state.access.organization.users:
        raise refused("UnauthorizedException", "Session token not found or invalid")
    return user


def _as_sent(state: State, key: RoleKey, lifetime: timedelta) -> Mapping[str, Any]:
    expires_at = state.clock.now() + lifetime
    return {
        "accessKeyId": key.access_key_id,
        "secretAccessKey": key.secret_access_key,
        "sessionToken": key.session_token,
        # Milliseconds here, while sso-oidc counts in seconds.
        "expiration": int(expires_at.timestamp()) * 1000,
    }
