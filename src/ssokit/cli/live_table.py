"""A table that people can watch growing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.console import Console, Group
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from ssokit.cli.printable import printable
from ssokit.cli.waiting import is_lively

_LINES_AROUND = 7
_REDRAWS_A_SECOND = 8


def write_table(
    titles: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    *,
    progress: Callable[[], tuple[int, int]] | None = None,
    console: Console | None = None,
) -> None:
    """Print rows as a table; on a terminal, the last ones show while more come.

    Args:
        titles: The titles of the columns.
        rows: The rows; None in a row is what is not known.
        progress: Tells how many parts of the listing were read, and of how many.
        console: Where to print; stdout by default.
    """
    out = console or Console(highlight=False, markup=False, emoji=False)
    come = _watched(titles, rows, out, progress) if is_lively(out) else list(rows)
    out.print(_table(titles, come))


def _watched(
    titles: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    out: Console,
    progress: Callable[[], tuple[int, int]] | None,
) -> list[Sequence[str | None]]:
    come: list[Sequence[str | None]] = []
    bar = Progress(
        BarColumn(), MofNCompleteColumn(), _RateColumn(), TimeRemainingColumn(), console=out
    )
    task = bar.add_task("Reading", total=None, visible=progress is not None)

    def shown() -> Group:
        last = come[-max(1, out.height - _LINES_AROUND) :]
        if progress:
            done, parts = progress()
            bar.update(task, completed=done, total=parts)
        said = Text(f"{len(come)} rows so far ...", style="dim")
        return Group(_table(titles, last), said, bar.get_renderable())

    with Live(
        get_renderable=shown, console=out, transient=True, refresh_per_second=_REDRAWS_A_SECOND
    ):
        for row in rows:
            come.append(row)  # noqa: PERF402 - the display reads it meanwhile
    return come


class _RateColumn(ProgressColumn):
    """How many parts are read in a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", style="dim")


def _table(titles: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Table:
    table = Table(*titles, box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        column.overflow = "fold"
    for row in rows:
        table.add_row(*(Text(printable(cell or "")) for cell in row))
    return table
