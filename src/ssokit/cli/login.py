"""``ssokit login``: make sure that the person is logged in."""

from __future__ import annotations

import click
from click.core import ParameterSource

from ssokit.adapters.clock import SystemClock
from ssokit.cli.asking import ask
from ssokit.cli.instance import Instance, instance_options
from ssokit.cli.moments import moment


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
    _, token, asked = ask(instance, no_browser=no_browser, browser=browser, force=force)
    already = "" if asked else "already "
    renewed = ", and renewed without you after that" if token.refresh_token else ""
    until = moment(token.expires_at, now=SystemClock().now())
    instance.say(f"You are {already}logged in until {until}{renewed}.")
