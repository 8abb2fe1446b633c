"""The pictures of the documentation can be taken anew, and the documentation shows them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

_DOCS = Path(__file__).parents[2] / "docs"
_PICTURES = ("assignments-report.png", "tk-login.png")
_LONG = 120


def test_they_are_made_by_a_command(tmp_path: Path, count: Callable[..., int]):
    """The command takes each picture of the real programs, and there is something on it.

    Chromium takes seconds to start: without the full counts, the pictures are those that are there.
    """
    folder = _taken_anew(tmp_path) if count(0, full=1) else _DOCS / "images"
    assert sorted(path.name for path in folder.iterdir()) == list(_PICTURES)
    for name in _PICTURES:
        with Image.open(folder / name) as picture:
            colours = picture.convert("L").getcolors()
            assert colours
            assert len(colours) > 20
            # Text on a ground: there is neither nothing nor noise.
            assert max(often for often, _ in colours) < 0.98 * picture.width * picture.height
            assert picture.width >= 200


def _taken_anew(folder: Path) -> Path:
    for program in ("Xvfb", "chromium", "chromedriver"):
        if not shutil.which(program):
            reason = f"real component missing: no {program}"
            if os.environ.get("SSOKIT_REQUIRE_REAL_COMPONENTS"):
                pytest.fail(reason)
            pytest.skip(reason)
    command = [sys.executable, str(_DOCS / "screenshots.py"), str(folder)]
    subprocess.run(command, check=True, timeout=_LONG)
    return folder


@pytest.mark.parametrize("name", _PICTURES)
def test_they_are_shown(name: str):
    """Each picture is part of a page, and small enough for it."""
    assert (_DOCS / "images" / name).stat().st_size < 100_000
    pages = [page.read_text(encoding="utf-8") for page in _DOCS.glob("*.md")]
    assert any(f"(images/{name})" in page for page in pages)
