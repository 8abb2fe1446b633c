"""Templates of the login message: six placeholders, and braces of other meaning."""

from __future__ import annotations

import contextlib
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.domain.device_authorization import DeviceAuthorization
from ssokit.domain.errors import InvalidSSOConfigError
from ssokit.domain.login_message import (
    PLACEHOLDERS,
    WITH_BROWSER,
    WITHOUT_BROWSER,
    check_template,
    render,
)

_SHOWN = DeviceAuthorization(
    device_code="canary-device-code",
    user_code="ABCD-EFGH",
    verification_uri="https://device.example/",
    verification_uri_complete="https://device.example/?user_code=ABCD-EFGH",
    expires_at=datetime(2026, 1, 1, tzinfo=timezone.utc),
)
_COMPLETE = _SHOWN.verification_uri_complete
_TEMPLATES = st.lists(
    st.sampled_from([f"{{{name}}}" for name in PLACEHOLDERS])
    | st.sampled_from(["{", "}", "{{", "}}", "{}", "{0}", "{url!r}", "{url:>9}", "{url:{code}}"])
    | st.sampled_from(["{code:d}", "{url[0]}", "{url.x}", "{url!z}", "{code:=9}", "{'a': 1}"])
    | st.text(max_size=8),
    max_size=8,
).map("".join)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param("{url} {code}", "https://device.example/ ABCD-EFGH", id="short names"),
        pytest.param("{urlWithCode}", _COMPLETE, id="url with code"),
        pytest.param("{verificationUri}", "https://device.example/", id="AWS's verificationUri"),
        pytest.param("{userCode}{userCode}", "ABCD-EFGHABCD-EFGH", id="twice"),
        pytest.param("{verificationUriComplete}", _COMPLETE, id="AWS's complete one"),
        pytest.param("{{{code}}}", "{ABCD-EFGH}", id="doubled braces"),
        pytest.param("{{code}}", "{code}", id="escaped placeholder"),
        pytest.param("{code:>12}|", "   ABCD-EFGH|", id="format spec"),
        pytest.param("plain", "plain", id="no placeholder"),
        pytest.param("", "", id="empty"),
        pytest.param('{"code": "{code}"}', '{"code": "ABCD-EFGH"}', id="JSON"),
        pytest.param("b {color: red} {code}", "b {color: red} ABCD-EFGH", id="CSS"),
        pytest.param("{} {0} {code}", "{} {0} ABCD-EFGH", id="positional braces"),
        pytest.param("} {code}", "} ABCD-EFGH", id="lone brace"),
        pytest.param("{url[0]} {code.x}", "{url[0]} {code.x}", id="no look inside"),
        pytest.param("{url:{code}}", "{url:ABCD-EFGH}", id="nested placeholder"),
    ],
)
def test_render(template: str, text: str):
    """Placeholders are filled, and every other brace stays."""
    check_template(template)
    assert render(template, _SHOWN) == text


@pytest.mark.parametrize("template", ["{user_code}", "{URL}", '{"a": {b}}', "{url} {x} {y}"])
def test_unknown_placeholders_are_named(template: str):
    """A placeholder that nothing can fill is an argument error that lists what there is."""
    with pytest.raises(InvalidSSOConfigError, match="known are url, code, urlWithCode"):
        check_template(template)


@pytest.mark.parametrize("template", [WITH_BROWSER, WITHOUT_BROWSER])
def test_own_messages_say_all(template: str):
    """What is printed by default has the code and a way to type or click it."""
    check_template(template)
    assert _SHOWN.user_code in render(template, _SHOWN)
    assert _COMPLETE in render(template, _SHOWN)


@given(_TEMPLATES)
def test_checked_templates_always_render(template: str):
    """A template that passes the check never fails when the person waits for the message."""
    with contextlib.suppress(InvalidSSOConfigError):
        check_template(template)
        assert _SHOWN.device_code not in render(template, _SHOWN)


@given(st.text(alphabet='{}": ;,#0123456789\n', max_size=40))
def test_braces_without_words_stay(filler: str):
    """Braces that are no placeholder survive, unless the whole is a format string."""
    template = f'{{"a":1}} {filler}'
    check_template(template)
    assert render(template, _SHOWN) == template
