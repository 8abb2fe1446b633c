"""A table that people can watch growing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ssokit.cli.printable import printable
from ssokit.cli.waiting import is_lively

_LINES_AROUND = 6
_REDRAWS_A_SECOND = 8


def write_table(
    titles: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    *,
    console: Console | None = None,
) -> None:
    """Print rows as a table; on a terminal, the last ones show while more come.

    Args:
        titles: The titles of the columns.
        rows: The rows; None in a row is what is not known.
        console: Where to print; stdout by default.
    """
    out = console or Console(highlight=False, markup=False, emoji=False)
    come = _watched(titles, rows, out) if is_lively(out) else list(rows)
    out.print(_table(titles, come))


def _watched(
    titles: Sequence[str], rows: Iterable[Sequence[str | None]], out: Console
) -> list[Sequence[str | None]]:
    come: list[Sequence[str | None]] = []

    def shown() -> Group:
        last = come[-max(1, out.height - _LINES_AROUND) :]
        return Group(_table(titles, last), Text(f"{len(come)} rows so far ...", style="dim"))

    with Live(
        get_renderable=shown, console=out, transient=True, refresh_per_second=_REDRAWS_A_SECOND
    ):
        for row in rows:
            come.append(row)  # noqa: PERF402 - the display reads it meanwhile
    return come


def _table(titles: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Table:
    table = Table(*titles, box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        column.overflow = "fold"
    for row in rows:
        table.add_row(*(Text(printable(cell or "")) for cell in row))
    return table
