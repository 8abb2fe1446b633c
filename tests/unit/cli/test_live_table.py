"""Tables, on terminals that show them growing and elsewhere."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from ssokit.cli.live_table import write_table


def _console(*, terminal: bool, height: int = 10) -> Console:
    return Console(
        file=io.StringIO(),
        force_terminal=terminal,
        width=40,
        height=height,
        _environ={"TERM": "xterm-256color"},
    )


def _shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_all_rows_are_there_at_the_end() -> None:
    """More rows than the terminal has lines are all printed once the last one has come."""
    console = _console(terminal=True)
    write_table(["N", "Name"], ([str(n), None] for n in range(50)), console=console)
    last = _shown(console).rpartition("\x1b[?25h")[2]
    assert [line.split()[0] for line in last.splitlines() if line.strip()[:1].isdigit()] == [
        str(n) for n in range(50)
    ]


def test_what_has_come_is_shown_while_more_comes() -> None:
    """A failure in the middle leaves no table, and the cursor is back."""
    console = _console(terminal=True)

    def rows() -> Iterator[list[str]]:
        yield ["1"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_table(["N"], rows(), console=console)
    shown = _shown(console)
    assert "1 rows so far" in shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")


def test_how_far_it_is_is_shown_meanwhile() -> None:
    """Where it is known how many parts there are, a bar shows how many were read."""
    console = _console(terminal=True)
    write_table(["N"], [["1"], ["2"]], progress=lambda: (2, 4), console=console)
    shown = _shown(console)
    assert "2/4" in shown
    assert "2/4" not in shown.rpartition("\x1b[?25h")[2]


def test_without_a_terminal_it_is_plain() -> None:
    """Markup and emoji codes in names are not interpreted, and nothing is redrawn."""
    console = _console(terminal=False)
    write_table(["Name"], [["[red]:smile:"]], console=console)
    assert [line.strip() for line in _shown(console).splitlines()] == ["Name", "[red]:smile:"]
