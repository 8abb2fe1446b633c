"""``ssokit configure``: a profile in the AWS config file for each role."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator
from typing import Any

import attrs
import click

from ssokit.cli.exit_codes import ExitCode
from ssokit.cli.failures import Failure
from ssokit.cli.granted import account_ids, filled, matches
from ssokit.cli.instance import Instance, instance_options
from ssokit.cli.output import Form, RowWriter, output_options
from ssokit.cli.printable import listed, printable
from ssokit.domain.managed_profiles import ProfileChanges
from ssokit.domain.profile_names import DEFAULT_TEMPLATE, NameClashError, parse_template
from ssokit.domain.redaction import MASK
from ssokit.domain.sso_session import check_region
from ssokit.role_profiles import RoleProfiles

_COLUMNS = {"profile": "Profile", "change": "Change"}
_CHANGES = {
    "added": "added",
    "updated": "updated",
    "removed": "removed",
    "left_over": "left over",
    "not_ours": "not ours",
}
_OUTPUTS = ("json", "text", "table", "yaml", "yaml-stream", "off")
_SECRET_LINE = re.compile(r"(?i)^([ +-]?\s*\S*(?:secret|token|password|access_key)[^=:]*[=:]).*")


def _checked(parse: Any) -> Any:
    def callback(_context: click.Context, _option: click.Parameter, value: str | None) -> Any:
        try:
            return value if value is None else parse(value) or value
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    return callback


@click.command("configure")
@instance_options
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
@click.option(
    "--template",
    metavar="TEXT",
    default=DEFAULT_TEMPLATE,
    show_default=True,
    callback=_checked(parse_template),
    help="How profiles are named: {account_id}, {account_name}, {role_name}, {session_name}.",
)
@click.option(
    "--session-name",
    metavar="NAME",
    callback=filled,
    help="The sso-session to write for a start URL.",
)
@click.option(
    "--region",
    metavar="REGION",
    callback=_checked(check_region),
    help="The region of the profiles; those that they have stay without it.",
)
@click.option("--output", type=click.Choice(_OUTPUTS), help="The output of the profiles.")
@click.option("--prune", is_flag=True, help="Remove profiles of ssokit whose role is gone.")
@click.option("--dry-run", is_flag=True, help="Show what would be changed, as a diff.")
@output_options
def command(*, instance: Instance, dry_run: bool, form: Form, **options: Any) -> None:
    """Write a profile for each of your roles into the AWS config file.

    Profiles that ssokit writes have the option ssokit_managed. Others, and all comments, stay
    as they are, byte for byte. Run it again when your roles have changed. If some names are in
    use for something else, or some accounts cannot be read, the exit code is 6.
    """
    changes, complete = _write(instance, dry_run=dry_run, **options)
    if dry_run:
        for line in _diff(changes):
            click.echo(line)
    else:
        RowWriter(columns=_COLUMNS, form=form).write(_rows(changes))
    _explain(instance, changes, dry_run=dry_run)
    if changes.not_ours or not complete:
        sys.exit(ExitCode.INCOMPLETE)


def _write(
    instance: Instance,
    *,
    accounts: tuple[str, ...],
    role: str,
    template: str,
    session_name: str | None,
    region: str | None,
    output: str | None,
    prune: bool,
    dry_run: bool,
) -> tuple[ProfileChanges, bool]:
    center = instance.center()
    session = instance.session(center)
    if session_name is not None:
        if session.name is not None:
            raise click.UsageError(
                f"--session-name goes with --start-url: this is the sso-session {session.name}."
            )
        session = attrs.evolve(session, name=session_name)
    ids = account_ids(center, accounts)
    settings = {"region": region, "output": output}
    profiles = RoleProfiles(
        session=session,
        template=template,
        settings={key: value for key, value in settings.items() if value is not None},
        account_ids=ids,
        wants=lambda name: matches(role, name),
        prune=prune,
    )
    listing = center.roles(ids, get_account_names=True)
    try:
        return profiles.write(listing, dry_run=dry_run), listing.coverage.complete
    except NameClashError as error:
        raise Failure(str(error), ExitCode.USAGE) from error


def _rows(changes: ProfileChanges) -> Iterator[tuple[str, str]]:
    for kind, text in _CHANGES.items():
        for name in getattr(changes, kind):
            yield name, text


def _diff(changes: ProfileChanges) -> Iterator[str]:
    before, after = changes.before.splitlines(), changes.after.splitlines()
    for line in difflib.unified_diff(before, after, "before", "after", n=2, lineterm=""):
        yield printable(_SECRET_LINE.sub(rf"\g<1> {MASK}", line))


def _explain(instance: Instance, changes: ProfileChanges, *, dry_run: bool) -> None:
    counts = [f"{len(changes.unchanged)} unchanged"]
    counts += [
        f"{len(getattr(changes, kind))} {text}"
        for kind, text in _CHANGES.items()
        if getattr(changes, kind)
    ]
    instance.say(f"Profiles{' if it were done' if dry_run else ''}: {', '.join(counts)}.")
    if changes.not_ours:
        instance.say(f"You use these names for something else: {listed(changes.not_ours)}.")
    if changes.left_over:
        instance.say("--prune removes those that are left over.")
    if instance.sso_session is None and not dry_run:
        instance.say(f"Log in for them with: ssokit login --sso-session {changes.session_name}")
