"""Ways to show a person where to log in, for ``IdentityCenter(notifier=...)``.

Each name loads its module on first use. Anything with a ``show`` method that takes a
`ssokit.DeviceAuthorization` is a notifier, and with the flow ``authorization_code`` it gets a
`ssokit.AuthorizationRequest`; see `ssokit.ports.UserNotifier`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssokit.adapters.notifiers.browser import BrowserNotifier
    from ssokit.adapters.notifiers.callback import CallbackNotifier, UserAuthHandler
    from ssokit.adapters.notifiers.jupyter import JupyterNotifier
    from ssokit.adapters.notifiers.silent import SilentNotifier
    from ssokit.adapters.notifiers.stderr import StderrNotifier

__all__ = [
    "BrowserNotifier",
    "CallbackNotifier",
    "JupyterNotifier",
    "SilentNotifier",
    "StderrNotifier",
    "UserAuthHandler",
]

_HOMES = {
    "BrowserNotifier": "browser",
    "CallbackNotifier": "callback",
    "JupyterNotifier": "jupyter",
    "SilentNotifier": "silent",
    "StderrNotifier": "stderr",
    "UserAuthHandler": "callback",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f"ssokit.adapters.notifiers.{_HOMES[name]}")
    globals()[name] = value = getattr(home, name)
    return value


def __dir__() -> list[str]:
    return __all__
