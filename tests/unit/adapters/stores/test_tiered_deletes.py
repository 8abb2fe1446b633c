"""What is deleted is gone in memory at once, and in the shared store in the end."""

from __future__ import annotations

import attrs
import pytest
from tiered_scene import Scene

from ssokit.domain.errors import StoreUnavailableError


def test_deletes_and_forgetting_go_through(scene: Scene):
    """What is deleted here is gone for all."""
    scene.store.save_token(scene.sso, scene.token)
    scene.store.save_registration(scene.sso, scene.registration)
    scene.store.save_credential(scene.key, scene.credential)
    scene.store.delete_token(scene.sso)
    scene.store.delete_registration(scene.sso)
    assert scene.store.forget_credentials(scene.sso.start_url) is True
    for one in (scene.store, scene.shared):
        assert one.load_token(scene.sso) is None
        assert one.load_registration(scene.sso) is None
        assert one.load_credential(scene.key) is None


def test_a_token_that_was_rejected_is_not_served(scene: Scene):
    """Deleted during an outage, it is gone here at once, and there later."""
    scene.store.save_token(scene.sso, scene.token)
    scene.shared.is_down = True
    with pytest.raises(StoreUnavailableError):
        scene.store.delete_token(scene.sso)
    assert scene.store.load_token(scene.sso) is None
    scene.shared.is_down = False
    scene.clock.sleep(3)
    assert scene.store.load_token(scene.sso) is None
    assert scene.shared.load_token(scene.sso) is None
    assert "remove" in scene.shared.calls


def test_a_late_delete_takes_nothing_newer(scene: Scene):
    """The login that somebody made meanwhile stays."""
    scene.store.save_token(scene.sso, scene.token)
    scene.shared.is_down = True
    with pytest.raises(StoreUnavailableError):
        scene.store.delete_token(scene.sso)
    scene.shared.is_down = False
    scene.shared.save_token(scene.sso, scene.later)
    scene.clock.sleep(3)
    assert scene.store.load_token(scene.sso) == scene.later
    assert scene.shared.load_token(scene.sso) == scene.later


def test_a_late_delete_of_what_is_gone(scene: Scene):
    """There is nothing to do then."""
    scene.store.save_token(scene.sso, scene.token)
    scene.shared.is_down = True
    with pytest.raises(StoreUnavailableError):
        scene.store.delete_token(scene.sso)
    scene.shared.is_down = False
    scene.shared.delete_token(scene.sso)
    scene.clock.sleep(3)
    assert scene.store.load_token(scene.sso) is None
    assert scene.store.load_token(scene.sso) is None


def test_deleting_what_memory_does_not_know_is_an_error_during_an_outage(scene: Scene):
    """Nobody can tell later whether it is still the same."""
    scene.shared.save_credential(scene.key, scene.credential)
    scene.shared.is_down = True
    for delete in (
        lambda: scene.store.delete_credential(scene.key),
        lambda: scene.store.delete_registration(scene.sso),
        lambda: scene.store.delete_token(scene.sso),
    ):
        with pytest.raises(StoreUnavailableError):
            delete()
    scene.shared.is_down = False
    scene.clock.sleep(3)
    assert scene.store.load_credential(scene.key) == scene.credential


def test_forgetting_during_an_outage(scene: Scene):
    """Memory forgets the keys of that start URL, also those it would have written back."""
    elsewhere = attrs.evolve(scene.key, start_url="https://other.test/start")
    scene.shared.is_down = True
    scene.store.save_token(scene.sso, scene.token)
    scene.store.save_credential(scene.key, scene.credential)
    scene.store.save_credential(elsewhere, scene.credential)
    with pytest.raises(StoreUnavailableError):
        scene.store.forget_credentials(scene.sso.start_url)
    assert scene.store.load_credential(scene.key) is None
    assert scene.store.load_credential(elsewhere) == scene.credential
    assert scene.store.load_token(scene.sso) == scene.token
