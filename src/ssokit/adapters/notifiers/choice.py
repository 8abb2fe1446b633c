"""Choose a notifier by the options of the functions."""

from __future__ import annotations

import os
from typing import Literal, TextIO

from ssokit.adapters.notifiers.browser import BrowserNotifier
from ssokit.adapters.notifiers.callback import CallbackNotifier, UserAuthHandler
from ssokit.adapters.notifiers.silent import SilentNotifier
from ssokit.adapters.notifiers.stderr import StderrNotifier
from ssokit.domain.login_message import WITH_BROWSER, WITHOUT_BROWSER
from ssokit.ports.user_notifier import UserNotifier


def choose_notifier(
    user_auth_handler: UserAuthHandler | None,
    disable_browser: bool | None,  # noqa: FBT001 - an option of the functions, handed on
    message: str | Literal[False] | None,
    outfile: TextIO | bool | None,  # noqa: FBT001 - an option of the functions, handed on
) -> UserNotifier:
    """Give the notifier that the options ask for; `ssokit.login` says what they mean.

    Raises:
        TypeError: An option is of a wrong type.
        InvalidSSOConfigError: The message has a placeholder that nothing can fill.
    """
    _check(user_auth_handler, message, outfile)
    if user_auth_handler is not None:
        return CallbackNotifier(user_auth_handler)
    if disable_browser is None:
        disable_browser = os.environ.get("AWS_SSO_DISABLE_BROWSER", "").lower() in ("1", "true")
    printed = None
    if message not in (False, "") and outfile is not False:
        default = WITHOUT_BROWSER if disable_browser else WITH_BROWSER
        out = None if isinstance(outfile, bool) else outfile
        printed = StderrNotifier(message=message or default, outfile=out)
    if disable_browser:
        return printed or SilentNotifier()
    return BrowserNotifier(first=printed)


def _check(user_auth_handler: object, message: object, outfile: object) -> None:
    if user_auth_handler is not None and not callable(user_auth_handler):
        raise TypeError("user_auth_handler must be callable")
    if message is not None and message is not False and not isinstance(message, str):
        raise TypeError(f"message must be a str or False, not {type(message).__name__}")
    if outfile is not None and not isinstance(outfile, bool) and not hasattr(outfile, "write"):
        raise TypeError(f"outfile must be a file-like object, not {type(outfile).__name__}")
