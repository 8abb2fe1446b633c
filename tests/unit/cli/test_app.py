"""The group of commands, and how failures end."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from ssokit.cli.app import Commands, ssokit
from ssokit.domain.errors import AuthorizationDeniedError


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
    """The message goes to stderr, and the exit code is 1."""
    error = AuthorizationDeniedError("No.", start_url="https://example.awsapps.com/start")
    result = CliRunner().invoke(_OneCommand(error), ["login"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: No. (start URL https://example.awsapps.com/start)\n"


def test_an_interrupt_is_a_line() -> None:
    """Ctrl-C ends with the code that shells give it."""
    result = CliRunner().invoke(_OneCommand(KeyboardInterrupt()), ["login"])
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr.count("\n") == 1


def test_anything_else_is_a_bug_and_shows_itself() -> None:
    """An error that nobody foresaw is not hidden."""
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(_OneCommand(ZeroDivisionError()), ["x"], catch_exceptions=False)


def test_subcommands_are_listed_with_help() -> None:
    """The help has a line for each subcommand."""
    result = CliRunner().invoke(ssokit, ["--help"])
    assert result.exit_code == 0
    assert "demo  Log in, list roles and use one, without AWS." in result.stdout


def test_an_unknown_subcommand() -> None:
    """A mistyped subcommand is a usage error."""
    result = CliRunner().invoke(ssokit, ["dmeo"])
    assert result.exit_code == 2
    assert "dmeo" in result.stderr
