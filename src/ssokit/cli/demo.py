"""``ssokit demo``: the whole story on a local Identity Center."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from ssokit.cli.surroundings import away_from_aws
from ssokit.cli.waiting import LoginPanel, Waiting
from ssokit.domain.accounts import Role
from ssokit.identity_center import IdentityCenter
from ssokit.notifiers import BrowserNotifier
from ssokit.ports.user_notifier import UserNotifier
from ssokit.stores import FileStore, MemoryStore
from ssokit.testing import Approves, FakeIdentityCenter, IdentityCenterServer, Ignores


@click.command("demo")
@click.option("--auto", is_flag=True, help="Approve the login without a person.")
@click.option(
    "--no-browser",
    is_flag=True,
    envvar="AWS_SSO_DISABLE_BROWSER",
    help="Only print where to approve the login.",
)
def command(*, auto: bool, no_browser: bool) -> None:
    """Log in, list roles and use one, without AWS.

    An Identity Center with an invented organization runs on this machine meanwhile. Your AWS
    configuration is neither read nor written, and nothing is kept.
    """
    console = Console(highlight=False, markup=False)
    person = Approves(after_polls=1) if auto else Ignores()
    panel = LoginPanel(console)
    notifier = panel if auto or no_browser else BrowserNotifier(first=panel)
    if auto:
        console.print("With --auto, the login that follows is approved in two seconds.")
    with _local(FakeIdentityCenter(person=person)) as (center, folder):
        _tell(console, center, folder, notifier)


@contextmanager
def _local(center: FakeIdentityCenter) -> Iterator[tuple[FakeIdentityCenter, Path]]:
    with (
        tempfile.TemporaryDirectory(prefix="ssokit-demo-") as name,
        IdentityCenterServer(center) as server,
        away_from_aws(Path(name), server.environment()),
    ):
        yield center, Path(name)


def _tell(
    console: Console, local: FakeIdentityCenter, folder: Path, notifier: UserNotifier
) -> None:
    console.print(f"A local Identity Center runs at {local.url}", soft_wrap=True)
    with Waiting(console, notifier) as waiting:
        center = IdentityCenter(
            local.start_url,
            local.region,
            token_store=FileStore(folder),
            credential_store=MemoryStore(),
            notifier=waiting,
        )
        token = center.login()
    console.print(f"Logged in until {token.expires_at.astimezone():%H:%M}.\n", style="green")
    roles = list(center.roles())
    console.print(_table(roles))
    _use(console, center, roles[0], region=local.region)
    console.print("\nThat was boto3 itself, over HTTP. Nothing reached AWS, and nothing is kept.")


def _table(roles: Sequence[Role]) -> Table:
    table = Table("Account", "Name", "Role", title="What you may use", title_justify="left")
    for role in roles:
        table.add_row(role.account_id, role.account_name, role.role_name)
    return table


def _use(console: Console, center: IdentityCenter, role: Role, *, region: str) -> None:
    console.print(f"\nA boto3 session as {role.role_name} in {role.account_name}:")
    session = center.session(role.account_id, role.role_name, region=region)
    identity = session.client("sts").get_caller_identity()
    console.print(f"  Account  {identity['Account']}", soft_wrap=True)
    console.print(f"  Arn      {identity['Arn']}", style="bold", soft_wrap=True)
