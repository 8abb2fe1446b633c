"""Ids in the forms that AWS gives them, derived from names: the same name, the same id."""

from __future__ import annotations

import hashlib
import uuid

_NAMESPACE = uuid.UUID("6f1c5a4e-0a3b-4bb5-9a0e-5d3c6f0d7b21")


def hex_digits(*parts: str, count: int) -> str:
    """Give hexadecimal digits that depend on all parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:count]


def principal_id(kind: str, name: str) -> str:
    """Give the identity store id of a user or a group, of the 47-character form."""
    return f"9067f0e1d2-{uuid.uuid5(_NAMESPACE, f'{kind}/{name}')}"


def unit_id(root_id: str, name: str) -> str:
    """Give the id of an organizational unit under a root."""
    return f"ou-{root_id.removeprefix('r-')}-{hex_digits('unit', name, count=8)}"


def permission_set_arn(partition: str, instance_id: str, name: str) -> str:
    """Give the ARN of a permission set of an instance."""
    digits = hex_digits("permission-set", instance_id, name, count=16)
    return f"arn:{partition}:sso:::permissionSet/{instance_id}/ps-{digits}"
