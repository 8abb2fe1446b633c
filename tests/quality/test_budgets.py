"""Modules and functions stay within their budgets."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from house import PACKAGE, Module, branches, code_lines, modules

LONGEST_MODULE = 250
LONGEST_FUNCTION = 40
LONG_FUNCTION = 20
MOST_BRANCHES = 10
SHARE_OF_SHORT_FUNCTIONS = 0.92


def test_modules_are_short():
    """No module is longer than 250 lines."""
    found = {m.place: len(m.text.splitlines()) for m in modules("src")}
    assert {place: n for place, n in found.items() if n > LONGEST_MODULE} == {}


def test_functions_are_short():
    """No function has more than 40 lines of code, and 92 of 100 have at most 20."""
    found = {
        f"{module.place}:{function.lineno} {function.name}": code_lines(function, module.text)
        for module in modules("src")
        for function in module.functions()
    }
    assert {place: n for place, n in found.items() if n > LONGEST_FUNCTION} == {}
    short = sum(n <= LONG_FUNCTION for n in found.values())
    assert short >= SHARE_OF_SHORT_FUNCTIONS * len(found), found


def test_functions_have_few_branches():
    """No function of the package has more than 10 branches."""
    found = {
        f"{module.place}:{function.lineno} {function.name}": branches(function)
        for module in modules("src")
        for function in module.functions()
    }
    assert {place: n for place, n in found.items() if n > MOST_BRANCHES} == {}


def _undocumented(module: Module) -> Iterator[str]:
    nodes: list[tuple[str, ast.AST]] = [(module.place, module.tree)]
    while nodes:
        place, node = nodes.pop()
        if ast.get_docstring(node) is None:  # type: ignore[arg-type]
            yield place
        if isinstance(node, ast.Module | ast.ClassDef):
            nodes += [
                (f"{place} {child.name}", child)
                for child in node.body
                if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
                and not _is_private(child.name)
                and not _is_overload_or_setter(child)
            ]


def _is_private(name: str) -> bool:
    return name.startswith("_") and name not in ("__enter__", "__exit__", "__call__", "__iter__")


def _is_overload_or_setter(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(ast.unparse(d).endswith((".setter", "overload")) for d in node.decorator_list)


def test_everything_public_has_a_docstring():
    """Every module, and every class, function and method without an underscore."""
    assert [place for module in modules("src") for place in _undocumented(module)] == []


def test_doors_list_their_names_in_order():
    """Each list of public names is complete for its module, and sorted as ruff sorts it."""
    for name in ("__init__", "stores", "notifiers", "testing/__init__", "ports/__init__"):
        tree = ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))
        imported = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ssokit.")
            for alias in node.names
        }
        listed = next(
            ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        )
        assert sorted({*listed} - {"__version__"}) == sorted(imported), name
        assert listed == sorted(listed, key=_as_ruff_sorts), name


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    kind = 0 if name.isupper() else 1 if name[:1].isupper() else 2
    return kind, name
