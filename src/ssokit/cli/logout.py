"""``ssokit logout``: end the login, on the server and here."""

from __future__ import annotations

import click

from ssokit.cli.exit_codes import ExitCode, exit_code_of
from ssokit.cli.failures import Failure
from ssokit.cli.instance import Instance, instance_options
from ssokit.domain.logout_result import LogoutResult


@click.command("logout")
@instance_options
def command(*, instance: Instance) -> None:
    """End the login, on the server first, then here.

    Keys that were handed out work until they expire: AWS has no way to recall them.
    """
    result = instance.center().logout()
    if not result.was_logged_in:
        instance.say("Nobody was logged in: there is nothing to end.")
    elif result:
        instance.say("Logged out: the session has ended on the server, and the token is removed.")
    else:
        raise _incomplete(result)


def _incomplete(result: LogoutResult) -> Failure:
    ended = "has ended" if result.server_session_ended else "has NOT ended"
    code = exit_code_of(result.error) if result.error else ExitCode.FAILED
    return Failure(
        f"The logout is incomplete: the session {ended} on the server, and the token is still "
        f"here, so that you can try again: {result.error}",
        code,
    )
