"""The examples run as they are, in processes of their own, against the local Identity Center."""

from __future__ import annotations

import subprocess
import sys

import pytest
from house import ROOT

from ssokit.testing import FakeIdentityCenter

_EXAMPLES = ROOT / "examples"


def _run(script: str, center: FakeIdentityCenter, *arguments: str) -> str:
    command = [sys.executable, str(_EXAMPLES / script), center.start_url, center.region]
    done = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_list_my_roles(identity_center: FakeIdentityCenter):
    """It prints a row for each role, and says that nothing is missing."""
    out = _run("list_my_roles.py", identity_center)
    assert "444455556666  Payments Development  Developer" in out
    assert "5 roles in 3 accounts" in out


def test_own_store(identity_center: FakeIdentityCenter):
    """The second program finds the login of the first in the database."""
    out = _run("own_store.py", identity_center)
    assert out.splitlines() == ["asked the person", "found the login in the database"]
    assert identity_center.calls("StartDeviceAuthorization") == 1


def test_testing_your_code():
    """The example of a test passes under pytest."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, str(_EXAMPLES / "test_report.py")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_example_is_left_out():
    """Each file in the folder is run by a test of this module, or of test_login_programs."""
    here = {"list_my_roles.py", "own_store.py", "report.py", "test_report.py"}
    in_login_programs = {"notebook_login.py", "textual_login.py", "tk_login.py", "web_login.py"}
    assert {path.name for path in _EXAMPLES.glob("*.py")} == here | in_login_programs


@pytest.mark.parametrize(
    "script",
    ["list_my_roles.py", "own_store.py", "textual_login.py", "tk_login.py", "web_login.py"],
)
def test_examples_say_how_they_are_used(script: str):
    """Without arguments, a script prints its usage and ends with exit code 2."""
    command = [sys.executable, str(_EXAMPLES / script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "usage:" in done.stderr
