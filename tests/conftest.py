"""What holds for every test: nothing that ssokit logs holds a secret."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings

from ssokit.testing import SECRET_PATTERN

# A machine that is busy with something else is no failure.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter("%(name)s %(message)s").format(record))


@pytest.fixture(autouse=True)
def _no_secret_in_logs() -> Iterator[None]:
    logger, collector = logging.getLogger("ssokit"), _Collector()
    level = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(collector)
    yield
    logger.removeHandler(collector)
    logger.setLevel(level)
    leaks = [line for line in collector.lines if SECRET_PATTERN.search(line) or "canary" in line]
    assert not leaks, "ssokit logged a secret"


@pytest.fixture
def count() -> Callable[..., int]:
    """Give how often to do something: ``count(quick, full=...)``.

    The full count is that of the promise; ``.ci/run`` asks for it with SSOKIT_FULL_COUNTS.
    """

    def choose(quick: int, *, full: int) -> int:
        return full if os.environ.get("SSOKIT_FULL_COUNTS") == "1" else quick

    return choose
