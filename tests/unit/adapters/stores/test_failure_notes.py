"""Notes about failed renewals as documents."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import attrs
import pytest

from ssokit.adapters.stores.aws_cli_format import ForeignEntryError, expiry_of
from ssokit.adapters.stores.failure_notes import failure_document, parse_failure
from ssokit.domain.renewal_failure import FailureKind, RenewalFailure

_NOW = datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=timezone.utc)
_FAILURE = RenewalFailure(
    kind=FailureKind.SESSION_ENDED,
    token="0123456789abcdef",
    failed_at=_NOW,
    until=_NOW + timedelta(minutes=5),
    message="it's over — really",
)


@pytest.mark.parametrize("failure", [_FAILURE, attrs.evolve(_FAILURE, token=None, code="X")])
def test_notes_survive_json(failure: RenewalFailure):
    """Every member comes back, fractions of seconds included; its end is known to stores."""
    document = json.loads(json.dumps(failure_document(failure)))
    assert parse_failure(document) == failure
    assert expiry_of(document) == failure.until


@pytest.mark.parametrize("member", ["renewalFailure", "failedAt", "until"])
@pytest.mark.parametrize("value", [None, "", 7, [], "never"])
def test_notes_without_their_essentials_are_foreign(member: str, value: object):
    """A broken note is none."""
    with pytest.raises(ForeignEntryError):
        parse_failure({**failure_document(_FAILURE), member: value})


def test_a_note_without_a_message_says_its_kind():
    """What happened is known even if its words are lost."""
    document = {**failure_document(_FAILURE), "message": 7}
    assert parse_failure(document).message == "sign-in session ended"
