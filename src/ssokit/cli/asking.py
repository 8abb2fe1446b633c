"""Ask the person at the terminal to log in."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console

from ssokit.cli.instance import Instance
from ssokit.cli.waiting import LoginPanel, Waiting
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
    center, _, _ = ask(instance, no_browser=disabled)
    return center


def ask(
    instance: Instance, *, no_browser: bool = False, browser: str | None = None, force: bool = False
) -> tuple[IdentityCenter, Token, bool]:
    """Make sure that the person is logged in.

    Args:
        instance: Where to.
        no_browser: Whether it is only printed where to approve.
        browser: The command that opens pages; None for the person's own browser.
        force: Whether to ask in any case.

    Returns:
        The object for the instance, the token, and whether the person was asked.
    """
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    with Waiting(console, _notifier(console, no_browser=no_browser, browser=browser)) as waiting:
        center = instance.center(notifier=waiting)
        token = center.login(force_refresh=force)
    return center, token, waiting.was_shown


def _notifier(console: Console, *, no_browser: bool, browser: str | None) -> UserNotifier:
    panel = LoginPanel(console, with_qr_code=no_browser)
    if no_browser:
        return panel
    if browser:
        return BrowserNotifier(first=panel, open_url=browser)
    return BrowserNotifier(first=panel)
