"""A login that waits for the person's browser (RFC 6749 section 4.1, with PKCE: RFC 7636).

Nothing here is random: state and code verifier are values that whoever asks brings along.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from typing import TypeAlias
from urllib.parse import quote, urlencode

import attrs

from ssokit.domain.device_authorization import DeviceAuthorization
from ssokit.domain.redaction import masked

REDIRECT_PATH = "/oauth/callback"
REDIRECT_URI = f"http://127.0.0.1{REDIRECT_PATH}"
"""What a client registers: the loopback interface, without a port (RFC 8252 section 7.3)."""

AUTHORIZATION_LIFETIME = 600.0
"""Seconds that the person has: as long as a device code lives, and as the AWS CLI waits."""

# RFC 7636 section 4.1.
_CODE_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def redirect_uri(port: int) -> str:
    """Give the redirect URI of a listener on a port of the loopback interface."""
    return f"http://127.0.0.1:{port}{REDIRECT_PATH}"


def code_challenge(code_verifier: str) -> str:
    """Derive the challenge that may be seen from the verifier that may not: ``S256``."""
    digest = hashlib.sha256(code_verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _check_verifier(_request: object, _attribute: object, code_verifier: str) -> None:
    if not _CODE_VERIFIER.fullmatch(code_verifier):
        raise ValueError("a code verifier has 43 to 128 unreserved characters (RFC 7636)")


@attrs.frozen(kw_only=True)
class AuthorizationRequest:
    """A page that the person opens in a browser on this machine, and that sends them back here.

    It has what a `DeviceAuthorization` has to show, but no code: the person compares nothing.

    Attributes:
        endpoint: The page's URL, without a query.
        client_id: The client that asks.
        redirect_uri: Where the browser is sent back to, with its port.
        scopes: What the token is to be good for.
        state: What the answer must repeat, so that it is the answer to this request.
        code_verifier: What proves, when the code is exchanged, who asked for it.
        expires_at: When the program stops waiting.
    """

    endpoint: str
    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str = attrs.field(repr=masked)
    code_verifier: str = attrs.field(repr=masked, validator=_check_verifier)
    expires_at: datetime

    @property
    def user_code(self) -> None:
        """None: there is no code to compare or to type in."""
        return

    @property
    def verification_uri(self) -> str:
        """The URL to open; members and their order are the AWS CLI's, ``scopes`` included."""
        members = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "code_challenge_method": "S256",
            "scopes": " ".join(self.scopes),
            "code_challenge": code_challenge(self.code_verifier),
        }
        return f"{self.endpoint}?{urlencode(members, quote_via=quote, safe='')}"

    @property
    def verification_uri_complete(self) -> str:
        """The same URL."""
        return self.verification_uri


ShownAuthorization: TypeAlias = DeviceAuthorization | AuthorizationRequest
"""What a person is shown: where to approve a login, and the code to compare, if there is one."""
