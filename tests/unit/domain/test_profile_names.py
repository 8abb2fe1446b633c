"""Names of profiles: usable everywhere, and each for one role."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.domain.accounts import Role
from ssokit.domain.profile_names import (
    DEFAULT_TEMPLATE,
    parse_template,
    plain,
    profile_name,
    profile_names,
)


def _named(account_name: str, template: str = DEFAULT_TEMPLATE) -> str:
    role = Role("111122223333", account_name, "Developer")
    return profile_name(parse_template(template), role, session_name="my sso")


@pytest.mark.parametrize(
    ("account_name", "name"),
    [
        ("Payments Development", "Payments-Development.Developer"),
        ("  Zürich [Labor] #1 ", "Zurich-Labor-1.Developer"),
        ("日本", "111122223333.Developer"),
        ("UNKNOWN", "111122223333.Developer"),
        ("a]\n[default]\nx = y", "a-default-x-=-y.Developer"),
    ],
)
def test_names(account_name: str, name: str):
    """Names are ASCII without blanks; an account without a usable name goes by its id."""
    assert _named(account_name) == name


def test_template_fields():
    """Each field can be used."""
    template = "{session_name}/{account_id}+{account_name}={role_name}"
    assert _named("A B", template) == "my-sso/111122223333+A-B=Developer"


@given(st.text())
def test_a_plain_name_needs_no_quotes(name: str):
    """Whatever a name is, its plain spelling is safe in a config file and in a shell."""
    assert re.fullmatch(r"[A-Za-z0-9_.@+=,-]*", plain(name))


@pytest.mark.parametrize(
    "template",
    ["{", "{account}", "{0}", "{account_id!r}", "{account_id:>20}", "{role_name.x}", "a b", "[x]"],
)
def test_a_malformed_template(template: str):
    """Templates have the fields that there are, and no characters that need quotes."""
    with pytest.raises(ValueError, match="the template"):
        parse_template(template)


def test_two_roles_of_one_name():
    """Two accounts of one name are told, with what to do, and nothing is chosen for them."""
    roles = [Role("111122223333", "Lab", "Dev"), Role("444455556666", "Lab", "Dev")]
    with pytest.raises(ValueError) as refusal:
        profile_names(DEFAULT_TEMPLATE, roles, session_name="s")
    assert "Lab.Dev: Dev in 111122223333 and Dev in 444455556666" in str(refusal.value)
    assert "{account_id}" in str(refusal.value)


def test_a_role_that_is_listed_twice_is_one():
    """The same role twice is no clash."""
    role = Role("111122223333", "Lab", "Dev")
    assert profile_names(DEFAULT_TEMPLATE, [role, role], session_name="s") == {"Lab.Dev": role}


@pytest.mark.parametrize("template", ["default", ""])
def test_the_default_profile_is_not_for_a_role(template: str):
    """No role becomes the default profile, or one without a name."""
    roles = [Role("111122223333", "Lab", "Dev")]
    with pytest.raises(ValueError, match="another template"):
        profile_names(template, roles, session_name="s")
