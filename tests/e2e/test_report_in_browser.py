"""The HTML report in a real browser: filtered, sorted, grouped, printed, and on its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import chromium
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from ssokit.cli.report_page import Report, report_page
from ssokit.domain.assignments import Assignment, Principal
from ssokit.domain.coverage import Coverage, Gap
from ssokit.domain.errors import AccessDeniedError
from ssokit.domain.user_assignments import UserAssignment

_NASTY = "</script><script>document.title = 'taken over'</script><img src=x onerror=alert(1)>"
_ACCOUNTS = [("111122223333", "Payments"), ("444455556666", "Archive"), ("777788889999", None)]
_SETS = ["Admin", "ReadOnly", _NASTY]
_ROWS = [
    Assignment("i", kind, who, name, f"ps-{s}", name_of_set, "AWS_ACCOUNT", account, account_name)
    for account, account_name in _ACCOUNTS
    for s, name_of_set in enumerate(_SETS)
    for kind, who, name in (
        ("GROUP", "g-1", "admins"),
        ("USER", "u-1", "zoe"),
        ("USER", "u-2", None),
    )
]


def _many(count: int) -> list[Assignment]:
    return [
        Assignment(
            "i",
            "GROUP",
            f"g-{n % 997}",
            f"team {n % 997}",
            "ps-1",
            "Admin",
            "AWS_ACCOUNT",
            f"{n % 4999:012}",
            f"Workload {n % 4999}",
        )
        for n in range(count)
    ]


class _Page:
    def __init__(self, browser: webdriver.Chrome, folder: Path, report: Report) -> None:
        self.browser = browser
        file = folder / "report.html"
        file.write_text(report_page(report), encoding="utf-8")
        browser.get(file.as_uri())

    def at(self, name: str) -> Any:
        return self.browser.find_element(By.ID, name)

    def rows(self) -> list[list[str]]:
        rows: list[list[str]] = self.browser.execute_script(
            "return [...document.querySelectorAll('#body tr')].map("
            "row => [...row.cells].map(cell => cell.innerText))"
        )
        return rows

    def wait_for_count(self, text: str) -> None:
        WebDriverWait(self.browser, 30).until(lambda _: self.at("count").text == text)

    def sort_by(self, title: str) -> None:
        self.browser.find_element(By.XPATH, f"//thead//button[text()='{title}']").click()

    def assert_nothing_loaded_and_nothing_wrong(self) -> None:
        assert self.browser.get_log("browser") == []
        messages = [json.loads(entry["message"]) for entry in self.browser.get_log("performance")]
        asked = {
            message["message"]["params"]["request"]["url"].partition(":")[0]
            for message in messages
            if message["message"]["method"] == "Network.requestWillBeSent"
        }
        # The browser begins with a page of its own.
        assert asked <= {"chrome", "file", "data"}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Give one Chromium for all pages: they keep nothing in it."""
    with chromium(tmp_path_factory.mktemp("chromium") / "profile") as driver:
        yield driver


@pytest.fixture
def page(browser: webdriver.Chrome, tmp_path: Path) -> _Page:
    """Give a small report with everything that is odd."""
    gap = Gap("pairs of account 222233334444", AccessDeniedError("refused <b>bold</b>"))
    report = Report(
        rows=_ROWS,
        asked=[("When", "2030-01-01 12:00 UTC"), ("Accounts", "all")],
        coverage=Coverage(read=9, finished=True, gaps=(gap,)),
        deleted={Principal("USER", "u-2")},
    )
    return _Page(browser, tmp_path, report)


