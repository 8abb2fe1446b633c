"""The group of commands, and how failures end."""

from __future__ import annotations

import logging

import click
import pytest
from click.testing import CliRunner

from ssokit.cli.app import SUMMARIES, Commands, ssokit
from ssokit.cli.exit_codes import ExitCode
from ssokit.domain.errors import (
    AccessDeniedError,
    AuthenticationNeededError,
    AuthorizationDeniedError,
    InvalidSSOConfigError,
    ServiceUnavailableError,
    SignInSessionEndedError,
    SsokitError,
    StoreError,
    StoreLockTimeoutError,
    TokenRejectedError,
)


class _OneCommand(Commands):
    """A group with one subcommand, which raises what it is given."""

    def __init__(self, raised: BaseException) -> None:
        super().__init__("ssokit")
        self._raised = raised

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:  # noqa: ARG002
        def fail() -> None:
            raise self._raised

        return click.Command(cmd_name, callback=fail)


def test_an_error_of_ssokit_is_a_paragraph() -> None:
    """The message goes to stderr, and stdout stays empty."""
    error = AuthorizationDeniedError("No.", start_url="https://example.awsapps.com/start")
    result = CliRunner().invoke(_OneCommand(error), ["login"])
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr == "Error: No. (start URL https://example.awsapps.com/start)\n"


def test_an_interrupt_is_a_line() -> None:
    """Ctrl-C ends with the code that shells give it."""
    result = CliRunner().invoke(_OneCommand(KeyboardInterrupt()), ["login"])
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AuthenticationNeededError("No."), ExitCode.NOT_LOGGED_IN),
        (TokenRejectedError("No."), ExitCode.NOT_LOGGED_IN),
        (AccessDeniedError("No."), ExitCode.DENIED),
        (InvalidSSOConfigError("No."), ExitCode.USAGE),
        (ServiceUnavailableError("No."), ExitCode.UNAVAILABLE),
        (StoreLockTimeoutError("No."), ExitCode.UNAVAILABLE),
        (StoreError("No."), ExitCode.FAILED),
    ],
)
def test_exit_codes(error: SsokitError, code: ExitCode) -> None:
    """What scripts have to tell apart has a code of its own."""
    assert CliRunner().invoke(_OneCommand(error), ["x"]).exit_code == code


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (AuthenticationNeededError, "There is no valid login to https://x in us-east-1."),
        (TokenRejectedError, "AWS does not honour the login to https://x in us-east-1 any more."),
        (SignInSessionEndedError, "The sign-in session of the login to https://x in us-east-1"),
    ],
)
def test_what_is_said_without_a_login(kind: type[SsokitError], said: str) -> None:
    """It names the command, and no function of Python."""
    error = kind("call ssokit.login()", start_url="https://x", region="us-east-1")
    stderr = CliRunner().invoke(_OneCommand(error), ["x"]).stderr
    assert said in stderr
    assert stderr.endswith(" Log in first: ssokit login\n")


def test_advice_is_for_people_at_a_shell() -> None:
    """Where a message names a function of Python, the command that does the same is named."""
    error = AccessDeniedError("No; see ssokit.list_available_roles() (it helps)")
    stderr = CliRunner().invoke(_OneCommand(error), ["x"]).stderr
    assert stderr == "Error: No; see ssokit roles (it helps)\n"


def test_a_message_of_others_is_one_paragraph() -> None:
    """Line breaks and control characters of a service's message do not reach the terminal."""
    result = CliRunner().invoke(_OneCommand(StoreError("a\n\x1b[31mb\r\nc")), ["x"])
    assert result.stderr == "Error: a \\x1b[31mb c\n"


def test_the_operating_system_says_no() -> None:
    """A full disk under the output, say, is a paragraph too."""
    result = CliRunner().invoke(_OneCommand(OSError(28, "No space left on device")), ["x"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: No space left on device\n"


def test_the_operating_system_names_a_file() -> None:
    """Which file it was about is a part of the paragraph."""
    result = CliRunner().invoke(_OneCommand(PermissionError(13, "Permission denied", "/x")), ["x"])
    assert (result.exit_code, result.stderr) == (1, "Error: /x: Permission denied\n")


class _OneLine(Commands):
    """A group with one subcommand, which logs a line."""

    def __init__(self, level: int, text: str) -> None:
        super().__init__("ssokit")
        self._line = level, text

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:  # noqa: ARG002
        def log() -> None:
            logging.getLogger("ssokit.listing").log(*self._line, exc_info=ZeroDivisionError())

        return click.Command(cmd_name, callback=log)


def test_what_is_logged_is_said_in_the_words_of_the_command_line() -> None:
    """A warning names commands, steers no terminal, and has no traceback; the rest is unsaid."""
    text = "call ssokit.login()\x1b[2J, or\nwait"
    result = CliRunner().invoke(_OneLine(logging.WARNING, text), ["x"])
    assert (result.exit_code, result.stderr) == (0, "call ssokit login\\x1b[2J, or wait\n")
    assert CliRunner().invoke(_OneLine(logging.INFO, text), ["x"]).stderr == ""


def test_anything_else_is_a_bug_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw has a code of its own, and a traceback on request."""
    error = ZeroDivisionError("accessToken='canary' by zero")
    result = CliRunner().invoke(_OneCommand(error), ["x"])
    assert result.exit_code == ExitCode.BUG
    assert "ZeroDivisionError: accessToken=*** by zero" in result.stderr
    assert result.stderr.count("\n") == 1
    monkeypatch.setenv("SSOKIT_TRACEBACK", "1")
    result = CliRunner().invoke(_OneCommand(error), ["x"])
    assert "in fail" in result.stderr
    assert "canary" not in result.stderr


def test_summaries_are_those_of_the_commands() -> None:
    """The help of the group, which loads no command, says what each command says."""
    context = click.Context(ssokit)
    said = {}
    for name in ssokit.list_commands(context):
        command = ssokit.get_command(context, name)
        assert command is not None
        said[name] = command.get_short_help_str(limit=80)
    assert said == SUMMARIES


def test_subcommands_are_listed_with_help() -> None:
    """The help has a line for each subcommand."""
    result = CliRunner().invoke(ssokit, ["--help"])
    assert result.exit_code == 0
    listed = result.stdout.partition("Commands:\n")[2].splitlines()
    found = dict(line.strip().split(None, 1) for line in listed)
    assert found == SUMMARIES


def test_an_unknown_subcommand() -> None:
    """A mistyped subcommand is a usage error."""
    result = CliRunner().invoke(ssokit, ["dmeo"])
    assert result.exit_code == 2
    assert "dmeo" in result.stderr
