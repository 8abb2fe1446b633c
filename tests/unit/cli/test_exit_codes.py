"""The exit codes, as the documentation has them."""

from __future__ import annotations

import re
from pathlib import Path

from ssokit.cli.exit_codes import ExitCode

_PAGE = Path(__file__).parents[3] / "docs" / "command-line.md"


def test_the_documentation_has_them_all() -> None:
    """The page and the code give each code the same meaning, in the same words."""
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", _PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    said = " ".join((ExitCode.__doc__ or "").replace("``", "`").split())
    assert [int(code) for code, _ in rows] == sorted(ExitCode)
    for code, meaning in rows:
        assert f"{ExitCode(int(code)).name}: {meaning}" in said
