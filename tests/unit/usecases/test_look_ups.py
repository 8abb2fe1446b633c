"""Look things up in bulk or one by one, each once, in about the fewest calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssokit.domain.errors import (
    AccessDeniedError,
    NotFoundError,
    ServiceError,
    ServiceUnavailableError,
)
from ssokit.ports.access_portal import Page
from ssokit.usecases.look_ups import LookUps


class Shelf:
    """Numbers on pages of ten, each of which is its own key.

    Args:
        length: How many there are.
        failure: What the listing ends with after one page.
        hidden: What looking at some of them ends with.
    """

    def __init__(
        self,
        length: int,
        failure: ServiceError | None = None,
        hidden: dict[int, ServiceError] | None = None,
    ) -> None:
        self._length = length
        self._failure = failure
        self._hidden = hidden or {}
        self.described: Counter[int] = Counter()
        self.reported: list[int] = []
        self.look_ups = LookUps(
            describe=self._describe,
            key=lambda number: number,
            pages=self._pages(),
            report=lambda number, _: self.reported.append(number),
            workers=1,
        )

    @property
    def calls(self) -> int:
        """Count pages and single look-ups."""
        return self.look_ups.pages_read + self.described.total()

    def _pages(self) -> Iterator[Page[int]]:
        for start in range(0, max(1, self._length), 10):
            numbers = range(start, min(start + 10, self._length))
            yield Page(tuple(numbers), "more" if numbers.stop < self._length else None)
            if self._failure:
                raise self._failure

    def _describe(self, number: int) -> int:
        self.described[number] += 1
        if number in self._hidden:
            raise self._hidden[number]
        if number >= self._length:
            raise NotFoundError("gone")
        return number


def test_one_is_looked_at_alone():
    """A single thing is no reason to list all; nothing takes no call."""
    shelf = Shelf(100)
    shelf.look_ups([])
    shelf.look_ups([5, 5])
    assert shelf.described == {5: 1}
    assert shelf.calls == 1


def test_many_are_found_in_the_listing():
    """Many take a page for ten of them; what is not in the whole listing is gone."""
    shelf = Shelf(100)
    shelf.look_ups([*range(0, 100, 2), 1000])
    assert shelf.calls == 10
    assert shelf.look_ups.gone == {1000}
    assert shelf.look_ups.is_complete
    shelf.look_ups([1000, 3, 2000])
    assert shelf.calls == 10
    assert shelf.look_ups.gone == {1000, 2000}


def test_long_listing_is_given_up():
    """Where pages hold next to none of what is looked for, single look-ups take over."""
    shelf = Shelf(100_000)
    shelf.look_ups(range(0, 100_000, 1000))
    assert shelf.look_ups.pages_read <= 25
    assert shelf.calls <= 125


def test_nothing_missing_reads_nothing():
    """What is known costs no page, however much was looked at before."""
    shelf = Shelf(10_000)
    for number in range(5000, 5050):
        shelf.look_ups([number])
    calls = shelf.calls
    shelf.look_ups(range(5000, 5050))
    assert shelf.calls == calls


@settings(max_examples=50, deadline=None)
@given(
    length=st.integers(0, 300),
    batches=st.lists(st.lists(st.integers(0, 400), max_size=40), max_size=12),
)
def test_never_much_dearer_than_the_better_way(length: int, batches: list[list[int]]):
    """Both ways together take at most five times the calls of the better, and are right."""
    shelf = Shelf(length)
    for batch in batches:
        shelf.look_ups(batch)
    asked = {number for batch in batches for number in batch}
    pages = max(1, -(-length // 10))
    assert shelf.calls <= 5 * min(pages, len(asked))
    assert asked & shelf.look_ups.found.keys() == {number for number in asked if number < length}
    assert asked & shelf.look_ups.gone == {number for number in asked if number >= length}
    assert set(shelf.described.values()) <= {1}


def test_refused_listing_leaves_single_look_ups():
    """One by one may be allowed where all together is not; whoever wants all is told, each time."""
    shelf = Shelf(50, failure=AccessDeniedError("no"))
    shelf.look_ups(range(30))
    assert shelf.look_ups.found.keys() == set(range(30))
    assert not shelf.look_ups.has_more_pages
    for _ in range(2):
        with pytest.raises(AccessDeniedError):
            shelf.look_ups.read_all()
    shelf.look_ups.try_page()
    assert shelf.look_ups.pages_read == 1


def test_refusal_of_one_is_one_of_all():
    """After a refusal nothing more is tried; another failure concerns one thing alone."""
    shelf = Shelf(50, ServiceUnavailableError("x"), {20: ServiceUnavailableError("x")})
    shelf.look_ups([15, 20, 25])
    shelf.look_ups([20])
    assert shelf.reported == [20]
    refused = Shelf(50, ServiceUnavailableError("x"), {20: AccessDeniedError("x")})
    refused.look_ups([15, 20])
    refused.look_ups([40, 41, 42])
    assert refused.reported == [20]
    assert refused.described.keys() == {15, 20}


def test_expecting_many_reads_ahead():
    """Whoever expects many reads the listing beforehand, and knows what is left to look at."""
    shelf = Shelf(100)
    assert shelf.look_ups.expect(9) == 9
    assert shelf.calls == 0
    assert shelf.look_ups.expect(40) == 0
    assert shelf.calls == 10
    long = Shelf(10_000)
    assert long.look_ups.expect(12) == 12
    assert long.calls == 11
    assert long.look_ups.expect(12, [3, 5000, 5001]) == 8
    rare = Shelf(10_000)
    assert rare.look_ups.expect(100, range(0, 10_000, 100)) == 97
    assert rare.calls == 25


def test_listing_is_read_to_its_end():
    """Reading all of it takes each page once."""
    shelf = Shelf(30)
    shelf.look_ups.read_all()
    shelf.look_ups.read_all()
    assert shelf.calls == 3
    assert shelf.look_ups.found.keys() == set(range(30))
