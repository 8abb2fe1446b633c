"""Text of others on a terminal: names and messages that may hold anything."""

from __future__ import annotations

from collections.abc import Sequence

_MOST_NAMES = 12


def printable(text: str) -> str:
    """Show control characters as escapes, so that no name can steer a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def paragraph(text: str) -> str:
    """Make one paragraph of a text of several lines, with nothing in it but characters."""
    return printable(" ".join(text.split()))


def listed(names: Sequence[str]) -> str:
    """List names, and not more than fit into a paragraph."""
    return ", ".join(names[:_MOST_NAMES]) + (", ..." if len(names) > _MOST_NAMES else "")
