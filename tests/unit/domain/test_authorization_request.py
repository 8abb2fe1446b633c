"""The URL that a browser is sent to."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timezone
from urllib.parse import parse_qsl, urlsplit

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.domain.authorization_request import (
    AuthorizationRequest,
    code_challenge,
    redirect_uri,
)

_REQUEST = AuthorizationRequest(
    endpoint="https://oidc.eu-west-1.amazonaws.com/authorize",
    client_id="a client",
    redirect_uri=redirect_uri(49152),
    scopes=("sso:account:access", "codewhisperer:analysis"),
    state="canary-state",
    code_verifier="canary-" + 6 * "verifier",
    expires_at=datetime(2026, 1, 1, tzinfo=timezone.utc),
)


def test_the_challenge_is_that_of_the_rfc():
    """RFC 7636 appendix B has a verifier and its challenge."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert code_challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@given(st.text("ABCXYZabcxyz019-._~", min_size=43, max_size=128))
def test_every_verifier_has_a_challenge_of_its_own_form(verifier: str):
    """A challenge is a SHA-256 in base64url, without padding."""
    challenge = code_challenge(verifier)
    assert base64.urlsafe_b64decode(challenge + "=") == hashlib.sha256(verifier.encode()).digest()
    assert len(challenge) == 43


def test_the_url_has_what_the_aws_cli_sends_in_its_order():
    """The parameters are those of the AWS CLI, ``scopes`` in the plural."""
    url = _REQUEST.verification_uri
    assert url.startswith("https://oidc.eu-west-1.amazonaws.com/authorize?response_type=code&")
    assert parse_qsl(urlsplit(url).query) == [
        ("response_type", "code"),
        ("client_id", "a client"),
        ("redirect_uri", "http://127.0.0.1:49152/oauth/callback"),
        ("state", "canary-state"),
        ("code_challenge_method", "S256"),
        ("scopes", "sso:account:access codewhisperer:analysis"),
        ("code_challenge", code_challenge(_REQUEST.code_verifier)),
    ]


def test_blanks_are_percent_encoded():
    """Only unreserved characters stay as they are: no plus for a blank."""
    assert "client_id=a%20client&" in _REQUEST.verification_uri
    assert "scopes=sso%3Aaccount%3Aaccess%20codewhisperer%3Aanalysis&" in _REQUEST.verification_uri


def test_it_is_shown_like_a_device_authorization_without_a_code():
    """Whoever shows logins finds the URL where it always is, and no code."""
    assert _REQUEST.verification_uri_complete == _REQUEST.verification_uri
    assert _REQUEST.user_code is None


def test_neither_url_nor_repr_has_the_verifier():
    """The verifier never leaves the program but to the service."""
    assert "verifier" not in _REQUEST.verification_uri
    assert "canary" not in repr(_REQUEST)


@pytest.mark.parametrize("verifier", ["", "x" * 42, "x" * 129, "x" * 42 + " ", "ä" * 43])
def test_verifiers_have_a_form(verifier: str):
    """RFC 7636 section 4.1: 43 to 128 unreserved characters; the message does not repeat it."""
    with pytest.raises(ValueError, match="43 to 128") as malformed:
        attrs.evolve(_REQUEST, code_verifier=verifier)
    assert not verifier or verifier not in str(malformed.value)
