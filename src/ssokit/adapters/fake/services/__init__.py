"""The operations of the model, one module per AWS service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.services import oidc, portal, sts
from ssokit.adapters.fake.state import State

OPERATIONS: Mapping[str, Callable[[State, Call], Mapping[str, Any]]] = {
    **oidc.OPERATIONS,
    **portal.OPERATIONS,
    **sts.OPERATIONS,
}
