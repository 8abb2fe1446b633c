"""``ssokit exec``: run a command with keys in its environment."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from ssokit.adapters.clock import SystemClock
from ssokit.cli.asking import center_for, login_option
from ssokit.cli.exit_codes import ExitCode
from ssokit.cli.failures import Failure
from ssokit.cli.granted import chosen_role, explained, role_options, working_region
from ssokit.cli.instance import Instance, instance_options
from ssokit.cli.key_variables import environment_with, key_variables
from ssokit.cli.moments import moment
from ssokit.cli.replacement import replace_process


@click.command("exec", context_settings={"allow_interspersed_args": False})
@instance_options
@login_option
@role_options
@click.option("--region", metavar="REGION", help="A region to work in; the profile's by default.")
@click.argument("command_line", metavar="COMMAND...", nargs=-1, required=True)
def command(
    *,
    instance: Instance,
    login: bool,
    account: str | None,
    role: str | None,
    region: str | None,
    command_line: tuple[str, ...],
) -> None:
    """Run a command with the keys of a role in its environment.

    The command takes this process's place: signals are its own, and so is the exit code. Keys
    in an environment cannot be renewed: a command that runs for longer than they live needs a
    profile with credential_process instead, which asks again.
    """
    program = shutil.which(command_line[0])
    if program is None:
        raise _no_program(command_line[0])
    center = center_for(instance, login=login)
    working_in = working_region(center, region)
    account_id, role_name = chosen_role(center, account, role)
    with explained(center, account_id, role_name):
        credential = center.role_credential(account_id, role_name)
    until = moment(credential.expires_at, now=SystemClock().now())
    instance.say(f"Running {command_line[0]} as {role_name} in {account_id}, until {until}")
    variables = key_variables(credential, region=working_in)
    replace_process(program, command_line, environment_with(variables, os.environ))


def _no_program(name: str) -> Failure:
    if "/" in name and Path(name).exists():
        what = "it is a folder" if Path(name).is_dir() else "make it executable, with chmod +x"
        return Failure(f"{name} cannot be run: {what}.", ExitCode.NOT_EXECUTABLE)
    return Failure(f"There is no program {name!r}.", ExitCode.NOT_FOUND)
