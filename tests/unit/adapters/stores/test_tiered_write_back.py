"""What was saved during an outage reaches the shared store, over nothing newer."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
from tiered_scene import Scene, in_thread

from ssokit.domain.sso_session import SsoSession


def test_what_is_saved_during_an_outage_is_written_back(scene: Scene):
    """All of it, with the first call that gets through, whatever that asks for."""
    scene.shared.is_down = True
    scene.store.save_token(scene.sso, scene.token)
    scene.store.save_registration(scene.sso, scene.registration)
    scene.store.save_credential(scene.key, scene.credential)
    scene.store.save_renewal_failure(scene.sso, scene.note)
    assert scene.store.load_token(scene.sso) == scene.token
    scene.shared.is_down = False
    scene.clock.sleep(3)
    scene.store.load_registration(SsoSession("https://other.test/start", "eu-west-1"))
    assert scene.shared.load_token(scene.sso) == scene.token
    assert scene.shared.load_registration(scene.sso) == scene.registration
    assert scene.shared.load_credential(scene.key) == scene.credential
    assert scene.shared.load_renewal_failure(scene.sso) == scene.note
    assert scene.store.load_token(scene.sso) == scene.token


def test_what_was_saved_during_an_outage_overwrites_nothing_newer(scene: Scene):
    """What others saved meanwhile stays, and is what memory has from then on."""
    newer = attrs.evolve(
        scene.credential,
        session_token="canary-s2",
        expires_at=scene.credential.expires_at + timedelta(hours=1),
    )
    scene.shared.is_down = True
    scene.store.save_token(scene.sso, scene.token)
    scene.store.save_credential(scene.key, scene.credential)
    scene.shared.is_down = False
    scene.shared.save_token(scene.sso, scene.later)
    scene.shared.save_credential(scene.key, newer)
    scene.clock.sleep(3)
    assert scene.store.load_token(scene.sso) == scene.later
    assert scene.shared.load_token(scene.sso) == scene.later
    assert scene.store.load_credential(scene.key) == newer
    assert scene.shared.load_credential(scene.key) == newer


def test_registrations_are_told_apart_by_their_end(scene: Scene):
    """Of two clients, the one that ends later is newer."""
    newer = attrs.evolve(
        scene.registration,
        client_id="newer",
        expires_at=scene.registration.expires_at + timedelta(days=1),
    )
    scene.shared.is_down = True
    scene.store.save_registration(scene.sso, scene.registration)
    scene.shared.is_down = False
    scene.shared.save_registration(scene.sso, newer)
    scene.clock.sleep(3)
    assert scene.store.load_registration(scene.sso) == newer


def test_tokens_that_do_not_say_when_they_came_are_told_apart_by_their_end(scene: Scene):
    """Other programs write them."""
    old = attrs.evolve(scene.token, received_at=None)
    new = attrs.evolve(
        old,
        access_token="canary-new",
        expires_at=datetime.max.replace(tzinfo=old.expires_at.tzinfo),
    )
    scene.shared.is_down = True
    scene.store.save_token(scene.sso, old)
    scene.shared.is_down = False
    scene.shared.save_token(scene.sso, new)
    scene.clock.sleep(3)
    assert scene.store.load_token(scene.sso).access_token == "canary-new"


def test_what_a_new_token_lacks_survives_an_outage(scene: Scene):
    """Unknown members and the refresh token of the one that memory has go on, as always."""
    old = attrs.evolve(scene.token, refresh_token="canary-r", extra={"a": 1})
    scene.store.save_token(scene.sso, old)
    scene.shared.is_down = True
    new = attrs.evolve(
        scene.token,
        access_token="canary-2",
        received_at=scene.clock.now() + timedelta(seconds=1),
        extra={"b": 2},
    )
    scene.store.save_token(scene.sso, new)
    merged = attrs.evolve(new, refresh_token="canary-r", extra={"a": 1, "b": 2})
    assert scene.store.load_token(scene.sso) == merged
    scene.shared.is_down = False
    scene.clock.sleep(3)
    scene.store.load_token(scene.sso)
    assert scene.shared.load_token(scene.sso) == merged


def test_writing_back_waits_for_whoever_has_the_lock(scene: Scene):
    """A load does not wait for a renewal by somebody else: it tries again later."""
    scene.shared.is_down = True
    scene.store.save_token(scene.sso, scene.token)
    scene.shared.is_down = False
    scene.clock.sleep(3)

    def load() -> None:
        assert scene.store.load_token(scene.sso) == scene.token
        assert scene.store.load_token(scene.sso) == scene.token

    with scene.shared.lock(scene.sso):
        in_thread(load)
        assert scene.shared.load_token(scene.sso) is None
    scene.clock.sleep(5)
    assert scene.store.load_token(scene.sso) == scene.token
    assert scene.shared.load_token(scene.sso) == scene.token


def test_the_holder_of_the_lock_writes_back_itself(scene: Scene):
    """What it looks at inside is the newest there is, not what it kept from the outage."""
    scene.shared.is_down = True
    scene.store.save_token(scene.sso, scene.token)
    scene.shared.is_down = False
    scene.clock.sleep(3)
    with scene.shared.lock(scene.sso):
        in_thread(lambda: scene.store.load_token(scene.sso))
        scene.shared.save_token(scene.sso, scene.later)
    scene.clock.sleep(0.1)
    assert scene.store.load_token(scene.sso) == scene.token
    with scene.store.lock(scene.sso):
        assert scene.store.load_token(scene.sso) == scene.later


def test_writing_back_is_tried_again_if_the_store_goes_down_once_more(scene: Scene):
    """Nothing is given up."""
    scene.shared.is_down = True
    scene.store.save_token(scene.sso, scene.token)
    scene.store.save_credential(scene.key, scene.credential)
    scene.shared.is_down = False
    scene.clock.sleep(3)
    fails_at = iter(["lock"])
    called = scene.shared._called

    def down_again(what: str) -> None:
        scene.shared.is_down = what == next(fails_at, None)
        called(what)
        scene.shared.is_down = False

    scene.shared._called = down_again
    scene.store.load_renewal_failure(scene.sso)
    assert scene.store.load_token(scene.sso) == scene.token
    for _ in range(3):
        scene.clock.sleep(5)
        scene.store.load_token(scene.sso)
        scene.store.load_credential(scene.key)
    assert scene.shared.load_token(scene.sso) == scene.token
    assert scene.shared.load_credential(scene.key) == scene.credential
