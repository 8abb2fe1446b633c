"""``ssokit login``: make sure that the person is logged in."""

from __future__ import annotations

import click
from click.core import ParameterSource

from ssokit.adapters.clock import SystemClock
from ssokit.cli.asking import AskedHow, ask
from ssokit.cli.exit_codes import ExitCode
from ssokit.cli.failures import Failure
from ssokit.cli.instance import Instance, instance_options
from ssokit.cli.moments import moment
from ssokit.domain.flow import Flow
from ssokit.domain.sso_session import SsoSession
from ssokit.stores import FileStore


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
@click.option(
    "--device-code",
    "flow",
    flag_value=Flow.DEVICE_CODE.value,
    help="Compare a code: the page can be opened on any device.",
)
@click.option(
    "--authorization-code",
    "flow",
    flag_value=Flow.AUTHORIZATION_CODE.value,
    help="Without a code, in a browser on this machine.",
)
@click.option("--force", is_flag=True, help="Log in anew even if you are logged in.")
def command(
    ctx: click.Context,
    *,
    instance: Instance,
    no_browser: bool,
    browser: str | None,
    flow: str | None,
    force: bool,
) -> None:
    """Log in, unless you are logged in already.

    The login is kept in the folder of the AWS CLI, and serves it and the AWS SDKs, too. As with
    the AWS CLI, an sso-session is logged in to in a browser on this machine where there is one,
    and by comparing a code everywhere else.
    """
    if no_browser and browser:
        if ctx.get_parameter_source("no_browser") is ParameterSource.COMMANDLINE:
            raise click.UsageError("--browser and --no-browser contradict each other.")
        no_browser = False
    how = AskedHow(no_browser=no_browser, browser=browser, flow=flow, force=force)
    center, token, asked = ask(instance, how)
    _check_that_it_is_kept(instance.session(center))
    already = "" if asked else "already "
    now = SystemClock().now()
    renewed = ", and renewed without you after that" if token.can_be_renewed(now=now) else ""
    until = moment(token.expires_at, now=now)
    instance.say(f"You are {already}logged in until {until}{renewed}.")


def _check_that_it_is_kept(session: SsoSession) -> None:
    # A program goes on with what its store has in memory; after a command, nothing is left.
    store = FileStore()
    if store.load_token(session) is None:
        raise Failure(
            "The login could not be kept, so no other command can use it: mend what was said "
            f"about {store.token_file(session)}, and log in again.",
            ExitCode.FAILED,
        )
