"""Let another program take the place of this process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

from ssokit.cli.exit_codes import ExitCode
from ssokit.cli.failures import Failure

# Python ignores these, and a program that it starts would inherit that.
_IGNORED_BY_PYTHON = ("SIGPIPE", "SIGXFSZ")


def replace_process(
    program: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    in_place: bool = os.name == "posix",
) -> NoReturn:
    """Run a program instead of this process, which ends with its exit code.

    Args:
        program: Its path.
        arguments: Its arguments, its name first.
        environment: All of its environment.
        in_place: Whether the system can put it into this process; on Windows, this process
            waits for it.

    Raises:
        Failure: It could not be started.
        SystemExit: It has ended, with its exit code.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        if in_place:
            for name in _IGNORED_BY_PYTHON:
                signal.signal(getattr(signal, name), signal.SIG_DFL)
            os.execve(program, list(arguments), environment)  # noqa: S606 - the person's own command
        sys.exit(_waited_for(program, arguments, environment))
    except OSError as error:
        message = f"{program} cannot be run: {error.strerror}"
        raise Failure(message, ExitCode.NOT_EXECUTABLE) from error


def _waited_for(program: str, arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    # The console sends Ctrl-C to both: what it means is for the program to say. An exception
    # would come in between the program's end and its exit code, at times.
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        return subprocess.run([program, *arguments[1:]], env=environment, check=False).returncode  # noqa: S603
    finally:
        signal.signal(signal.SIGINT, before)
