"""A listing as an HTML page: complete in itself, and safe whatever names hold."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

import pytest

from ssokit.cli.report_page import Report, coverage_text, report_page
from ssokit.domain.assignments import Assignment, Principal
from ssokit.domain.coverage import Coverage, Gap
from ssokit.domain.errors import AccessDeniedError
from ssokit.domain.user_assignments import UserAssignment

_INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
_NASTY = "</script><script>document.title = 'x'</script><!-- & \u2028"


def _row(principal: str = "g-1", account: str = "111122223333") -> Assignment:
    return Assignment(
        _INSTANCE, "GROUP", principal, _NASTY, "ps-1", "Admin", "AWS_ACCOUNT", account, None
    )


def _page(*rows: Any, **facts: Any) -> str:
    whole: dict[str, Any] = {"asked": [("When", "now")], "coverage": Coverage(finished=True)}
    return report_page(Report(rows=rows, **{**whole, **facts}))


def _data(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">([^<]*)</script>', page)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_each_name_is_there_once():
    """Rows are numbers, which refer to what is listed once."""
    data = _data(_page(_row(), _row("g-2"), _row(account="444455556666")))
    assert data["accounts"] == [["111122223333", None], ["444455556666", None]]
    assert data["principals"] == [["GROUP", "g-1", _NASTY, False], ["GROUP", "g-2", _NASTY, False]]
    assert data["rows"] == [0, 0, 0, 0, 0, 1, 1, 0, 0]
    assert data["users"] is None


def test_users_are_a_column_of_their_own():
    """Ways in which users have something name the user, and what it is assigned to."""
    data = _data(_page(UserAssignment("u-1", "alice", _row())))
    assert (data["users"], data["rows"]) == ([["u-1", "alice"]], [0, 0, 0, 0])


def test_deleted_principals_are_marked():
    """Who no longer exists is told apart."""
    data = _data(_page(_row(), deleted={Principal("GROUP", "g-1")}))
    assert data["principals"] == [["GROUP", "g-1", _NASTY, True]]


def test_no_name_ends_the_script():
    """Names cannot leave the data: it has no angle brackets at all."""
    page = _page(_row(), asked=[(_NASTY, _NASTY)])
    assert page.count("</script>") == 2
    assert "document.title = 'x'" in _data(page)["asked"][0][0]


def test_the_policy_allows_the_own_script_and_style_alone():
    """The content security policy has the hashes of what is in the page, and nothing else."""
    page = _page()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    for kind, pattern in (
        ("script", r"<script>(.*?)</script>"),
        ("style", r"<style>(.*?)</style>"),
    ):
        [content] = re.findall(pattern, page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src &#x27;sha256-{digest}&#x27;" in policy[1]
    assert policy[1].startswith("default-src &#x27;none&#x27;")
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", page)


_GAP = Gap("account 111122223333", AccessDeniedError("refused"))


@pytest.mark.parametrize(
    ("coverage", "said"),
    [
        (Coverage(read=3, finished=True), "Everything"),
        (Coverage(read=3), "ended before"),
        (Coverage(read=3, finished=True, gaps=(_GAP,)), "Not complete: 1 could not be read."),
        (Coverage(finished=True, skips_deleted_principals=True), "no longer exist"),
    ],
)
def test_coverage_is_said(coverage: Coverage, said: str):
    """The page says how much was read, and what could not be."""
    assert said in coverage_text(coverage)
    data = _data(_page(coverage=coverage))
    assert data["complete"] == coverage.complete
    assert data["gaps"] == [["account 111122223333", "refused"]] * len(coverage.gaps)
