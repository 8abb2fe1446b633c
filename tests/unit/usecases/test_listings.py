"""Accounts and roles: order, pages, gaps and giving up early."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import islice

import pytest
from fakes_of_ports import messages

from ssokit.domain.accounts import Account, Role
from ssokit.domain.errors import (
    AccessDeniedError,
    AuthenticationNeededError,
    ServiceError,
    ServiceUnavailableError,
)
from ssokit.domain.sso_session import SsoSession
from ssokit.stores import MappingStore
from ssokit.testing import (
    AwsError,
    ConnectionReset,
    FakeIdentityCenter,
    Fault,
    ManualClock,
    Organization,
    Settings,
)
from ssokit.usecases.authorized import Authorized
from ssokit.usecases.cached_token import CachedToken
from ssokit.usecases.list_accounts import ListAccounts
from ssokit.usecases.list_roles import WORKERS, ListRoles

_FORBIDDEN, _SANDBOX, _DEVELOPMENT = "222233334444", "012345678901", "444455556666"


@pytest.fixture
def authorized(tokens: MappingStore, clock: ManualClock) -> Authorized:
    return Authorized(provider=CachedToken(tokens=tokens, clock=clock))


@pytest.fixture
def list_accounts(center: FakeIdentityCenter, authorized: Authorized) -> ListAccounts:
    return ListAccounts(portal=center.access_portal(), authorized=authorized)


@pytest.fixture
def list_roles(center: FakeIdentityCenter, authorized: Authorized) -> ListRoles:
    return ListRoles(portal=center.access_portal(), authorized=authorized)


@pytest.fixture
def large(clock: ManualClock) -> FakeIdentityCenter:
    """Give an organization with more accounts than are ever read ahead."""
    return FakeIdentityCenter(Organization.of_size(accounts=60, permission_sets=3), clock=clock)


def _sign_in(center: FakeIdentityCenter, tokens: MappingStore, user: str = "alice") -> None:
    tokens.save_token(SsoSession(center.start_url, center.region), center.sign_in(user))


def test_accounts_of_all_pages(
    list_accounts: ListAccounts,
    session: SsoSession,
    center: FakeIdentityCenter,
    tokens: MappingStore,
):
    """Pages are joined in order, and the next one is read only when it is needed."""
    _sign_in(center, tokens, "carol")
    center.settings.page_size = 2
    listing = list_accounts(session)
    assert center.calls() == 0
    first = list(islice(listing, 2))
    assert center.calls("ListAccounts") == 1
    rest = list(listing)
    assert center.calls("ListAccounts") == 3
    assert len({account.account_id for account in first + rest}) == 5


def test_roles_in_order_and_complete(
    list_roles: ListRoles, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """All roles come in the portal's order, with names, and coverage is complete at the end."""
    _sign_in(center, tokens)
    listing = list_roles(session)
    assert not listing.coverage.complete
    rows = list(listing)
    accounts = list(
        ListAccounts(portal=center.access_portal(), authorized=list_roles.authorized)(session)
    )
    assert list(dict.fromkeys(row.account_id for row in rows)) == [a.account_id for a in accounts]
    assert Role(_SANDBOX, "Sandbox", "Developer") in rows
    assert listing.coverage.complete
    assert listing.coverage.read == 3


def test_order_does_not_depend_on_who_answers_first(
    large: FakeIdentityCenter, tokens: MappingStore, clock: ManualClock
):
    """Many accounts that are read at once still come in the order of the listing."""
    session = SsoSession(large.start_url, large.region)
    _sign_in(large, tokens, "user0000")
    large.settings.page_size = 2
    authorized = Authorized(provider=CachedToken(tokens=tokens, clock=clock))
    portal = large.access_portal()
    rows = list(ListRoles(portal=portal, authorized=authorized)(session))
    accounts = [a.account_id for a in ListAccounts(portal=portal, authorized=authorized)(session)]
    assert list(dict.fromkeys(row.account_id for row in rows)) == accounts
    assert len(rows) == 60 * 3
    assert large.calls("ListAccountRoles") == 60 * 2


