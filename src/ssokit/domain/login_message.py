"""The text that shows a person where to log in."""

from __future__ import annotations

import re
import string

from ssokit.domain.authorization_request import ShownAuthorization
from ssokit.domain.errors import InvalidSSOConfigError

PLACEHOLDERS = (
    "url",
    "code",
    "urlWithCode",
    "verificationUri",
    "userCode",
    "verificationUriComplete",
)

WITH_BROWSER = """\
Log in to AWS: your browser should open this page by itself. If it does not, open

    {urlWithCode}

Approve the request only if the page shows this code: {code}
"""

WITHOUT_BROWSER = """\
Log in to AWS: open this page, on this or on another device,

    {url}

and enter this code: {code}
With the code already filled in: {urlWithCode}
"""

# What the two say where there is no code to compare.
_WITHOUT_CODE = {
    WITH_BROWSER: """\
Log in to AWS: your browser should open a page by itself. If it does not, open this one, in a
browser on this machine:

    {url}
""",
    WITHOUT_BROWSER: """\
Log in to AWS: open this page in a browser on this machine, on no other,

    {url}
""",
}

_WORD_IN_BRACES = re.compile(r"\{([A-Za-z_]\w*)\}")


def check_template(template: str) -> None:
    """Refuse a template with a placeholder that nothing can fill.

    Raises:
        InvalidSSOConfigError: A word in braces is none of the six placeholders.
    """
    if _is_format_string(template):
        return
    unknown = sorted(set(_WORD_IN_BRACES.findall(template)) - set(PLACEHOLDERS))
    if unknown:
        raise InvalidSSOConfigError(
            f"message has unknown placeholders: {', '.join(unknown)}; "
            f"known are {', '.join(PLACEHOLDERS)}"
        )


def render(template: str, authorization: ShownAuthorization) -> str:
    """Fill a template's placeholders; braces that are no placeholder stay as they are.

    Where there is no code, its placeholders are empty, and the two templates of this module
    say what there is to say then.

    A template that is a format string of nothing but the six placeholders is formatted as
    one, with ``{{`` for a brace. In any other, JSON or CSS for instance, just the six
    placeholders are replaced.
    """
    user_code = authorization.user_code
    if user_code is None:
        template = _WITHOUT_CODE.get(template, template)
    values = dict(
        zip(
            PLACEHOLDERS,
            2
            * (
                authorization.verification_uri,
                user_code or "",
                authorization.verification_uri_complete,
            ),
            strict=True,
        )
    )
    if _is_format_string(template):
        return template.format_map(values)
    return _WORD_IN_BRACES.sub(lambda found: values[found[1]], template)


def _is_format_string(template: str) -> bool:
    try:
        fields = [(field, spec) for _, field, spec, _ in string.Formatter().parse(template)]
        template.format_map(dict.fromkeys(PLACEHOLDERS, ""))
    except (ValueError, LookupError, AttributeError):
        return False
    # A placeholder inside a format spec works or fails with the value that it gets.
    return all(
        field is None or (field in PLACEHOLDERS and "{" not in (spec or ""))
        for field, spec in fields
    )
