"""Where a listing stands, as text that another process understands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.domain.assignment_checkpoint import Checkpoint, parse_checkpoint, part_key
from ssokit.domain.assignment_question import parse_question
from ssokit.domain.assignments import GROUP, Pair, Principal

_KEYS = st.tuples(st.text(max_size=9), st.text(max_size=9))


@given(
    after=st.none() | _KEYS,
    left=st.none() | st.frozensets(st.builds(Principal, st.text(), st.text()), max_size=3),
    unread=st.frozensets(_KEYS, max_size=3),
    by_principal=st.booleans(),
)
def test_text_says_all(
    after: tuple[str, str] | None,
    left: frozenset[Principal] | None,
    unread: frozenset[tuple[str, str]],
    *,
    by_principal: bool,
):
    """What is written is read as the same."""
    checkpoint = Checkpoint(
        question="q",
        instance_arn="arn",
        by_principal=by_principal,
        after=after,
        left=left,
        unread=unread,
    )
    assert parse_checkpoint(str(checkpoint), "q") == checkpoint
    assert checkpoint.is_begun == (after is not None or left is not None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "5",
        '{"ssokit": 2}',
        '{"ssokit": 1, "question": "q"}',
        str(Checkpoint(question="q", after=("a", "b"))).replace('"b"', "5"),
        "[" * 100_000,
    ],
    ids=range(8),
)
def test_other_text_is_refused(text: str):
    """What is no checkpoint is a ValueError that quotes it, and nothing else."""
    with pytest.raises(ValueError, match="is none: give what listing") as refused:
        parse_checkpoint(text, "q")
    assert len(str(refused.value)) < 200


def test_checkpoint_of_another_question_is_refused():
    """Parts of one question are none of another's."""
    with pytest.raises(ValueError, match="of another question: give the same principals"):
        parse_checkpoint(str(Checkpoint(question="other")), "q")


def test_parts_are_to_be_read_unless_they_were():
    """What comes after the last finished part is to be read, and what could not be."""
    checkpoint = Checkpoint(
        question="q", after=("2", "b"), unread=frozenset({("1", "a"), ("c", "")})
    )
    assert checkpoint.includes(("2", "x"))
    assert checkpoint.includes(("1", "a"))
    assert checkpoint.includes(("1", "c"))
    assert not checkpoint.includes(("1", "b"))
    assert checkpoint.finished(("1", "a")).after == ("2", "b")
    assert not checkpoint.finished(("1", "a")).includes(("1", "a"))
    assert Checkpoint(question="q").includes(("", ""))


def test_keys_of_parts():
    """Parts are sorted by account and set, or by type and id."""
    assert part_key(Pair("1", "arn")) == ("1", "arn")
    assert part_key(Principal(GROUP, "g")) == (GROUP, "g")


def test_fingerprints_tell_questions_apart():
    """The order of what is asked for, and which filter, do not matter; all else does."""
    asked = {"111122223333", "444455556666", "777788889999"}
    one = parse_question(target=asked, target_filter=print)
    same = parse_question(target=sorted(asked, reverse=True), target_filter=len)
    assert one.fingerprint == same.fingerprint
    others = [
        {"target": asked},
        {"target": "111122223333"},
        {"target": asked, "ou_recursive": True},
        {"target": asked, "include_suspended": False},
        {"target": asked, "get_principal_names": True},
        {"target": asked, "principal_type": "USER"},
        {"target": []},
        {},
    ]
    found = {parse_question(**other).fingerprint for other in others}
    assert len(found | {one.fingerprint}) == len(others) + 1
