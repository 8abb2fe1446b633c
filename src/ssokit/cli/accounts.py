"""``ssokit accounts``: the accounts that the person may use."""

from __future__ import annotations

import click

from ssokit.cli.instance import Instance, instance_options
from ssokit.cli.output import Form, RowWriter, output_options

_COLUMNS = {"account_id": "Account", "account_name": "Name", "email": "E-mail"}


@click.command("accounts")
@instance_options
@output_options
def command(*, instance: Instance, form: Form) -> None:
    """List the accounts that you may use."""
    accounts = instance.center().accounts()
    rows = ((account.account_id, account.name, account.email) for account in accounts)
    RowWriter(columns=_COLUMNS, form=form).write(rows)
