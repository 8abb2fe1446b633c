"""The command ``ssokit``, to which each module of a subcommand adds itself by name."""

from __future__ import annotations

import importlib
from typing import Any

import click

# Loads with the group, and not with a subcommand in the middle of its work, if it is missing.
import rich  # noqa: F401

from ssokit.domain.errors import SsokitError

_INTERRUPTED = 130  # what a shell reports for SIGINT
_SUBCOMMANDS = ("demo",)


class Commands(click.Group):
    """A group that loads a subcommand when it is used, and ends its failures in one place."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as inherited
        """Name the subcommands."""
        return sorted(_SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a subcommand: the object ``command`` of the module of its name."""
        if cmd_name not in _SUBCOMMANDS:
            return None
        command: click.Command = importlib.import_module(f"ssokit.cli.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a subcommand.

        Raises:
            click.ClickException: An error of ssokit; it is printed, and the exit code is 1.
            click.exceptions.Exit: The person pressed Ctrl-C.
        """
        try:
            return super().invoke(ctx)
        except SsokitError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            click.echo("Interrupted: nothing is left running.", err=True)
            ctx.exit(_INTERRUPTED)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ssokit")
def ssokit() -> None:
    """Use AWS IAM Identity Center from the command line."""
