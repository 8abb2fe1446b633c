"""A real shell completes ``ssokit``: commands, options, profiles and sso-sessions."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest
from commands import PATIENCE, Shell

_CONFIG = "[profile work]\nregion = eu-west-1\n[profile 'my own']\n[sso-session corp]\n"
# What bash does when somebody presses TAB.
_PRESS_TAB = """
COMP_WORDS=({words} '') COMP_CWORD={at}
_ssokit_completion ssokit
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def person(shell: Shell) -> Shell:
    """Give the shell of somebody with a config file, and with ``ssokit`` on the path."""
    (shell.home / ".aws").mkdir()
    (shell.home / ".aws" / "config").write_text(_CONFIG)
    programs = shell.home / "bin"
    programs.mkdir()
    (programs / "ssokit").write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -W error -m ssokit "$@"\n'
    )
    (programs / "ssokit").chmod(0o700)
    shell.environment["PATH"] = f"{programs}:{shell.environment['PATH']}"
    return shell


def _completed(person: Shell, *words: str) -> list[str]:
    script = person.pipe("completion", "bash").out
    typed = _PRESS_TAB.format(words=shlex.join(["ssokit", *words]), at=len(words) + 1)
    done = subprocess.run(
        ["/bin/bash", "-c", script.replace("_ssokit_completion_setup;", "") + typed],
        env=person.environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


def test_commands_and_names(person: Shell):
    """Commands complete by name, and --profile and --sso-session from the config file."""
    assert {"accounts", "assignments", "configure", "doctor"} <= set(_completed(person))
    assert _completed(person, "accounts", "--profile") == ["my own", "work"]
    assert _completed(person, "login", "--sso-session") == ["corp"]


def test_in_bad_health(person: Shell):
    """A config file that cannot be read completes nothing, and says nothing."""
    (person.home / ".aws" / "config").write_text("nonsense")
    assert _completed(person, "accounts", "--profile") == [""]


@pytest.mark.parametrize("name", ["zsh", "fish"])
def test_other_shells(person: Shell, name: str):
    """Other shells have scripts of their own, on a terminal as in a pipe."""
    shown = person.on_terminal("completion", name)
    assert shown.code == 0
    assert f"_SSOKIT_COMPLETE={name}_complete" in shown.out


def test_subcommands_are_not_loaded(person: Shell):
    """Completing the name of a command loads none of them, and no boto3: it has to be quick."""
    program = (
        "import os, sys\n"
        "typed = {'COMP_WORDS': 'ssokit a', 'COMP_CWORD': '1'}\n"
        "os.environ.update(typed, _SSOKIT_COMPLETE='bash_complete')\n"
        "from ssokit.__main__ import main\n"
        "try:\n    main()\n"
        "finally:\n"
        "    print([m for m in sys.modules if m.partition('.')[0] in ('boto3', 'botocore')\n"
        "           or m in ('ssokit.cli.accounts', 'ssokit.cli.assignments')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=person.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.stdout.splitlines() == ["plain,accounts", "plain,assignments", "[]"]
