"""botocore sessions that share their handlers and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore import handlers
from botocore.session import Session

from ssokit.adapters.aws.botocore_sessions import new_botocore_session


def _observe(**_: object) -> None:
    """Handle an event, by doing nothing."""


_EVENTS = (
    "before-parameter-build.s3.ListObjects",
    "needs-retry.s3.PutObject",
    "before-parse.s3.GetObject",
    "before-call.glacier.UploadArchive",
    "choose-signer.sts.AssumeRoleWithSAML",
    "creating-client-class.iot-data",
    "docs.title.sts",
    "before-sign.s3",
)


def _handlers_of(session: Session, event: str) -> list[Any]:
    emitter = session.get_component("event_emitter")
    # The order is what matters, and no public method gives it without calling the handlers.
    aliased = emitter._alias_event_name(event)
    return list(emitter._emitter._handlers.prefix_search(aliased))


@pytest.mark.parametrize("event", _EVENTS)
def test_the_handlers_are_those_of_botocore(event: str) -> None:
    """A session has the handlers that botocore's own has, in its order."""
    assert _handlers_of(new_botocore_session(), event) == _handlers_of(Session(), event)


def test_a_handler_of_one_session_is_not_one_of_another() -> None:
    """What a program registers with a session stays there."""
    one, other = new_botocore_session(), new_botocore_session()
    one.register("before-send.sts", _observe)
    assert _observe in _handlers_of(one, "before-send.sts.GetCallerIdentity")
    assert _observe not in _handlers_of(other, "before-send.sts.GetCallerIdentity")
    assert _observe not in _handlers_of(new_botocore_session(), "before-send.sts.GetCallerIdentity")


@pytest.fixture
def _added_handler() -> Iterator[None]:
    new_botocore_session()
    handlers.BUILTIN_HANDLERS.append(("before-send", _observe))
    yield
    handlers.BUILTIN_HANDLERS.remove(("before-send", _observe))


@pytest.mark.usefixtures("_added_handler")
def test_a_builtin_handler_added_later_counts() -> None:
    """Mocks that add themselves to botocore's list reach sessions that are made afterwards."""
    assert _observe in _handlers_of(new_botocore_session(), "before-send.sts.GetCallerIdentity")
