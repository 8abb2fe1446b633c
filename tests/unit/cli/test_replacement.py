"""A program instead of this process, where the system cannot put it there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from ssokit.cli.failures import Failure
from ssokit.cli.replacement import replace_process

_WAITS = """
import sys
from ssokit.cli.replacement import replace_process
script = '''
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
print("ready", flush=True)
signal.sigwait([signal.SIGINT])
raise SystemExit(9)
'''
replace_process(sys.executable, ["python", "-c", script], {}, in_place=False)
"""


def test_the_exit_code_is_passed_on() -> None:
    """This process ends as the program did."""
    with pytest.raises(SystemExit) as ended:
        replace_process("/bin/sh", ["sh", "-c", "exit $CODE"], {"CODE": "42"}, in_place=False)
    assert ended.value.code == 42


def test_what_cannot_be_started() -> None:
    """It is a failure with the code that shells have for it."""
    with pytest.raises(Failure) as raised:
        replace_process(os.devnull, ["null"], {}, in_place=False)
    assert raised.value.exit_code == 126


def test_ctrl_c_is_for_the_program() -> None:
    """Both get it from the console; this process waits for what the program makes of it."""
    with subprocess.Popen(
        [sys.executable, "-c", _WAITS],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) == 9
