"""Times in cache entries, as all their writers have them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.adapters.stores.timestamps import format_timestamp, parse_timestamp

MOMENT = datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "text",
    [
        "2030-01-02T03:04:05Z",
        "2030-01-02T03:04:05z",
        "2030-01-02T03:04:05UTC",
        "2030-01-02 03:04:05 UTC",
        "2030-01-02T03:04:05GMT",
        "2030-01-02T03:04:05+00:00",
        "2030-01-02T05:04:05+0200",
        "2030-01-02T01:34:05-01:30",
        "2030-01-02T05:04:05+02",
        "2030-01-02T03:04:05",
        "2030-01-02T03:04:05.0Z",
        "2030-01-02T03:04:05,000000000Z",
        MOMENT,
        MOMENT.replace(tzinfo=None),
        MOMENT.astimezone(timezone(timedelta(hours=9))),
    ],
)
def test_every_usual_spelling_is_read(text: object):
    """Z, UTC, offsets, fractions, blanks, no zone and datetime objects all mean the same."""
    assert parse_timestamp(text) == MOMENT
    assert parse_timestamp(text).utcoffset() == timedelta(0)


@pytest.mark.parametrize(("digits", "microseconds"), [("5", 500000), ("1234567", 123456)])
def test_fractions_of_any_length_are_read(digits: str, microseconds: int):
    """Fractions count down to the microsecond, on Python 3.10 too."""
    assert parse_timestamp(f"2030-01-02T03:04:05.{digits}Z").microsecond == microseconds


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "canary",
        1893553445,
        True,
        ["2030-01-02T03:04:05Z"],
        "2030-01-02",
        "2030-13-02T03:04:05Z",
        "2030-01-02T25:04:05Z",
        "2030-01-02T03:04:05+99:00",
        "2030-01-02T03:04:05+02:",
        "2030-01-02T03:04:05 CET",
        "٢030-01-02T03:04:05Z",
        "9999-12-31T23:59:59-01:00",
        "0001-01-01T00:00:00+01:00",
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))),
    ],
)
def test_anything_else_is_refused_without_being_quoted(value: object):
    """Numbers, words and times outside the calendar raise ValueError that says nothing of them."""
    with pytest.raises(ValueError) as refused:
        parse_timestamp(value)
    assert "canary" not in str(refused.value)


@given(st.datetimes(timezones=st.just(timezone.utc)))
def test_what_is_written_is_read_back_to_the_second(moment: datetime):
    """Writing cuts the fraction off, so that nothing is taken as valid for too long."""
    text = format_timestamp(moment)
    assert len(text) == len("2030-01-02T03:04:05Z")
    assert parse_timestamp(text) == moment.replace(microsecond=0)


def test_naive_and_foreign_zones_are_written_in_utc():
    """A time without a zone is UTC, any other is converted."""
    assert format_timestamp(MOMENT.replace(tzinfo=None)) == "2030-01-02T03:04:05Z"
    assert format_timestamp(MOMENT.astimezone(timezone(timedelta(hours=5)))) == (
        "2030-01-02T03:04:05Z"
    )