def test_given_accounts(
    list_roles: ListRoles, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """Given accounts come in the given order, unnamed unless names are asked for."""
    _sign_in(center, tokens)
    rows = list(list_roles(session, (_SANDBOX, _DEVELOPMENT)))
    assert [(row.account_id, row.account_name) for row in rows] == [
        (_SANDBOX, "UNKNOWN"),
        (_SANDBOX, "UNKNOWN"),
        (_DEVELOPMENT, "UNKNOWN"),
        (_DEVELOPMENT, "UNKNOWN"),
    ]
    assert center.calls("ListAccounts") == 0


def test_given_accounts_with_names(
    list_roles: ListRoles, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """Names of given accounts cost one more listing; the order stays."""
    _sign_in(center, tokens)
    rows = list(list_roles(session, (_SANDBOX, _DEVELOPMENT), get_account_names=True))
    assert [row.account_name for row in rows[::2]] == ["Sandbox", "Payments Development"]
    assert center.calls("ListAccounts") == 1


@pytest.mark.parametrize("named", [True, False])
def test_no_accounts_no_calls(
    list_roles: ListRoles, session: SsoSession, center: FakeIdentityCenter, *, named: bool
):
    """An empty choice lists nothing, calls nothing, needs no login, and is complete."""
    listing = list_roles(session, (), get_account_names=named)
    assert list(listing) == []
    assert listing.coverage.complete
    assert center.calls() == 0


def test_forbidden_account_does_not_hide_the_others(
    list_roles: ListRoles,
    session: SsoSession,
    center: FakeIdentityCenter,
    tokens: MappingStore,
    caplog: pytest.LogCaptureFixture,
):
    """A refused account is a gap and a warning; the rows of the others are all there."""
    _sign_in(center, tokens)
    with caplog.at_level(logging.WARNING, "ssokit"):
        listing = list_roles(session, (_SANDBOX, _FORBIDDEN, _DEVELOPMENT))
        rows = list(listing)
    assert {row.account_id for row in rows} == {_SANDBOX, _DEVELOPMENT}
    (gap,) = listing.coverage.gaps
    assert (gap.subject, type(gap.error)) == (_FORBIDDEN, AccessDeniedError)
    assert gap.error.account_id == _FORBIDDEN
    assert listing.coverage.finished
    assert not listing.coverage.complete
    assert _FORBIDDEN in messages(caplog, "WARNING")[0]


def test_refused_account_of_another_kind_is_a_gap_too(
    list_roles: ListRoles, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """An account that the service does not know is left out like a forbidden one."""
    _sign_in(center, tokens)
    unknown = AwsError("ResourceNotFoundException")
    center.faults.add(Fault("ListAccountRoles", unknown, when={"accountId": _SANDBOX}))
    listing = list_roles(session)
    assert {row.account_id for row in listing} == {"333344445555", _DEVELOPMENT}
    assert listing.coverage.gaps[0].error.code == "ResourceNotFoundException"


def test_all_forbidden_is_an_error(
    list_roles: ListRoles, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """A listing of nothing but refusals is no empty listing."""
    _sign_in(center, tokens)
    listing = list_roles(session, (_FORBIDDEN, "111122223333"))
    with pytest.raises(AccessDeniedError) as denial:
        next(listing)
    assert denial.value.account_id == _FORBIDDEN
    assert len(listing.coverage.gaps) == 2
    assert not listing.coverage.complete


def test_failing_portal_ends_the_listing(
    list_roles: ListRoles, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """A portal that goes on failing is an error that names the account, not a gap."""
    _sign_in(center, tokens)
    center.faults.add(
        Fault("ListAccountRoles", ConnectionReset(), when={"accountId": _DEVELOPMENT})
    )
    listing = list_roles(session, (_SANDBOX, _DEVELOPMENT))
    with pytest.raises(ServiceUnavailableError) as failure:
        list(listing)
    assert failure.value.account_id == _DEVELOPMENT
    assert not listing.coverage.finished


def test_failing_account_listing_ends_the_roles(
    list_roles: ListRoles, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """If the accounts cannot be read to their end, the roles are not called complete."""
    _sign_in(center, tokens, "carol")
    center.settings.page_size = 2
    center.faults.add(Fault("ListAccounts", AwsError("InvalidRequestException"), calls={2}))
    listing = list_roles(session)
    with pytest.raises(ServiceError):
        list(listing)
    assert not listing.coverage.complete


def test_nobody_logged_in(list_roles: ListRoles, session: SsoSession, center: FakeIdentityCenter):
    """Without a login the first row raises, and nothing is called."""
    listing = list_roles(session, (_SANDBOX,))
    with pytest.raises(AuthenticationNeededError):
        next(listing)
    assert center.calls() == 0


def test_closed_early(large: FakeIdentityCenter, tokens: MappingStore, clock: ManualClock):
    """A listing that is given up reads a bounded number of accounts ahead, and never completes."""
    session = SsoSession(large.start_url, large.region)
    _sign_in(large, tokens, "user0000")
    authorized = Authorized(provider=CachedToken(tokens=tokens, clock=clock))
    listing = ListRoles(portal=large.access_portal(), authorized=authorized)(session)
    next(listing)
    listing.close()
    assert large.calls("ListAccountRoles") <= 2 * WORKERS + 1
    assert not listing.coverage.finished
    with pytest.raises(StopIteration):
        next(listing)


def test_closed_before_the_first_row(list_roles: ListRoles, session: SsoSession):
    """A listing that nobody reads costs nothing."""
    listing = list_roles(session)
    listing.close()
    assert list(listing) == []
    assert not listing.coverage.finished


def test_listing_is_an_iterator(
    list_roles: ListRoles, session: SsoSession, center: FakeIdentityCenter, tokens: MappingStore
):
    """Rows can be read one by one, and coverage grows with them."""
    _sign_in(center, tokens)
    listing = list_roles(session)
    assert isinstance(listing, Iterator)
    next(listing)
    assert listing.coverage.read == 1


def test_settings_of_the_model_may_be_given(clock: ManualClock, tokens: MappingStore):
    """A page size of one still gives every account once."""
    center = FakeIdentityCenter(clock=clock, settings=Settings(page_size=1))
    _sign_in(center, tokens, "bob")
    authorized = Authorized(provider=CachedToken(tokens=tokens, clock=clock))
    listed = ListAccounts(portal=center.access_portal(), authorized=authorized)
    accounts = list(listed(SsoSession(center.start_url, center.region)))
    assert all(isinstance(account, Account) for account in accounts)
    assert len(accounts) == len(set(accounts)) == 5
