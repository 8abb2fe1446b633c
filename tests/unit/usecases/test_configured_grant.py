"""What the service refuses is said with its place in the config file."""

from __future__ import annotations

import attrs
import pytest

from ssokit.domain.errors import (
    AuthorizationDeniedError,
    ConfigFileError,
    ServiceError,
    ServiceUnavailableError,
    SsokitError,
    WrongRegionError,
)
from ssokit.domain.redirects import AuthorizationRefusal
from ssokit.domain.sso_profile import SsoProfile
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.testing import AwsError, Denies, FakeIdentityCenter, Fault
from ssokit.usecases.configured_grant import ConfiguredGrant
from ssokit.usecases.device_code_grant import DeviceCodeGrant

_PORTAL = "https://ssoins-0123456789abcdef.portal.eu-west-1.app.aws"


@pytest.fixture
def grant(device_code_grant: DeviceCodeGrant, session: SsoSession) -> ConfiguredGrant:
    """Give a login by device code, to an sso-session of a config file."""
    named = attrs.evolve(session, name="corp", scopes=["sso:account:access"])
    profile = SsoProfile(name="dev", session=named, path="FILE", section="profile dev")
    return ConfiguredGrant(grant=device_code_grant, profile=profile)


def _refused(grant: ConfiguredGrant, **changes: object) -> SsokitError:
    assert grant.profile is not None
    session = attrs.evolve(grant.profile.session, **changes)
    profile = attrs.evolve(grant.profile, session=session)
    with pytest.raises(SsokitError) as raised:
        attrs.evolve(grant, profile=profile)(session)
    return raised.value


def test_scopes_refused_by_the_page(grant: ConfiguredGrant):
    """What the browser comes back with is about the same key as what a call answers."""

    def refuse(_: SsoSession) -> Token:
        raise AuthorizationRefusal(error="invalid_scope").as_error()

    error = _refused(attrs.evolve(grant, grant=refuse))
    assert isinstance(error, ConfigFileError)
    assert error.key == "sso_registration_scopes"


def test_refused_scopes(grant: ConfiguredGrant, center: FakeIdentityCenter):
    """Scopes that the service does not know are an error about their key."""
    center.settings.known_scopes = frozenset({"sso:account:access"})
    error = _refused(grant, scopes=["no:such:scope"])
    assert isinstance(error, ConfigFileError)
    assert (error.path, error.section, error.key) == (
        "FILE",
        "sso-session corp",
        "sso_registration_scopes",
    )
    assert "sso_registration_scopes of [sso-session corp] in FILE" in str(error)


def test_refused_start_url(grant: ConfiguredGrant):
    """A start URL that the service does not know is an error about its key."""
    error = _refused(grant, start_url="https://d-unknown.awsapps.com/start")
    assert isinstance(error, ConfigFileError)
    assert (error.section, error.key) == ("sso-session corp", "sso_start_url")
    assert isinstance(error.__cause__, ServiceError)


def test_legacy_profile(grant: ConfiguredGrant):
    """The keys of a legacy profile stand in its own section."""
    error = _refused(grant, start_url="https://d-unknown.awsapps.com/start", name=None)
    assert isinstance(error, ConfigFileError)
    assert error.section == "profile dev"


def test_another_region(grant: ConfiguredGrant):
    """A region that the start URL contradicts is named, with its key and the right one."""
    error = _refused(grant, start_url=_PORTAL)
    assert isinstance(error, WrongRegionError)
    assert error.right_region == "eu-west-1"
    assert "sso_region of [sso-session corp] in FILE" in str(error)


def test_other_errors(grant: ConfiguredGrant, center: FakeIdentityCenter):
    """What has nothing to do with the file stays what it is, and so does a login without one."""
    center.person = Denies()
    assert isinstance(_refused(grant), AuthorizationDeniedError)
    center.faults.add(Fault("StartDeviceAuthorization", AwsError("InternalServerException")))
    assert isinstance(_refused(grant), ServiceUnavailableError)
    center.faults.clear()
    assert grant.profile is not None
    elsewhere = attrs.evolve(grant.profile.session, start_url="https://d-2.awsapps.com/start")
    with pytest.raises(ServiceError, match="InvalidRequestException"):
        attrs.evolve(grant, profile=None)(elsewhere)
