"""The local Identity Center, in a process of its own as a service is."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from typing import Any

import attrs

ACCOUNTS = 300
_PORTAL = ("-m", "ssokit.testing", "--accounts", str(ACCOUNTS), "--person", "approves")
_THROTTLED = ("ThrottlingException", "TooManyRequestsException")


@attrs.frozen
class Calls:
    """What the server has recorded.

    Attributes:
        counts: Calls by operation.
        throttled: How many of them were throttled.
    """

    counts: dict[str, int]
    throttled: int

    @property
    def total(self) -> int:
        """All calls together."""
        return sum(self.counts.values())

    def __str__(self) -> str:
        """Say how many of what, for a table."""
        listed = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
        return listed or "none"


class LocalCenter:
    """A running local Identity Center: its description, its record, its controls.

    Args:
        *arguments: What Python is to run.
    """

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *(arguments or (*_PORTAL, "--interval", "0"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        described = json.loads(self._process.stdout.readline())
        self.start_url: str = described["startUrl"]
        self.region: str = described["region"]
        self.environment: dict[str, str] = described["environment"]
        self._address = described["url"].removeprefix("http://")

    def close(self) -> None:
        """End the server: it stops when its stdin closes."""
        self._process.communicate()

    def clear(self) -> None:
        """Forget the record."""
        self._control("POST", "clear", {})

    def set_latency(self, seconds: float) -> None:
        """Have every call take that long."""
        self._control("POST", "latency", {"seconds": seconds})

    def set_rate(self, calls_per_second: float | None, service: str | None = None) -> None:
        """Throttle calls above a rate, with one second's worth at once; None for no limit."""
        burst = int(calls_per_second or 1)
        rate = {"callsPerSecond": calls_per_second, "burst": burst, "service": service}
        self._control("POST", "rate", rate)

    def calls(self) -> Calls:
        """Read the record."""
        record = self._control("GET", "requests")
        outcomes = record["outcomes"]
        return Calls(record["counts"], sum(outcomes.get(code, 0) for code in _THROTTLED))

    def _control(self, method: str, name: str, members: dict[str, Any] | None = None) -> Any:
        connection = http.client.HTTPConnection(self._address)
        body = None if members is None else json.dumps(members)
        connection.request(
            method, f"/_control/{name}", body, headers={"Content-Type": "application/json"}
        )
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{method} {name}: {answer.status} {content!r}")
        return json.loads(content)
