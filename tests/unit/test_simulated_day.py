"""A working day on a clock that is moved by hand: one person, one login, many workers."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import boto3
import pytest

from ssokit import IdentityCenter, SignInSessionEndedError
from ssokit.notifiers import SilentNotifier
from ssokit.stores import FileStore, MemoryStore
from ssokit.testing import Approves, FakeIdentityCenter, ManualClock, Settings

_ACCOUNT, _ROLE = "444455556666", "ReadOnly"
_STEP = timedelta(minutes=5)


class _Day:
    """A day in which tokens live for one hour and the sign-in session for eight."""

    def __init__(self, folder: Path, workers: int, *, login: bool) -> None:
        self.clock = ManualClock()
        self.center = FakeIdentityCenter(
            clock=self.clock,
            person=Approves("alice"),
            settings=Settings(single_use_refresh_tokens=True),
        )
        self.errors: Counter[str] = Counter()
        self.sessions = [self._worker(folder, number, login=login) for number in range(workers)]

    def _worker(self, folder: Path, number: int, *, login: bool) -> boto3.Session:
        worker = IdentityCenter(
            self.center.start_url,
            self.center.region,
            session_name="corp",
            token_store=FileStore(folder),
            credential_store=MemoryStore(clock=self.clock),
            notifier=SilentNotifier(),
            authorization_server=self.center.authorization_server(),
            access_portal=self.center.access_portal(),
            clock=self.clock,
        )
        # As many processes as workers, as far as jitter goes.
        worker._wiring = attrs.evolve(worker._wiring, worker=lambda: f"host {number}")
        if number == 0:
            worker.login()
        return worker.session(_ACCOUNT, _ROLE, login=login)

    def work(self, until: timedelta) -> None:
        """Have every worker use its keys every five minutes."""
        start = self.clock.now()
        while self.clock.now() - start < until:
            for session in self.sessions:
                self._use_keys(session)
            self.clock.advance(_STEP.total_seconds())

    def _use_keys(self, session: boto3.Session) -> None:
        credentials: Any = session.get_credentials()
        try:
            keys = credentials.get_frozen_credentials()
        except SignInSessionEndedError as error:
            self.errors[type(error).__name__] += 1
            return
        # Raises for keys that have ended, as AWS would.
        self.center._state.keys.identify(keys.access_key, keys.token, now=self.clock.monotonic())

    @property
    def prompts(self) -> int:
        """How often the person was asked."""
        return self.center.calls("StartDeviceAuthorization")

    @property
    def refreshes(self) -> int:
        """How many renewals there were."""
        granted = [
            request
            for request in self.center.requests
            if request.operation == "CreateToken" and request.outcome == "OK"
        ]
        return len(granted) - self.prompts


@pytest.mark.parametrize("workers", [1, 20])
def test_a_day_of_eight_hours(tmp_path: Path, workers: int):
    """One prompt, a refresh at each end of a token, no dead keys, and one clear error at the end.

    Twenty workers make no more calls of the authorization server than one.
    """
    day = _Day(tmp_path, workers, login=False)
    day.work(timedelta(hours=8))
    assert day.prompts == 1
    assert 8 <= day.refreshes <= 10
    assert not day.errors
    day.work(timedelta(hours=3))
    refused = [r.outcome for r in day.center.requests if r.outcome != "OK"]
    assert set(refused) == {"InvalidGrantException"}
    assert set(day.errors) == {"SignInSessionEndedError"}
    assert day.prompts == 1
    with pytest.raises(SignInSessionEndedError, match=r"sign-in session is over.*log in again"):
        day.sessions[0].get_credentials().get_frozen_credentials()


@pytest.mark.parametrize("workers", [1, 20])
def test_a_second_day_begins_with_one_prompt(tmp_path: Path, workers: int):
    """Where the person may be asked, the end of the session costs one question for all."""
    day = _Day(tmp_path, workers, login=True)
    day.work(timedelta(hours=12))
    assert day.prompts == 2
    assert not day.errors
