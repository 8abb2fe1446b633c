"""How rows are written: a table for people, JSON or CSV for programs, each as it comes."""

from __future__ import annotations

import csv
import functools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, TypeAlias

import attrs
import click

Form: TypeAlias = Literal["table", "json", "csv"]
Row: TypeAlias = Sequence[str | None]
Progress: TypeAlias = Callable[[], tuple[int, int]]


def output_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--table``, ``--json`` and ``--csv``; the function gets the choice as ``form``.

    Without any of them it is a table on a terminal, and CSV elsewhere.
    """

    @functools.wraps(function)
    def with_form(*arguments: Any, form: Form | None, **options: Any) -> Any:
        chosen = form or ("table" if sys.stdout.isatty() else "csv")
        return function(*arguments, form=chosen, **options)

    decorated: Callable[..., Any] = with_form
    for name, text in (
        ("csv", "Lines of CSV, as they come; the default in a pipe."),
        ("json", "An array of JSON objects, one a line, as they come."),
        ("table", "A table; the default on a terminal."),
    ):
        decorated = click.option(f"--{name}", "form", flag_value=name, help=text)(decorated)
    return decorated


@attrs.frozen(kw_only=True)
class RowWriter:
    """Writes rows to stdout.

    Attributes:
        columns: The name of each column for programs, and its title for people.
        form: How.
        progress: Tells how many parts of the listing were read, and of how many; None if
            nobody knows.
    """

    columns: dict[str, str]
    form: Form
    progress: Progress | None = None

    def write(self, rows: Iterable[Row]) -> None:
        """Write them all, each when it comes."""
        match self.form:
            case "json":
                _write_json(list(self.columns), rows)
            case "csv":
                _write_csv(list(self.columns), rows)
            case _:
                # rich takes a third of the time of a quick command.
                from ssokit.cli.live_table import write_table  # noqa: PLC0415

                write_table(list(self.columns.values()), rows, progress=self.progress)


def _write_csv(names: Sequence[str], rows: Iterable[Row]) -> None:
    out = csv.writer(sys.stdout, lineterminator="\n")
    for row in _headed(names, rows):
        out.writerow(row)
        sys.stdout.flush()


def _headed(names: Row, rows: Iterable[Row]) -> Iterator[Row]:
    # The header waits for the first row: what fails before that has printed nothing.
    named = False
    for row in rows:
        if not named:
            yield names
        named = True
        yield row
    if not named:
        yield names


def _write_json(names: Sequence[str], rows: Iterable[Row]) -> None:
    between = "[\n"
    for row in rows:
        sys.stdout.write(between + json.dumps(dict(zip(names, row, strict=True))))
        sys.stdout.flush()
        between = ",\n"
    sys.stdout.write("[]\n" if between == "[\n" else "\n]\n")
