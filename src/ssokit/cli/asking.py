"""Ask the person at the terminal to log in."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import attrs
import click
from rich.console import Console

from ssokit.adapters.notifiers.browser_choice import open_in_browser
from ssokit.adapters.notifiers.this_environment import this_environment
from ssokit.cli.instance import Instance
from ssokit.cli.waiting import LoginPanel, Waiting
from ssokit.domain.flow import Flow, choose_flow
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.identity_center import IdentityCenter
from ssokit.notifiers import BrowserNotifier
from ssokit.ports.user_notifier import UserNotifier


def login_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--login`` to a command that needs a login."""
    option = click.option("--login", is_flag=True, help="Log in first if nobody is logged in.")
    return option(function)


def center_for(instance: Instance, *, login: bool) -> IdentityCenter:
    """Give the object for an instance, with a login if that is wanted.

    Args:
        instance: Which.
        login: Whether the person is asked to log in if need be, here and now.

    Raises:
        LoginError: The person was asked, and the login failed.
    """
    if not login:
        return instance.center()
    disabled = os.environ.get("AWS_SSO_DISABLE_BROWSER", "").lower() in {"1", "true"}
    center, _, _ = ask(instance, AskedHow(no_browser=disabled))
    return center


@attrs.frozen(kw_only=True)
class AskedHow:
    """How the person is asked.

    Attributes:
        no_browser: Whether it is only printed where to approve.
        browser: The command that opens pages; None for the person's own browser.
        flow: By which flow in any case; None to choose.
        force: Whether they are asked even if they are logged in.
    """

    no_browser: bool = False
    browser: str | None = None
    flow: str | None = None
    force: bool = False

    def flow_for(self, session: SsoSession) -> Flow:
        """Choose as the AWS CLI does: sso-sessions by authorization code, where that fits."""
        if self.flow:
            return Flow(self.flow)
        if self.no_browser or session.name is None:
            return Flow.DEVICE_CODE
        return choose_flow(this_environment())

    def notifier(self, console: Console) -> UserNotifier:
        """Give what shows the login."""
        panel = LoginPanel(console, with_qr_code=self.no_browser)
        if self.no_browser:
            return panel
        return BrowserNotifier(first=panel, open_url=self.browser or open_in_browser)


def ask(instance: Instance, how: AskedHow) -> tuple[IdentityCenter, Token, bool]:
    """Make sure that the person is logged in.

    Returns:
        The object for the instance, the token, and whether the person was asked.
    """
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    with Waiting(console, how.notifier(console)) as waiting:
        flow = how.flow_for(instance.session())
        center = instance.center(notifier=waiting, flow=flow)
        token = center.login(force_refresh=how.force)
    return center, token, waiting.was_shown
