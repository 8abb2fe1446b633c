"""``ssokit assignments``: who may use what, for administrators."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from ssokit.cli.administrator import administrator_session
from ssokit.cli.assignment_options import question, question_options
from ssokit.cli.assignment_output import AssignmentOutput, plan_json
from ssokit.cli.assignment_reading import AssignmentReading, usage_errors
from ssokit.cli.granted import filled
from ssokit.cli.instance import Instance, possible_instance_options
from ssokit.cli.output import Form, output_options
from ssokit.cli.resume_file import ResumeFile

_HTML = "Write a page to filter in a browser."
_RESUME = "Save the rows there if it fails, and go on there."
_FILE = click.Path(dir_okay=False, path_type=Path)


def _writable(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    # A listing may take an hour, and is not to fail at its end.
    if path is not None and not os.access(path.absolute().parent, os.W_OK | os.X_OK):
        raise click.BadParameter(f"{path} cannot be written: is there such a folder?")
    if path is not None and path.exists() and not path.is_file():
        raise click.BadParameter(f"{path} is no file.")
    return path


@click.command("assignments")
@possible_instance_options
@click.option(
    "--account",
    metavar="ID|NAME",
    callback=filled,
    help="Use a role of your login, in this account.",
)
@click.option("--role", metavar="NAME", callback=filled, help="Use this role of your login.")
@click.option("--region", metavar="REGION", help="The region of the Identity Center.")
@question_options
@click.option("--users", is_flag=True, help="A row for each way in which a user has something.")
@click.option("--plan", is_flag=True, help="Say first, on stderr, what will be called.")
@click.option("--plan-only", is_flag=True, help="Print that alone; no assignment is read.")
@click.option("--html", metavar="FILE", type=_FILE, callback=_writable, help=_HTML)
@click.option("--resume", metavar="FILE", type=_FILE, callback=_writable, help=_RESUME)
@output_options
def command(*, form: Form, html: Path | None, **options: Any) -> None:
    """List who may use what: principals, permission sets and accounts.

    This is for administrators: it calls AWS with the keys of --profile, or of the environment,
    or as a role of your login (--account and --role, with --sso-session or --start-url).
    With --html alone the rows are only in that page. If something cannot be read, the rest is
    printed, and the exit code is 6.
    """
    is_given = (
        click.get_current_context().get_parameter_source("form") is ParameterSource.COMMANDLINE
    )
    output = AssignmentOutput(
        form=None if html and not is_given else form,
        html=html,
        users=options["users"],
        quiet=options["instance"].quiet,
    )
    _run(output, as_json=form == "json", **options)


def _run(
    output: AssignmentOutput,
    *,
    instance: Instance,
    account: str | None,
    role: str | None,
    region: str | None,
    users: bool,
    plan: bool,
    plan_only: bool,
    resume: Path | None,
    as_json: bool,
    **asked_options: Any,
) -> None:
    with usage_errors():
        arguments, asked = question(users=users, **asked_options)
    session, who = administrator_session(instance, account=account, role=role, region=region)
    reading = AssignmentReading(
        instance=instance,
        resume=ResumeFile(resume, asked=_key(users, asked_options)) if resume else None,
        users=users,
        user_names=asked_options["principal_names"] if users else (),
    )
    with reading.begun(session, arguments, bar=output.allows_bar) as listing:
        if plan_only:
            click.echo(plan_json(reading.plan) if as_json else str(reading.plan))
            return
        if plan:
            click.echo(str(reading.plan), err=True)
        output.write(reading.rows(listing))
    output.finish(reading, asked=[("As", who), *asked])
    reading.forget()


def _key(users: bool, asked: Mapping[str, Any]) -> str:  # noqa: FBT001 - a part of the question
    # The way and the rate lead to the same rows.
    told = {name: value for name, value in asked.items() if name not in {"rate", "strategy"}}
    return json.dumps({"users": users, **told}, sort_keys=True)
