"""``ssokit login``: make sure that the person is logged in."""

from __future__ import annotations

import click
from click.core import ParameterSource
from rich.console import Console

from ssokit.adapters.clock import SystemClock
from ssokit.cli.instance import Instance, instance_options
from ssokit.cli.moments import moment
from ssokit.cli.waiting import LoginPanel, Waiting
from ssokit.notifiers import BrowserNotifier
from ssokit.ports.user_notifier import UserNotifier


@click.command("login")
@click.pass_context
@instance_options
@click.option(
    "--no-browser",
    is_flag=True,
    envvar="AWS_SSO_DISABLE_BROWSER",
    help="Only print where to approve: as an address, and as a QR code for a phone.",
)
@click.option("--browser", metavar="COMMAND", help="Open the page with this, e.g. 'firefox %s'.")
@click.option("--force", is_flag=True, help="Log in anew even if you are logged in.")
def command(
    ctx: click.Context, *, instance: Instance, no_browser: bool, browser: str | None, force: bool
) -> None:
    """Log in, unless you are logged in already.

    The login is kept in the folder of the AWS CLI, and serves it and the AWS SDKs, too.
    """
    if no_browser and browser:
        if ctx.get_parameter_source("no_browser") is ParameterSource.COMMANDLINE:
            raise click.UsageError("--browser and --no-browser contradict each other.")
        no_browser = False
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    with Waiting(console, _notifier(console, no_browser=no_browser, browser=browser)) as waiting:
        token = instance.center(notifier=waiting).login(force_refresh=force)
    already = "" if waiting.was_shown else "already "
    renewed = ", and renewed without you after that" if token.refresh_token else ""
    until = moment(token.expires_at, now=SystemClock().now())
    instance.say(f"You are {already}logged in until {until}{renewed}.")


def _notifier(console: Console, *, no_browser: bool, browser: str | None) -> UserNotifier:
    panel = LoginPanel(console, with_qr_code=no_browser)
    if no_browser:
        return panel
    if browser:
        return BrowserNotifier(first=panel, open_url=browser)
    return BrowserNotifier(first=panel)
