"""How long the command line takes to start."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence

from report import Figure, Pair
from sides import Side

_LIBRARIES = ("-c", "import click, rich.console")


def help_pages(ours: Side, _peer: Side, runs: int) -> Iterator[Pair]:
    """Measure ``ssokit --help`` in fresh processes, against what it is built with."""
    for label, arguments in (
        ("ssokit --help", ("-m", "ssokit", "--help")),
        ("ssokit login --help", ("-m", "ssokit", "login", "--help")),
    ):
        pairs = [(_seconds(ours, arguments), _seconds(ours, _LIBRARIES)) for _ in range(3 * runs)]
        command, libraries = (
            Figure(statistics.median(taken)) for taken in zip(*pairs, strict=True)
        )
        yield Pair(f"{label}, compared with its libraries", command, libraries, "click, rich")


def _seconds(side: Side, arguments: Sequence[str]) -> float:
    begun = time.perf_counter()
    subprocess.run([side.interpreter, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun
