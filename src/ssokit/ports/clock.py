"""The port through which time is read and spent."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time, as the core sees it."""

    @abstractmethod
    def now(self) -> datetime:
        """Tell the time of day, aware, in UTC. It may jump in either direction."""

    @abstractmethod
    def monotonic(self) -> float:
        """Tell the seconds since some moment. They never run backwards and never jump."""

    @abstractmethod
    def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
