"""What counts as the answer to a login, and what is told about all else."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.domain.errors import (
    AuthorizationDeniedError,
    ClientRejectedError,
    ServiceError,
    ServiceUnavailableError,
)
from ssokit.domain.redirects import (
    AuthorizationCode,
    AuthorizationRefusal,
    AwaitedRedirect,
    RedirectReply,
)

_STATE = "canary-state"
_AWAITED = AwaitedRedirect(state=_STATE)
_ANSWER = f"/oauth/callback?code=canary-code&state={_STATE}"
_TARGETS = st.one_of(
    st.text(),
    st.builds(
        "/oauth/callback?{}".format,
        st.lists(
            st.builds(
                "{}={}".format,
                st.sampled_from(["code", "error", "state", "x"]),
                st.sampled_from(["", "1", "access_denied", _STATE[:-1], f"{_STATE}x"]),
            ),
            max_size=5,
        ).map("&".join),
    ),
)


def test_the_answer_is_accepted():
    """A code with the right state is what is waited for."""
    awaited, reply = _AWAITED.receive("GET", _ANSWER)
    assert reply is RedirectReply.ACCEPTED
    assert awaited.outcome == AuthorizationCode(code="canary-code")


def test_a_whole_url_is_a_target_too():
    """HTTP allows the absolute form, which proxies send."""
    assert _AWAITED.receive("GET", f"http://127.0.0.1:1{_ANSWER}")[1] is RedirectReply.ACCEPTED


@pytest.mark.parametrize(
    ("method", "target", "reply"),
    [
        ("GET", "/favicon.ico", RedirectReply.WRONG_PATH),
        ("GET", f"/?code=c&state={_STATE}", RedirectReply.WRONG_PATH),
        ("GET", f"/oauth/callback/?code=c&state={_STATE}", RedirectReply.WRONG_PATH),
        ("GET", "http://[/oauth/callback", RedirectReply.WRONG_PATH),
        ("GET", f"/oauth/callback?{'x=1&' * 60}code=c&state={_STATE}", RedirectReply.WRONG_PATH),
        ("POST", _ANSWER, RedirectReply.WRONG_METHOD),
        ("HEAD", _ANSWER, RedirectReply.WRONG_METHOD),
        ("GET", "/oauth/callback", RedirectReply.WRONG_STATE),
        ("GET", "/oauth/callback?code=c", RedirectReply.WRONG_STATE),
        ("GET", "/oauth/callback?code=c&state=", RedirectReply.WRONG_STATE),
        ("GET", f"/oauth/callback?code=c&state={_STATE}x", RedirectReply.WRONG_STATE),
        ("GET", "/oauth/callback?code=c&state=%E4%ff", RedirectReply.WRONG_STATE),
        ("GET", f"/oauth/callback?code=c&state={_STATE}&state=x", RedirectReply.WRONG_STATE),
        ("GET", "/oauth/callback?error=access_denied&state=x", RedirectReply.WRONG_STATE),
        ("GET", f"/oauth/callback?state={_STATE}", RedirectReply.INCOMPLETE),
        ("GET", f"/oauth/callback?state={_STATE}&code=", RedirectReply.INCOMPLETE),
        ("GET", f"/oauth/callback?state={_STATE}&code=a&code=b", RedirectReply.INCOMPLETE),
    ],
)
def test_wrong_requests_do_not_end_the_login(method: str, target: str, reply: RedirectReply):
    """Whatever is no answer is told so, and the answer is still waited for."""
    awaited, told = _AWAITED.receive(method, target)
    assert told is reply
    assert awaited == _AWAITED
    assert awaited.receive("GET", _ANSWER)[1] is RedirectReply.ACCEPTED


@given(st.lists(_TARGETS, max_size=8))
def test_nothing_without_the_state_ends_the_login(targets: list[str]):
    """No sequence of requests that do not know the state changes what is waited for."""
    awaited = _AWAITED
    for target in targets:
        awaited, reply = awaited.receive("GET", target)
        assert reply in (RedirectReply.WRONG_PATH, RedirectReply.WRONG_STATE)
    assert awaited.outcome is None
    assert awaited.receive("GET", _ANSWER)[0].outcome == AuthorizationCode(code="canary-code")


@pytest.mark.parametrize("second", ["code=canary-other", "error=access_denied", ""])
def test_a_second_answer_changes_nothing(second: str):
    """The first answer counts, whatever comes later with the right state."""
    answered, _ = _AWAITED.receive("GET", _ANSWER)
    awaited, reply = answered.receive("GET", f"/oauth/callback?state={_STATE}&{second}")
    assert reply is RedirectReply.ALREADY_ANSWERED
    assert awaited == answered


def test_a_refusal_is_an_answer():
    """An error with the right state ends the login, even if a code comes along."""
    target = f"/oauth/callback?error=access_denied&error_description=No%21&code=c&state={_STATE}"
    awaited, reply = _AWAITED.receive("GET", target)
    assert reply is RedirectReply.REFUSED
    assert awaited.outcome == AuthorizationRefusal(error="access_denied", description="No!")


def test_an_error_without_any_state_is_remembered_and_does_not_count():
    """Anybody may send it, so it ends nothing; but it may be why no answer comes."""
    awaited, reply = _AWAITED.receive("GET", "/oauth/callback?error=server_error")
    assert reply is RedirectReply.WRONG_STATE
    assert (awaited.outcome, awaited.stray) == (None, AuthorizationRefusal(error="server_error"))
    later, _ = awaited.receive("GET", "/oauth/callback?code=c")
    assert later.stray == awaited.stray


@pytest.mark.parametrize(
    ("error", "kind", "retryable"),
    [
        ("access_denied", AuthorizationDeniedError, False),
        ("invalid_client", ClientRejectedError, False),
        ("unauthorized_client", ClientRejectedError, False),
        ("temporarily_unavailable", ServiceUnavailableError, True),
        ("server_error", ServiceUnavailableError, True),
        ("invalid_scope", ServiceError, False),
        ("something_new", ServiceError, False),
    ],
)
def test_refusals_are_errors_of_their_kind(error: str, kind: type[Exception], retryable: bool):  # noqa: FBT001 - a parameter of the test
    """Each error code of RFC 6749 section 4.1.2.1 is an error that a caller can tell apart."""
    refusal = AuthorizationRefusal(error=error, description="The service's words").as_error()
    assert type(refusal) is kind
    assert refusal.retryable is retryable
    assert f"{error}: The service's words" in str(refusal)


def test_a_refusals_words_are_cut_and_cleaned():
    """What a service writes may be long, on several lines, and hold a secret."""
    words = "\x1b[2J accessToken=canary-token\n" + "long " * 100
    told = str(AuthorizationRefusal(error="server_error", description=words).as_error())
    assert len(told) < 500
    assert told.isprintable()
    assert "canary" not in told


def test_neither_state_nor_code_is_in_a_repr():
    """What a login waits for can be logged."""
    awaited, _ = _AWAITED.receive("GET", _ANSWER)
    assert "canary" not in repr(awaited)
    assert attrs.evolve(awaited, outcome=None) == _AWAITED
