"""One entry of a shared store, and what memory knows about it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import attrs

from ssokit.adapters.stores.entry_ages import Value, is_older, is_same
from ssokit.adapters.stores.entry_names import EntryName


@attrs.frozen(kw_only=True)
class SharedEntry:
    """One entry of the shared store, and how to get at it.

    Attributes:
        name: Its name.
        load: Gives it.
        save: Keeps another value.
        delete: Removes it.
        lock: Excludes others from changing it, without waiting.
        was_deleted: Tells whether somebody deleted what is not there: else it was lost.
    """

    name: EntryName
    load: Callable[[], Any]
    save: Callable[[Any], None]
    delete: Callable[[], None] = lambda: None
    lock: Callable[[], AbstractContextManager[None]] = nullcontext
    was_deleted: Callable[[], bool] = lambda: True


@attrs.frozen
class Seen:
    """What the shared store had.

    Attributes:
        value: The value.
        at: When, in seconds of the clock.
    """

    value: Value = attrs.field(repr=False)
    at: float


@attrs.define(eq=False)
class Unsettled:
    """A change that the shared store does not have yet.

    Attributes:
        entry: Of what.
        value: What is to be saved, or was to be deleted.
        replaced: What memory had before; None if nothing.
        deleted: Whether it is to be deleted.
        busy_at: When somebody else had the entry's lock, in seconds of the clock.
    """

    entry: SharedEntry
    value: Value = attrs.field(repr=False)
    replaced: Value | None = attrs.field(default=None, repr=False)
    deleted: bool = False
    busy_at: float = float("-inf")

    def yields_to(self, found: Value) -> bool:
        """Tell whether what the shared store has came after this change."""
        known = self.value if self.deleted else self.replaced
        if known is not None and is_same(found, known):
            return False
        return not is_older(found, self.value)
