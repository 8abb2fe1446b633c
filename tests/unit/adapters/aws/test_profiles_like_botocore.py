"""What ssokit reads in the AWS files is what botocore reads there."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.credentials import SSOProvider
from botocore.exceptions import InvalidConfigError
from botocore.session import Session

from ssokit.adapters.aws.profiles import read_aws_config, read_sso_profile
from ssokit.domain.errors import ConfigFileError

_CORP = """\
[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = us-east-1
"""
_DEV = """\
[profile dev]
sso_session = corp
sso_account_id = 012345678901
sso_role_name = Developer
"""
_OLD = """\
[profile dev]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = us-east-1
sso_account_id = 012345678901
sso_role_name = Developer
"""

_FILES = {
    "plain": (_CORP + _DEV, ""),
    "legacy": (_OLD, ""),
    "capital letters and colons": (_CORP + _DEV.replace("sso_role_name =", "SSO_Role_Name :"), ""),
    "per cent signs": (_CORP + _DEV + "note = %(sso_session)s %d\n", ""),
    "comments on lines of their own": ("# one\n; two\n" + _CORP + "# three\n" + _DEV, ""),
    "quoted headers": (_CORP.replace("corp]", '"corp"]') + _DEV.replace("dev]", "'dev']"), ""),
    "sections of other kinds": (_CORP + _DEV + "[preview]\nx = 1\n[services x]\n[plugins]\n", ""),
    "headers that do not parse": (_CORP + _DEV + "[profile 'x]\ny = 1\n[profile a b]\nz = 1\n", ""),
    "indented blocks": (_CORP + _DEV + "s3 =\n  max_concurrent_requests = 20\n  a = b = c\n", ""),
    "the default profile twice": (
        _CORP
        + "[default]\nsso_session = gone\nregion = eu-west-1\n"
        + _DEV
        + "[profile default]\n",
        "",
    ),
    "account and role in the session": (
        _CORP + "sso_account_id = 012345678901\nsso_role_name = Developer\n"
        "[profile dev]\nsso_session = corp\nsso_role_name = Developer\n",
        "",
    ),
    "keys in the other file": (_CORP + _DEV, "[dev]\nsso_role_name = Auditor\n[default]\nx = 1\n"),
    "a profile in the other file": (_CORP, _DEV.replace("profile dev", "dev")),
    "a session in the other file": (_DEV, _CORP),
    "an unknown session": (_CORP + _DEV.replace("= corp", "= gone"), ""),
    "an empty session name": (_CORP + _DEV.replace("= corp", "="), ""),
    "a contradiction": (_CORP + _DEV + "sso_region = eu-west-1\n", ""),
    "a contradiction in another key": (_CORP + "region = a\n" + _DEV + "region = b\n", ""),
    "no region": (_OLD.replace("sso_region", "region"), ""),
    "no start URL": (_CORP.replace("sso_start_url", "start_url") + _DEV, ""),
}


@pytest.fixture(params=_FILES.values(), ids=_FILES)
def _files(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, text in zip(
        ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), request.param, strict=True
    ):
        path = tmp_path / variable
        path.write_text(text)
        monkeypatch.setenv(variable, str(path))
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_PROFILE", raising=False)


@pytest.mark.usefixtures("_files")
def test_the_same_sections():
    """Profiles, sso-sessions and services are those that botocore finds, with the same keys."""
    theirs, ours = Session().full_config, read_aws_config()
    assert ours.profile_names() == tuple(sorted(theirs["profiles"]))
    merged = {name: dict(ours._profile(name).values) for name in ours.profile_names()}
    assert merged == theirs["profiles"]
    assert ours.sso_sessions == theirs["sso_sessions"]
    assert ours.services == tuple(theirs["services"])


@pytest.mark.usefixtures("_files")
def test_the_same_meaning():
    """Botocore's credential provider finds the same in a profile, or refuses it like ssokit."""
    session = Session()
    provider = SSOProvider(lambda: session.full_config, session.create_client, "dev")
    try:
        theirs = provider._load_sso_config()
    except InvalidConfigError:
        with pytest.raises(ConfigFileError):
            read_sso_profile("dev")
        return
    ours = read_sso_profile("dev")
    assert theirs == {
        "sso_start_url": ours.session.start_url,
        "sso_region": ours.session.region,
        "sso_account_id": ours.account_id,
        "sso_role_name": ours.role_name,
        **({"sso_session": ours.session.name} if ours.session.name else {}),
    }
