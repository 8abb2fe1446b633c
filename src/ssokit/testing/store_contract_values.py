"""What the contract tests for stores keep and compare: invented logins and named promises."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime, timedelta, timezone

import attrs

from ssokit.domain.errors import StoreError, StoreLockTimeoutError
from ssokit.domain.renewal_failure import FailureKind, RenewalFailure
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.ports.token_store import TokenStore

LONGEST_WAIT = 60.0

HERE = SsoSession("https://d-1111111111.awsapps.com/start", "us-east-1")
NAMED = SsoSession(HERE.start_url, HERE.region, name="corp", scopes=["sso:account:access"])
THERE = SsoSession("https://d-2222222222.awsapps.com/start", "eu-west-1")
FUTURE = datetime(2100, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
PAST = datetime(2020, 1, 2, 3, 4, 5, tzinfo=timezone.utc)

TOKEN = Token(
    start_url=HERE.start_url,
    region=HERE.region,
    access_token="canary-access-1",  # noqa: S106 - a canary
    expires_at=FUTURE,
    received_at=PAST,
)
CLIENT = ClientRegistration(
    client_id="client-1",
    client_secret="canary-client-1",  # noqa: S106 - a canary
    expires_at=FUTURE,
)
REFRESHABLE = attrs.evolve(
    TOKEN,
    refresh_token="canary-refresh-1",  # noqa: S106 - a canary
    client=CLIENT,
    extra={"idToken": "x", "scopes": ["sso:account:access"]},
)
OTHER_TOKEN = attrs.evolve(
    TOKEN,
    start_url=THERE.start_url,
    region=THERE.region,
    access_token="canary-access-2",  # noqa: S106 - a canary
)
REGISTRATION = attrs.evolve(
    CLIENT,
    scopes=("sso:account:access",),
    grant_types=("authorization_code", "refresh_token"),
    extra={"receivedAt": "2020-01-02T03:04:05Z"},
)
FAILURE = RenewalFailure(
    kind=FailureKind.UNAVAILABLE,
    token=TOKEN.fingerprint,
    failed_at=FUTURE - timedelta(seconds=60, microseconds=1),
    until=FUTURE,
    message="CreateToken got no usable answer",
    code="InternalServerException",
)
KEY = CredentialKey(start_url=HERE.start_url, account_id="012345678901", role_name="Reader")
CREDENTIAL = RoleCredential(
    account_id=KEY.account_id,
    role_name=KEY.role_name,
    access_key_id="canary-key-1",
    secret_access_key="canary-secret-1",  # noqa: S106 - a canary
    session_token="canary-session-1",  # noqa: S106 - a canary
    expires_at=FUTURE,
)
Locking = Callable[[], AbstractContextManager[None]]


def same(actual: object, expected: object, promise: str) -> None:
    """Compare what a store gave with the one thing that it promises."""
    among(actual, (expected,), promise)


def among(actual: object, allowed: tuple[object, ...], promise: str) -> None:
    """Compare what a store gave with the things that it may give."""
    if actual not in allowed:
        expected = " or ".join(map(repr, allowed))
        raise AssertionError(f"broken promise: {promise}; expected {expected}, got {actual!r}")


def no_canary(texts: list[str]) -> None:
    """Check that no secret of the values above is in texts, without showing it."""
    shown = [text for text in texts if "canary" in text]
    same(len(shown), 0, "no secret in reprs and log records")


def load(store: TokenStore) -> Token:
    """Give the saved token; that there is one is part of the promise."""
    token = store.load_token(HERE)
    if token is None:
        raise AssertionError("broken promise: a token that was saved is there")
    return token


def count_up(store: TokenStore, times: int) -> None:
    """Read, add one and write under the lock: every lost update shows in the count."""
    for _ in range(times):
        with store.lock(HERE):
            token = load(store)
            extra = {"count": token.extra["count"] + 1}
            store.save_token(HERE, attrs.evolve(token, extra=extra))


def check_try_lock(lock: Locking, attempt: Locking) -> None:
    """Check that an attempt of zero seconds fails while the lock is held, and not after."""
    outcome: list[object] = []

    def enter() -> None:
        try:
            with attempt():
                outcome.append("entered")
        except StoreLockTimeoutError:
            outcome.append("refused")

    for holding in (lock(), nullcontext()):
        with holding:
            thread = threading.Thread(target=enter, daemon=True)
            thread.start()
            thread.join(LONGEST_WAIT)
    same(outcome, ["refused", "entered"], "timeout=0 takes a free lock, and waits for none")


class _InsideTheLockError(Exception):
    pass


def check_lock(lock: Locking, other: Locking) -> None:
    """Check that a lock ends with an exception, and that another one is free meanwhile."""
    with suppress(_InsideTheLockError), lock():
        raise _InsideTheLockError
    outcome: list[object] = []

    def enter_both() -> None:
        try:
            with lock(), other():
                outcome.append("entered")
        except StoreError as refused:
            outcome.append(refused)

    thread = threading.Thread(target=enter_both, daemon=True)
    thread.start()
    thread.join(LONGEST_WAIT)
    same(outcome, ["entered"], "an exception releases the lock; those of other keys are free")


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Collect what any logger says in a block, as a handler would print it."""
    records: list[str] = []
    recorder = logging.Handler()
    formatter = logging.Formatter()
    # A record that another logger's handler would print, traceback included.
    recorder.emit = lambda record: records.append(formatter.format(record))  # type: ignore[method-assign]
    root = logging.getLogger()
    level = root.level
    root.addHandler(recorder)
    root.setLevel(logging.DEBUG)
    try:
        yield records
    finally:
        root.removeHandler(recorder)
        root.setLevel(level)
