"""The text of a config file: read as botocore reads it, and written back byte for byte."""

from __future__ import annotations

import configparser
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ssokit.domain.config_parsing import parse_config_text
from ssokit.domain.config_text import ConfigText, Section, new_section
from ssokit.domain.errors import ConfigFileError

_BLANKS = st.sampled_from(["# note", " ; [note]", "", "   ", "\x0b", "\x1c"])
_HEADERS = st.sampled_from(
    ["[profile a]", '[profile "b c"]', "[default]", "[x] # no comment", "  [services y]"]
)
_BODIES = st.sampled_from(
    [
        *("region = eu-west-1", "Output: x", "a==b", "empty =", "  x = 1", "\tz=2", "é = ü"),
        *("s3 =\n  y = 1\n\n    # note\n  z = 2", "\u2028 = 3", "w = x\n   [in a value]"),
    ]
)
_SECTIONS = st.tuples(_HEADERS, st.lists(_BODIES | _BLANKS, max_size=5, unique=True))
_ENDS = st.sampled_from([("\n",), ("\n", "\r\n"), ("\r\n",), ("\r",)])


def _text(preamble: list[str], sections: list[tuple[str, list[str]]], ends: tuple[str, ...]) -> str:
    pieces = [*preamble, *(line for header, body in sections for line in (header, *body))]
    lines = "\n".join(pieces).split("\n") if pieces else []
    return "".join(line + ends[n % len(ends)] for n, line in enumerate(lines))


texts = st.builds(
    _text,
    st.lists(_BLANKS, max_size=2),
    st.lists(_SECTIONS, max_size=3, unique_by=lambda section: section[0]),
    _ENDS,
)
_VALUES = {"k": "v", "region": "us-east-1"}


def _parsed(text: str) -> ConfigText:
    try:
        return parse_config_text(text, place="config")
    except ConfigFileError:
        assume(False)
        raise


def _reference(text: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    parser.read_string(re.sub("\r\n?", "\n", text))
    return parser


@given(texts, st.booleans())
def test_is_read_as_botocore_does_and_kept_as_it_is(text: str, cut: bool):  # noqa: FBT001
    """Sections and values are those of configparser, and the text comes back whole."""
    text = text.rstrip("\r\n") if cut else text
    parsed, reference = _parsed(text), _reference(text)
    assert str(parsed) == text
    assert [section.title for section in parsed.sections] == reference.sections()
    for section in parsed.sections:
        assert section.values == dict(reference.items(section.title))


@given(texts)
def test_what_is_added_can_be_taken_away(text: str):
    """A section that is added and removed again leaves the text as it was, its last line ended."""
    parsed = _parsed(text)
    added = parsed.appended(new_section("profile", "ours", _VALUES, parsed.newline))
    again = _parsed(str(added))
    assert again["profile ours"].values == _VALUES
    assert str(again.without("profile ours")) == text


@given(texts, st.data())
def test_a_change_of_values_changes_nothing_else(text: str, data: st.DataObject):
    """Options are set in place or after the last one; all other lines are where they were."""
    parsed = _parsed(text)
    with_options = [section for section in parsed.sections if section.values]
    assume(with_options)
    section = data.draw(st.sampled_from(with_options))
    changed = _parsed(str(parsed.replaced(section.with_values(_VALUES, parsed.newline))))
    assert changed[section.title].values == {**section.values, **_VALUES}
    others = [s for s in parsed.sections if s.title != section.title]
    assert [s for s in changed.sections if s.title != section.title] == others
    kept = [entry for entry in section.entries if entry.key not in _VALUES]
    assert [e for e in changed[section.title].entries if e.key not in _VALUES] == kept


def test_the_same_values_are_no_change():
    """A section that has the values already is given back itself."""
    [section] = _parsed("[profile a]\nK:  v\nregion=us-east-1").sections
    assert section.with_values(_VALUES, "\n") is section


def test_a_last_line_without_an_end_gets_one():
    """What comes behind the last line begins on a line of its own."""
    section = new_section("profile", "b", {"k": "v"}, "\n")
    for text in ("# note", "[profile a]", "[profile a]\nx = 1"):
        assert str(_parsed(text).appended(section)) == f"{text}\n\n[profile b]\nk = v\n"
    [alone] = _parsed("[profile a]").sections
    assert str(ConfigText((), (alone.with_values({"x": "1"}, "\n"),))) == "[profile a]\nx = 1\n"
    [alone] = _parsed("[profile a]\ny = 2").sections
    changed = ConfigText((), (alone.with_values({"x": "1"}, "\n"),))
    assert str(changed) == "[profile a]\ny = 2\nx = 1\n"


def test_names_with_blanks_are_quoted():
    """A name that needs quotes is quoted, and read back without them."""
    section = new_section("sso-session", "my company", {}, "\n")
    assert section.header == "[sso-session 'my company']\n"
    assert (section.kind, section.name) == ("sso-session", "my company")


@pytest.mark.parametrize("title", ["preview", 'profile "a', "profile a b", ""])
def test_other_sections_have_no_kind(title: str):
    """A section whose title is not two words is none of those that AWS knows."""
    section = Section(f"[{title}]\n", title)
    assert (section.kind, section.name) == ("", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("canary = 1\n", "line 1 comes before any"),
        ("\ufeff[canary]\n", "it begins with a byte order mark"),
        ("[a]\nx = 1\n[a]\n", "line 3 begins section [a] once more"),
        ("[a]\nx = 1\nX = canary\n", "line 3 sets 'x' in [a] once more"),
        ("[a]\nx = 1\n\ncanary\n", "line 4 is not of the form"),
        ("[a]\ns3 =\n  canary\n", "under 's3' in [a] is not of the form"),
    ],
)
def test_what_botocore_cannot_read_is_refused(text: str, said: str):
    """The message names the file and the line, and does not quote what may be a key."""
    with pytest.raises(ConfigFileError) as refusal:
        parse_config_text(text, place="config of mine")
    assert said in str(refusal.value)
    assert str(refusal.value).startswith("cannot parse config of mine: ")
    assert "canary" not in str(refusal.value)


def test_no_such_section():
    """A title that is not there is a KeyError."""
    with pytest.raises(KeyError):
        _parsed("[a]\n")["b"]
