"""``ssokit status``: what is known here about a login, without asking AWS."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime

import click

from ssokit.adapters.clock import SystemClock
from ssokit.cli.exit_codes import ExitCode
from ssokit.cli.instance import Instance, instance_options
from ssokit.cli.moments import moment
from ssokit.cli.printable import printable
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import FileStore


@click.command("status")
@instance_options
@click.option("--json", "as_json", is_flag=True, help="A JSON object.")
def command(*, instance: Instance, as_json: bool) -> None:
    """Say whether you are logged in, and until when.

    Nothing is called: AWS may have ended a login before its time. The exit code is 0 if there
    is a login that is valid or renews itself, and 3 if there is none.
    """
    session = instance.session(instance.center())
    store, now = FileStore(), SystemClock().now()
    token = store.load_token(session)
    state = _state(token, session, now)
    facts = {
        "state": state,
        "start_url": session.start_url,
        "region": session.region,
        "sso_session": session.name,
        "profile": instance.profile,
        "expires_at": token and token.expires_at.isoformat(),
        "renewable": bool(token and token.can_be_renewed(now=now)),
        "file": str(store.token_file(session)),
    }
    if as_json:
        click.echo(json.dumps(facts))
    else:
        _tell(facts, token, now)
    sys.exit(ExitCode.OK if state in {"valid", "renewable"} else ExitCode.NOT_LOGGED_IN)


def _state(token: Token | None, session: SsoSession, now: datetime) -> str:
    if token is None:
        return "none"
    if token.region != session.region:
        return "of another region"
    if not token.is_of(session):
        return "of another start URL"
    if token.expires_at > now:
        return "valid"
    return "renewable" if token.can_be_renewed(now=now) else "expired"


def _tell(facts: Mapping[str, object], token: Token | None, now: datetime) -> None:
    shown = {name: value for name, value in facts.items() if value is not None}
    if token:
        shown["expires_at"] = moment(token.expires_at, now=now)
    shown["renewable"] = "yes" if facts["renewable"] else "no"
    widest = max(map(len, shown))
    for name, value in shown.items():
        click.echo(f"{name:<{widest}}  {printable(str(value))}")
