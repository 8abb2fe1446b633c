"""What holds for every test, and for every file."""

from __future__ import annotations

import ast
import re

import pytest
from house import ROOT, modules, texts

# Written in pieces, so that this file does not contain what it looks for.
_FORBIDDEN_IN_TESTS = {
    "a mock library": r"^\s*(?:from|import) (?:unittest\.)?" + r"mock\b|\bunittest" + r"\.mock\b",
    "a patched object": r"monkeypatch\." + r"setattr\(",
    "a test that sleeps": r"\btime\." + r"sleep\(",
}
_FORBIDDEN_ANYWHERE = {
    "a way around coverage": "pragma" + ": no cover",
    "a path of one machine": r"(?<![\w.~}])/(?:root|work|home|Users|builds)/" + r"\w",
    "the host of a registry or mirror": r"\b(?:files\.)?python" + r"hosted\.|--index" + "-url",
}


def test_every_test_says_what_it_shows():
    """Every test function has a docstring of one sentence or more."""
    silent = [
        f"{module.place}:{function.lineno} {function.name}"
        for module in modules("tests", "examples")
        for function in module.functions()
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]
    assert silent == []


@pytest.mark.parametrize("what", _FORBIDDEN_IN_TESTS)
def test_tests_use_real_things(what: str):
    """Tests have fakes of ports and real components: no mocks, no patches, no waiting."""
    pattern = re.compile(_FORBIDDEN_IN_TESTS[what], re.MULTILINE)
    assert [m.place for m in modules("tests", "examples") if pattern.search(m.text)] == []


@pytest.mark.parametrize("what", _FORBIDDEN_ANYWHERE)
def test_no_file_contains(what: str):
    """Nothing in the project depends on one machine, or hides from the checks."""
    pattern = re.compile(_FORBIDDEN_ANYWHERE[what])
    assert [place for place, text in texts() if pattern.search(text)] == []


def test_the_continuous_integration_runs_the_commands_of_the_readme():
    """The README has one command for the demonstration and one for the tests: CI takes them."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^python3 -m venv \.venv && .*$", readme, re.MULTILINE)
    assert [command.rpartition(" -m ")[2] for command in commands] == [
        "ssokit demo --auto",
        "pytest",
    ]
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "readme_command 'ssokit demo --auto'" in run
    assert "readme_command 'pytest'" in run
