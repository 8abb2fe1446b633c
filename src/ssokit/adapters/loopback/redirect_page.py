"""The page that a person sees when their browser comes back: self-contained, without a secret."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from string import Template

import attrs

from ssokit.domain.redirects import RedirectReply

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
  font: 1.05rem/1.5 system-ui, sans-serif; box-sizing: border-box; }
main { max-width: 28rem; padding: 2rem; border: 1px solid GrayText; border-radius: 1rem; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

PAGE_HEADERS: Mapping[str, str] = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The page's own URL holds the code.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>$style</style>
</head>
<body>
<main>
<h1>$title</h1>
<p role="status" id="result">$words</p>
</main>
</body>
</html>
""")


@attrs.frozen
class _Words:
    status: int
    title: str
    words: str


_REFUSED = _Words(400, "Not understood", "This is not something that a login sends here.")
_WORDS: Mapping[RedirectReply, _Words] = {
    RedirectReply.ACCEPTED: _Words(
        200,
        "Almost there",
        "The program has its answer and finishes the login by itself. You can close this page.",
    ),
    RedirectReply.REFUSED: _Words(
        200,
        "Not logged in",
        "The login was refused. The program says why. You can close this page.",
    ),
    RedirectReply.ALREADY_ANSWERED: _Words(
        409,
        "Answered already",
        "This login has its answer already. You can close this page.",
    ),
    RedirectReply.WRONG_STATE: _Words(
        400,
        "Not this login",
        "This answer does not belong to the login that waits here. Begin again from the program, "
        "and use the page that it opens.",
    ),
    RedirectReply.INCOMPLETE: _Words(
        400,
        "Incomplete",
        "This answer says neither yes nor no. Begin again from the program.",
    ),
    RedirectReply.WRONG_METHOD: _Words(405, "Not understood", "Only GET is understood here."),
    RedirectReply.WRONG_PATH: _Words(404, "Nothing here", "There is nothing on this page."),
}


def page_for(reply: RedirectReply) -> tuple[int, bytes]:
    """Give the HTTP status and the page that tell a browser what came of what it brought."""
    return _page(_WORDS[reply])


def refusal_page(status: int) -> tuple[int, bytes]:
    """Give the page for what is no sound request at all."""
    return _page(attrs.evolve(_REFUSED, status=status))


def _page(words: _Words) -> tuple[int, bytes]:
    text = _PAGE.substitute(title=words.title, words=words.words, style=_STYLE)
    return words.status, text.encode()
