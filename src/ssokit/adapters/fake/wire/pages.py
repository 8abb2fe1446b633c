"""The HTML of the verification page: self-contained, escaped, and usable without a mouse."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from string import Template

from ssokit.adapters.fake.people import PendingLogin
from ssokit.adapters.fake.wire.http import Response

_STYLE = """
:root { color-scheme: light dark; --ink: #1b2733; --paper: #f3f5f8; --card: #fff;
  --line: #8492a3; --main: #0b5cad; --on-main: #fff; --alarm: #a3260f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf3; --paper: #10171f;
  --card: #1b2631; --line: #7d8b9b; --main: #8fc3ff; --on-main: #0b1a2a; --alarm: #ffb4a5; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
  background: var(--paper); color: var(--ink); font: 1.05rem/1.5 system-ui, sans-serif; }
main { width: min(28rem, 100%); padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 1rem; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
.code { margin: 1rem 0; padding: .75rem; border: 2px dashed var(--line); border-radius: .5rem;
  font: 700 1.75rem/1.2 ui-monospace, monospace; letter-spacing: .1em; text-align: center; }
label { display: block; margin: 1rem 0 .5rem; font-weight: 600; }
select, input { width: 100%; padding: .6rem; font: inherit; color: inherit;
  background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.choice { display: flex; gap: .75rem; margin-top: 1.5rem; }
button { flex: 1; padding: .7rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--main); background: var(--card); border: 2px solid var(--main);
  border-radius: .5rem; }
button.main { color: var(--on-main); background: var(--main); }
:focus-visible { outline: 3px solid var(--main); outline-offset: 3px; }
.alarm { color: var(--alarm); font-weight: 600; }
footer { margin-top: 1.5rem; font-size: .85rem; }
"""

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    # Not no-referrer: with that, browsers send "Origin: null" with the form, which is refused.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title - local Identity Center</title>
<style>$style</style>
</head>
<body>
<main>
<h1>$title</h1>
$content
<footer>A local Identity Center for tests: nothing here is AWS, and no password is asked.</footer>
</main>
</body>
</html>
""")

_APPROVAL = Template("""<p><strong id="client">$client</strong> asks to act for you.
Allow it only if it shows this code:</p>
<p class="code" id="user-code">$code</p>
<form method="post" action="/device">
<input type="hidden" name="user_code" value="$code">
<input type="hidden" name="token" value="$token">
<label for="user">Sign in as</label>
<select id="user" name="user">$users</select>
<div class="choice">
<button class="main" id="approve" name="decision" value="approve">Approve</button>
<button id="deny" name="decision" value="deny">Deny</button>
</div>
</form>""")

_ENTRY = Template("""$warning<form method="get" action="/device">
<label for="code">Code that your program shows</label>
<input id="code" name="user_code" required autofocus autocomplete="off" autocapitalize="characters"
 spellcheck="false" placeholder="ABCD-EFGH">
<div class="choice"><button class="main" id="continue">Continue</button></div>
</form>""")


def approval(login: PendingLogin, *, users: Sequence[tuple[str, str]], token: str) -> Response:
    """Show who asks, the code to compare, and both ways to decide.

    Args:
        login: The login that waits.
        users: User names and display names of those who may sign in.
        token: What proves that a decision was made on this page.
    """
    content = _APPROVAL.substitute(
        client=escape(login.client_name),
        code=escape(login.user_code),
        token=escape(token),
        users=user_options(users),
    )
    return page("Allow this program?", content)


def enter_code(warning: str = "") -> Response:
    """Ask for the code; with a warning, HTTP 400 and what was wrong."""
    shown = f'<p class="alarm" role="alert" id="warning">{escape(warning)}</p>' if warning else ""
    content = _ENTRY.substitute(warning=shown)
    return page("Enter your code", content, status=400 if warning else 200)


def approved(login: PendingLogin) -> Response:
    """Say that the login was approved."""
    return _result("Approved", login, "may act for you now.")


def denied(login: PendingLogin) -> Response:
    """Say that the login was denied."""
    return _result("Denied", login, "was refused and may not act for you.")


def _result(title: str, login: PendingLogin, words: str) -> Response:
    client = f"<strong>{escape(login.client_name)}</strong>"
    return page(
        title, f'<p role="status" id="result">{client} {words} You can close this page.</p>'
    )


def user_options(users: Sequence[tuple[str, str]]) -> str:
    """Write the options to sign in as one of several users, by name and display name."""
    return "".join(
        f'<option value="{escape(name)}">{escape(display)} ({escape(name)})</option>'
        for name, display in users
    )


def page(title: str, content: str, *, status: int = 200, form_action: str = "'self'") -> Response:
    """Make a page.

    Args:
        title: Its title.
        content: Its HTML.
        status: The HTTP status.
        form_action: Where forms may lead, redirects included, in the words of a
            Content-Security-Policy.
    """
    policy = (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action {form_action}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    body = _PAGE.substitute(title=title, style=_STYLE, content=content)
    headers = {**_HEADERS, "Content-Security-Policy": policy}
    return Response(status=status, headers=headers, body=body.encode())
