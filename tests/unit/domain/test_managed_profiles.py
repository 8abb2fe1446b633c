"""Profiles for roles: written beside those of the person, and told apart from them."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from test_config_text import texts

from ssokit.domain.accounts import Role
from ssokit.domain.config_parsing import parse_config_text
from ssokit.domain.errors import ConfigFileError
from ssokit.domain.managed_profiles import (
    ProfileChanges,
    WantedProfiles,
    session_name_for,
    with_profiles,
)
from ssokit.domain.sso_session import SsoSession

_URL = "https://d-1234567890.awsapps.com/start"
_SESSION = SsoSession(_URL, "eu-west-1", name="corp")
_DEV = Role("111122223333", "Lab", "Dev")
_OPS = Role("444455556666", "Shop", "Ops")
_WANTED = WantedProfiles(session=_SESSION, profiles={"Lab.Dev": _DEV, "Shop.Ops": _OPS})
_CORP = f"""\
[sso-session corp]
sso_start_url = {_URL}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
"""
_LAB = """\
[profile Lab.Dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Dev
ssokit_managed = true
"""
_SHOP = _LAB.replace("Lab.Dev", "Shop.Ops").replace("111122223333", "444455556666")
_SHOP = _SHOP.replace("= Dev", "= Ops")
_THEIRS = """\
# my own
[profile theirs]
region=eu-west-1   # not a comment

[default]
output = json
# the end"""


def _changes(text: str, wanted: WantedProfiles = _WANTED) -> ProfileChanges:
    return with_profiles(text, wanted, place="config")


def test_a_new_file():
    """The sso-session comes first, then a profile for each role."""
    changes = _changes("")
    assert changes.after == f"{_CORP}\n{_LAB}\n{_SHOP}"
    assert changes.added == ("Lab.Dev", "Shop.Ops")
    assert changes.is_change


def test_behind_what_is_there():
    """What the person has written stays as it is, and profiles come behind it."""
    assert _changes(_THEIRS).after == f"{_THEIRS}\n\n{_CORP}\n{_LAB}\n{_SHOP}"


def _sound(text: str, wanted: WantedProfiles = _WANTED) -> ProfileChanges:
    try:
        return _changes(text, wanted)
    except ConfigFileError:
        assume(False)
        raise


@given(texts)
def test_twice_is_once_and_pruned_is_never(text: str):
    """Writing again changes nothing; pruning all of it gives back what was there before."""
    first = _sound(text)
    again = _changes(first.after)
    assert (again.after, again.unchanged) == (first.after, ("Lab.Dev", "Shop.Ops"))
    assert not again.is_change
    gone = _changes(first.after, attrs.evolve(_WANTED, profiles={}, prune=True))
    assert gone.removed == ("Lab.Dev", "Shop.Ops")
    assert str(parse_config_text(gone.after, place="x").without("sso-session corp")) == text


@given(st.lists(texts, max_size=4), st.permutations([0, 1, 2]), st.data())
def test_foreign_sections_are_not_touched(
    foreign: list[str], order: list[int], data: st.DataObject
):
    """However owned and foreign sections are mixed, the foreign ones stay byte for byte."""
    ours = [_LAB.replace("= Dev", "= Old"), _LAB.replace("Lab.Dev", "gone"), _CORP]
    mixed = list(foreign)
    for n in order:
        mixed.insert(data.draw(st.integers(0, len(mixed))), ours[n])
    before = "".join(mixed)
    after = _sound(before, attrs.evolve(_WANTED, prune=True)).after
    theirs = {"profile Lab.Dev", "profile gone", "profile Shop.Ops", "sso-session corp"}
    kept = [
        [
            (section.header, [e.text for e in section.entries if e.text.strip()])
            for section in parse_config_text(text, place="x").sections
            if section.title not in theirs
        ]
        for text in (before, after)
    ]
    assert [header for header, _ in kept[0]] == [header for header, _ in kept[1]]
    for (_, lines), (_, lines_after) in zip(*kept, strict=True):
        assert lines_after[: len(lines)] == lines


def test_headers_that_would_change_their_meaning():
    """A file in which a change would turn a header into a value is refused."""
    header, _, options = _LAB.partition("\n")
    indented = "".join(f"    {option}\n" for option in options.splitlines())
    text = f"[profile x]\nk = v\n{header}\n{indented}    [profile theirs]\nk = v\n"
    with pytest.raises(ConfigFileError, match="indented"):
        _changes(text, attrs.evolve(_WANTED, profiles={}, prune=True))


def test_a_role_that_is_gone():
    """Its profile is named, and removed only if that is wanted."""
    before = _changes(_THEIRS).after + "# behind\n"
    wanted = attrs.evolve(_WANTED, profiles={"Lab.Dev": _DEV})
    kept = _changes(before, wanted)
    assert (kept.after, kept.left_over) == (before, ("Shop.Ops",))
    pruned = _changes(before, attrs.evolve(wanted, prune=True))
    assert pruned.removed == ("Shop.Ops",)
    assert pruned.after == f"{_THEIRS}\n\n{_CORP}\n{_LAB}# behind\n"


def test_a_role_of_an_account_that_was_not_read_is_not_gone():
    """What was not asked for, or could not be read, is neither removed nor called left over."""
    before = _changes("").after
    wanted = attrs.evolve(
        _WANTED,
        profiles={},
        prune=True,
        is_known=lambda account, role: (account, role) == ("444455556666", "Ops"),
    )
    assert _changes(before, wanted).removed == ("Shop.Ops",)


def test_own_options_of_a_managed_profile_stay():
    """A region that the person set by hand stays; an option that is ours is set right."""
    before = _changes("").after.replace("= Dev\n", "= Old\nregion = sa-east-1\n# why\n")
    changes = _changes(before)
    assert changes.updated == ("Lab.Dev",)
    assert changes.after == before.replace("= Old", "= Dev")
    settings = attrs.evolve(_WANTED, settings={"region": "eu-west-1"})
    assert "sa-east-1" not in _changes(before, settings).after


def test_a_name_that_the_person_uses():
    """A profile of the person's own is never changed; if it is the same role, all is well."""
    theirs = "[profile Lab.Dev]\nregion = eu-west-1\n\n[profile 'Shop.Ops']\nsso_session = corp\n"
    changes = _changes(theirs)
    assert changes.not_ours == ("Lab.Dev", "Shop.Ops")
    assert changes.after == f"{theirs}\n{_CORP}"
    by_hand = _changes("").after.replace("ssokit_managed = true\n", "")
    assert _changes(by_hand).unchanged == ("Lab.Dev", "Shop.Ops")
    assert not _changes(by_hand).is_change


def test_names_that_are_taken_elsewhere():
    """A name of the credentials file, or one that is there in two spellings, is left alone."""
    assert _changes("", attrs.evolve(_WANTED, taken={"Lab.Dev"})).not_ours == ("Lab.Dev",)
    twice = _changes(_LAB + _LAB.replace("Lab.Dev", "'Lab.Dev'"))
    assert twice.not_ours == ("Lab.Dev",)


def test_a_managed_profile_of_another_session_is_not_ours():
    """Two Identity Centers whose names clash do not take each other's profiles."""
    other = _LAB.replace("corp", "other")
    assert _changes(other).not_ours == ("Lab.Dev",)
    assert _changes(other, attrs.evolve(_WANTED, profiles={}, prune=True)).removed == ()


def test_another_session_of_that_name_is_refused():
    """An sso-session that is another Identity Center, or is malformed, is not rewritten."""
    for theirs in (_CORP.replace("d-12", "d-99"), "[sso-session corp]\n"):
        with pytest.raises(ConfigFileError, match="another Identity Center"):
            _changes(theirs)


@pytest.mark.parametrize(
    ("url", "text", "name"),
    [
        (_URL, "", "d-1234567890"),
        (f"{_URL}/#/", "", "d-1234567890"),
        (f"{_URL}/#/", "[profile x]\n" + _CORP, "corp"),
        ("https://start.us-gov-home.awsapps.com/directory/d-9", "", "d-9"),
        ("https://identitycenter.amazonaws.com/ssoins-7223", "", "ssoins-7223"),
        ("https://[::1]/start", "", "1"),
    ],
)
def test_name_of_a_session(url: str, text: str, name: str):
    """An sso-session that is there is used; else its name comes from the start URL."""
    parsed = parse_config_text(text, place="x")
    assert session_name_for(parsed, SsoSession(url, "eu-west-1")) == name


def test_line_ends_of_the_file_are_used():
    """A file with Windows line ends gets no others."""
    after = _changes(_THEIRS.replace("\n", "\r\n")).after
    assert after.count("\r\n") == after.count("\n")


def test_scopes_of_the_session_are_written():
    """Scopes that were asked for are in the sso-session."""
    session = attrs.evolve(_SESSION, scopes=("sso:account:access", "codewhisperer:completions"))
    after = _changes("", attrs.evolve(_WANTED, session=session)).after
    assert "sso_registration_scopes = sso:account:access,codewhisperer:completions\n" in after
