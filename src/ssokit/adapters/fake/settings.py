"""The rules of the model that a test may change at any time."""

from __future__ import annotations

from datetime import timedelta

import attrs


@attrs.define(kw_only=True)
class Settings:
    """Rules of an Identity Center, with AWS's values unless noted.

    Attributes:
        interval: Seconds between polls, as told to clients; 1 here, 0 is allowed.
        enforce_interval: Whether polls that come faster are answered with SlowDownException.
        code_lifetime: How long device codes live.
        registration_lifetime: How long client registrations live.
        token_lifetime: How long access tokens live.
        page_size: The most rows on a page of a listing.
        latency: Real seconds that every call takes, for benchmarks.
    """

    interval: int = attrs.field(default=1, validator=attrs.validators.ge(0))
    enforce_interval: bool = False
    code_lifetime: timedelta = timedelta(minutes=10)
    registration_lifetime: timedelta = timedelta(days=90)
    token_lifetime: timedelta = timedelta(hours=8)
    page_size: int = attrs.field(default=100, validator=attrs.validators.ge(1))
    latency: float = attrs.field(default=0.0, validator=attrs.validators.ge(0))
