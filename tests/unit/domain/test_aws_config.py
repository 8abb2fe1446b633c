"""Profiles and sso-sessions: what the AWS config file means, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ssokit.domain.aws_config import AwsConfig
from ssokit.domain.errors import ConfigFileError, InvalidSSOConfigError
from ssokit.domain.sso_profile import SsoProfile, chosen_role
from ssokit.domain.sso_session import SsoSession

_URL = "https://d-1234567890.awsapps.com/start"
_CORP = {"sso_start_url": _URL, "sso_region": "us-east-1"}
_DEV = {
    "sso_session": "corp",
    "sso_account_id": "012345678901",
    "sso_role_name": "Developer",
    "region": "eu-west-1",
}


def _config(
    profiles: Mapping[str, Mapping[str, object]] | None = None,
    *,
    corp: Mapping[str, object] = _CORP,
    shared: Mapping[str, Mapping[str, object]] | None = None,
    headers: tuple[str, ...] = (),
) -> AwsConfig:
    return AwsConfig(
        path="/aws/config",
        credentials_path="/aws/credentials",
        headers=headers,
        profiles=profiles or {},
        sso_sessions={"corp": corp},
        services=("local",),
        shared_credentials=shared or {},
    )


def test_profile_with_a_session():
    """A profile has the sso-session it names, and an account, a role and a region of its own."""
    assert _config({"dev": _DEV}).sso_profile("dev") == SsoProfile(
        name="dev",
        session=SsoSession(_URL, "us-east-1", name="corp"),
        account_id="012345678901",
        role_name="Developer",
        region="eu-west-1",
        path="/aws/config",
        section="profile dev",
    )


def test_services():
    """A profile may name a section of endpoints that is there."""
    config = _config({"dev": {**_DEV, "services": "local"}})
    assert config.sso_profile("dev").name == "dev"


def test_legacy_profile():
    """A legacy profile has a start URL and a region of its own, and neither name nor scopes."""
    legacy = {**_CORP, "sso_registration_scopes": "sso:account:access"}
    profile = _config({"old": legacy}).sso_profile("old")
    assert profile.session == SsoSession(_URL, "us-east-1")
    assert (profile.account_id, profile.role_name, profile.region) == (None, None, None)


@pytest.mark.parametrize(
    ("said", "scopes"),
    [
        ({}, None),
        ({"sso_registration_scopes": ""}, ()),
        ({"sso_registration_scopes": "sso:account:access"}, ("sso:account:access",)),
        ({"sso_registration_scopes": " b ,,a,b "}, ("b", "a", "b")),
    ],
)
def test_scopes(said: dict[str, str], scopes: tuple[str, ...] | None):
    """Scopes keep their order and their doubles; to say none is not to say nothing."""
    assert _config(corp={**_CORP, **said}).sso_session("corp").scopes == scopes


def test_session_completes_the_profile():
    """Account and role may stand in the sso-session, as for the AWS SDKs."""
    corp = {**_CORP, "sso_account_id": "012345678901", "sso_role_name": "Developer"}
    profile = _config({"dev": {"sso_session": "corp"}}, corp=corp).sso_profile("dev")
    assert (profile.account(), profile.role()) == ("012345678901", "Developer")
    alone = _config(corp=corp).session_profile("corp", current="dev")
    assert (alone.name, alone.account(), alone.role()) == ("dev", "012345678901", "Developer")


def test_keys_that_agree():
    """A key may stand in both if it says the same in both."""
    config = _config({"dev": {**_DEV, "sso_region": "us-east-1"}})
    assert config.sso_profile("dev").session.region == "us-east-1"


def test_shared_credentials_lie_over_the_config_file():
    """Profiles of the shared credentials file count, and their keys win, as for the AWS SDKs."""
    config = _config({"dev": _DEV}, shared={"dev": {"sso_role_name": "Auditor"}, "new": _DEV})
    assert config.sso_profile("dev").role_name == "Auditor"
    assert config.sso_profile("new").path == "/aws/credentials"
    assert config.sso_profile("new").section == "new"


def test_names():
    """Names are sorted; profiles without IAM Identity Center are no sso profiles."""
    config = _config({"b": _DEV, "a": _CORP, "keys": {"region": "eu-west-1"}}, shared={"c": _DEV})
    assert config.profile_names() == ("a", "b", "c", "keys")
    assert config.sso_profile_names() == ("a", "b", "c")
    assert config.sso_session_names() == ("corp",)


@pytest.mark.parametrize(
    ("header", "headers"),
    [
        ("default", ("default",)),
        ("profile default", ("default", "profile default")),
        ("default", ("profile default", "x", "default")),
        ("profile default", ()),
    ],
)
def test_spelling_of_the_default_profile(header: str, headers: tuple[str, ...]):
    """An error about the default profile names that of its two headers which counts."""
    with pytest.raises(ConfigFileError, match="does not use IAM Identity Center") as raised:
        _config({"default": {}}, headers=headers).sso_profile("default")
    assert raised.value.section == header


@pytest.mark.parametrize(
    ("profile", "corp", "section", "key", "says"),
    [
        ({"sso_session": "crop"}, _CORP, "sso-session crop", None, "did you mean corp?"),
        ({**_DEV, "services": "gone"}, _CORP, "services gone", None, "services of [profile dev]"),
        ({**_DEV, "services": ""}, _CORP, "profile dev", "services", "it is empty"),
        ({"sso_session": ""}, _CORP, "profile dev", "sso_session", "it is empty"),
        ({"sso_session": {"a": "b"}}, _CORP, "profile dev", "sso_session", "block of lines"),
        ({"sso_start_url": _URL}, _CORP, "profile dev", "sso_region", "it is missing"),
        ({"sso_region": "us-east-1"}, _CORP, "profile dev", "sso_session", "sso_start_url"),
        ({"sso_role_name": "A"}, _CORP, "profile dev", "sso_start_url", "so is sso_region"),
        (_DEV, {}, "sso-session corp", "sso_start_url", "and so is sso_region"),
        (_DEV, {"sso_start_url": _URL}, "sso-session corp", "sso_region", "it is missing"),
        (_DEV, {**_CORP, "sso_region": ""}, "sso-session corp", "sso_region", "it is empty"),
        (_DEV, {**_CORP, "sso_region": "Ohio"}, "sso-session corp", "sso_region", "'Ohio' is not"),
        (
            _DEV,
            {**_CORP, "sso_region": "us-east-1 # Virginia"},
            "sso-session corp",
            "sso_region",
            "a comment needs a line of its own",
        ),
        (
            _DEV,
            {**_CORP, "sso_start_url": "d-1234567890"},
            "sso-session corp",
            "sso_start_url",
            "not an https URL",
        ),
        (
            _DEV,
            {**_CORP, "sso_registration_scopes": "a b"},
            "sso-session corp",
            "sso_registration_scopes",
            "'a b' is no scope",
        ),
        ({**_DEV, "sso_account_id": "12-34"}, _CORP, "profile dev", "sso_account_id", "12 digits"),
        ({**_DEV, "sso_role_name": "a b"}, _CORP, "profile dev", "sso_role_name", "role name"),
        (
            {**_DEV, "sso_region": "eu-west-1"},
            _CORP,
            "profile dev",
            "sso_region",
            "it says otherwise than sso_region in [sso-session corp]",
        ),
        (_DEV, {**_CORP, "region": "eu-west-2"}, "profile dev", "region", "says otherwise"),
        (
            {**_DEV, "s3": {"a": "b"}},
            {**_CORP, "s3": {"a": "c"}},
            "profile dev",
            "s3",
            "says otherwise",
        ),
    ],
)
def test_what_cannot_work(
    profile: dict[str, object], corp: dict[str, object], section: str, key: str | None, says: str
):
    """Whatever is missing, malformed or contradictory is said with its file, section and key."""
    with pytest.raises(ConfigFileError) as raised:
        _config({"dev": profile}, corp=corp).sso_profile("dev")
    error = raised.value
    assert (error.path, error.section, error.key) == ("/aws/config", section, key)
    assert says in str(error)
    assert "/aws/config" in str(error)
    assert section in str(error)
    assert (key or "") in str(error)
    assert isinstance(error, (InvalidSSOConfigError, ValueError))


def test_a_key_of_the_other_file():
    """A key that stands in the shared credentials file is said to stand there."""
    config = _config({"dev": _DEV}, shared={"dev": {"sso_account_id": "x"}})
    with pytest.raises(ConfigFileError, match=r"\[profile dev\] in /aws/credentials") as raised:
        config.sso_profile("dev")
    assert raised.value.path == "/aws/credentials"


@pytest.mark.parametrize(
    ("name", "headers", "says"),
    [
        ("devv", (), "did you mean dev or dev2?"),
        (
            "prod",
            ("prod",),
            r"there is a [prod], but what is meant has to be written [profile prod]",
        ),
        ("corp", ("sso-session corp",), "there is a [sso-session corp]"),
        ("my dev", ("profile my dev",), "[profile 'my dev']"),
        ("xyz", (), "it has a0, a1, a2, a3, a4, a5, a6, a7, a8, dev, ..."),
    ],
)
def test_unknown_profile(name: str, headers: tuple[str, ...], says: str):
    """An unknown profile: near names, or a header that was written wrongly, or all names."""
    names = ["dev", "dev2", *(f"a{number}" for number in range(9))]
    config = _config(dict.fromkeys(names, _DEV), headers=headers)
    with pytest.raises(ConfigFileError, match=r"there is no \[profile") as raised:
        config.sso_profile(name)
    assert says in str(raised.value)
    assert raised.value.section == f"profile {name}"


def test_unknown_in_an_empty_file():
    """Where there is nothing at all, the error says how to make a profile."""
    empty = AwsConfig(path="/aws/config", credentials_path="/aws/credentials")
    with pytest.raises(ConfigFileError, match="aws configure sso"):
        empty.sso_session("corp")
    with pytest.raises(ConfigFileError, match="AWS_PROFILE names 'dev', but there is no"):
        empty.check_profile("dev", said_by="AWS_PROFILE")


def test_keys_do_not_show():
    """A config file may hold secret keys: they are in no repr."""
    config = _config({"dev": {"aws_secret_access_key": "canary"}})
    assert "canary" not in repr(config)


def test_role_that_is_meant():
    """What a call names is meant, else what the profile names, else nothing."""
    profile = _config({"dev": _DEV}).sso_profile("dev")
    assert chosen_role(profile, None, None) == ("012345678901", "Developer")
    assert chosen_role(profile, 444455556666, None) == ("444455556666", "Developer")
    assert chosen_role(profile, None, "Auditor") == ("012345678901", "Auditor")
    with pytest.raises(TypeError, match="account id must be a str"):
        chosen_role(None, None, "Auditor")


@pytest.mark.parametrize("key", ["sso_account_id", "sso_role_name"])
def test_profile_for_logins_only(key: str):
    """A profile without account or role can log in, and says what is missing for more."""
    lacking = {name: value for name, value in _DEV.items() if name != key}
    profile = _config({"dev": lacking}).sso_profile("dev")
    with pytest.raises(ConfigFileError, match=rf"\[profile dev\] in /aws/config has no {key}"):
        chosen_role(profile, None, None)
