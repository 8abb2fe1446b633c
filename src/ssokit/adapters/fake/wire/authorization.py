"""The page where a person signs in, in a browser on the program's own machine."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from string import Template
from typing import Any

import attrs

from ssokit.adapters.fake.effects import AwsError
from ssokit.adapters.fake.wire.http import Request, Response
from ssokit.adapters.fake.wire.pages import page, user_options
from ssokit.adapters.fake.wire.rest_json import Reader, retry_after

_CONSENT = Template("""<p><strong id="client">$client</strong> asks to act for you, with
<span id="scopes">$scopes</span>.</p>
<form method="post">
<input type="hidden" name="page" value="$page">
<label for="user">Sign in as</label>
<select id="user" name="user">$users</select>
<div class="choice">
<button class="main" id="approve" name="decision" value="approve">Approve</button>
<button id="deny" name="decision" value="deny">Deny</button>
</div>
</form>""")

# A browser asks the policy of the form again for where the answer to the form sends it.
_TO_THE_PROGRAM = "'self' http://127.0.0.1:*"


@attrs.frozen
class PageRoute:
    """How a step of the authorization code grant is asked for, and shown to a person.

    A decision needs what is on the page, so that no other page can make it behind the person's
    back.

    Attributes:
        operation: The operation of the model.
        read: Reads its parameters from a request.
        service: As in `Call`.
    """

    operation: str
    read: Reader
    service: str = ""

    def fail(self, error: AwsError) -> Response:
        """Tell the person, who is the only one to be told."""
        content = (
            f'<p class="alarm" role="alert" id="warning">{escape(error.message or error.code)}</p>'
            f'<p id="error">{escape(error.code)}</p>'
        )
        answer = page("This login cannot go on", content, status=error.status)
        return attrs.evolve(answer, headers={**answer.headers, **retry_after(error.retry_after)})

    def succeed(self, members: Mapping[str, Any]) -> Response:
        """Show the page, or send the browser back to the program."""
        if "location" in members:
            headers = {"Location": members["location"], "Cache-Control": "no-store"}
            return Response(status=303, headers=headers)
        content = _CONSENT.substitute(
            client=escape(members["client"]),
            scopes=escape(" ".join(members["scopes"])),
            page=escape(members["page"]),
            users=user_options(members["users"]),
        )
        return page("Allow this program?", content, form_action=_TO_THE_PROGRAM)


def _query(request: Request) -> Mapping[str, Any]:
    return request.query


def _form(request: Request) -> Mapping[str, Any]:
    return request.form()


AUTHORIZATION_ROUTES: Mapping[tuple[str, str], PageRoute] = {
    ("GET", "/authorize"): PageRoute("Authorize", _query),
    ("POST", "/authorize"): PageRoute("DecideAuthorization", _form),
}
