"""Large listings, listings that compete, and hundreds of questions over the wire."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import attrs
import boto3
import pytest
from assignment_load import PROGRAM, MadeUpDirectory
from hypothesis import given, settings

import ssokit
from assignment_questions import ORGANIZATIONS, Question, questions
from ssokit.adapters.aws.assignment_directory import BotoAssignmentDirectory
from ssokit.testing import (
    FakeIdentityCenter,
    IdentityCenterServer,
    ManualClock,
    Organization,
    Settings,
    assignment_rows,
    organization_of_size,
)

_PATIENCE = 300.0
_MEGABYTE = 1 << 20


def test_memory_is_bounded(count: Callable[..., int]):
    """Rows pass through: what 60,000 pairs hold in memory is far below 200 MB."""
    accounts = count(250, full=6000)
    directory: Any = MadeUpDirectory(accounts, sets_in_account=10)
    listing = ssokit.list_assignments(
        None, directory=directory, clock=ManualClock(), get_target_names=None, workers=2
    )
    tracemalloc.start()
    rows = sum(1 for _ in listing)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows == 10 * accounts
    assert listing.coverage.complete
    assert peak < count(10, full=100) * _MEGABYTE


def test_competing_processes_all_complete(
    count: Callable[..., int], monkeypatch: pytest.MonkeyPatch
):
    """Four processes that each ask for nearly the whole rate share it, and all have every row."""
    accounts = count(20, full=150)
    organization = organization_of_size(accounts=accounts, permission_sets=10, seed=4)
    center = FakeIdentityCenter(organization)
    center.enforce_rate(150, burst=10, service="sso-admin")
    with IdentityCenterServer(center) as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        command = [sys.executable, "-c", PROGRAM, "145"]
        programs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        outputs = [program.communicate(timeout=_PATIENCE)[0] for program in programs]
    names = dict.fromkeys(("principal_name", "permission_set_name", "target_name"))
    rows = map(ssokit.Assignment._make, assignment_rows(organization))
    truth = {row._replace(**names) for row in rows}
    for output in outputs:
        listed, complete = json.loads(output)
        assert len(listed) == len(truth)
        assert {ssokit.Assignment(*row) for row in listed} == truth
        assert complete
    throttled = sum(request.outcome == "ThrottlingException" for request in center.requests)
    assert throttled < len(center.requests) / 2


@pytest.fixture
def served() -> Iterator[dict[str, tuple[FakeIdentityCenter, BotoAssignmentDirectory]]]:
    """Serve each organization over HTTP, with boto3's own clients for it."""
    with ExitStack() as stack:
        made = {}
        for organization in ORGANIZATIONS:
            center = FakeIdentityCenter(organization)
            server = stack.enter_context(IdentityCenterServer(center))
            made[_key(organization)] = center, BotoAssignmentDirectory(_Session(server.url))
        yield made


def test_questions_over_the_wire(
    served: dict[str, tuple[FakeIdentityCenter, BotoAssignmentDirectory]],
    count: Callable[..., int],
):
    """Hundreds of random questions, with unmodified boto3 over HTTP, are answered rightly."""

    @settings(max_examples=count(20, full=200), deadline=None)
    @given(question=questions())
    def ask(question: Question) -> None:
        center, directory = served[_key(question.organization)]
        for field in attrs.fields(Settings):
            setattr(center.settings, field.name, getattr(question.rules, field.name))
        listing = ssokit.list_assignments(
            None, directory=directory, clock=ManualClock(), **question.options
        )
        assert question.is_answered_by(listing)

    ask()


def _key(organization: Organization) -> str:
    return f"{organization.partition} {len(organization.accounts)}"


class _Session(boto3.Session):
    """A session whose clients talk to the local Identity Center."""

    def __init__(self, url: str) -> None:
        super().__init__("AKIDEXAMPLE", "example", region_name="us-east-1")
        self._url = url

    def client(self, *arguments: Any, **options: Any) -> Any:
        """Make a client as boto3 does, for another endpoint."""
        return super().client(*arguments, endpoint_url=self._url, **options)  # type: ignore[call-overload]
