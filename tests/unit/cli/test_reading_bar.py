"""How far a listing is, on a terminal and elsewhere."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from ssokit.cli.reading_bar import reading_bar


def _console(*, terminal: bool) -> Console:
    return Console(
        file=io.StringIO(), force_terminal=terminal, width=100, _environ={"TERM": "xterm-256color"}
    )


def test_on_a_terminal():
    """The bar says how many parts of how many, how fast, and how long it still takes."""
    console = _console(terminal=True)
    with reading_bar(wanted=True, console=console) as listen:
        assert listen
        listen(0, 40, None)
        for done in range(1, 9):
            listen(done, 40, 75.4)
    assert isinstance(console.file, io.StringIO)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", console.file.getvalue())
    assert "Finding out what to read" in shown
    assert "8/40" in shown
    assert re.search(r"\d\.\d/s  0:01:15 left", shown)


@pytest.mark.parametrize(("wanted", "terminal"), [(False, True), (True, False)])
def test_nowhere_else(wanted: bool, terminal: bool):  # noqa: FBT001
    """In a pipe, and where nobody wants it, there is none."""
    console = _console(terminal=terminal)
    with reading_bar(wanted=wanted, console=console) as listen:
        assert listen is None
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == ""
