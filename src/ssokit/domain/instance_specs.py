"""Which instance, and which of its permission sets: arguments that are checked at the call.

Patterns are those of the service model of sso-admin. No ARN is made up of a partition that
nobody named: it is taken from the ARN of the instance.
"""

from __future__ import annotations

import re

import attrs

from ssokit.domain.spec_items import SpecGrammar

_PARTITION = r"arn:(?P<partition>aws(?:-[a-z]{1,5}){0,3})"
_INSTANCE_ID = r"(?P<instance>(?:sso)?ins-[a-zA-Z0-9.-]{16})"
_SET_ID = r"(?P<set>ps-[a-zA-Z0-9./-]{16})"
_INSTANCE = re.compile(rf"(?:{_PARTITION}:sso:::instance/)?{_INSTANCE_ID}")
_SET = re.compile(rf"(?:(?:{_PARTITION}:sso:::permissionSet/)?{_INSTANCE_ID}/)?{_SET_ID}")
_IDENTITY_STORE = re.compile(r"d-[0-9a-f]{10}|[A-Fa-f0-9]{8}(?:-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}")

_INSTANCES = SpecGrammar(
    argument="instance_arn",
    forms="an ARN 'arn:aws:sso:::instance/ssoins-...' of any partition, or 'ssoins-...'",
)
_IDENTITY_STORES = SpecGrammar(
    argument="identity_store_id", forms="an id 'd-' and ten hexadecimal digits, or a UUID"
)
_SETS = SpecGrammar(
    argument="permission_set",
    forms="an ARN 'arn:aws:sso:::permissionSet/ssoins-.../ps-...' of any partition, "
    "'ssoins-.../ps-...', 'ps-...', or an iterable of these",
)


@attrs.frozen
class InstanceSpec:
    """The instance that is asked for.

    Attributes:
        instance_id: The last field of its ARN, such as ``ssoins-1234567890abcdef``.
        partition: The AWS partition; None if the argument did not name one.
    """

    instance_id: str
    partition: str | None = None

    def arn(self, partition: str) -> str:
        """Give the ARN.

        Args:
            partition: The partition to use if the argument did not name one.
        """
        return f"arn:{self.partition or partition}:sso:::instance/{self.instance_id}"

    def names(self, instance: InstanceSpec) -> bool:
        """Tell whether this is a way to write an instance."""
        same = _key(self.instance_id) == _key(instance.instance_id)
        return same and self.partition in (None, instance.partition)


@attrs.frozen
class PermissionSetSpec:
    """A permission set that is asked for.

    Attributes:
        set_id: The last field of its ARN, such as ``ps-1234567890abcdef``.
        instance_id: The instance; None if the argument did not name one.
        partition: The AWS partition; None if the argument did not name one.
    """

    set_id: str
    instance_id: str | None = None
    partition: str | None = None

    def arn(self, instance_arn: str) -> str:
        """Give the ARN in an instance, whose ARN names the partition.

        Raises:
            ValueError: The permission set is said to be of another instance or partition.
        """
        instance = parse_instance(instance_arn)
        same_instance = self.instance_id is None or _key(self.instance_id) == _key(
            instance.instance_id
        )
        if not same_instance or self.partition not in (None, instance.partition):
            written = f"{self.instance_id}/{self.set_id}"
            raise ValueError(f"permission_set {written!r} is not of the instance {instance_arn}")
        return f"arn:{instance.partition}:sso:::permissionSet/{instance.instance_id}/{self.set_id}"


def parse_instance(spec: object) -> InstanceSpec:
    """Read an instance_arn argument.

    Raises:
        TypeError: It is no str.
        ValueError: It is malformed.
    """
    found = _match(_INSTANCES, _INSTANCE, spec)
    return InstanceSpec(found["instance"], found["partition"])


def parse_identity_store_id(spec: object) -> str:
    """Check an identity_store_id argument.

    Raises:
        TypeError: It is no str.
        ValueError: It is malformed.
    """
    return _match(_IDENTITY_STORES, _IDENTITY_STORE, spec)[0]


def parse_permission_sets(spec: object) -> tuple[PermissionSetSpec, ...]:
    """Read a permission_set argument; each specification is kept once, in order.

    An empty iterable gives none: it never means all permission sets.

    Raises:
        TypeError: Something in it is no str.
        ValueError: An id or ARN is malformed.
    """
    return tuple(
        dict.fromkeys(_permission_set(written) for _, written in _SETS.items(spec)),
    )


def _permission_set(written: object) -> PermissionSetSpec:
    found = _match(_SETS, _SET, written)
    return PermissionSetSpec(found["set"], found["instance"], found["partition"])


def _match(grammar: SpecGrammar, pattern: re.Pattern[str], written: object) -> re.Match[str]:
    if not isinstance(written, str):
        raise grammar.wrong_type(written)
    found = pattern.fullmatch(written)
    if found is None:
        raise grammar.malformed(written)
    return found


def _key(instance_id: str) -> str:
    # "ssoins-x" and "ins-x" are two spellings of one id.
    return instance_id.removeprefix("sso")
