"""How far a long listing is, on stderr: a bar, the rate, and the time that is left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ssokit.cli.waiting import is_lively
from ssokit.usecases.assignment_journal import Progress as Listener

_FINDING = "Finding out what to read"
_READING = "Reading"


@contextmanager
def reading_bar(*, wanted: bool, console: Console | None = None) -> Iterator[Listener | None]:
    """Show a bar during the block, if stderr is a terminal.

    Args:
        wanted: Whether there may be one.
        console: Where; stderr by default.

    Returns:
        What is to be told of each part; None if there is no bar.
    """
    out = console or Console(file=sys.stderr)
    if not wanted or not is_lively(out):
        yield None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}", style="dim"),
    )
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task(_FINDING, total=None, pace="")

        def listen(done: int, parts: int, left: float | None) -> None:
            speed = bar.tasks[0].speed
            bar.update(
                task, description=_READING, completed=done, total=parts, pace=_pace(speed, left)
            )

        yield listen


def _pace(speed: float | None, left: float | None) -> str:
    rate = f"{speed:.1f}/s" if speed else ""
    rest = f"{timedelta(seconds=round(left))} left" if left is not None else ""
    return "  ".join(filter(None, (rate, rest)))
