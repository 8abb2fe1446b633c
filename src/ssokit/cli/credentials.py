"""``ssokit credentials``: keys for a role, for other programs."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Mapping

import click

from ssokit.cli.granted import chosen_role, explained, role_options, working_region
from ssokit.cli.instance import Instance, instance_options
from ssokit.cli.key_variables import iso_8601, key_variables
from ssokit.domain.role_credential import RoleCredential

EXPORTS: Mapping[str, Callable[[str, str], str]] = {
    "fish": lambda name, value: f"set -gx {name} {_fish(value)}",
    "powershell": lambda name, value: f"$Env:{name} = {_powershell(value)}",
    "sh": lambda name, value: f"export {name}={shlex.quote(value)}",
}


@click.command("credentials")
@instance_options
@role_options
@click.option("--region", metavar="REGION", help="With --export: a region to work in.")
@click.option("--export", type=click.Choice(sorted(EXPORTS)), help="Commands for this shell.")
@click.option("--show", is_flag=True, help="Print keys even where a person can see them.")
def command(
    *,
    instance: Instance,
    account: str | None,
    role: str | None,
    region: str | None,
    export: str | None,
    show: bool,
) -> None:
    """Print keys for a role, as credential_process wants them.

    In ~/.aws/config, this makes a profile whose keys come from here:

    \b
        credential_process = ssokit credentials --start-url ... --account ... --role ...

    Nobody is asked to log in. On a terminal nothing is printed without --show.
    """  # noqa: D301 - click's mark for lines that stay as they are
    if sys.stdout.isatty() and not show:
        raise click.UsageError(
            "This would show secret keys on the terminal. Let a program read them, as in "
            'eval "$(ssokit credentials ... --export sh)"; or use ssokit exec, or --show.'
        )
    center = instance.center()
    working_in = working_region(center, region)
    account_id, role_name = chosen_role(center, account, role)
    with explained(center, account_id, role_name):
        credential = center.role_credential(account_id, role_name)
    if export is None:
        click.echo(_for_credential_process(credential))
        return
    for name, value in key_variables(credential, region=working_in).items():
        click.echo(EXPORTS[export](name, value))


def _for_credential_process(credential: RoleCredential) -> str:
    return json.dumps(
        {
            "Version": 1,
            "AccessKeyId": credential.access_key_id,
            "SecretAccessKey": credential.secret_access_key,
            "SessionToken": credential.session_token,
            "Expiration": iso_8601(credential.expires_at),
            "AccountId": credential.account_id,
        }
    )


def _fish(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _powershell(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
