"""``ssokit logout``: end a login, or all, on the server and here."""

from __future__ import annotations

import os

import click

from ssokit.cli.exit_codes import ExitCode, exit_code_of
from ssokit.cli.failures import Failure
from ssokit.cli.instance import Instance, chosen, possible_instance_options
from ssokit.domain.errors import SsokitError
from ssokit.domain.logout_result import LogoutResult, LogoutSummary
from ssokit.signing_out import logout_all


@click.command("logout")
@possible_instance_options
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="All logins on this machine, those of the AWS CLI included.",
)
def command(*, instance: Instance, everything: bool) -> None:
    """End the login, on the server first, then here.

    Keys that were handed out work until they expire: AWS has no way to recall them.
    """
    if not everything:
        _end_one(chosen(instance, os.environ))
        return
    if instance != Instance(quiet=instance.quiet):
        raise click.UsageError("--all is about all logins: do not name an Identity Center, too.")
    _end_all(instance)


def _end_one(instance: Instance) -> None:
    result = instance.center().logout()
    if result:
        instance.say("Logged out: the session has ended on the server, and the token is removed.")
    elif result.was_logged_in or result.error:
        raise Failure(f"The logout is incomplete: {_what_is_left(result)}", _code(result.error))
    else:
        instance.say("Nobody was logged in: there is nothing to end.")


def _end_all(instance: Instance) -> None:
    summary = logout_all()
    ended = [result for result in summary.logins if result]
    for result in ended:
        instance.say(f"Logged out of {_place(result)}.")
    if not summary:
        raise _incomplete(summary)
    kept = "" if summary.credentials_removed else " Some role credentials could not be removed."
    instance.say(f"Logins that were ended: {len(ended)}.{kept}")


def _incomplete(summary: LogoutSummary) -> Failure:
    failed = [result for result in summary.logins if not result]
    reasons = [f"{_place(result)}: {_what_is_left(result)}" for result in failed]
    reasons += [str(summary.error)] if summary.error else []
    error = summary.error or failed[0].error
    return Failure(f"Some logins are left: {'; '.join(reasons)}", _code(error))


def _what_is_left(result: LogoutResult) -> str:
    if not result.was_logged_in:
        return str(result.error)
    session = "has ended" if result.server_session_ended else "has NOT ended"
    token = "is removed" if result.token_removed else "is still here, so that you can try again"
    return f"the session {session} on the server, and the token {token}: {result.error}"


def _place(result: LogoutResult) -> str:
    return f"{result.start_url or 'an unknown start URL'} in {result.region or 'an unknown region'}"


def _code(error: SsokitError | None) -> ExitCode:
    return exit_code_of(error) if error else ExitCode.FAILED
