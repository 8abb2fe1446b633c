"""When a login that can renew itself is renewed: pure rules."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from ssokit.domain.expiry import RefreshWindows
from ssokit.domain.tokens import Token

_NEWS = timedelta(minutes=1)


def windows_of(
    token: Token,
    *,
    worker: str,
    ahead: timedelta = timedelta(0),
    usual: RefreshWindows = RefreshWindows(),  # noqa: B008 - a frozen value
) -> RefreshWindows:
    """Tell when one worker renews a token: botocore's windows, spread out and fitted to it.

    In the advisory window the first who comes renews. So that the many workers that share a
    login do not all come at one moment, each has an advisory window of its own between the
    mandatory and the usual one: always the same for the same worker and token.

    No window is longer than half of the token's life: a token that lives for ten minutes, or
    a caller that wants more time than any token has, does not renew at every call.

    Args:
        token: The token.
        worker: What tells this worker from others, such as its host and process id.
        ahead: How long the caller wants the token to last, if the service gives that much.
        usual: The windows for one worker alone.
    """
    spread = usual.advisory - usual.mandatory
    advisory = max(usual.mandatory + spread * _share(worker, token), ahead)
    mandatory = max(usual.mandatory, ahead)
    if token.received_at is None:
        return RefreshWindows(advisory=advisory, mandatory=mandatory)
    half_life = max((token.expires_at - token.received_at) / 2, timedelta(0))
    shrink = min(1.0, half_life / advisory)
    return RefreshWindows(advisory=advisory * shrink, mandatory=mandatory * shrink)


def is_news(token: Token, *, now: datetime) -> bool:
    """Tell whether a token was received within the last minute.

    If the service rejects one so new, another renewal would not help.
    """
    received_at = token.received_at
    return received_at is not None and abs(now - received_at) < _NEWS


def _share(worker: str, token: Token) -> float:
    digest = hashlib.sha256(f"{worker} {token.fingerprint}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
