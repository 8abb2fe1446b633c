"""Look things up by id: each id once, in whatever way takes fewer calls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, suppress
from typing import Generic, TypeVar

from ssokit.domain.errors import AccessDeniedError, NotFoundError, ServiceError
from ssokit.ports.access_portal import Page
from ssokit.usecases.read_ahead import read_ahead

# A guess of fewer is no reason to read a listing whose length nobody knows.
_MANY = 10
# So many pages, or one for so many things, tell how much of these is on a page.
_TRIAL = 4

Key = TypeVar("Key")
Found = TypeVar("Found")


class LookUps(Generic[Key, Found]):
    """Things by their ids, from a listing of all of them or one by one.

    How long the listing is nobody knows beforehand. It is read on, a page at a time, while it
    has taken fewer calls than looking at single things has, or would. It is given up when it
    is long, and its pages have, on average, hardly one of those that are looked for. So both
    together take at most five times the calls of the better way, and mostly those alone.
    After the whole listing an id that was not in it is known to be gone.

    Args:
        describe: Looks one thing up; it is called in threads.
        key: Gives the id of a thing.
        pages: The listing of all; None if there is none.
        report: Is told why a thing could not be looked up.
        workers: How many are looked up at once.

    Attributes:
        found: What was found, by id.
        gone: Ids that no longer exist.
        pages_read: How many pages of the listing were read.
        is_complete: Whether the listing was read to its end.
    """

    def __init__(
        self,
        *,
        describe: Callable[[Key], Found],
        key: Callable[[Found], Key],
        report: Callable[[Key, ServiceError], None],
        workers: int,
        pages: Iterator[Page[Found]] | None = None,
    ) -> None:
        self._describe = describe
        self._key = key
        self._pages = pages
        self._report = report
        self._workers = workers
        self._described = 0
        self._hits = 0
        self._refused = False
        self._unreadable: set[Key] = set()
        self._failure: ServiceError | None = None
        self.found: dict[Key, Found] = {}
        self.gone: set[Key] = set()
        self.pages_read = 0
        self.is_complete = False

    @property
    def has_more_pages(self) -> bool:
        """Whether the listing can be read on."""
        return self._pages is not None

    def lacks(self, key: Key) -> bool:
        """Tell whether a thing was not found, and is not known to be gone either."""
        return key not in self.found and key not in self.gone

    def __call__(self, keys: Iterable[Key]) -> None:
        """Look up those that were not yet; what cannot be read is reported, not raised."""
        missing = [key for key in dict.fromkeys(keys) if not self._is_known(key)]
        most_pages = self._described + len(missing) - 1
        while missing and self.pages_read < most_pages and self._pays(len(missing)):
            self.try_page()
            left = [key for key in missing if key not in self.found]
            self._hits += len(missing) - len(left)
            missing = left
        if self.is_complete:
            self.gone.update(missing)
        elif not self._refused:
            self._one_by_one(missing)

    def expect(self, count: int, some: Collection[Key] = ()) -> int:
        """Prepare for look-ups of so many things.

        Args:
            count: How many they will be.
            some: Those of them that are known already.

        Returns:
            How many will have to be looked up one by one: none after the whole listing.
        """
        while count >= max(_MANY, self.pages_read + 2) and self._may_pay(count, some):
            self.try_page()
        return 0 if self.is_complete else count - round(count * self._share(some))

    def try_page(self) -> None:
        """Read the next page of the listing; if it fails, there is no listing any more.

        One by one may be allowed where all together is not.
        """
        if self._pages:
            with suppress(ServiceError):
                self._read_page(self._pages)

    def read_all(self) -> None:
        """Read the listing to its end.

        Raises:
            ServiceError: It failed.
        """
        if self._failure:
            raise self._failure
        while self._pages:
            self._read_page(self._pages)

    def _read_page(self, pages: Iterator[Page[Found]]) -> None:
        try:
            page = next(pages)
        except ServiceError as error:
            self._pages, self._failure = None, error
            raise
        self.pages_read += 1
        self.found |= {self._key(found): found for found in page.rows}
        if not page.next_token:
            self._pages, self.is_complete = None, True

    def _pays(self, missing: int) -> bool:
        few = self.pages_read < max(_TRIAL, (self._described + missing) // _TRIAL)
        return self.has_more_pages and (few or self._hits > self.pages_read)

    def _may_pay(self, count: int, some: Collection[Key]) -> bool:
        few = self.pages_read < max(_TRIAL, count // _TRIAL) or not some
        return self.has_more_pages and (few or count * self._share(some) > self.pages_read)

    def _share(self, some: Collection[Key]) -> float:
        return sum(map(self._is_known, some)) / max(1, len(some))

    def _is_known(self, key: Key) -> bool:
        return key in self.found or key in self.gone or key in self._unreadable

    def _one_by_one(self, keys: list[Key]) -> None:
        with closing(read_ahead(keys, self._describe, workers=self._workers)) as answers:
            for key, answer in answers:
                self._described += 1
                try:
                    self.found[key] = answer.result()
                except NotFoundError:
                    self.gone.add(key)
                except ServiceError as error:
                    self._unreadable.add(key)
                    self._report(key, error)
                    if isinstance(error, AccessDeniedError):
                        self._refused = True
                        return
