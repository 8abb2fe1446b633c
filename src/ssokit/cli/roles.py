"""``ssokit roles``: the roles that the person may assume."""

from __future__ import annotations

import sys

import click

from ssokit.cli.asking import center_for, login_option
from ssokit.cli.exit_codes import ExitCode
from ssokit.cli.granted import account_names, filled, matches
from ssokit.cli.instance import Instance, instance_options
from ssokit.cli.output import Form, RowWriter, output_options
from ssokit.domain.coverage import Coverage

_COLUMNS = {"account_id": "Account", "account_name": "Name", "role_name": "Role"}


@click.command("roles")
@instance_options
@login_option
@click.option(
    "--account",
    "accounts",
    metavar="ID|NAME",
    multiple=True,
    callback=filled,
    help="Only in this account; * and ? stand for anything; may be repeated.",
)
@click.option(
    "--role",
    metavar="NAME",
    default="*",
    callback=filled,
    help="Only roles of this name, likewise.",
)
@output_options
def command(
    *, instance: Instance, login: bool, accounts: tuple[str, ...], role: str, form: Form
) -> None:
    """List the roles that you may assume.

    If some accounts cannot be read, the others are printed, and the exit code is 6.
    """
    center = center_for(instance, login=login)
    names = account_names(center, accounts)
    listing = center.roles(tuple(names))
    rows = (
        (found.account_id, names[found.account_id], found.role_name)
        for found in listing
        if matches(role, found.role_name)
    )

    def progress() -> tuple[int, int]:
        return listing.coverage.read + len(listing.coverage.gaps), len(names)

    RowWriter(columns=_COLUMNS, form=form, progress=progress).write(rows)
    end_incomplete(instance, listing.coverage)


def end_incomplete(instance: Instance, coverage: Coverage) -> None:
    """End a listing that has gaps with the exit code for that; each was logged already."""
    if not coverage.complete:
        instance.say(f"Incomplete: {len(coverage.gaps)} could not be read, {coverage.read} were.")
        sys.exit(ExitCode.INCOMPLETE)
