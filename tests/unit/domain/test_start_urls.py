"""The forms of start URLs: what is sent, what is looked up, and what a host's name tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.domain.sso_session import SsoSession
from ssokit.domain.start_urls import is_of_aws, region_in, spellings, wire_form

_URL = "https://d-1234567890.awsapps.com/start"
_GOV = "https://start.us-gov-home.awsapps.com/directory/d-1234567890"
_ISSUER = "https://identitycenter.amazonaws.com/ssoins-0123456789abcdef"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        (_URL, _URL),
        (f"{_URL}/", _URL),
        (f"{_URL}//", _URL),
        (f"{_URL}#/", _URL),
        (f"{_URL}/#/", _URL),
        (f"{_URL}/#/?tab=accounts", _URL),
        (f"{_URL}?referrer=accessPortal", _URL),
        ("https://D-1234567890.AWSApps.com/start", _URL),
        ("https://d-1234567890.awsapps.com./start", _URL),
        ("https://d-1234567890.awsapps.com:443/start", _URL),
        ("HTTPS://d-1234567890.awsapps.com/start", _URL),
        ("https://my-company.awsapps.com/start/", "https://my-company.awsapps.com/start"),
        (_GOV, _GOV),
        (f"{_GOV}#/", _GOV),
        (f"{_GOV}/MixedCase", f"{_GOV}/MixedCase"),
        (
            "https://start.home.awsapps.cn/directory/d-1/",
            "https://start.home.awsapps.cn/directory/d-1",
        ),
        (
            "https://ssoins-0123456789abcdef.eu-west-1.portal.amazonaws.com/",
            "https://ssoins-0123456789abcdef.eu-west-1.portal.amazonaws.com",
        ),
        (
            "https://ssoins-0123456789abcdef.portal.eu-west-1.app.aws/#/",
            "https://ssoins-0123456789abcdef.portal.eu-west-1.app.aws",
        ),
        (_ISSUER, _ISSUER),
        (f"{_ISSUER}/", _ISSUER),
        ("http://127.0.0.1:8080/start/", "http://127.0.0.1:8080/start"),
        ("http://[::1]:8080/start/", "http://[::1]:8080/start"),
    ],
)
def test_what_is_sent(written: str, sent: str):
    """Browsers' and people's additions are left out; the path keeps its capital letters."""
    assert wire_form(written) == sent
    assert SsoSession(written, "us-east-1").wire_start_url == sent


@given(st.sampled_from(["", "/", "#/", "/#/", "//", "/?a=b", "#x"]))
def test_what_is_sent_is_stable(ending: str):
    """What is sent is a form of its own, which stays as it is."""
    assert wire_form(wire_form(_URL + ending)) == wire_form(_URL + ending)


@pytest.mark.parametrize("ending", ["", "/", "#/", "/#/", "/#/?tab=accounts"])
def test_what_is_looked_up(ending: str):
    """A login is looked for as it is written, then under the other usual spellings, each once."""
    found = spellings(_URL + ending)
    assert found[0] == _URL + ending
    assert {_URL, f"{_URL}/", f"{_URL}#/", f"{_URL}/#/"} <= set(found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("start_url", "region"),
    [
        (_URL, None),
        (_GOV, None),
        (_ISSUER, None),
        ("https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/x", "us-gov-west-1"),
        ("https://start.us-gov-east-1.us-gov-home.awsapps.com/directory/x", "us-gov-east-1"),
        ("https://ssoins-0123456789abcdef.eu-west-1.portal.amazonaws.com", "eu-west-1"),
        ("https://SSOINS-0123456789ABCDEF.EU-WEST-1.portal.amazonaws.com.", "eu-west-1"),
        ("https://ssoins-0123456789abcdef.cn-north-1.portal.amazonaws.com.cn", "cn-north-1"),
        ("https://ssoins-0123456789abcdef.eusc-de-east-1.portal.amazonaws.eu", "eusc-de-east-1"),
        ("https://ssoins-0123456789abcdef.portal.us-west-2.app.aws/", "us-west-2"),
        (
            "https://ssoins-0123456789abcdef.portal.cn-north-1.app.amazonwebservices.com.cn",
            "cn-north-1",
        ),
        (
            "https://ssoins-0123456789abcdef.portal.eusc-de-east-1.api.amazonwebservices.eu",
            "eusc-de-east-1",
        ),
        ("https://ssoins-0123456789abcdef.portal.eu-west-1.app.aws.example.com", None),
        ("https://sso.example.com/eu-west-1.portal.amazonaws.com", None),
    ],
)
def test_region_of_the_host(start_url: str, region: str | None):
    """New portals and GovCloud's regional ones name their region, and nothing else does."""
    assert region_in(start_url) == region


@pytest.mark.parametrize(
    ("start_url", "owned"),
    [
        (_URL, True),
        (_GOV, True),
        (_ISSUER, True),
        ("https://identitycenter.us-gov.amazonaws.com/ssoins-0123456789abcdef", True),
        ("https://identitycenter.amazonaws.com.cn/ssoins-0123456789abcdef", True),
        ("https://identitycenter.amazonaws.eu/ssoins-0123456789abcdef", True),
        ("https://start.home.awsapps.cn/directory/d-1234567890", True),
        ("https://ssoins-0123456789abcdef.portal.us-west-2.app.aws", True),
        ("https://ssoins-0123456789abcdef.us-west-2.portal.amazonaws.com", True),
        ("https://aws.example.com", False),
        ("https://awsapps.com.example.com/start", False),
        ("https://notawsapps.com/start", False),
        ("https://127.0.0.1/start", False),
    ],
)
def test_hosts_of_aws(start_url: str, owned: bool):  # noqa: FBT001 - an expectation
    """Hosts of AWS are told from those that only lead there, and from those that look alike."""
    assert is_of_aws(start_url) is owned
