"""What the command's exit codes mean: the one list of them."""

from __future__ import annotations

import enum

from ssokit.domain.errors import (
    AccessDeniedError,
    AuthenticationNeededError,
    AuthorizationDeniedError,
    InvalidSSOConfigError,
    SsokitError,
)


class ExitCode(enum.IntEnum):
    """How a command ended; ``exec`` ends with the code of the command that it runs.

    Attributes:
        OK: It did what was asked.
        FAILED: It failed, in a way that has no code of its own.
        USAGE: The command line, a profile or a setting cannot work.
        NOT_LOGGED_IN: Nobody is logged in: ``ssokit login`` helps.
        DENIED: The account or the role is not granted, or the login was denied.
        UNAVAILABLE: AWS could not be reached, throttled or failed: a later try may help.
        INCOMPLETE: What could be read was printed, but not everything could be read.
        BUG: An error that nobody foresaw.
        NOT_EXECUTABLE: ``exec``: the program is there and cannot be run.
        NOT_FOUND: ``exec``: there is no such program.
        INTERRUPTED: Ctrl-C.
        BROKEN_PIPE: The reader of the output has gone, as ``head`` does.
    """

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_LOGGED_IN = 3
    DENIED = 4
    UNAVAILABLE = 5
    INCOMPLETE = 6
    BUG = 70
    NOT_EXECUTABLE = 126
    NOT_FOUND = 127
    INTERRUPTED = 130
    BROKEN_PIPE = 141


def exit_code_of(error: SsokitError) -> ExitCode:
    """Give the exit code for a failure."""
    match error:
        case AuthenticationNeededError():
            return ExitCode.NOT_LOGGED_IN
        case AccessDeniedError() | AuthorizationDeniedError():
            return ExitCode.DENIED
        case InvalidSSOConfigError():
            return ExitCode.USAGE
        case _:
            return ExitCode.UNAVAILABLE if error.retryable else ExitCode.FAILED
