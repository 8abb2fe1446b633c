"""A QR code in a terminal, for the phone that approves."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

# Wider than what a short URI needs, and what the usual terminal has.
_NARROWEST = 60


def qr_code(text: str, out: Any) -> str | None:
    """Draw a QR code in characters; None where it could not be read.

    It needs the package segno, and a terminal that shows block characters and is wide enough.

    Args:
        text: What is in the code.
        out: Where it is to be printed.
    """
    segno = _segno()
    if segno is None or not _is_fit(out):
        return None
    drawn = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(drawn, compact=True, border=2)
    return drawn.getvalue()


def _segno() -> Any:
    try:
        import segno  # noqa: PLC0415 - optional
    except ImportError:
        return None
    return segno


def _is_fit(out: Any) -> bool:
    try:
        terminal = bool(out.isatty()) and os.get_terminal_size(out.fileno()).columns >= _NARROWEST
        "\N{UPPER HALF BLOCK}".encode(getattr(out, "encoding", None) or sys.getdefaultencoding())
    except (AttributeError, OSError, ValueError, LookupError):
        return False
    return terminal and os.environ.get("TERM") != "dumb"
