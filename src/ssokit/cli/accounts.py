"""``ssokit accounts``: the accounts that the person may use."""

from __future__ import annotations

import click

from ssokit.cli.asking import center_for, login_option
from ssokit.cli.granted import filled, matches
from ssokit.cli.instance import Instance, instance_options
from ssokit.cli.output import Form, RowWriter, output_options

_COLUMNS = {"account_id": "Account", "account_name": "Name", "email": "E-mail"}


@click.command("accounts")
@instance_options
@login_option
@click.option(
    "--name",
    default="*",
    callback=filled,
    help="Only of this name; * and ? stand for anything.",
)
@output_options
def command(*, instance: Instance, login: bool, name: str, form: Form) -> None:
    """List the accounts that you may use."""
    rows = (
        (account.account_id, account.name, account.email)
        for account in center_for(instance, login=login).accounts()
        if matches(name, account.name)
    )
    RowWriter(columns=_COLUMNS, form=form).write(rows)
