"""How the figures are printed: ratios first, since seconds are those of one machine."""

from __future__ import annotations

import attrs


@attrs.frozen
class Figure:
    """A median.

    Attributes:
        seconds: The median of the runs.
        note: What it took, such as the calls.
    """

    seconds: float
    note: str = ""

    def __str__(self) -> str:
        """Show milliseconds, with a precision that fits."""
        return f"{self.seconds * 1000:,.3g} ms" if self.seconds < 1 else f"{self.seconds:,.2f} s"


@attrs.frozen
class Pair:
    """The same thing, done by both.

    Attributes:
        label: What was done.
        ours: The figure of ssokit.
        theirs: The figure of the other.
        other: Who the other is.
    """

    label: str
    ours: Figure
    theirs: Figure
    other: str = "aws-sso-lib"

    def __str__(self) -> str:
        """Show the ratio, then both figures with what they took."""
        ratio = self.theirs.seconds / self.ours.seconds
        lines = [f"{ratio:8.2f} x  {self.label}"]
        for name, figure in (("ssokit", self.ours), (self.other, self.theirs)):
            note = f"   {figure.note}" if figure.note else ""
            lines.append(f"            {name:<13} {figure!s:>10}{note}")
        return "\n".join(lines)
