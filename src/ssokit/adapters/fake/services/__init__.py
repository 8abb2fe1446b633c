"""The operations of the model, one module per AWS service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.services import (
    identitystore,
    oidc,
    organizations,
    portal,
    sso_admin,
    sts,
)
from ssokit.adapters.fake.state import State

Operation: TypeAlias = Callable[[State, Call], Mapping[str, Any]]

_BY_SERVICE: Mapping[str, Mapping[str, Operation]] = {
    "": {**oidc.OPERATIONS, **portal.OPERATIONS, **sts.OPERATIONS},
    "identitystore": identitystore.OPERATIONS,
    "organizations": organizations.OPERATIONS,
    "sso-admin": sso_admin.OPERATIONS,
}

OPERATIONS: Mapping[tuple[str, str], Operation] = {
    (service, name): operation
    for service, operations in _BY_SERVICE.items()
    for name, operation in operations.items()
}
"""What does an operation, by service (empty for those of a login) and name."""
