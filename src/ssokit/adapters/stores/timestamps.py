"""Times as the AWS CLI, botocore and aws-sso-lib write them into their caches."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_TIMESTAMP = re.compile(
    r"(?P<seconds>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,](?P<fraction>\d+))?\s*"
    r"(?:(?:Z|UTC|GMT)|(?P<sign>[+-])(?P<hours>\d\d)(?::?(?P<minutes>[0-5]\d))?)?",
    re.ASCII | re.IGNORECASE,
)


def format_timestamp(moment: datetime) -> str:
    """Write a time as ``2030-01-02T03:04:05Z``: in UTC, fractions of a second cut off.

    Args:
        moment: Any time; one without a zone is taken as UTC.
    """
    return _in_utc(moment).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def parse_timestamp(value: object) -> datetime:
    """Read a time from a cache entry, aware, in UTC.

    Args:
        value: A str with ``Z``, ``UTC``, ``GMT``, a numeric offset or no zone, which means
            UTC, with a fraction of any length or none; or a datetime, as caches that hold
            Python objects may have it.

    Raises:
        ValueError: It is nothing of that, numbers included, or no time of the calendar. The
            message does not quote it.
    """
    try:
        return _in_utc(value) if isinstance(value, datetime) else _parse_text(value)
    except OverflowError:
        raise ValueError("a time outside the calendar") from None


def _parse_text(value: object) -> datetime:
    found = _TIMESTAMP.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError("no time")
    moment = datetime.fromisoformat(found["seconds"])
    microseconds = int((found["fraction"] or "")[:6].ljust(6, "0"))
    offset = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
    zone = timezone(-offset if found["sign"] == "-" else offset)
    return _in_utc(moment.replace(microsecond=microseconds, tzinfo=zone))


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc)
