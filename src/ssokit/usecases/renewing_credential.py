"""Role credentials that stay valid for as long as the login does."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable

from ssokit.domain.errors import SsokitError
from ssokit.domain.expiry import Freshness, RefreshWindows
from ssokit.domain.role_credential import RoleCredential
from ssokit.ports.clock import Clock

_LOG = logging.getLogger("ssokit.credentials")
_SECONDS_BETWEEN_TRIES = 60.0


class RenewingCredential:
    """Gives role credentials that have not expired, however often it is asked.

    Keys and expiry are published together, as one immutable value: nobody ever sees keys of
    one renewal with the expiry of another. In the advisory window one caller renews and the
    others go on; in the mandatory one all wait. While credentials are still valid, a renewal
    is tried at most once a minute.

    Args:
        renew: Gives credentials, new ones or somebody else's that are fresh.
        clock: What time it is.
        windows: When to renew.
    """

    def __init__(
        self,
        renew: Callable[[], RoleCredential],
        *,
        clock: Clock,
        windows: RefreshWindows | None = None,
    ) -> None:
        self._renew = renew
        self._clock = clock
        self._windows = windows or RefreshWindows()
        # By process: a forked child has not the thread that its parent's lock may be held by.
        self._turns: dict[int, threading.Lock] = {}
        self._snapshot: RoleCredential | None = None
        self._tried_at = float("-inf")
        self._failure: SsokitError | None = None
        self._came_expired = False

    def __call__(self) -> RoleCredential:
        """Give credentials that have not expired.

        Raises:
            SsokitError: There are none, and new ones cannot be had.
        """
        snapshot = self._snapshot
        freshness = self._freshness(snapshot)
        if snapshot and freshness is Freshness.FRESH:
            return snapshot
        if snapshot and freshness is Freshness.STALE:
            return self._renewed_if_free(snapshot)
        known_failure = self._failure
        with self._turn():
            failure = self._failure
            expired = self._freshness(self._snapshot) is Freshness.EXPIRED
            if failure is not None and failure is not known_failure and expired:
                # Whoever waited here came together with the one who failed: the service, and
                # the person, are not asked once for each of them.
                raise failure
            return self._renewed()

    def _renewed_if_free(self, snapshot: RoleCredential) -> RoleCredential:
        turn = self._turn()
        if not turn.acquire(blocking=False):
            return snapshot
        try:
            return self._renewed()
        finally:
            turn.release()

    def _turn(self) -> threading.Lock:
        return self._turns.setdefault(os.getpid(), threading.Lock())

    def _renewed(self) -> RoleCredential:
        snapshot = self._snapshot
        freshness = self._freshness(snapshot)
        if snapshot and (freshness is Freshness.FRESH or self._tried_lately(freshness)):
            return snapshot
        self._tried_at = self._clock.monotonic()
        try:
            self._snapshot = self._renew()
        except SsokitError as error:
            self._failure, self._came_expired = error, False
            if snapshot is None or freshness is Freshness.EXPIRED:
                raise
            _LOG.warning("Role credentials could not be renewed yet: %s", error)
            return snapshot
        self._failure = None
        self._came_expired = self._freshness(self._snapshot) is Freshness.EXPIRED
        if self._came_expired:
            _LOG.warning(
                "New role credentials have expired by the clock of this machine: see if it is right"
            )
        return self._snapshot

    def _freshness(self, snapshot: RoleCredential | None) -> Freshness:
        if snapshot is None:
            return Freshness.EXPIRED
        return self._windows.freshness(snapshot.expires_at, self._clock.now())

    def _tried_lately(self, freshness: Freshness) -> bool:
        # Whoever wakes a computer up finds expired keys that were good a moment ago by the
        # monotonic clock: only for those that were never any better is there nothing to gain.
        usable = freshness is not Freshness.EXPIRED or self._came_expired
        lately = self._clock.monotonic() - self._tried_at < _SECONDS_BETWEEN_TRIES
        return usable and lately
