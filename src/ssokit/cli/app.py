"""The command ``ssokit``: its subcommands, and how their failures end."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

# Loads with the group, and not with a subcommand in the middle of its work, if it is missing.
import rich  # noqa: F401
from click.shell_completion import CompletionItem

from ssokit.cli.exit_codes import ExitCode
from ssokit.cli.failures import bug, failure_of, refused_by_system, say, silence
from ssokit.cli.log_lines import log_lines_said
from ssokit.domain.errors import SsokitError

# The module of each name has its object ``command``, and is imported when that is used: help
# and completion have to be quick. A test compares the summaries.
SUMMARIES = {
    "accounts": "List the accounts that you may use.",
    "assignments": "List who may use what: principals, permission sets and accounts.",
    "completion": "Print what makes a shell complete this command.",
    "configure": "Write a profile for each of your roles into the AWS config file.",
    "credentials": "Print keys for a role, as credential_process wants them.",
    "demo": "Log in, list roles and use one, without AWS.",
    "doctor": "Look at everything that logins need, and say what to do.",
    "exec": "Run a command with the keys of a role in its environment.",
    "login": "Log in, unless you are logged in already.",
    "logout": "End the login, on the server first, then here.",
    "roles": "List the roles that you may assume.",
    "status": "Say whether you are logged in, and until when.",
}


class Commands(click.Group):
    """A group that loads a subcommand when it is used, and ends its failures in one place."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as inherited
        """Name the subcommands."""
        return sorted(SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a subcommand."""
        if cmd_name not in SUMMARIES:
            return None
        command: click.Command = importlib.import_module(f"ssokit.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, SUMMARIES[name]) for name in self.list_commands(ctx)])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the names of subcommands without loading them, and options."""
        items = [
            CompletionItem(name, help=SUMMARIES[name])
            for name in self.list_commands(ctx)
            if name.startswith(incomplete)
        ]
        return items + click.Command.shell_complete(self, ctx, incomplete)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Print the help or the version if that is asked for; failures are those of `invoke`."""
        with _ended_in_one_place(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a subcommand.

        Raises:
            Failure: It could not do what was asked.
            click.exceptions.Exit: The person pressed Ctrl-C, or the reader has gone.
        """
        with _ended_in_one_place(ctx), log_lines_said():
            return super().invoke(ctx)


@contextmanager
def _ended_in_one_place(ctx: click.Context) -> Iterator[None]:
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except SsokitError as error:
        raise failure_of(error, ctx) from error
    except KeyboardInterrupt:
        say("Interrupted: nothing is left running.")
        ctx.exit(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        silence(sys.stdout)
        ctx.exit(ExitCode.BROKEN_PIPE)
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except OSError as error:
        raise refused_by_system(error) from error
    except Exception as error:
        raise bug(error) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ssokit")
def ssokit() -> None:
    """Use AWS IAM Identity Center from the command line."""
