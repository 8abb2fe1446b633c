"""The rules of the model that a test may change at any time."""

from __future__ import annotations

import enum
from datetime import timedelta

import attrs


class Caller(enum.Enum):
    """In which account an administrator's program runs."""

    MANAGEMENT = "management account"
    DELEGATED_ADMINISTRATOR = "delegated administrator"
    MEMBER = "member account"


@attrs.define(kw_only=True)
class Settings:
    """Rules of an Identity Center, with AWS's values unless noted.

    Attributes:
        interval: Seconds between polls, as told to clients; 1 here, 0 is allowed.
        enforce_interval: Whether polls that come faster are answered with SlowDownException.
        code_lifetime: How long device codes live, and pages and codes of the authorization
            code grant.
        authorize_error: The error code with which browsers come back from ``/authorize``, such
            as ``server_error``, whoever asks; None for none.
        state_in_errors: Whether they bring the state along with an error, as RFC 6749 wants it.
        registration_lifetime: How long client registrations live.
        known_scopes: What clients may register for; None for anything.
        token_lifetime: How long access tokens live that cannot be renewed: those of clients
            that registered without scopes and grant types, as legacy logins do.
        renewable_token_lifetime: How long the others live.
        sign_in_session: How long a person stays signed in: until then tokens are renewed.
        single_use_refresh_tokens: Whether a refresh token is honoured once; AWS does not
            document which.
        rotate_refresh_tokens: Whether each renewal comes with a new refresh token.
        page_size: The most rows on a page of a listing; AWS's own maxima hold beside it.
        empty_first_page: Whether listings begin with an empty page, as AWS's may.
        empty_pages: Whether an empty page stands before each page but the first, as AWS's
            may.
        short_pages: Whether pages of ListAccountAssignmentsForPrincipal hold half the rows
            that they could, with more to follow, as AWS's may.
        caller: Whose keys the calls of sso-admin, identitystore and organizations are signed
            with; their signatures are not looked at.
        paths: Whether organizations sends ``Paths``, which it has done since 2026.
        account_status: Whether organizations sends an account's ``Status``, which AWS ends
            on 2026-09-09.
        account_state: Whether organizations sends an account's ``State``, the successor.
        inherited_rows: Whether ListAccountAssignmentsForPrincipal of a user also gives what
            their groups have, with the group in the row; AWS does not document which.
        latency: Real seconds that every call takes, for benchmarks.
    """

    interval: int = attrs.field(default=1, validator=attrs.validators.ge(0))
    enforce_interval: bool = False
    code_lifetime: timedelta = timedelta(minutes=10)
    authorize_error: str | None = None
    state_in_errors: bool = True
    registration_lifetime: timedelta = timedelta(days=90)
    known_scopes: frozenset[str] | None = None
    token_lifetime: timedelta = timedelta(hours=8)
    renewable_token_lifetime: timedelta = timedelta(hours=1)
    sign_in_session: timedelta = timedelta(hours=8)
    single_use_refresh_tokens: bool = False
    rotate_refresh_tokens: bool = True
    page_size: int = attrs.field(default=100, validator=attrs.validators.ge(1))
    empty_first_page: bool = False
    empty_pages: bool = False
    short_pages: bool = False
    caller: Caller = Caller.MANAGEMENT
    paths: bool = True
    account_status: bool = True
    account_state: bool = True
    inherited_rows: bool = False
    latency: float = attrs.field(default=0.0, validator=attrs.validators.ge(0))
