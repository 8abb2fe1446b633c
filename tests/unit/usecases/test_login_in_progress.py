"""A login as an object: states, events, cancelling, and event loops."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable

import pytest

import ssokit
from ssokit import LoginEvent, LoginState
from ssokit.stores import MemoryStore
from ssokit.testing import (
    Approves,
    AwsError,
    Denies,
    FakeIdentityCenter,
    Fault,
    Ignores,
    ManualClock,
    Settings,
)

_LONG = 30.0


@pytest.fixture
def center() -> FakeIdentityCenter:
    """Give an Identity Center whose people do nothing by themselves."""
    return FakeIdentityCenter(person=Ignores(), settings=Settings(interval=0))


@pytest.fixture
def instance(center: FakeIdentityCenter) -> ssokit.IdentityCenter:
    """Give the object that a program logs in with."""
    return ssokit.IdentityCenter(
        center.start_url,
        center.region,
        token_store=MemoryStore(),
        authorization_server=center.authorization_server(),
        access_portal=center.access_portal(),
    )


class _Told:
    def __init__(self) -> None:
        self.events: queue.Queue[LoginEvent] = queue.Queue()

    def __call__(self, event: LoginEvent) -> None:
        self.events.put(event)

    def until_over(self) -> list[LoginState]:
        states = []
        while not states or not states[-1].is_over:
            states.append(self.events.get(timeout=_LONG).state)
        return states


def test_code_is_there_when_it_has_started(
    center: FakeIdentityCenter, instance: ssokit.IdentityCenter
):
    """What the person needs can be shown at once, and the token comes when they approve."""
    with instance.start_login() as login:
        assert login.state is LoginState.WAITING
        assert login.user_code
        assert login.verification_uri
        assert login.user_code in str(login.verification_uri_complete)
        assert login.expires_at
        assert login.expires_at > center.clock.now()
        assert login.user_code not in repr(login)
        center.people.approve(login.user_code)
        token = login.result(_LONG)
    assert login.state is LoginState.LOGGED_IN
    assert instance.login().access_token == token.access_token
    assert login.poll() is None


def test_poll_does_not_block_and_says_when_to_look_again(instance: ssokit.IdentityCenter):
    """A program without threads looks from time to time, and is told when it is worth it."""
    with instance.start_login() as login:
        again = login.poll()
        assert again is not None
        assert again > 0
        with pytest.raises(TimeoutError):
            login.result(0)
        assert not login.wait(0)


def test_cached_login_is_over_at_once(center: FakeIdentityCenter, instance: ssokit.IdentityCenter):
    """Whoever is logged in is not asked again, unless that is wanted."""
    center.person = Approves()
    token = instance.login()
    login = instance.start_login()
    assert login.result(_LONG).access_token == token.access_token
    assert login.user_code is None
    again = instance.start_login(force_refresh=True).result(_LONG)
    assert again.access_token != token.access_token


def test_listeners_hear_everything_in_order(
    center: FakeIdentityCenter, instance: ssokit.IdentityCenter
):
    """Whoever listens from the first hears the code and the end; who comes late, how it stands."""
    early, late, too_late = _Told(), _Told(), _Told()
    login = instance.start_login(listener=early)
    login.listen(late)
    center.people.approve(str(login.user_code))
    assert early.until_over() == [LoginState.WAITING, LoginState.LOGGED_IN]
    assert late.until_over() == [LoginState.WAITING, LoginState.LOGGED_IN]
    login.listen(too_late)
    assert too_late.until_over() == [LoginState.LOGGED_IN]


def test_listeners_are_called_in_a_thread_of_the_login(instance: ssokit.IdentityCenter):
    """Programs hand events over to their own thread, which some window systems refuse in it."""
    threads: queue.Queue[threading.Thread] = queue.Queue()
    with instance.start_login() as login:
        login.listen(lambda _: threads.put(threading.current_thread()))
        assert threads.get(timeout=_LONG) is not threading.current_thread()
    login.listen(lambda _: threads.put(threading.current_thread()))
    assert threads.get(timeout=_LONG) is not threading.current_thread()


def test_events_hold_no_secret(center: FakeIdentityCenter, instance: ssokit.IdentityCenter):
    """No event shows the device code or the token, however it is printed."""
    told = _Told()
    login = instance.start_login(listener=told)
    center.people.approve(str(login.user_code))
    login.result(_LONG)
    first, last = told.events.get(timeout=_LONG), told.events.get(timeout=_LONG)
    hidden = center.secrets - {str(login.user_code)}
    assert not [secret for secret in hidden if secret in repr((first, last, login))]


def test_failing_listener_does_not_end_the_login(
    center: FakeIdentityCenter,
    instance: ssokit.IdentityCenter,
    caplog: pytest.LogCaptureFixture,
):
    """An exception of one listener is logged; the login and the other listeners go on."""

    def fail(_: LoginEvent) -> None:
        raise ZeroDivisionError

    told = _Told()
    with caplog.at_level(logging.ERROR, "ssokit"):
        login = instance.start_login(listener=fail)
        login.listen(told)
        center.people.approve(str(login.user_code))
        assert login.result(_LONG)
        told.until_over()
    assert "A listener failed" in caplog.text


def test_slow_listener_does_not_hold_the_login_up(
    center: FakeIdentityCenter, instance: ssokit.IdentityCenter
):
    """The login ends while a listener is still busy with the first event."""
    free = threading.Event()
    login = instance.start_login(listener=lambda _: free.wait(_LONG))
    center.people.approve(str(login.user_code))
    assert login.result(_LONG)
    free.set()


def test_cancelled_login_is_over_for_everybody(
    center: FakeIdentityCenter, instance: ssokit.IdentityCenter
):
    """Giving up ends the login at once, once, and leaves no thread and no lock behind."""
    told = _Told()
    login = instance.start_login(listener=told)
    assert login.cancel()
    assert not login.cancel()
    assert login.state is LoginState.CANCELLED
    with pytest.raises(ssokit.LoginCancelledError):
        login.result(0)
    assert told.until_over()[-1] is LoginState.CANCELLED
    _no_threads_of_logins()
    center.person = Approves()
    assert instance.login()


def test_block_that_is_left_gives_up(instance: ssokit.IdentityCenter):
    """A window that closes ends the login that it showed."""
    with instance.start_login() as login:
        pass
    assert login.state is LoginState.CANCELLED


def test_cancel_before_there_is_a_code(center: FakeIdentityCenter, instance: ssokit.IdentityCenter):
    """A login that is given up while it starts shows no code any more."""
    reached, go_on = threading.Event(), threading.Event()

    def hold(_: object) -> bool:
        reached.set()
        go_on.wait(_LONG)
        return False

    center.faults.add(Fault("StartDeviceAuthorization", AwsError("X"), when=hold))
    login = instance.start_login(wait=False)
    assert reached.wait(_LONG)
    assert login.state is LoginState.STARTING
    assert login.cancel()
    go_on.set()
    _no_threads_of_logins()
    assert login.user_code is None


@pytest.mark.parametrize(
    ("person", "error"),
    [
        (Denies(), ssokit.AuthorizationDeniedError),
        (Ignores(), ssokit.PendingAuthorizationExpiredError),
    ],
)
def test_failed_login_raises_what_login_raises(person: Ignores | Denies, error: type[Exception]):
    """The result of a login that failed is the error that the blocking call would raise."""
    clock = ManualClock()
    center = FakeIdentityCenter(person=person, clock=clock)
    instance = ssokit.IdentityCenter(
        center.start_url,
        center.region,
        token_store=MemoryStore(clock=clock),
        authorization_server=center.authorization_server(),
        clock=clock,
    )
    told = _Told()
    login = instance.start_login(listener=told)
    with pytest.raises(error):
        login.result(_LONG)
    assert login.state is LoginState.FAILED
    told.until_over()


def _in_asyncio(
    instance: ssokit.IdentityCenter, then: Callable[[ssokit.LoginInProgress], object]
) -> ssokit.Token:
    async def program() -> ssokit.Token:
        login = instance.start_login(wait=False)
        shown = asyncio.Event()
        loop = asyncio.get_running_loop()
        login.listen(lambda _: loop.call_soon_threadsafe(shown.set))
        while login.user_code is None:
            await shown.wait()
            shown.clear()
        then(login)
        return await login

    return asyncio.run(asyncio.wait_for(program(), _LONG))


def test_event_loop_awaits_the_token(center: FakeIdentityCenter, instance: ssokit.IdentityCenter):
    """In asyncio the login is awaited, and the loop is free meanwhile."""
    token = _in_asyncio(instance, lambda login: center.people.approve(str(login.user_code)))
    assert token.access_token == instance.login().access_token


def test_event_loop_gets_the_error(center: FakeIdentityCenter, instance: ssokit.IdentityCenter):
    """In asyncio a denied login raises where it is awaited."""
    with pytest.raises(ssokit.AuthorizationDeniedError):
        _in_asyncio(instance, lambda login: center.people.deny(str(login.user_code)))


def test_cancelled_task_gives_the_login_up(instance: ssokit.IdentityCenter):
    """Cancelling the task that awaits a login cancels the login."""

    async def program() -> ssokit.LoginInProgress:
        login = instance.start_login(wait=False)
        task = asyncio.ensure_future(_awaited(login))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return login

    assert asyncio.run(program()).state is LoginState.CANCELLED


async def _awaited(login: ssokit.LoginInProgress) -> ssokit.Token:
    return await login


def test_listener_outlives_its_loop(center: FakeIdentityCenter, instance: ssokit.IdentityCenter):
    """A login whose event loop is gone ends all the same."""
    held: list[ssokit.LoginInProgress] = []

    async def program() -> None:
        login = instance.start_login(wait=False)
        held.append(login)
        waiting = login.__await__()
        next(waiting)

    asyncio.run(program())
    login = held[0]
    assert login.wait_for_code(_LONG)
    center.people.approve(str(login.user_code))
    assert login.result(_LONG)
    _no_threads_of_logins()


def _no_threads_of_logins() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("ssokit-login"):
            thread.join(_LONG)
            assert not thread.is_alive()
