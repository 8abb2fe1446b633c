"""Which of two values of an entry is the newer one."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from ssokit.domain.renewal_failure import RenewalFailure
from ssokit.domain.role_credential import RoleCredential
from ssokit.domain.tokens import ClientRegistration, Token

Value: TypeAlias = "Token | ClientRegistration | RenewalFailure | RoleCredential"


def end_of(value: Value) -> datetime:
    """Tell when a value is of no more use by itself."""
    return value.until if isinstance(value, RenewalFailure) else value.expires_at


def is_same(one: Value, other: Value) -> bool:
    """Tell whether two values are the same grant, whatever else was kept with it."""
    return _identity(one) == _identity(other)


def is_older(one: Value, other: Value) -> bool:
    """Tell whether a value was granted before another one, as far as both say.

    Tokens say when they were received; of other values, the one that ends later is newer.
    Stores cut off fractions of seconds.
    """
    if is_same(one, other):
        return False
    moments = _received(one), _received(other)
    if None in moments:
        moments = end_of(one), end_of(other)
    first, second = (moment and moment.replace(microsecond=0) for moment in moments)
    return bool(first and second and first < second)


def _identity(value: Value) -> object:
    if isinstance(value, Token):
        return value.access_token
    if isinstance(value, ClientRegistration):
        return value.client_id
    return value.failed_at if isinstance(value, RenewalFailure) else value.session_token


def _received(value: Value) -> datetime | None:
    return value.received_at if isinstance(value, Token) else None
