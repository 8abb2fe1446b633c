"""Print where to log in."""

from __future__ import annotations

import sys
from typing import TextIO

import attrs

from ssokit.adapters.notifiers.qr_code import qr_code
from ssokit.domain.authorization_request import ShownAuthorization
from ssokit.domain.errors import AuthDispatchError
from ssokit.domain.login_message import WITHOUT_BROWSER, check_template, render
from ssokit.ports.user_notifier import UserNotifier


def _check(_notifier: object, _attribute: object, template: str) -> None:
    check_template(template)


@attrs.frozen(kw_only=True)
class StderrNotifier(UserNotifier):
    """Print the verification URI and the user code, to stderr unless told otherwise.

    Attributes:
        message: The text, with any of the placeholders ``{url}``, ``{code}`` and
            ``{urlWithCode}``, or ``{verificationUri}``, ``{userCode}`` and
            ``{verificationUriComplete}``.
        outfile: Where to print; None for what ``sys.stderr`` is at the time.
        qr_code: Whether a QR code of the complete URI follows a code where it can be shown: on a
            wide terminal, if the package ``segno`` is there (``pip install ssokit[qr]``).
    """

    message: str = attrs.field(default=WITHOUT_BROWSER, validator=_check)
    outfile: TextIO | None = None
    qr_code: bool = True

    def show(self, authorization: ShownAuthorization) -> None:
        """Print, and flush so that it is seen before the wait begins.

        Raises:
            AuthDispatchError: It could not be printed.
        """
        out = sys.stderr if self.outfile is None else self.outfile
        try:
            # print() would take stdout where there is no stderr, as under pythonw.
            out.write(f"{render(self.message, authorization)}\n")
            if drawn := self._drawn(authorization, out):
                out.write(f"{drawn}\n")
            getattr(out, "flush", _nothing)()
        except (OSError, ValueError, AttributeError) as error:
            raise AuthDispatchError(
                "The login message could not be printed: give another outfile, or a "
                "user_auth_handler"
            ) from error

    def _drawn(self, authorization: ShownAuthorization, out: TextIO) -> str | None:
        # Without a code, a phone could open the page, but nobody there listens for the answer.
        if not self.qr_code or authorization.user_code is None:
            return None
        return qr_code(authorization.verification_uri_complete, out)


def _nothing() -> None:
    """Stand in for ``flush``, which not every object with a ``write`` has."""
