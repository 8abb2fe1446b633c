"""Keep secrets out of reprs and log lines."""

from __future__ import annotations

import logging
import re

MASK = "***"

# Members and headers that carry a secret in sso-oidc, sso and sts messages, in the
# spellings of the wire, of the AWS CLI's cache files and of Python dumps of either.
_SENSITIVE_NAMES = (
    "accessToken|refreshToken|idToken|clientSecret|deviceCode|codeVerifier|code"
    "|accessKeyId|secretAccessKey|sessionToken|AccessKeyId|SecretAccessKey|SessionToken"
    "|access_token|refresh_token|client_secret|device_code|code_verifier"
    "|x-amz-sso_bearer_token|X-Amz-Security-Token|Authorization"
)
# A comma parts name and value in a tuple of two texts; what has a colon after it is a name
# itself, as in {"grantType": "...:device_code", "deviceCode": "..."}.
_SECRET_MEMBER = re.compile(
    rf"""(?P<name>\\?b?["']?\b(?:{_SENSITIVE_NAMES})\\?["']?\s*(?:[:=]\s*|,\s*(?=b?\\?["'])))"""
    r"""(?P<value>b?\\?"[^"\\]*\\?"(?!\s*:)|b?\\?'[^'\\]*\\?'(?!\s*:)"""
    r"""|(?:(?:Bearer|Basic)\s+)?[^\s"',;&})]+)""",
    re.IGNORECASE,
)


def masked(value: object) -> str:
    """Show that a secret is there, and nothing of it: a ``repr=`` for attrs fields."""
    return "None" if value is None else MASK


def redact(text: str) -> str:
    """Replace the values of the secret members and headers that AWS uses in a text.

    It knows the names of the sso-oidc, sso and sts APIs in JSON, header and Python dict
    form. It does not recognise a secret that stands alone, without its name.
    """
    return _SECRET_MEMBER.sub(lambda found: f"{found['name']}{MASK}", text)


class SecretFilter(logging.Filter):
    """Mask tokens, client secrets and keys in log records, botocore's own included.

    botocore prints request and response bodies at DEBUG level, access tokens among them.
    ssokit itself never logs a secret; put this filter on every *handler* that may receive
    botocore's records (a filter on a logger does not see its children's)::

        handler.addFilter(ssokit.SecretFilter())

    Like `redact`, it finds secrets by the names that AWS gives them.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message and traceback text in place; keep every record."""
        try:
            message = record.getMessage()
        except Exception as error:  # noqa: BLE001 - what no handler could print ends no program
            message = f"{record.msg} (its arguments do not fit: {type(error).__name__})"
        record.msg, record.args = redact(message), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        return True
