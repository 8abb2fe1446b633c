"""Take the text of an AWS config file apart, as botocore does, and lose nothing.

botocore reads it with `configparser.RawConfigParser`, and rules of its own on top
(botocore.configloader); what it refuses is refused here, too.
"""

from __future__ import annotations

import configparser
import re

import attrs

from ssokit.domain.config_text import LINE, ConfigText, Entry, Section
from ssokit.domain.errors import ConfigFileError

_HEADER = configparser.RawConfigParser.SECTCRE


def parse_config_text(text: str, *, place: str) -> ConfigText:
    """Take a config file apart.

    Args:
        text: The whole text.
        place: The file's name, for messages.

    Raises:
        ConfigFileError: botocore could not read it. The message names the line, and does
            not quote it.
    """
    problem = _problem(text)
    if problem:
        raise ConfigFileError(
            f"cannot parse {place}: {problem}; mend it, for the AWS CLI and boto3 cannot read it "
            "either. Nothing was changed",
            path=place,
        )
    return _Scanner().scan(text)


def _problem(text: str) -> str | None:
    if text.startswith("\ufeff"):
        return "it begins with a byte order mark, and has to be UTF-8 without one"
    parser = configparser.RawConfigParser()
    try:
        # Opening a file turns every kind of line end into this one.
        parser.read_string(re.sub("\r\n?", "\n", text))
    except configparser.Error as error:
        # Its own text quotes the line, which may hold a key.
        return _said(error)
    for title in parser.sections():
        for key, value in parser.items(title):
            lines = value.split("\n") if value.startswith("\n") else ()
            if not all("=" in line for line in lines if line):
                return (
                    f"an indented line under {key!r} in [{title}] is not of the form name = value"
                )
    return None


def _said(error: configparser.Error) -> str:
    match error:
        case configparser.MissingSectionHeaderError(lineno=line):
            return f"line {line} comes before any [section]"
        case configparser.DuplicateSectionError(section=title, lineno=line):
            return f"line {line} begins section [{title}] once more"
        case configparser.DuplicateOptionError(section=title, option=key, lineno=line):
            return f"line {line} sets {key!r} in [{title}] once more"
    wrong: list[tuple[int, str]] = getattr(error, "errors", [])
    lines = ", ".join(str(line) for line, _ in wrong)
    return f"line {lines or '?'} is not of the form name = value"


class _Scanner:
    """Finds what the lines of a sound text are, by the rules of configparser's own reader."""

    def __init__(self) -> None:
        self._preamble: list[Entry] = []
        self._sections: list[Section] = []
        self._entries = self._preamble
        # Blanks and comments, of which only the next line tells whether they are in a value.
        self._undecided: list[Entry] = []
        self._indent = 0

    def scan(self, text: str) -> ConfigText:
        """Take a text apart that was checked."""
        for line in LINE.findall(text):
            self._add(line)
        self._settle()
        self._close()
        return ConfigText(tuple(self._preamble), tuple(self._sections))

    def _add(self, line: str) -> None:
        content = line.strip()
        if not content or content.startswith(("#", ";")):
            self._undecided.append(Entry(line))
            return
        indent = len(line) - len(line.lstrip())
        if self._entries and self._entries[-1].key and indent > self._indent:
            self._continue(line)
            return
        self._indent = indent
        self._settle()
        if header := _HEADER.match(content):
            self._close()
            self._sections.append(Section(line, header["header"]))
            self._entries = []
        else:
            key, value = re.split("[=:]", content, maxsplit=1)
            self._entries.append(Entry(line, key.rstrip().lower(), value.strip()))

    def _continue(self, line: str) -> None:
        option = self._entries.pop()
        between = [entry.text for entry in self._undecided]
        self._undecided = []
        blank = ["" for text in between if not text.strip()]
        value = "\n".join([option.value, *blank, line.strip()])
        self._entries.append(Entry("".join([option.text, *between, line]), option.key, value))

    def _settle(self) -> None:
        self._entries += self._undecided
        self._undecided = []

    def _close(self) -> None:
        if self._sections:
            self._sections[-1] = attrs.evolve(self._sections[-1], entries=tuple(self._entries))
