"""The entry point, with and without the packages of its extra."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ssokit

_WITHOUT = """
import runpy, sys
from importlib.abc import MetaPathFinder

refused = sys.argv.pop()

class Refuse(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == refused and name == "ssokit.cli.app":
            raise KeyboardInterrupt
        if name == refused:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refuse())
runpy.run_module("ssokit", run_name="__main__")
"""


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_without_the_extra(missing: str) -> None:
    """One line on stderr says what to install, and the exit code is 2."""
    done = _run("-c", _WITHOUT, missing)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "pip install 'ssokit[cli]'" in done.stderr


def test_a_broken_installation_is_not_taken_for_a_missing_extra() -> None:
    """Any other missing module shows itself."""
    done = _run("-c", _WITHOUT, "ssokit.domain.errors")
    assert done.returncode == 1
    assert "No module named 'ssokit.domain.errors'" in done.stderr
    assert "pip install" not in done.stderr


def test_an_interrupt_while_it_is_loading() -> None:
    """Ctrl-C at the very beginning ends it without a word, and with the code of shells."""
    done = _run("-c", _WITHOUT, "ssokit.cli.app")
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help(option: str) -> None:
    """Help lists the subcommands."""
    done = _run("-m", "ssokit", option)
    assert (done.returncode, done.stderr) == (0, "")
    assert "demo" in done.stdout


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_with_closed_streams(closed: str) -> None:
    """What is printed to a stream that the shell has closed goes nowhere, and is no error."""
    command = [sys.executable, "-m", "ssokit", "completion", "bash"]
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {closed}', "sh", *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert bool(done.stdout) == (closed in {"<&-", "2>&-"})


def test_a_full_disk_under_the_help() -> None:
    """What the group itself prints ends like what commands print: a paragraph, and a code."""
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            [sys.executable, "-m", "ssokit", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (1, "Error: No space left on device\n")


_INSTALLED = """
from importlib.metadata import entry_points
[command] = entry_points(group="console_scripts", name="ssokit")
command.load()()
"""


@pytest.mark.parametrize("command", [("-m", "ssokit"), ("-c", _INSTALLED)], ids=["-m", "script"])
def test_version(command: tuple[str, str]) -> None:
    """The module and the installed command tell the version of the package."""
    done = _run(*command, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip().endswith(ssokit.__version__)


_LOADED = """
import sys
from click.testing import CliRunner
from ssokit.cli.app import ssokit
assert CliRunner().invoke(ssokit, ["--help"]).exit_code == 0
heavy = {"boto3", "botocore", "rich.console", "ssokit.identity_center", "ssokit.testing"}
print(sorted(heavy & {*sys.modules}))
"""


def test_help_loads_no_command() -> None:
    """The help of the group, and what completes names, stay quick: they load next to nothing."""
    done = _run("-c", _LOADED)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "[]\n"
