"""The error tree: facts, messages, pickles."""

from __future__ import annotations

import pickle

import pytest

from ssokit.domain import errors
from ssokit.domain.error_facts import facts
from ssokit.domain.errors import (
    InvalidSSOConfigError,
    ServiceError,
    SsokitError,
    StoreLockTimeoutError,
    ThrottledError,
)

_KINDS = sorted(
    (
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, SsokitError)
    ),
    key=lambda kind: kind.__name__,
)
_FACTS = {
    "start_url": "https://d-1.awsapps.com/start",
    "region": "eu-west-1",
    "account_id": "012345678901",
    "role_name": "ReadOnly",
}


@pytest.mark.parametrize("kind", _KINDS)
def test_errors_survive_pickling(kind: type[SsokitError]):
    """An error of a worker process arrives with its message and its facts."""
    error = kind("something happened", **_FACTS)
    if isinstance(error, ServiceError):
        error.code, error.operation, error.retry_after = "X", "ListAccounts", 3.0
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert type(copy) is kind
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


@pytest.mark.parametrize("kind", _KINDS)
def test_tree_in_the_docstring_is_complete(kind: type[SsokitError]):
    """The tree at the top of the module shows every kind, and each says what it means."""
    assert kind.__name__ in (errors.__doc__ or "")
    assert kind.__doc__


def test_missing_facts_follow_the_message():
    """What a message does not mention is appended, what it does is not repeated."""
    error = SsokitError("no ReadOnly here", **_FACTS)
    assert str(error) == (
        "no ReadOnly here (start URL https://d-1.awsapps.com/start, region eu-west-1, "
        "account 012345678901)"
    )
    assert str(SsokitError("nothing known")) == "nothing known"


def test_facts_are_added_on_the_way_and_never_replaced():
    """The place that knew best wins, and places further out fill the gaps."""
    with (
        pytest.raises(SsokitError) as caught,
        facts(region="us-east-1", role_name="Outer"),
        facts(region="eu-west-1"),
    ):
        raise SsokitError("x", account_id="1")
    error = caught.value
    assert (error.region, error.role_name, error.account_id) == ("eu-west-1", "Outer", "1")


def test_foreign_errors_pass_the_facts_block():
    """Errors of others are none of its business."""
    with pytest.raises(KeyError), facts(region="us-east-1"):
        raise KeyError("x")


def test_kinds_for_seed_users():
    """An argument error is a ValueError too, and some errors say that a retry may help."""
    assert issubclass(InvalidSSOConfigError, ValueError)
    assert ThrottledError("x").retryable
    assert StoreLockTimeoutError("x").retryable
    assert not SsokitError("x").retryable
