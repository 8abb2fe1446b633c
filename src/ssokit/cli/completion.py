"""``ssokit completion``: make a shell complete commands, options, profiles and sso-sessions."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

_SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
_WHERE = """\b
bash  echo 'eval "$(ssokit completion bash)"' >> ~/.bashrc
zsh   echo 'eval "$(ssokit completion zsh)"' >> ~/.zshrc
fish  ssokit completion fish > ~/.config/fish/completions/ssokit.fish"""


@click.command("completion", epilog=_WHERE)
@click.argument("shell", type=click.Choice(list(_SHELLS)))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete this command."""
    root = ctx.find_root().command
    click.echo(_SHELLS[shell](root, {}, "ssokit", "_SSOKIT_COMPLETE").source())
