"""Memory in front of a shared store, and how long it answers."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from tiered_scene import Scene, SharedStore, in_thread

from ssokit.adapters.stores.aws_cli_format import Document
from ssokit.adapters.stores.entry_names import EntryName
from ssokit.domain.errors import StoreUnavailableError
from ssokit.domain.sso_session import SsoSession
from ssokit.stores import TieredStore


def test_memory_answers_for_a_while(scene: Scene):
    """For fresh_for seconds the shared store is not asked; then it is."""
    scene.shared.save_token(scene.sso, scene.token)
    assert scene.store.load_token(scene.sso) == scene.token
    scene.shared.calls.clear()
    scene.clock.sleep(4)
    assert scene.store.load_token(scene.sso) == scene.token
    assert scene.shared.calls == []
    scene.clock.sleep(1)
    assert scene.store.load_token(scene.sso) == scene.token
    assert scene.shared.calls == ["read"]


def test_a_newer_token_and_the_end_of_one_are_noticed(scene: Scene):
    """What another worker saved or deleted is seen when memory is no longer fresh."""
    scene.store.save_token(scene.sso, scene.token)
    assert scene.store.load_token(scene.sso) == scene.token
    scene.shared.save_token(scene.sso, scene.later)
    assert scene.store.load_token(scene.sso) == scene.token
    scene.clock.sleep(5)
    assert scene.store.load_token(scene.sso) == scene.later
    scene.shared.delete_token(scene.sso)
    scene.clock.sleep(5)
    assert scene.store.load_token(scene.sso) is None
    scene.shared.is_down = True
    with pytest.raises(StoreUnavailableError):
        scene.store.load_token(scene.sso)


@pytest.mark.parametrize("is_down", [False, True])
def test_what_is_saved_during_a_load_is_kept(scene: Scene, *, is_down: bool):
    """A slow answer does not take the place of what another thread saved since."""
    scene.shared.save_token(scene.sso, scene.token)
    called = scene.shared._called

    def meanwhile(what: str) -> None:
        called(what)
        scene.shared._called = called
        scene.shared.is_down = is_down
        in_thread(lambda: scene.store.save_token(scene.sso, scene.later))
        scene.shared.is_down = False

    answers = iter([super(SharedStore, scene.shared)._read])
    read = scene.shared._read

    def slow(name: EntryName) -> Document | None:
        document = next(answers, read)(name)
        scene.shared._read = read
        meanwhile("read")
        return document

    scene.shared._read = slow
    assert scene.store.load_token(scene.sso) == scene.token
    scene.clock.sleep(3)
    assert scene.store.load_token(scene.sso) == scene.later
    assert scene.shared.load_token(scene.sso) == scene.later


def test_what_has_expired_is_asked_for(scene: Scene):
    """Somebody may have renewed it, however fresh memory is."""
    ending = attrs.evolve(
        scene.token, refresh_token="canary-r", expires_at=scene.clock.now() + timedelta(seconds=2)
    )
    scene.store.save_token(scene.sso, ending)
    assert scene.store.load_token(scene.sso) == ending
    scene.shared.save_token(scene.sso, scene.later)
    scene.clock.sleep(2)
    assert scene.store.load_token(scene.sso).access_token == scene.later.access_token


def test_no_time_means_always_asking(scene: Scene):
    """With fresh_for=0, memory is for outages alone."""
    store = TieredStore(scene.shared, fresh_for=0, clock=scene.clock)
    for _ in range(2):
        assert store.load_renewal_failure(scene.sso) is None
    assert scene.shared.calls == ["read", "read"]


def test_the_least_used_entry_gives_way(scene: Scene):
    """Memory stays within its size, but what the shared store does not have yet is kept."""
    store = TieredStore(scene.shared, maxsize=1, clock=scene.clock)
    other = SsoSession("https://other.test/start", "us-east-1")
    store.save_token(scene.sso, scene.token)
    store.save_token(other, scene.token)
    scene.shared.is_down = True
    with pytest.raises(StoreUnavailableError):
        store.load_token(scene.sso)
    store.save_token(scene.sso, scene.token)
    assert store.load_token(scene.sso)
    assert store.load_token(other)


@pytest.mark.parametrize(
    "options",
    [{"fresh_for": -1}, {"fresh_for": float("inf")}, {"retry_after": -1}, {"maxsize": 0}],
    ids=str,
)
def test_options_that_cannot_work_are_refused(options: dict[str, float]):
    """Each is named in its error."""
    [name] = options
    with pytest.raises(ValueError, match=name):
        TieredStore({}, **options)


def test_what_is_no_store_is_refused():
    """It needs [] and []= at least."""
    with pytest.raises(TypeError, match="a cache needs"):
        TieredStore(5)


def test_the_repr_shows_the_shared_store(scene: Scene):
    """And nothing that is in memory."""
    assert repr(scene.store) == "TieredStore(SharedStore(maxsize=4096))"
    assert repr(TieredStore({})) == "TieredStore(MappingStore(<dict>))"
