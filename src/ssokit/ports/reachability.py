"""The port through which services are asked whether they are there."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

import attrs


@attrs.frozen(kw_only=True)
class Echo:
    """Any answer at all, even a refusal.

    Attributes:
        url: Where it was asked for.
        date: The time that the answer names; None if it names none.
        problem: Why there was no answer; None if there was one.
    """

    url: str
    date: datetime | None = None
    problem: str | None = None


class Reachability(Protocol):
    """Asks once, without a login, and does not wait for long."""

    @abstractmethod
    def ask(self, service: str, region: str) -> Echo:
        """Ask ``sso-oidc`` or ``sso`` in a region for any answer; never raises for none."""
