"""The examples run as they are, in processes of their own, against the local Identity Center."""

from __future__ import annotations

import subprocess
import sys

import pytest
from house import ROOT
from tests.redis_fixtures import RedisServer

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


def test_ci_workers(
    identity_center: FakeIdentityCenter, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
):
    """A person is asked once, and of four workers that start at once, one obtains the keys."""
    monkeypatch.setenv("REDIS_URL", redis_server.url)
    where = ("work", "444455556666", "ReadOnly")
    command = [sys.executable, str(_EXAMPLES / "ci_workers.py")]
    instance = (identity_center.start_url, identity_center.region)
    early = subprocess.run([*command, *instance, *where], capture_output=True, check=False)
    assert b"AuthenticationNeededError" in early.stderr
    assert "and renewed from then on" in _run("ci_workers.py", identity_center, "login")
    workers = [
        subprocess.Popen([*command, *instance, *where], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [worker.communicate(timeout=120)[0] for worker in workers]
    assert all("444455556666:assumed-role/" in line for line in said)
    assert identity_center.calls("StartDeviceAuthorization") == 1
    assert identity_center.calls("GetRoleCredentials") == 1


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
    here = {"ci_workers.py", "list_my_roles.py", "own_store.py", "report.py", "test_report.py"}
    in_login_programs = {"notebook_login.py", "textual_login.py", "tk_login.py", "web_login.py"}
    assert {path.name for path in _EXAMPLES.glob("*.py")} == here | in_login_programs


@pytest.mark.parametrize(
    "script",
    [
        "ci_workers.py",
        "list_my_roles.py",
        "own_store.py",
        "textual_login.py",
        "tk_login.py",
        "web_login.py",
    ],
)
def test_examples_say_how_they_are_used(script: str):
    """Without arguments, a script prints its usage and ends with exit code 2."""
    command = [sys.executable, str(_EXAMPLES / script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "usage:" in done.stderr
