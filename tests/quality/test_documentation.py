"""The documentation is complete, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from house import ROOT

import ssokit
import ssokit.notifiers
import ssokit.ports
import ssokit.stores
import ssokit.testing

_PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")


@pytest.mark.parametrize(
    "door",
    [ssokit, ssokit.stores, ssokit.notifiers, ssokit.ports, ssokit.testing],
    ids=lambda door: door.__name__,
)
def test_the_reference_has_every_public_name(door: object):
    """Errors are in the README's tree, everything else is in the reference."""
    pages = [ROOT / "docs" / "reference.md", ROOT / "README.md"]
    known = set(re.findall(r"\w+", "\n".join(page.read_text(encoding="utf-8") for page in pages)))
    names = {name for name in door.__all__ if not name.startswith("__")}
    assert names - known == set()


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_links_lead_to_pages_and_headings(page: Path):
    """Each relative link names a file of the project, and a heading in it if it says so."""
    for target, heading in _LINK.findall(page.read_text(encoding="utf-8")):
        found = page.parent / target if target else page
        assert found.exists(), target
        if heading:
            titles = re.findall(r"^#+ (.*)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in [re.sub(r"[^\w -]", "", t).lower().replace(" ", "-") for t in titles]


def test_the_security_page_names_tests_that_exist():
    """Each promise is followed by the file that shows it."""
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[^`]+)`", text)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
