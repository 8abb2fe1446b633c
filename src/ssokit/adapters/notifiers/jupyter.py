"""Show the login below a notebook's cell."""

from __future__ import annotations

import html
import importlib
from collections.abc import Callable

import attrs

from ssokit.domain.authorization_request import ShownAuthorization
from ssokit.domain.errors import AuthDispatchError
from ssokit.ports.user_notifier import UserNotifier

_CELL = """\
<div style="border:1px solid #8888;border-radius:6px;padding:1em;max-width:32em">
<p><b>Log in to AWS</b></p>
<p><a href="{url}" target="_blank" rel="noopener noreferrer">Open this page</a> and approve
the request, but only if the page shows this code:</p>
<p style="font:bold 1.5em monospace">{code}</p>
</div>"""

_CELL_WITHOUT_CODE = """\
<div style="border:1px solid #8888;border-radius:6px;padding:1em;max-width:32em">
<p><b>Log in to AWS</b></p>
<p><a href="{url}" target="_blank" rel="noopener noreferrer">Open this page</a> in a browser on
the machine where the notebook's kernel runs.</p>
</div>"""


def _display(page: str) -> None:
    try:
        shown = importlib.import_module("IPython.display")
    except ImportError:
        raise AuthDispatchError(
            "There is no notebook here: JupyterNotifier needs IPython, which notebooks have"
        ) from None
    shown.display(shown.HTML(page))


@attrs.frozen(kw_only=True)
class JupyterNotifier(UserNotifier):
    """Show a link and the code below the cell that logs in.

    The browser is the one that shows the notebook, wherever its kernel runs.

    Attributes:
        display: Shows a piece of HTML; IPython's own way by default.
    """

    display: Callable[[str], object] = _display

    def show(self, authorization: ShownAuthorization) -> None:
        """Show the link and the code, if there is one.

        Raises:
            AuthDispatchError: This is no notebook.
        """
        url = html.escape(authorization.verification_uri_complete)
        if authorization.user_code is None:
            self.display(_CELL_WITHOUT_CODE.format(url=url))
        else:
            self.display(_CELL.format(url=url, code=html.escape(authorization.user_code)))
