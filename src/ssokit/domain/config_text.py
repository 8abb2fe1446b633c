"""The text of an AWS config file, changed without touching the rest.

Lines are kept as they are, so that what is not changed is written back byte for byte: comments,
order, blanks and line ends. Values are what botocore takes them for.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping

import attrs

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_WORDS = 2


@attrs.frozen
class Entry:
    """An option with the lines that go on with its value, or lines that hold none.

    Attributes:
        text: The lines, as they are.
        key: The option's name in lower case; empty for comments and blank lines.
        value: Its value without blanks around it, further lines after a line break each.
    """

    text: str = attrs.field(repr=False)
    key: str = ""
    value: str = attrs.field(default="", repr=False)


@attrs.frozen
class Section:
    """A section with all that follows its header.

    Attributes:
        header: The header's line, as it is.
        title: What stands in brackets.
        entries: What follows, up to the next header.
    """

    header: str
    title: str
    entries: tuple[Entry, ...] = ()

    @property
    def kind(self) -> str:
        """The first of two words, such as ``profile`` or ``sso-session``; else empty."""
        return self._words[0]

    @property
    def name(self) -> str:
        """The second of two words, unquoted; ``default`` for the default profile."""
        return self._words[1]

    @property
    def values(self) -> dict[str, str]:
        """The options by their names."""
        return {entry.key: entry.value for entry in self.entries if entry.key}

    @property
    def _words(self) -> tuple[str, str]:
        if self.title == "default":
            return "profile", "default"
        try:
            words = shlex.split(self.title)
        except ValueError:
            return "", ""
        return (words[0], words[1]) if len(words) == _WORDS else ("", "")

    def with_values(self, values: Mapping[str, str], newline: str) -> Section:
        """Set options: those that are there stay in their places, others come after the last.

        Returns:
            The section itself if all of them have these values already.
        """
        before = self.values
        new = {key: value for key, value in values.items() if before.get(key) != value}
        if not new:
            return self
        entries = [_changed(entry, new, newline) for entry in self.entries]
        end = _end_of_options(entries)
        indent = ""
        if end:
            entries[end - 1] = _ended(entries[end - 1], newline)
            # With less, an indented header behind it would go on with its value.
            indent = _indent(entries[end - 1].text)
        entries[end:end] = [
            Entry(f"{indent}{key} = {value}{newline}", key, value)
            for key, value in new.items()
            if key not in before
        ]
        return attrs.evolve(self, header=_ended_line(self.header, newline), entries=tuple(entries))


def new_section(kind: str, name: str, values: Mapping[str, str], newline: str) -> Section:
    """Make a section, its name quoted if need be, as the AWS CLI does."""
    title = f"{kind} {shlex.quote(name)}"
    return Section(f"[{title}]{newline}", title).with_values(values, newline)


@attrs.frozen
class ConfigText:
    """The whole text.

    Attributes:
        preamble: What stands before the first section.
        sections: The sections, in their order.
    """

    preamble: tuple[Entry, ...] = ()
    sections: tuple[Section, ...] = ()

    def __str__(self) -> str:
        """The text; of what was parsed and not changed, exactly the same."""
        return "".join(self._pieces())

    def _pieces(self) -> Iterator[str]:
        for entry in self.preamble:
            yield entry.text
        for section in self.sections:
            yield section.header
            for entry in section.entries:
                yield entry.text

    @property
    def newline(self) -> str:
        """How lines end here: as the first one does."""
        first = LINE.match(next(self._pieces(), ""))
        ending = first[0][len(first[0].rstrip("\r\n")) :] if first else ""
        return ending or "\n"

    def __getitem__(self, title: str) -> Section:
        """Give the section of a title, of which there is one at most.

        Raises:
            KeyError: There is none.
        """
        return self.sections[self._place(title)]

    def replaced(self, *changed: Section) -> ConfigText:
        """Put sections in the places of those with the same titles."""
        by_title = {section.title: section for section in changed}
        sections = (by_title.get(section.title, section) for section in self.sections)
        return attrs.evolve(self, sections=tuple(sections))

    def appended(self, section: Section) -> ConfigText:
        """Put a section behind all others, after a blank line, if anything is before it."""
        newline = self.newline
        if not self.sections and not self.preamble:
            return attrs.evolve(self, sections=(section,))
        gap = Entry(newline)
        if not self.sections:
            ended = (*self.preamble[:-1], _ended(self.preamble[-1], newline), gap)
            return ConfigText(ended, (section,))
        return attrs.evolve(self, sections=(*self.sections[:-1], self._last(gap), section))

    def _last(self, gap: Entry) -> Section:
        last, newline = self.sections[-1], self.newline
        if not last.entries:
            header = _ended_line(last.header, newline)
            return attrs.evolve(last, header=header, entries=(gap,))
        ended = _ended(last.entries[-1], newline)
        return attrs.evolve(last, entries=(*last.entries[:-1], ended, gap))

    def without(self, title: str) -> ConfigText:
        """Take a section away, with the one blank line before it.

        Comments after its last option stay: they are about what follows.
        """
        at = self._place(title)
        gone = self.sections[at]
        left_over = gone.entries[_end_of_options(gone.entries) :]
        if not at:
            kept = (*_without_gap(self.preamble), *left_over)
            return ConfigText(kept, self.sections[1:])
        above = self.sections[at - 1]
        above = attrs.evolve(above, entries=(*_without_gap(above.entries), *left_over))
        return attrs.evolve(
            self, sections=(*self.sections[: at - 1], above, *self.sections[at + 1 :])
        )

    def _place(self, title: str) -> int:
        for at, section in enumerate(self.sections):
            if section.title == title:
                return at
        raise KeyError(title)


def _end_of_options(entries: list[Entry] | tuple[Entry, ...]) -> int:
    return max((n for n, entry in enumerate(entries, 1) if entry.key), default=0)


def _without_gap(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return entries[:-1] if entries and not entries[-1].text.strip() else entries


def _changed(entry: Entry, new: Mapping[str, str], newline: str) -> Entry:
    if entry.key not in new:
        return entry
    value = new[entry.key]
    written = re.split(r"[=:]", entry.text)[0].rstrip()
    return Entry(f"{written} = {value}{newline}", entry.key, value)


def _indent(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]


def _ended(entry: Entry, newline: str) -> Entry:
    return attrs.evolve(entry, text=_ended_line(entry.text, newline))


def _ended_line(text: str, newline: str) -> str:
    return text if text.endswith(("\n", "\r")) else text + newline
