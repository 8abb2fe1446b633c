"""What ssokit logs while a command runs, in the words of the command line."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from ssokit.cli.failures import as_commands, say
from ssokit.cli.printable import paragraph


class _Said(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        say(paragraph(as_commands(record.getMessage())))


@contextmanager
def log_lines_said() -> Iterator[None]:
    """Say warnings on stderr during the block, a paragraph each, and without a traceback."""
    log, handler = logging.getLogger("ssokit"), _Said(logging.WARNING)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


@contextmanager
def gaps_kept_quiet() -> Iterator[None]:
    """Say nothing about what a listing in the block leaves out: that is told in another way."""
    log = logging.getLogger("ssokit.listing")
    handler, log.propagate = logging.NullHandler(), False
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.propagate = True
