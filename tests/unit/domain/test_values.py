"""The frozen values: sessions, tokens, keys, coverage, logout results."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from ssokit.domain.accounts import Account, Role
from ssokit.domain.client_metadata import ClientMetadata
from ssokit.domain.coverage import Coverage, Gap
from ssokit.domain.device_authorization import DeviceAuthorization, TokenGrant
from ssokit.domain.errors import AccessDeniedError, InvalidSSOConfigError
from ssokit.domain.logout_result import LogoutResult
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token

_NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
_URL = "https://d-1234567890.awsapps.com/start"
_SECRET = "canary"


def _token(**fields: Any) -> Token:
    known = {"start_url": _URL, "region": "us-east-1", "access_token": _SECRET}
    return Token(**{**known, "expires_at": _NOW + timedelta(hours=1), **fields})


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(_token(refresh_token=_SECRET, extra={"clientSecret": _SECRET}), id="Token"),
        pytest.param(
            ClientRegistration(
                client_id="c", client_secret=_SECRET, expires_at=_NOW, extra={"x": _SECRET}
            ),
            id="ClientRegistration",
        ),
        pytest.param(
            RoleCredential(
                account_id="1",
                role_name="r",
                access_key_id=_SECRET,
                secret_access_key=_SECRET,
                session_token=_SECRET,
                expires_at=_NOW,
            ),
            id="RoleCredential",
        ),
        pytest.param(
            DeviceAuthorization(
                device_code=_SECRET,
                user_code="A",
                verification_uri="u",
                verification_uri_complete="v",
                expires_at=_NOW,
            ),
            id="DeviceAuthorization",
        ),
        pytest.param(
            TokenGrant(access_token=_SECRET, refresh_token=_SECRET, expires_at=_NOW),
            id="TokenGrant",
        ),
        pytest.param(
            CredentialKey(
                start_url=_URL, account_id="1", role_name="r", login=_token().fingerprint
            ),
            id="CredentialKey",
        ),
    ],
)
def test_reprs_hold_no_secret(value: object):
    """What lands in a log or a traceback shows no secret, and says that it is hidden."""
    assert _SECRET not in repr(value)
    assert _SECRET not in str(value)


@pytest.mark.parametrize(
    "value",
    [Account("1"), Role("1", "n", "r"), _token(), Coverage(), LogoutResult(was_logged_in=True)],
)
def test_values_are_frozen(value: Any):
    """Nobody changes a value that somebody else holds."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(value, attrs.fields(type(value))[0].name, "other")


def test_fingerprint_tells_tokens_apart():
    """A fingerprint is stable, differs between tokens and reveals nothing."""
    assert _token().fingerprint == _token(region="eu-west-1").fingerprint
    assert _token().fingerprint != _token(access_token="other").fingerprint
    assert _SECRET not in _token().fingerprint


def test_token_is_valid_by_its_own_expiry():
    """A token serves a window if it outlives it."""
    assert _token().is_valid_for(timedelta(hours=1), now=_NOW)
    assert not _token().is_valid_for(timedelta(hours=1, seconds=1), now=_NOW)


@pytest.mark.parametrize(("minutes", "usable"), [(15, True), (14, False), (-1, False)])
def test_registration_has_a_window_of_its_own(minutes: int, *, usable: bool):
    """A registration that outlives any device code is good enough to start a login."""
    end = _NOW + timedelta(minutes=minutes)
    registration = ClientRegistration(client_id="c", client_secret="s", expires_at=end)
    assert registration.is_usable(now=_NOW) is usable


@pytest.mark.parametrize(
    "start_url",
    [
        _URL,
        _URL + "/",
        "https://start.us-gov-home.awsapps.com/directory/d-1",
        "https://start.home.awsapps.cn/directory/x#/",
        "http://127.0.0.1:8080/start",
        "https://sso.example.com:8443/start?x=1",
    ],
)
def test_start_urls_are_kept_verbatim(start_url: str):
    """Every form of start URL is accepted, and kept as it was spelled."""
    assert SsoSession(start_url, "us-east-1").start_url == start_url


@pytest.mark.parametrize(
    "start_url",
    [
        "",
        "d-1234567890",
        "ftp://example.com",
        "https://",
        "https://[half",
        "https://host:port/start",
        "https://me@example.com/start",
        "https://example.com/a b",
        "https://example.com/\x00",
        "https://example.com/" + "x" * 3000,
        "https://../start",
        "https://d-1234567890.awsapps.com/\udcff",
    ],
    ids=lambda url: url[:30],
)
def test_malformed_start_urls(start_url: str):
    """What is no URL is refused with an example of one."""
    with pytest.raises(InvalidSSOConfigError, match=r"awsapps\.com"):
        SsoSession(start_url, "us-east-1")


@pytest.mark.parametrize(
    "region", ["us-east-1", "us-gov-west-1", "cn-north-1", "us-iso-east-1", "eusc-de-east-1"]
)
def test_regions(region: str):
    """Regions of every partition are accepted."""
    assert SsoSession(_URL, region).region == region


@pytest.mark.parametrize(
    "region", ["", "useast1", "US-EAST-1", "us-east-1\n", "https://x", "us-east"]
)
def test_malformed_regions(region: str):
    """What is no region's name is refused before any call."""
    with pytest.raises(InvalidSSOConfigError, match="region"):
        SsoSession(_URL, region)


@pytest.mark.parametrize(
    ("start_url", "region"), [(None, "us-east-1"), (b"x", "us-east-1"), (_URL, None), (_URL, 1)]
)
def test_wrong_types_of_a_session(start_url: Any, region: Any):
    """A forgotten setting is a TypeError that names the argument."""
    with pytest.raises(TypeError, match="must be a str"):
        SsoSession(start_url, region)


@pytest.mark.parametrize("tail", ["", "/", "#", "/#", "/#/", "/#/?tab=accounts"])
def test_wire_form_of_a_start_url(tail: str):
    """What people copy from the browser's bar reaches the service in the one form it accepts."""
    assert SsoSession(_URL + tail, "us-east-1").wire_start_url == _URL


@pytest.mark.parametrize("name", ["corp", "my corp", "Ü", "-"])
def test_names_of_sessions_are_kept_verbatim(name: str):
    """Whatever a config file can have for a name is one."""
    assert SsoSession(_URL, "us-east-1", name=name).name == name


@pytest.mark.parametrize("name", ["", "a\nb", "a\x00"])
def test_malformed_names_of_sessions(name: str):
    """What no section of a config file can be called is refused."""
    with pytest.raises(InvalidSSOConfigError, match="name of an sso-session"):
        SsoSession(_URL, "us-east-1", name=name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [(None, None), ([], ()), (["b", "a", "b"], ("b", "a", "b")), (iter(("a:b",)), ("a:b",))],
)
def test_scopes_are_kept_in_order(given: Any, kept: Any):
    """Scopes keep their order and their doubles; none configured is not the same as empty."""
    assert SsoSession(_URL, "us-east-1", scopes=given).scopes == kept


@pytest.mark.parametrize("scopes", [[""], ["a b"], ["a\n"], ['"'], ["\\"], ["ü"]])
def test_malformed_scopes(scopes: list[str]):
    """What RFC 6749 does not allow in a scope is refused, with the way to write several."""
    with pytest.raises(InvalidSSOConfigError, match="separated by commas"):
        SsoSession(_URL, "us-east-1", scopes=scopes)


@pytest.mark.parametrize(
    "arguments", [{"name": 1}, {"name": b"x"}, {"scopes": "a"}, {"scopes": 1}, {"scopes": [1]}]
)
def test_wrong_types_of_names_and_scopes(arguments: dict[str, Any]):
    """One str in place of a list of scopes is the common mistake, and is told."""
    with pytest.raises(TypeError, match="must be"):
        SsoSession(_URL, "us-east-1", **arguments)


@pytest.mark.parametrize(
    ("name", "scopes", "sent"),
    [
        (None, None, ()),
        (None, ("a",), ("a",)),
        ("corp", None, ("sso:account:access",)),
        ("corp", (), ("sso:account:access",)),
        ("corp", ("a", "b"), ("a", "b")),
    ],
)
def test_scopes_on_the_wire(name: str | None, scopes: Any, sent: tuple[str, ...]):
    """A named session without scopes asks for the default one, a legacy login for none."""
    assert SsoSession(_URL, "us-east-1", name=name, scopes=scopes).wire_scopes == sent


def test_client_metadata_sends_only_what_it_has():
    """Members that are empty are left to the service."""
    assert ClientMetadata("x").as_sent() == {"clientName": "x", "clientType": "public"}
    metadata = ClientMetadata(
        "x",
        scopes=("a",),
        grant_types=("authorization_code", "refresh_token"),
        redirect_uris=("http://127.0.0.1/oauth/callback",),
        issuer_url=_URL,
    )
    assert metadata.as_sent() == {
        "clientName": "x",
        "clientType": "public",
        "scopes": ["a"],
        "grantTypes": ["authorization_code", "refresh_token"],
        "redirectUris": ["http://127.0.0.1/oauth/callback"],
        "issuerUrl": _URL,
    }


def test_coverage_is_complete_only_at_the_end_and_without_gaps():
    """An unfinished or holey listing is never called complete."""
    gap = Gap("1", AccessDeniedError("no"))
    assert not Coverage(read=3).complete
    assert not Coverage(read=3, gaps=(gap,), finished=True).complete
    assert Coverage(finished=True).complete


@pytest.mark.parametrize("logged_in", [True, False])
@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize("removed", [True, False])
def test_logout_result_is_true_only_for_a_whole_logout(
    *, logged_in: bool, ended: bool, removed: bool
):
    """Half a logout is none."""
    result = LogoutResult(
        was_logged_in=logged_in, server_session_ended=ended, token_removed=removed
    )
    assert bool(result) is (logged_in and ended and removed)
