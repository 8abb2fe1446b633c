"""A login that somebody waits for without being blocked: windows, notebooks, event loops."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from datetime import datetime
from types import TracebackType
from typing import Any

import attrs

from ssokit.domain.authorization_request import ShownAuthorization
from ssokit.domain.errors import LoginCancelledError
from ssokit.domain.login_progress import LoginEvent, LoginState
from ssokit.domain.tokens import Token
from ssokit.ports.clock import Clock
from ssokit.ports.user_notifier import UserNotifier
from ssokit.usecases.interruptible_clock import InterruptibleClock
from ssokit.usecases.login_listeners import Listener, LoginListeners

_LOG = logging.getLogger("ssokit.login")
_GIVEN_UP = "The login was given up"


class LoginInProgress:
    """A login that runs on its own, in a thread of its own, until it is over.

    Nothing here blocks but `wait`, `result` and leaving the ``with`` block, each for as long as
    it is told. Any thread may use it. In an event loop of asyncio, ``await`` it for the token.

    Args:
        login: Logs in, with the notifier and the clock that it is given.
        clock: What time it is.
        notifier: Shows the person where to approve, too. It is called in a thread of its own;
            if it fails, that is logged, and the login goes on.
        listener: Is told of every change; see `listen`.
    """

    def __init__(
        self,
        login: Callable[[UserNotifier, Clock], Token],
        *,
        clock: Clock,
        notifier: UserNotifier | None = None,
        listener: Listener | None = None,
    ) -> None:
        self._changed = threading.Condition()
        self._event = LoginEvent(state=LoginState.STARTING)
        self._notifier = notifier
        self._outcome: Token | BaseException | None = None
        self._clock = InterruptibleClock(clock, self._stop_if_cancelled)
        self._listeners = LoginListeners(listener)
        threading.Thread(target=self._run, args=(login,), name="ssokit-login", daemon=True).start()

    def __repr__(self) -> str:
        """Show where it stands, and no code."""
        return f"<LoginInProgress: {self.state.value}>"

    @property
    def state(self) -> LoginState:
        """Where the login stands."""
        return self._event.state

    @property
    def user_code(self) -> str | None:
        """The code that the person compares or types in; None without one, or before that."""
        return self._event.user_code

    @property
    def verification_uri(self) -> str | None:
        """Where the person approves; None before it is known."""
        return self._event.verification_uri

    @property
    def verification_uri_complete(self) -> str | None:
        """The same with the code in it, to open or to click; None before it is known.

        Without a code it is for a browser on this machine.
        """
        return self._event.verification_uri_complete

    @property
    def expires_at(self) -> datetime | None:
        """When the person is too late; None before it is known."""
        return self._event.expires_at

    def listen(self, listener: Listener) -> None:
        """Have a callable told of every change from now on, beginning with how things stand.

        It is called in a thread of this login, one event after the other: window systems want
        it to hand the event over to their own thread. A slow listener delays other listeners
        alone, and an exception is logged and forgotten.
        """
        with self._changed:
            self._listeners.add(listener, self._event)

    def poll(self) -> float | None:
        """Say when to look again, in seconds; None if the login is over. It never blocks."""
        return None if self.state.is_over else self._clock.seconds_left()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the login is over; tell whether it is.

        Args:
            timeout: Seconds to wait at most; None for as long as it takes, which the codes'
                own expiry bounds.
        """
        with self._changed:
            return self._changed.wait_for(lambda: self.state.is_over, timeout)

    def wait_for_code(self, timeout: float | None = None) -> bool:
        """Wait until the person can be shown where to approve, or the login is over.

        Args:
            timeout: Seconds to wait at most.
        """
        with self._changed:
            return self._changed.wait_for(lambda: self.state is not LoginState.STARTING, timeout)

    def cancel(self) -> bool:
        """Give the login up; tell whether that was in time.

        It is given up at once. A call that is under way ends in the background; if the person
        approves just then, the login is in the store for others.
        """
        return self._end(LoginState.CANCELLED, LoginCancelledError(_GIVEN_UP))

    def result(self, timeout: float | None = None) -> Token:
        """Wait, and give the token.

        Args:
            timeout: Seconds to wait at most.

        Raises:
            TimeoutError: The login is not over yet.
            LoginCancelledError: It was given up.
            SsokitError: It failed; errors are those of ``IdentityCenter.login``.
        """
        self.wait(timeout)
        match self._outcome:
            case None:
                raise TimeoutError("the login is not over yet")
            case Token() as token:
                return token
            case error:
                raise error

    def __enter__(self) -> LoginInProgress:  # noqa: PYI034 - Self is not in Python 3.10
        """Give the login; it is given up at the end of the block if it is not over."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the login up if it is not over."""
        self.cancel()

    def __await__(self) -> Generator[Any, None, Token]:
        """Wait in an event loop of asyncio; if the waiting task is cancelled, so is the login."""
        return self._awaited().__await__()

    async def _awaited(self) -> Token:
        import asyncio  # noqa: PLC0415 - it takes 50 ms that few programs need

        loop = asyncio.get_running_loop()
        over = asyncio.Event()

        def tell(event: LoginEvent) -> None:
            if event.state.is_over and not loop.is_closed():
                loop.call_soon_threadsafe(over.set)

        self.listen(tell)
        try:
            await over.wait()
        except asyncio.CancelledError:
            self.cancel()
            raise
        return self.result()

    def _run(self, login: Callable[[UserNotifier, Clock], Token]) -> None:
        try:
            token = login(_Announcement(self._announce), self._clock)
        except BaseException as error:  # noqa: BLE001 - whoever waits has to learn of it
            self._end(LoginState.FAILED, error)
        else:
            self._end(LoginState.LOGGED_IN, token)

    def _announce(self, authorization: ShownAuthorization) -> None:
        with self._changed:
            # Nobody cancels in between, and finds the login waiting again.
            self._stop_if_cancelled()
            self._change(
                LoginEvent(
                    state=LoginState.WAITING,
                    user_code=authorization.user_code,
                    verification_uri=authorization.verification_uri,
                    verification_uri_complete=authorization.verification_uri_complete,
                    expires_at=authorization.expires_at,
                )
            )
        if self._notifier:
            arguments = (self._notifier, authorization)
            threading.Thread(target=self._show, args=arguments, daemon=True).start()

    def _end(self, state: LoginState, outcome: Token | BaseException) -> bool:
        with self._changed:
            if self.state.is_over:
                return False
            self._outcome = outcome
            error = outcome if isinstance(outcome, BaseException) else None
            self._change(attrs.evolve(self._event, state=state, error=error))
            return True

    def _change(self, event: LoginEvent) -> None:
        with self._changed:
            self._event = event
            self._listeners.tell(event)
            self._changed.notify_all()

    def _stop_if_cancelled(self) -> None:
        if self.state is LoginState.CANCELLED:
            raise LoginCancelledError(_GIVEN_UP)

    def _show(self, notifier: UserNotifier, authorization: ShownAuthorization) -> None:
        try:
            notifier.show(authorization)
        except Exception:  # noqa: BLE001 - it is logged
            _LOG.exception("The login could not be shown; it goes on")


@attrs.frozen
class _Announcement(UserNotifier):
    """Hands the codes to whoever waits for them."""

    announce: Callable[[ShownAuthorization], None]

    def show(self, authorization: ShownAuthorization) -> None:
        self.announce(authorization)
