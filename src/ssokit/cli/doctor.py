"""``ssokit doctor``: what is wrong when logins do not work."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable

import click

from ssokit.cli.exit_codes import ExitCode
from ssokit.cli.instance import START_URL_VARIABLE, Instance, chosen, possible_instance_options
from ssokit.cli.printable import printable
from ssokit.diagnosis import diagnose
from ssokit.domain.errors import InvalidSSOConfigError
from ssokit.domain.findings import Finding, Verdict
from ssokit.domain.sso_session import SsoSession

_COLOURS = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.FAIL: "red"}


@click.command("doctor")
@possible_instance_options
@click.option("--offline", is_flag=True, help="Call nothing.")
@click.option("--json", "as_json", is_flag=True, help="An array of JSON objects, one a line.")
def command(*, instance: Instance, offline: bool, as_json: bool) -> None:
    """Look at everything that logins need, and say what to do.

    It looks at the config file, the environment, the folder of logins, the logins themselves,
    the services of AWS and the clock, and changes nothing. Without options it looks at every
    Identity Center of the config file. If something cannot work, the exit code is 1.
    """
    findings = diagnose(_sessions(instance), profile=instance.profile, offline=offline)
    worst = _print_json(findings) if as_json else _print(findings, quiet=instance.quiet)
    if worst is Verdict.FAIL:
        sys.exit(ExitCode.FAILED)


def _sessions(instance: Instance) -> dict[SsoSession, str] | None:
    named = (instance.profile, instance.sso_session, instance.start_url, instance.sso_region)
    if not any(named) and not os.environ.get(START_URL_VARIABLE):
        return None
    try:
        one = chosen(instance, os.environ)
        return {one.session(one.center()): one.login_command}
    except InvalidSSOConfigError:
        # What is wrong with the config file is what the examination is going to say.
        return None


def _print_json(findings: Iterable[Finding]) -> Verdict:
    found = list(findings)
    lines = (
        json.dumps(
            {
                "verdict": one.verdict.value,
                "subject": one.subject,
                "says": one.says,
                "advice": one.advice,
            }
        )
        for one in found
    )
    click.echo("[\n" + ",\n".join(lines) + "\n]")
    return _worst(found)


def _print(findings: Iterable[Finding], *, quiet: bool) -> Verdict:
    found = []
    for one in findings:
        found.append(one)
        if quiet and one.verdict is Verdict.OK:
            continue
        verdict = click.style(f"{one.verdict.value:<4}", fg=_COLOURS[one.verdict], bold=True)
        click.echo(f"{verdict}  {printable(f'{one.subject}: {one.says}')}", color=_colour())
        if one.advice:
            click.echo(f"      -> {printable(one.advice)}")
    return _worst(found)


def _colour() -> bool | None:
    # click itself asks whether it is a terminal, and no more.
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


def _worst(found: Iterable[Finding]) -> Verdict:
    return max((one.verdict for one in found), key=list(Verdict).index)
