"""What holds for every test: nothing that ssokit logs holds a secret."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from ssokit.testing import SECRET_PATTERN


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
