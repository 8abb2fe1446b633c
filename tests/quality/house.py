"""What the checks of the house look at: the project's files, and the functions in them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ssokit"

Function = ast.FunctionDef | ast.AsyncFunctionDef

_BRANCHES = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.BoolOp,
    ast.match_case,
)


@attrs.frozen
class Module:
    """A Python file of the project."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def place(self) -> str:
        """Its path, as a reader of a failure wants it."""
        return str(self.path.relative_to(ROOT))

    def functions(self) -> Iterator[Function]:
        """All its functions and methods, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


def modules(*folders: str) -> list[Module]:
    """Read the Python files in folders of the project."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [_read(path) for path in paths]


def texts() -> Iterator[tuple[str, str]]:
    """Give the place and the text of every file that people write."""
    folders = ("src", "tests", "docs", "examples", "benchmarks", ".ci")
    written = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    for path in (*written, *ROOT.glob("*.md"), ROOT / "pyproject.toml"):
        if path.is_file() and path.suffix != ".png" and "__pycache__" not in path.parts:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def code_lines(function: Function, text: str) -> int:
    """Count the lines of a function's body, without docstring, comments and blank lines."""
    first, last = function.body[0].lineno, function.end_lineno or function.lineno
    lines = dict(enumerate(text.splitlines(), 1))
    docstring = function.body[0] if ast.get_docstring(function) is not None else None
    spared = range(docstring.lineno, (docstring.end_lineno or 0) + 1) if docstring else range(0)
    counted = (lines[n] for n in range(first, last + 1) if n not in spared)
    return sum(1 for line in counted if re.match(r"\s*[^\s#]", line))


def branches(function: Function) -> int:
    """Count the places where a function may go one way or another, not those nested in it."""
    own, inner = 0, list(ast.iter_child_nodes(function))
    while inner:
        node = inner.pop()
        own += isinstance(node, _BRANCHES)
        own += len(node.ifs) if isinstance(node, ast.comprehension) else 0
        if not isinstance(node, Function | ast.Lambda):
            inner.extend(ast.iter_child_nodes(node))
    return own


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path, text, ast.parse(text))
