"""What decides, on this machine, how a person had best log in."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

from ssokit.adapters.notifiers.browser_choice import Surroundings
from ssokit.domain.flow import LoginEnvironment

# Docker and podman put them there.
_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))


def this_environment() -> LoginEnvironment:
    """Look around: environment variables, marks of containers, browsers.

    Nothing is started, but the search for browsers may ask the desktop for its settings.
    """
    return LoginEnvironment(
        variables=dict(os.environ),
        system=sys.platform,
        in_container=any(mark.exists() for mark in _CONTAINER_MARKS),
        in_wsl="microsoft" in platform.release().lower(),
        in_notebook="ipykernel" in sys.modules,
        has_browser=Surroundings.here().has_browser(),
    )
