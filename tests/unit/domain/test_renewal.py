"""When a login that can renew itself is renewed."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.domain.expiry import Freshness
from ssokit.domain.renewal import is_news, windows_of
from ssokit.domain.tokens import ClientRegistration, Token

_NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
_MINUTE = timedelta(minutes=1)
_CLIENT = ClientRegistration(
    client_id="c", client_secret="canary", expires_at=_NOW + timedelta(days=90)
)


def _token(lifetime: timedelta = timedelta(hours=1)) -> Token:
    return Token(
        start_url="https://d-1234567890.awsapps.com/start",
        region="us-east-1",
        access_token="canary",
        expires_at=_NOW + lifetime,
        received_at=_NOW,
        refresh_token="canary",
        client=_CLIENT,
    )


def test_one_worker_always_has_the_same_window():
    """The jitter is no dice: the same worker and token renew at the same time."""
    assert windows_of(_token(), worker="a 1") == windows_of(_token(), worker="a 1")
    assert windows_of(_token(), worker="a 1") != windows_of(_token(), worker="a 2")
    other = attrs.evolve(_token(), access_token="another canary")
    assert windows_of(other, worker="a 1") != windows_of(_token(), worker="a 1")


@given(st.text())
def test_windows_lie_where_botocores_do(worker: str):
    """Everybody waits below ten minutes, and nobody renews above fifteen."""
    windows = windows_of(_token(), worker=worker)
    assert windows.mandatory == 10 * _MINUTE
    assert 10 * _MINUTE <= windows.advisory <= 15 * _MINUTE


def test_many_workers_spread_out():
    """The windows of two hundred workers fill the five minutes evenly."""
    advisory = sorted(
        windows_of(_token(), worker=f"host {pid}").advisory / _MINUTE for pid in range(200)
    )
    quarters = [
        sum(10 + k * 1.25 <= window < 11.25 + k * 1.25 for window in advisory) for k in range(4)
    ]
    assert all(30 <= quarter <= 70 for quarter in quarters)


def test_a_caller_may_want_more_time():
    """A token is renewed as soon as it lasts for less than the caller wants."""
    windows = windows_of(_token(), worker="a", ahead=20 * _MINUTE)
    assert windows.freshness(_NOW + 20 * _MINUTE, _NOW) is Freshness.FRESH
    assert windows.freshness(_NOW + 19 * _MINUTE, _NOW) is Freshness.DUE


@given(
    lifetime=st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=12)),
    ahead=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=90)),
)
def test_no_token_is_renewed_in_the_first_half_of_its_life(lifetime: timedelta, ahead: timedelta):
    """However short its life, and whatever is wanted: no storm of renewals."""
    windows = windows_of(_token(lifetime), worker="a", ahead=ahead)
    assert (
        timedelta(0)
        <= windows.mandatory
        <= windows.advisory
        <= lifetime / 2 + timedelta(microseconds=2)
    )


def test_a_token_that_expired_before_it_came_is_nothing_special():
    """A clock that is wrong makes for no negative windows."""
    windows = windows_of(_token(-_MINUTE), worker="a")
    assert windows.freshness(_NOW - _MINUTE, _NOW) is Freshness.EXPIRED


def test_without_the_time_of_receipt_the_windows_are_the_usual_ones():
    """Botocore does not write when it received a token."""
    token = attrs.evolve(_token(), received_at=None)
    assert windows_of(token, worker="a", ahead=timedelta(hours=2)).mandatory == timedelta(hours=2)
    assert windows_of(token, worker="a").mandatory == 10 * _MINUTE


@pytest.mark.parametrize(
    ("lacks", "renewable"),
    [
        ({}, True),
        ({"refresh_token": None}, False),
        ({"refresh_token": ""}, False),
        ({"client": None}, False),
        ({"client": attrs.evolve(_CLIENT, expires_at=_NOW)}, False),
        ({"client": attrs.evolve(_CLIENT, expires_at=_NOW + timedelta(seconds=1))}, True),
    ],
    ids=str,
)
def test_what_a_renewal_takes(lacks: dict[str, object], renewable: object):
    """A refresh token, its client, and a client that has not ended; without any margin."""
    token = attrs.evolve(_token(), **lacks)
    assert token.can_be_renewed(now=_NOW) is renewable
    means = token.means_of_renewal(now=_NOW)
    assert (means is not None) is renewable
    assert "canary" not in repr(means)


def test_news():
    """A token is news for a minute, by whatever clock; one without a time never is."""
    assert is_news(_token(), now=_NOW + timedelta(seconds=59))
    assert not is_news(_token(), now=_NOW + timedelta(seconds=60))
    assert not is_news(_token(), now=_NOW - timedelta(seconds=60))
    assert not is_news(attrs.evolve(_token(), received_at=None), now=_NOW)
