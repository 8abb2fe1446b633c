"""What memory answers while the shared store is down, and what is no outage."""

from __future__ import annotations

import pytest
from tiered_scene import Scene

from ssokit.domain.errors import StoreKeyError, StoreUnavailableError


def test_memory_serves_while_the_shared_store_is_down(
    scene: Scene, caplog: pytest.LogCaptureFixture
):
    """All kinds of entries, without an error, for as long as it takes; it is told once."""
    scene.store.save_token(scene.sso, scene.token)
    scene.store.save_registration(scene.sso, scene.registration)
    scene.store.save_credential(scene.key, scene.credential)
    scene.store.save_renewal_failure(scene.sso, scene.note)
    scene.shared.is_down = True
    for _ in range(10):
        scene.clock.sleep(60)
        assert scene.store.load_token(scene.sso) == scene.token
        assert scene.store.load_registration(scene.sso) == scene.registration
        assert scene.store.load_credential(scene.key) == scene.credential
        assert scene.store.load_renewal_failure(scene.sso) == scene.note
    assert [r.message for r in caplog.records] == [
        "going on with what is in memory: the server canteen is closed"
    ]
    scene.shared.is_down = False
    scene.clock.sleep(60)
    assert scene.store.load_token(scene.sso) == scene.token
    assert caplog.records[-1].message == "the shared store is back"


def test_it_is_tried_once_in_a_while(scene: Scene):
    """Of all loads in retry_after seconds, one reaches the store that is down."""
    scene.store.save_token(scene.sso, scene.token)
    scene.shared.is_down = True
    scene.shared.calls.clear()
    for _ in range(100):
        scene.clock.sleep(0.3)
        scene.store.load_token(scene.sso)
    # 5 seconds and more in which memory is fresh, then one try in 3 seconds.
    assert 7 <= len(scene.shared.calls) <= 10


def test_what_memory_does_not_have(scene: Scene):
    """A token is an error, which says why; what can be obtained with a token is a miss."""
    scene.shared.is_down = True
    with pytest.raises(StoreUnavailableError, match="canteen"):
        scene.store.load_token(scene.sso)
    with pytest.raises(StoreUnavailableError, match=r"not asked: the server canteen.*tried again"):
        scene.store.load_token(scene.sso)
    assert scene.store.load_registration(scene.sso) is None
    assert scene.store.load_credential(scene.key) is None
    assert scene.store.load_renewal_failure(scene.sso) is None


def test_an_entry_of_another_key_is_no_outage(scene: Scene):
    """It is an error whenever it is asked for; other entries and the locks are shared as ever."""
    called = scene.shared._called

    def refuse(what: str) -> None:
        called(what)
        if what == "read":
            raise StoreKeyError("the key is another one")

    scene.shared._called = refuse
    for _ in range(2):
        with pytest.raises(StoreKeyError):
            scene.store.load_token(scene.sso)
        with pytest.raises(StoreKeyError):
            scene.store.load_credential(scene.key)
    scene.shared.calls.clear()
    with scene.store.lock(scene.sso):
        assert scene.shared.calls == ["lock"]
    # What it would replace stays, and what was obtained meanwhile is not lost.
    scene.store.save_token(scene.sso, scene.token)
    scene.store.save_credential(scene.key, scene.credential)
    assert scene.store.load_token(scene.sso) == scene.token
    scene.shared.calls.clear()
    assert scene.store.load_token(scene.sso) == scene.token
    assert "write" not in scene.shared.calls
    scene.shared._called = called
    with scene.store.lock(scene.sso):
        assert scene.store.load_token(scene.sso) == scene.token
    assert scene.shared.load_token(scene.sso) == scene.token
