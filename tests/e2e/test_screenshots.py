"""The pictures of the documentation can be taken anew, and the documentation shows them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from chromium import found
from commands import PATIENCE
from PIL import Image

_DOCS = Path(__file__).parents[2] / "docs"
_PICTURES = ("assignments-report.png", "tk-login.png")


def test_they_are_made_by_a_command(tmp_path: Path):
    """The command takes each picture of the real programs, and there is something on it."""
    for program in ("Xvfb", "chromium", "chromedriver"):
        found(program)
    command = [sys.executable, str(_DOCS / "screenshots.py"), str(tmp_path)]
    subprocess.run(command, check=True, timeout=2 * PATIENCE)
    assert sorted(path.name for path in tmp_path.iterdir()) == list(_PICTURES)
    for name in _PICTURES:
        with Image.open(tmp_path / name) as picture:
            colours = picture.convert("L").getcolors()
            assert colours
            assert len(colours) > 20
            # Text on a ground: there is neither nothing nor noise.
            assert max(count for count, _ in colours) < 0.98 * picture.width * picture.height
            assert picture.width >= 200


@pytest.mark.parametrize("name", _PICTURES)
def test_they_are_shown(name: str):
    """Each picture is part of a page, and small enough for it."""
    assert (_DOCS / "images" / name).stat().st_size < 100_000
    pages = [page.read_text(encoding="utf-8") for page in _DOCS.glob("*.md")]
    assert any(f"(images/{name})" in page for page in pages)