def test_people_can_work_with_it(page: _Page):
    """Rows are shown, searched, filtered, sorted and grouped, with names as mere text."""
    assert page.at("count").text == "27 rows"
    assert page.browser.title == "Who may use what"
    assert page.rows()[0] == ["777788889999", f"{_NASTY}", "admins", "group"]
    assert "222233334444: refused <b>bold</b>" in page.at("coverage").text
    assert "2030-01-01 12:00 UTC" in page.at("asked").text

    page.at("search").send_keys("PAY admin zoe")
    page.wait_for_count("1 of 27 rows")
    assert page.rows() == [["Payments111122223333", "Admin", "zoe", "user"]]
    page.at("clear").click()
    page.wait_for_count("27 rows")
    page.at("filter-principal").send_keys("deleted")
    page.wait_for_count("9 of 27 rows")
    Select(page.at("type")).select_by_visible_text("groups")
    page.wait_for_count("0 of 27 rows")
    page.at("clear").click()
    page.wait_for_count("27 rows")

    page.sort_by("Principal")
    assert [row[2] for row in page.rows()][::9] == ["admins", "u-2deleted", "zoe"]
    page.sort_by("Principal")
    assert page.rows()[0][2] == "zoe"
    heads = page.browser.find_elements(By.CSS_SELECTOR, "#titles th")
    assert [head.get_attribute("aria-sort") for head in heads] == [
        *("none", "none", "descending", "none")
    ]

    Select(page.at("group")).select_by_visible_text("account")
    assert page.rows()[0] == ["777788889999 9"]
    page.at("fold").click()
    assert [row[0] for row in page.rows()] == [
        *("777788889999 9", "Archive 444455556666 · 9", "Payments 111122223333 · 9")
    ]
    page.browser.find_elements(By.CSS_SELECTOR, "#body button")[1].click()
    assert len(page.rows()) == 3 + 9
    focused = page.browser.switch_to.active_element
    assert focused.get_attribute("aria-expanded") == "true"
    page.assert_nothing_loaded_and_nothing_wrong()


def test_every_control_has_a_name(page: _Page):
    """Who cannot see the page is told what each control is for."""
    controls = page.browser.find_elements(By.CSS_SELECTOR, "input, select, button")
    assert all(control.accessible_name for control in controls if control.is_displayed())
    assert page.browser.find_element(By.TAG_NAME, "table").accessible_name == "Who may use what"


def test_a_hundred_thousand_rows(browser: webdriver.Chrome, tmp_path: Path):
    """A large listing is paged and filtered; printing has many rows more, and says so."""
    report = Report(rows=_many(100_000), asked=[], coverage=Coverage(finished=True))
    page = _Page(browser, tmp_path, report)
    assert (tmp_path / "report.html").stat().st_size < 3_000_000
    assert page.at("count").text == "100,000 rows"
    assert page.at("page").text == "Page 1 of 1,000"
    assert len(page.rows()) == 100
    page.at("next").click()
    assert page.at("page").text == "Page 2 of 1,000"
    assert page.at("previous").is_enabled()
    # 432, 1432, 2432, 3432, 4432, and 4320 to 4329, with 20 rows each.
    page.at("filter-account").send_keys("workload 432")
    page.wait_for_count("300 of 100,000 rows")
    assert page.at("page").text == "Page 1 of 3"
    page.at("clear").click()
    page.wait_for_count("100,000 rows")
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    assert len(page.rows()) == 5_000
    assert "the first 5,000" in page.at("count").text
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    assert len(page.rows()) == 100
    page.assert_nothing_loaded_and_nothing_wrong()


def test_users_and_how_they_have_it(browser: webdriver.Chrome, tmp_path: Path):
    """A listing of users has a column for them, and one for what it is assigned to."""
    rows = [UserAssignment("u-9", "alice", row) for row in _ROWS[:1]]
    page = _Page(browser, tmp_path, Report(rows=rows, asked=[], coverage=Coverage()))
    titles = [head.text for head in browser.find_elements(By.CSS_SELECTOR, "#titles th")]
    assert [title.split()[0] for title in titles] == [
        *("Account", "Permission", "User", "Assigned", "Type")
    ]
    assert page.rows() == [["Payments111122223333", "Admin", "alice", "admins", "group"]]


def test_long_names(browser: webdriver.Chrome, tmp_path: Path):
    """They are wrapped: other columns stay readable, and what could not be read is all in sight."""
    account, group = ("111122223333", "x" * 200), ("GROUP", "g-1", "y" * 200)
    rows = [Assignment("i", *group, "ps-1", "z" * 200, "AWS_ACCOUNT", *account)]
    gap = Gap("account " + "x" * 200, AccessDeniedError("y" * 200))
    _Page(browser, tmp_path, Report(rows=rows, asked=[], coverage=Coverage(gaps=(gap,))))
    wide, lines = browser.execute_script(
        "const list = document.querySelector('#coverage ul');"
        "const type = document.querySelector('#body td:last-child span');"
        "return [list.scrollWidth - list.clientWidth, type.getClientRects().length]"
    )
    assert (wide, lines) == (0, 1)
