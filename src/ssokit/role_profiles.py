"""Profiles for a person's roles in the AWS config file, and where adapters meet for that."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping

import attrs

from ssokit.adapters.aws.profiles import read_aws_config
from ssokit.adapters.stores.disk_config_file import DiskConfigFile, aws_config_path
from ssokit.domain.accounts import Role
from ssokit.domain.config_parsing import parse_config_text
from ssokit.domain.managed_profiles import ProfileChanges, WantedProfiles, session_name_for
from ssokit.domain.profile_names import parse_template, profile_names
from ssokit.domain.sso_session import SsoSession
from ssokit.usecases.configure_profiles import ConfigureProfiles
from ssokit.usecases.list_roles import RoleListing


@attrs.frozen(kw_only=True)
class RoleProfiles:
    """What profiles there are to be for the roles that a listing gives.

    Attributes:
        session: The instance; its name, if it has one, is that of the ``sso-session``.
        template: How profiles are named.
        settings: Further options of each profile, such as ``region``.
        account_ids: The accounts that were asked for; None for all.
        wants: Takes the name of a role, and tells whether it gets a profile.
        prune: Whether profiles are removed whose role is gone.
    """

    session: SsoSession
    template: str = attrs.field(converter=parse_template)
    settings: Mapping[str, str]
    account_ids: Collection[str] | None
    wants: Callable[[str], bool]
    prune: bool

    def write(self, listing: RoleListing, *, dry_run: bool = False) -> ProfileChanges:
        """Read the roles, and write their profiles into the AWS config file.

        A role in an account that could not be read is not taken for gone.

        Args:
            listing: The roles.
            dry_run: Whether nothing is written after all.

        Raises:
            ConfigFileError: The file cannot be read, or its ``sso-session`` is another one.
            StoreError: The file cannot be written.
            NameClashError: Two roles would get one name.
        """
        file = DiskConfigFile(aws_config_path(os.environ))
        taken = read_aws_config().shared_credentials
        name = session_name_for(parse_config_text(file.read(), place=file.place), self.session)
        roles = sorted((role for role in listing if self.wants(role.role_name)), key=_by_name)
        unread = {gap.subject for gap in listing.coverage.gaps}
        wanted = WantedProfiles(
            session=attrs.evolve(self.session, name=name),
            profiles=profile_names(self.template, roles, session_name=name),
            settings=self.settings,
            taken=taken,
            is_known=lambda account_id, role_name: (
                (self.account_ids is None or account_id in self.account_ids)
                and account_id not in unread
                and self.wants(role_name)
            ),
            prune=self.prune,
        )
        configure = ConfigureProfiles(file)
        return configure.preview(wanted) if dry_run else configure(wanted)


def _by_name(role: Role) -> tuple[str, str, str]:
    return role.account_name.casefold(), role.account_id, role.role_name.casefold()
