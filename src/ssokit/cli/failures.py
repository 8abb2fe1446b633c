"""How a command ends that did not do what was asked: a paragraph on stderr, and a code."""

from __future__ import annotations

import os
import sys
import traceback
from typing import IO, Any

import click

from ssokit.cli.exit_codes import ExitCode, exit_code_of
from ssokit.cli.printable import paragraph
from ssokit.domain.errors import (
    AuthenticationNeededError,
    SignInSessionEndedError,
    SsokitError,
    TokenRejectedError,
)
from ssokit.domain.redaction import redact

_LOGIN_COMMAND = "ssokit.cli.login_command"
# What messages advise, for those who do not write Python.
_COMMANDS = {
    "ssokit.list_available_roles()": "ssokit roles",
    "ssokit.login()": "ssokit login",
}


class Failure(click.ClickException):
    """What a command could not do.

    Args:
        message: What happened, and what to do.
        code: How the process ends.
    """

    def __init__(self, message: str, code: ExitCode) -> None:
        super().__init__(paragraph(message))
        self.exit_code = code  # type: ignore[misc] # click reads the object's

    def show(self, file: IO[Any] | None = None) -> None:  # noqa: ARG002 - as inherited
        """Print the paragraph on stderr."""
        say(f"Error: {self.format_message()}")


def remember_login_command(ctx: click.Context, command: str) -> None:
    """Keep the command that logs in to the instance in use, to name it in a failure."""
    ctx.meta[_LOGIN_COMMAND] = command


def failure_of(error: SsokitError, ctx: click.Context) -> Failure:
    """Say what happened in the words of the command line."""
    code = exit_code_of(error)
    if not isinstance(error, AuthenticationNeededError):
        return Failure(as_commands(str(error)), code)
    where = f"{error.start_url} in {error.region}"
    match error:
        case SignInSessionEndedError():
            what = f"The sign-in session of the login to {where} is over"
        case TokenRejectedError():
            what = f"AWS does not honour the login to {where} any more"
        case _:
            what = f"There is no valid login to {where}"
    command = ctx.meta.get(_LOGIN_COMMAND, "ssokit login")
    return Failure(f"{what}. Log in first: {command}", code)


def as_commands(text: str) -> str:
    """Name commands in an advice that names functions of Python."""
    for function, command in _COMMANDS.items():
        text = text.replace(function, command)
    return text


def refused_by_system(error: OSError) -> Failure:
    """Say what the operating system would not do, such as print to a full disk."""
    where = f"{error.filename}: " if error.filename else ""
    return Failure(f"{where}{error.strerror or error}", ExitCode.FAILED)


def bug(error: Exception) -> Failure:
    """Say that nobody foresaw an error; SSOKIT_TRACEBACK=1 shows where it came from."""
    if os.environ.get("SSOKIT_TRACEBACK") == "1":
        click.echo(redact("".join(traceback.format_exception(error))), err=True)
    return Failure(
        f"This is an error in ssokit, please report it: {type(error).__name__}: "
        f"{redact(str(error))}. SSOKIT_TRACEBACK=1 in the environment shows where it happened.",
        ExitCode.BUG,
    )


def say(text: str) -> None:
    """Print on stderr; where nobody reads that any more, nothing is lost."""
    try:
        click.echo(text, err=True)
    except BrokenPipeError:
        silence(sys.stderr)


def silence(stream: IO[str]) -> None:
    """Send what a stream still holds, and what comes later, nowhere: its reader has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
