"""The Python examples in the documentation run against a local Identity Center.

Each example is complete in itself: it gets an Identity Center of its own, under the start URL
that the documentation uses. An example with tests in it is run by pytest, as a reader would.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sybil import Example, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser

if TYPE_CHECKING:
    from ssokit.testing import FakeIdentityCenter

pytest_plugins = ["tests.redis_fixtures"]

_START_URL = "https://d-1234567890.awsapps.com/start"
_REDIS_URL = "redis://localhost:6379/0"
_CONFIG = re.compile(r"```ini\n(.*?)```", re.DOTALL)
_HAS_TESTS = re.compile(r"^(?:def test_|class Test)", re.MULTILINE)
_PYTEST = (sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider")


class _Examples(CodeBlockParser):
    language = "python"

    def evaluate(self, example: Example) -> None:
        """Run a block of Python, or the tests in it."""
        if _HAS_TESTS.search(example.parsed):
            _run_tests(example.parsed, example.namespace["tmp_path"])
            return
        _write_config(example.namespace["identity_center"])
        # Nothing that programs keep in memory under a start URL goes from example to example.
        own_url = example.namespace["identity_center"].start_url
        source = example.parsed
        text = source.replace(_START_URL, own_url)
        if _REDIS_URL in text:
            text = text.replace(_REDIS_URL, example.namespace["redis_url"]())
        example.parsed = type(source)(text, source.offset, source.line_offset)
        example.namespace = {"__name__": "example"}
        PythonEvaluator()(example)


def _write_config(center: FakeIdentityCenter) -> None:
    """Write what the documentation has in its AWS config file."""
    [documented] = _CONFIG.findall(
        Path(__file__).with_name("docs").joinpath("logins.md").read_text()
    )
    path = Path(os.environ["AWS_CONFIG_FILE"])
    path.parent.mkdir(exist_ok=True)
    path.write_text(documented.replace(_START_URL, center.start_url))


def _run_tests(source: str, folder: Path) -> None:
    (folder / "test_example.py").write_text(source, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - the documentation is ours
        [*_PYTEST, "--rootdir", str(folder), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert done.returncode == 0, done.stdout + done.stderr  # noqa: S101 - pytest shows it


pytest_collect_file = Sybil(
    parsers=[_Examples()],
    patterns=["README.md", "docs/*.md"],
    fixtures=["identity_center", "redis_url", "tmp_path"],
).pytest()
