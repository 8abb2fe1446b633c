"""Numbers that look random, and are the same on every Python."""

from __future__ import annotations

import random


class Dice:
    """Throw numbers. They depend on the seed alone.

    Of the methods of `random.Random`, only ``random`` promises the same sequence in later
    versions of Python, so nothing else is used.

    Args:
        seed: Where to begin.
    """

    def __init__(self, seed: int) -> None:
        self._fraction = random.Random(seed).random  # noqa: S311 - no secret depends on it

    def below(self, end: int) -> int:
        """Give a number from 0 to below the end, each as likely as the others."""
        return int(self._fraction() * end)

    def low_below(self, end: int) -> int:
        """Give a number from 0 to below the end, the lower the likelier."""
        fraction = self._fraction()
        return int(fraction * fraction * end)
