"""Secrets in text and in log records."""

from __future__ import annotations

import logging
import sys

import pytest

from ssokit.domain.redaction import SecretFilter, masked, redact

_SECRET = "s3cr3t-v4lue"


@pytest.mark.parametrize(
    "text",
    [
        '{"accessToken": "%s"}',
        "{'refreshToken': '%s', 'x': 1}",
        'b\'{"clientSecret":"%s"}\'',
        '{\\"deviceCode\\": \\"%s\\"}',
        "x-amz-sso_bearer_token: %s",
        "{'x-amz-sso_bearer_token': b'%s'}",
        "X-Amz-Security-Token=%s&X=1",
        "Authorization: Bearer %s",
        "authorization: Basic %s",
        "AWS_SECRET: secretAccessKey=%s",
        "('sessionToken', '%s')",
        "SessionToken = %s",
        "[(b'x-amz-sso_bearer_token', b'%s')]",
        '{"grantType": "urn:ietf:params:oauth:grant-type:device_code", "deviceCode": "%s"}',
        '{\\"grantType\\": \\"x:device_code\\", \\"deviceCode\\": \\"%s\\"}',
        "grant_type=x:device_code, deviceCode: %s",
        "{'grant': 'device_code', 'accessToken': '%s'}",
    ],
)
def test_named_secrets_are_masked(text: str):
    """Whatever the spelling of name and value, the value is gone and the rest is there."""
    redacted = redact(text % _SECRET)
    assert _SECRET not in redacted
    assert "***" in redacted


@pytest.mark.parametrize(
    "text",
    ["", "nothing to see", "the code, please", "roleName: ReadOnly", '{"userCode": "ABCD-EFGH"}'],
)
def test_other_text_is_left_alone(text: str):
    """What is no secret stays readable."""
    assert redact(text) == text


def test_masked_tells_whether_there_is_a_secret():
    """A repr shows None for none, and nothing of any other value."""
    assert (masked(None), masked(_SECRET)) == ("None", "***")


def _record(message: object, *args: object) -> logging.LogRecord:
    return logging.LogRecord("botocore", logging.DEBUG, __file__, 1, message, args, None)


def test_filter_rewrites_message_and_arguments():
    """A record keeps its place, and its formatted message has no secret."""
    record = _record("answer %s", {"accessToken": _SECRET})
    assert SecretFilter().filter(record) is True
    assert record.getMessage() == "answer {'accessToken': ***}"


def test_filter_rewrites_tracebacks():
    """An exception's own text is part of what a handler prints."""
    record = _record("failed")
    try:
        int(f"accessToken: {_SECRET}")
    except ValueError:
        record.exc_info = sys.exc_info()
    SecretFilter().filter(record)
    printed = logging.Formatter().format(record)
    assert "ValueError" in printed
    assert _SECRET not in printed


def test_filter_rewrites_a_traceback_that_was_formatted_before():
    """Another handler may have formatted the exception already."""
    record = _record("failed")
    record.exc_text = f"clientSecret: {_SECRET}"
    SecretFilter().filter(record)
    assert record.exc_text == "clientSecret: ***"


def test_filter_survives_arguments_that_do_not_fit():
    """A sloppy log call of another library does not end the program that filters it."""
    record = _record("two %s %s", "one")
    assert SecretFilter().filter(record) is True
    assert "TypeError" in record.getMessage()
