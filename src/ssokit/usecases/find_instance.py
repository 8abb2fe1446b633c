"""Find the Identity Center instance whose assignments are listed."""

from __future__ import annotations

import threading
from functools import cached_property

from ssokit.domain.directory import Instance
from ssokit.domain.errors import InvalidSSOConfigError
from ssokit.domain.instance_specs import InstanceSpec, parse_instance
from ssokit.usecases.directory_reader import DirectoryReader

_ACTIVE = (None, "ACTIVE")


class FindInstance:
    """Chooses among the instances that ListInstances gives, which is called if need be.

    Where there are several, it is the organization's: the one that the management account
    owns. An account instance has no account assignments.

    Args:
        reader: Reads them.
        asked: The instance that is asked for; None for whichever there is.
        identity_store_id: Its identity store; None for whichever it has.
    """

    def __init__(
        self, *, reader: DirectoryReader, asked: InstanceSpec | None, identity_store_id: str | None
    ) -> None:
        self._reader = reader
        self._asked = asked
        self._identity_store_id = identity_store_id
        self._guard = threading.Lock()

    @property
    def arn(self) -> str:
        """The ARN.

        Raises:
            InvalidSSOConfigError: No instance matches, or more than one does.
            ServiceError: The service failed.
        """
        asked = self._asked
        return asked.arn(asked.partition) if asked and asked.partition else self._instance.arn

    @property
    def store_id(self) -> str:
        """The id of the identity store; errors are those of `arn`."""
        return self._identity_store_id or self._instance.identity_store_id

    @property
    def _instance(self) -> Instance:
        # Names are looked up in threads, and the first to need an identity store asks for all.
        with self._guard:
            return self._found

    @cached_property
    def _found(self) -> Instance:
        found = [instance for instance in self._reader.instances() if self._matches(instance)]
        if len(found) > 1:
            found = [each for each in found if each.status in _ACTIVE]
        if len(found) > 1:
            owner = self._reader.management_account()
            found = [each for each in found if each.owner_account_id == owner]
        if len(found) == 1:
            # Other regions serve the instance, but not its permission sets and assignments.
            if found[0].primary_region:
                self._reader.move_to(found[0].primary_region)
            return found[0]
        raise InvalidSSOConfigError(
            f"{'several' if found else 'no'} Identity Center instances match in the session's "
            "region: use a session of the management account, or of a delegated administrator, "
            "in the instance's own region, or give instance_arn and identity_store_id"
        )

    def _matches(self, instance: Instance) -> bool:
        if self._identity_store_id not in (None, instance.identity_store_id):
            return False
        return self._asked is None or self._asked.names(parse_instance(instance.arn))
