"""The tools that watch over style, types and architecture find nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig

import pytest
from house import ROOT


@pytest.mark.parametrize(
    "command",
    ["ruff check", "ruff format --check", "mypy", "lint-imports"],
)
def test_the_tool_has_no_complaint(command: str):
    """The tool ends with exit code 0 on the whole project."""
    name, *arguments = command.split()
    found = shutil.which(name, path=sysconfig.get_path("scripts"))
    assert found, f"{name} is not installed beside {sys.executable}: use pip install -e '.[test]'"
    done = subprocess.run(
        [found, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
