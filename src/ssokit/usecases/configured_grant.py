"""A login whose start URL, region and scopes stand in the AWS config file."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from ssokit.domain.errors import ConfigFileError, ServiceError, WrongRegionError
from ssokit.domain.sso_profile import SsoProfile
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token

_REFUSED = {
    "InvalidRequestException": "sso_start_url",
    "InvalidScopeException": "sso_registration_scopes",
    # The page of the authorization code grant says it in OAuth's words.
    "invalid_scope": "sso_registration_scopes",
}


@attrs.frozen(kw_only=True)
class ConfiguredGrant:
    """Say of what the service refuses where it stands in the config file.

    Attributes:
        grant: Obtains a token, by whatever flow.
        profile: What was read from the file; None if nothing was.
    """

    grant: Callable[[SsoSession], Token]
    profile: SsoProfile | None

    def __call__(self, session: SsoSession) -> Token:
        """Obtain a token.

        Raises:
            ConfigFileError: The service refuses the start URL or the scopes.
            WrongRegionError: They are those of another region.
            LoginError: The login failed.
            ServiceError: The service failed.
        """
        try:
            return self.grant(session)
        except ServiceError as error:
            if self.profile is None:
                raise
            if isinstance(error, WrongRegionError):
                raise _in_another_region(self.profile, error) from error
            key = _REFUSED.get(error.code or "")
            if key is None:
                raise
            raise ConfigFileError(
                f"{self.profile.place(key)}: {error}",
                path=self.profile.path,
                section=self.profile.session_section,
                key=key,
            ) from error


def _in_another_region(profile: SsoProfile, error: WrongRegionError) -> WrongRegionError:
    placed = WrongRegionError(
        f"{profile.place('sso_region')}: {error}", code=error.code, operation=error.operation
    )
    placed.right_region = error.right_region
    return placed
