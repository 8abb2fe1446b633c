"""What memory has and the shared store lost is put back, or is a miss."""

from __future__ import annotations

from tiered_scene import Scene

from ssokit.stores import TieredStore


def test_a_token_that_the_shared_store_lost_is_put_back(scene: Scene):
    """A server that was restarted empty costs nobody the login."""
    scene.store.save_token(scene.sso, scene.token)
    assert scene.store.load_token(scene.sso) == scene.token
    scene.shared.lose_everything()
    scene.clock.sleep(5)
    assert scene.store.load_token(scene.sso) == scene.token
    assert scene.shared.load_token(scene.sso) == scene.token


def test_an_older_token_that_came_back_is_replaced(scene: Scene):
    """After a failover to a replica that lagged behind, memory has the newer one."""
    scene.store.save_token(scene.sso, scene.later)
    assert scene.store.load_token(scene.sso) == scene.later
    scene.shared.save_token(scene.sso, scene.token)
    scene.clock.sleep(5)
    assert scene.store.load_token(scene.sso) == scene.later
    assert scene.shared.load_token(scene.sso) == scene.later


def test_an_outage_while_asking_whether_a_token_was_lost(scene: Scene):
    """Memory answers until that is known."""
    scene.store.save_token(scene.sso, scene.token)
    scene.store.load_token(scene.sso)
    scene.shared.lose_everything()
    scene.clock.sleep(5)
    called = scene.shared._called

    def down(what: str) -> None:
        scene.shared.is_down = what == "was deleted"
        called(what)

    scene.shared._called = down
    assert scene.store.load_token(scene.sso) == scene.token


def test_role_credentials_that_the_shared_store_lost_are_a_miss(scene: Scene):
    """They can be obtained anew."""
    scene.store.save_credential(scene.key, scene.credential)
    scene.shared.lose_everything()
    scene.clock.sleep(5)
    assert scene.store.load_credential(scene.key) is None


def test_a_dict_that_lost_a_token_deleted_it(scene: Scene):
    """A store that cannot tell the two apart is believed."""
    mapping: dict[str, object] = {}
    store = TieredStore(mapping, fresh_for=0, clock=scene.clock)
    store.save_token(scene.sso, scene.token)
    mapping.clear()
    assert store.load_token(scene.sso) is None
