"""A listing of assignments as one HTML file: complete in itself, to be opened and filtered."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Collection, Iterator, Sequence
from importlib.resources import files
from string import Template
from typing import Any, TypeAlias

import attrs

import ssokit
from ssokit.domain.assignments import Assignment, Principal
from ssokit.domain.coverage import Coverage
from ssokit.domain.user_assignments import UserAssignment

ReportRow: TypeAlias = Assignment | UserAssignment

_TITLE = "Who may use what"
# Inside a script element nothing but these may end it, or begin a comment.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


@attrs.frozen(kw_only=True)
class Report:
    """What the page shows.

    Attributes:
        rows: The assignments, or the ways in which users have them, in the order to show.
        asked: What was asked, when and of whom: titles and texts.
        coverage: What was read, and what could not be.
        deleted: Principals that are known to exist no more.
    """

    rows: Sequence[ReportRow]
    asked: Sequence[tuple[str, str]]
    coverage: Coverage
    deleted: Collection[Principal] = ()


def report_page(report: Report) -> str:
    """Make the page.

    It loads nothing and sends nothing, which its content security policy holds browsers to.
    Each name is in it once, and rows refer to them by number, so that 100,000 rows take some
    two megabytes.
    """
    script, style = _asset("page.js"), _asset("page.css")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return Template(_asset("page.html")).substitute(
        policy=html.escape(policy),
        version=html.escape(ssokit.__version__),
        title=_TITLE,
        style=style,
        script=script,
        data=json.dumps(_data(report), separators=(",", ":")).translate(_ESCAPES),
    )


def coverage_text(coverage: Coverage) -> str:
    """Say in a sentence how much was read."""
    if coverage.complete:
        return "Everything that was asked for could be read."
    reasons = []
    if not coverage.finished:
        reasons.append("the listing was ended before it was through")
    if coverage.gaps:
        reasons.append(f"{len(coverage.gaps)} could not be read")
    if coverage.skips_deleted_principals:
        reasons.append("users and groups that no longer exist were not looked for")
    return f"Not complete: {', and '.join(reasons)}."


class _Numbers:
    """Things, each once, and their numbers."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Any, ...], int] = {}

    def of(self, *thing: Any) -> int:
        return self._numbers.setdefault(thing, len(self._numbers))

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._numbers)


def _data(report: Report) -> dict[str, Any]:
    accounts, sets, principals, users = _Numbers(), _Numbers(), _Numbers(), _Numbers()
    with_users = any(isinstance(row, UserAssignment) for row in report.rows)
    deleted = frozenset(report.deleted)
    numbers: list[int] = []
    for row in report.rows:
        assigned = row.assignment if isinstance(row, UserAssignment) else row
        who = Principal(assigned.principal_type, assigned.principal_id)
        numbers.append(accounts.of(assigned.target_id, assigned.target_name))
        numbers.append(sets.of(assigned.permission_set_arn, assigned.permission_set_name))
        if isinstance(row, UserAssignment):
            numbers.append(users.of(row.user_id, row.user_name))
        numbers.append(principals.of(who.type, who.id, assigned.principal_name, who in deleted))
    return {
        "accounts": list(accounts),
        "sets": list(sets),
        "users": list(users) if with_users else None,
        "principals": list(principals),
        "rows": numbers,
        "asked": list(report.asked),
        "coverage": coverage_text(report.coverage),
        "complete": report.coverage.complete,
        "gaps": [[gap.subject, str(gap.error)] for gap in report.coverage.gaps],
    }


def _asset(name: str) -> str:
    return files("ssokit.cli").joinpath("report", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
