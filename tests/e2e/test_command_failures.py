"""What goes wrong with any command ends it in the same way: a paragraph, and a code."""

from __future__ import annotations

import threading
from collections.abc import Callable

from commands import Shell, assert_paragraph

from ssokit.testing import Fault, Hang

_ROLE = ("--account", "444455556666", "--role", "Developer")
# What each command calls first.
_CALLS = {
    ("accounts",): "ListAccounts",
    ("credentials", *_ROLE, "--show"): "GetRoleCredentials",
    ("exec", *_ROLE): "GetRoleCredentials",
    ("login", "--no-browser"): "RegisterClient",
    ("logout",): "Logout",
    ("roles",): "ListAccounts",
}


def _complete(shell: Shell, command: tuple[str, ...]) -> tuple[str, ...]:
    program = ("true",) if command[0] == "exec" else ()
    return (command[0], *shell.instance, *command[1:], *program)


def test_nobody_is_logged_in(shell: Shell):
    """The paragraph names the command that logs in, and nothing is called."""
    before = len(shell.center.requests)
    needing = [command for command in _CALLS if command[0] not in {"login", "logout"}]
    needing += [("configure",), ("assignments", *_ROLE)]
    for ended in shell.pipes(*(_complete(shell, command) for command in needing)):
        assert_paragraph(ended, 3, "ssokit login", "--start-url", shell.center.start_url)
    assert len(shell.center.requests) == before
    assert not (shell.home / ".aws" / "config").exists()


def test_there_is_no_network(shell: Shell):
    """What could not be reached is said; the code tells that a later try may help."""
    shell.log_in()
    shell.unplug()
    forced = ("login", *shell.instance, "--no-browser", "--force")
    others = [_complete(shell, command) for command in _CALLS if command[0] != "login"]
    others += [("configure", *shell.instance), ("assignments", *shell.instance, *_ROLE)]
    for ended in shell.pipes(forced, *others):
        assert_paragraph(ended, 5, "try again")
    assert shell.store.load_token(shell.session)
    assert not (shell.home / ".aws" / "config").exists()


def test_ctrl_c_on_a_terminal(shell: Shell):
    """A call that does not end is not waited for; the cursor is back."""
    shell.log_in()
    calls = {**_CALLS, ("roles", "--table"): "ListAccountRoles"}
    for command, operation in calls.items():
        called = threading.Event()
        shell.center.faults.clear()
        shell.center.faults.add(Fault(operation, Hang(), when=_noting(called)))
        force = ("--force",) if command[0] == "login" else ()
        with shell.terminal(*_complete(shell, command), *force) as terminal:
            assert called.wait(60), command
            terminal.press_ctrl_c()
            ended = terminal.end()
        assert ended.code == 130, command
        assert ended.error.endswith("Interrupted: nothing is left running."), command
        assert ended.raw.rfind("\x1b[?25h") >= ended.raw.rfind("\x1b[?25l")


def _noting(called: threading.Event) -> Callable[[object], bool]:
    def matches(_parameters: object) -> bool:
        called.set()
        return True

    return matches
