"""Locks over a shared store that may be down, and what their holders see."""

from __future__ import annotations

import pytest
from tiered_scene import Scene, in_thread

from ssokit.domain.errors import StoreLeaseLostError, StoreLockTimeoutError


def test_whoever_takes_a_lock_sees_what_is_there(scene: Scene):
    """Memory is not fresh inside: the one who had the lock before may have renewed."""
    scene.store.save_token(scene.sso, scene.token)
    assert scene.store.load_token(scene.sso) == scene.token
    scene.shared.save_token(scene.sso, scene.later)
    scene.clock.sleep(0.1)
    with scene.store.lock(scene.sso):
        assert scene.store.load_token(scene.sso) == scene.later


def test_a_holder_sees_what_a_successor_saved(scene: Scene):
    """Memory is not asked at all while a lock is held: it may be lost meanwhile."""
    scene.store.save_token(scene.sso, scene.token)
    with scene.store.lock(scene.sso):
        assert scene.store.load_token(scene.sso) == scene.token
        scene.shared.save_token(scene.sso, scene.later)
        assert scene.store.load_token(scene.sso) == scene.later


def test_locks_exclude_this_process_during_an_outage(
    scene: Scene, caplog: pytest.LogCaptureFixture
):
    """That is what is left, and it is said."""
    scene.shared.is_down = True
    entered: list[str] = []

    def enter() -> None:
        try:
            with scene.store.lock(scene.sso, timeout=0):
                entered.append("wrongly")
        except StoreLockTimeoutError:
            entered.append("excluded")
        with scene.store.lock(scene.key), scene.store.login_lock(scene.sso):
            entered.append("others are free")

    with scene.store.lock(scene.sso):
        in_thread(enter)
    assert entered == ["excluded", "others are free"]
    assert "only this process is excluded, not others" in caplog.text


def test_a_lock_that_another_worker_has(scene: Scene):
    """A holder is no outage: the caller waits, and is told."""
    failures: list[str] = []

    def enter() -> None:
        for patience in (None, 0):
            with (
                pytest.raises(StoreLockTimeoutError) as failure,
                scene.store.lock(scene.sso, timeout=patience),
            ):
                pass
            failures.append(str(failure.value))

    with scene.shared.lock(scene.sso):
        in_thread(enter)
    assert len(failures) == 2
    assert scene.store.load_token(scene.sso) is None


def test_a_lock_whose_end_fails(scene: Scene, caplog: pytest.LogCaptureFixture):
    """The caller's work is done; the log says that others may have to wait."""
    with scene.store.lock(scene.sso):
        scene.shared.is_down = True
    assert "may be held for longer" in caplog.text
    scene.shared.is_down = False
    with scene.store.lock(scene.sso):
        pass


def test_a_holder_that_was_overtaken_is_told(scene: Scene):
    """It is no outage: nothing is kept for later, and the successor's token is seen at once."""
    scene.store.save_token(scene.sso, scene.token)
    scene.shared.save_token(scene.sso, scene.later)
    scene.shared.is_down, scene.shared.error = True, StoreLeaseLostError("overtaken")
    with pytest.raises(StoreLeaseLostError):
        scene.store.save_token(scene.sso, scene.token)
    with pytest.raises(StoreLeaseLostError):
        scene.store.delete_token(scene.sso)
    scene.shared.is_down = False
    assert scene.store.load_token(scene.sso) == scene.later
