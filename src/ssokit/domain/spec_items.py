"""One specification or many: the grammar that all listing arguments share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import attrs

_LONGEST_QUOTE = 80


@attrs.frozen(kw_only=True)
class SpecGrammar:
    """How an argument may be written: one item, a (type, id) pair, or an iterable of these.

    Attributes:
        argument: The argument's name, for messages.
        forms: The accepted forms, for messages.
        scalars: The types of a bare item.
        types: The first elements by which a pair is told from two items; none without pairs.
    """

    argument: str
    forms: str
    scalars: tuple[type, ...] = (str,)
    types: Collection[str] = ()

    def items(self, spec: object) -> Iterator[tuple[str | None, object]]:
        """Take a specification apart into (type or None, bare item).

        An empty iterable has no items. A pair is a tuple or a list of a type and an item; a
        type in other letters than AWS's capitals is refused, not taken for an id.

        Raises:
            TypeError: It, or something in it, is of another type.
            ValueError: A pair names an unknown type.
        """
        if self._is_bare(spec) or self._is_pair(spec):
            yield self._item(spec)
        elif isinstance(spec, (str, bytes, Mapping)) or not isinstance(spec, Iterable):
            raise self.wrong_type(spec)
        else:
            yield from map(self._item, spec)

    def malformed(self, value: object) -> ValueError:
        """Make the error for an item whose form is wrong."""
        return ValueError(f"{self.argument} {quoted(value)} is malformed: use {self.forms}")

    def wrong_type(self, value: object) -> TypeError:
        """Make the error for an item of a wrong type."""
        kind = type(value).__name__
        return TypeError(f"{self.argument} {quoted(value)} is a {kind}: use {self.forms}")

    def _item(self, item: object) -> tuple[str | None, object]:
        if self._is_bare(item):
            return None, item
        if self.types and isinstance(item, (tuple, list)) and self._is_couple(item):
            kind, bare = item
            if kind not in self.types:
                raise self.malformed(item)
            if not self._is_bare(bare):
                raise self.wrong_type(item)
            return kind, bare
        raise self.wrong_type(item)

    def _is_bare(self, item: object) -> bool:
        return isinstance(item, self.scalars) and not isinstance(item, bool)

    def _is_pair(self, spec: object) -> bool:
        """Tell a pair from two ids: its first element looks like a type in any letters."""
        if not isinstance(spec, (tuple, list)) or not self._is_couple(spec):
            return False
        return spec[0].upper() in self.types

    @staticmethod
    def _is_couple(spec: tuple[object, ...] | list[object]) -> bool:
        return len(spec) == 2 and isinstance(spec[0], str)  # noqa: PLR2004 - a couple


def quoted(value: object) -> str:
    """Show a value in a message, and no more of it than a message bears."""
    text = repr(value)
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}..."
