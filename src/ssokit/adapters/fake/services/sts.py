"""The one operation of the AWS service sts that shows whose keys one has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.organization_ids import hex_digits
from ssokit.adapters.fake.state import State


def get_caller_identity(state: State, call: Call) -> Mapping[str, Any]:
    """Tell whose keys a request was made with.

    They must be keys that this model issued, with their own session token, and not have
    expired. The signature itself is not checked: a client that signs wrongly passes.
    """
    key = state.keys.identify(
        call.parameters.get("accessKeyId"),
        call.parameters.get("sessionToken"),
        now=state.clock.monotonic(),
    )
    organization = state.access.organization
    role = f"AWSReservedSSO_{key.role_name}_" + hex_digits(
        "role", organization.instance_id, key.account_id, key.role_name, count=16
    )
    role_id = "AROA" + hex_digits("role-id", key.account_id, role, count=17).upper()
    return {
        "UserId": f"{role_id}:{key.user}",
        "Account": key.account_id,
        "Arn": f"arn:{organization.partition}:sts::{key.account_id}:assumed-role/{role}/{key.user}",
    }


OPERATIONS = {"GetCallerIdentity": get_caller_identity}
