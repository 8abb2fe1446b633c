"""List the roles that the person may assume, account by account."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import closing
from functools import partial

import attrs

from ssokit.domain.accounts import UNKNOWN_NAME, Account, Role
from ssokit.domain.coverage import Coverage, Gap
from ssokit.domain.error_facts import facts
from ssokit.domain.errors import AuthenticationNeededError, ServiceError
from ssokit.domain.sso_session import SsoSession
from ssokit.ports.access_portal import AccessPortal
from ssokit.usecases.authorized import Authorized
from ssokit.usecases.list_accounts import ListAccounts
from ssokit.usecases.read_ahead import read_ahead

_LOG = logging.getLogger("ssokit.listing")

# Enough for the portal's 20 calls a second at any usual latency, and not more than the
# connections that the client keeps open.
WORKERS = 16
_Reader = Callable[[str], tuple[str, ...]]
_Rows = Generator[Role, None, None]
_Answer = Future[tuple[str, ...]]


class RoleListing(Iterator[Role]):
    """The roles, one by one, and what could not be read.

    Rows come in the order of the accounts, and in the portal's order within each, however
    many are read at once. An account that the service refuses, because the person may not see
    it or because there is none, is left out, reported in `coverage` and in a log line, and
    does not hide the others; but if no account at all could be read, the first refusal is
    raised. A service that goes on failing ends the listing. Close it to stop early.

    Attributes:
        coverage: What was read so far, and what could not be.
    """

    def __init__(
        self, accounts: Iterator[Account], read: _Reader, *, read_here: _Reader | None = None
    ) -> None:
        self.coverage = Coverage()
        self._read_here = read_here
        self._rows = self._walk(accounts, read)

    def __next__(self) -> Role:
        """Give the next role.

        Raises:
            LoginError: There is no login, or it failed.
            ServiceError: None of the accounts could be read, `AccessDeniedError` if they may
                not be seen, or the portal went on failing; the listing is over.
        """
        return next(self._rows)

    def close(self) -> None:
        """Stop; calls that are under way are not waited for."""
        self._rows.close()

    def _walk(self, accounts: Iterator[Account], read: _Reader) -> _Rows:
        with closing(
            read_ahead(accounts, lambda account: read(account.account_id), workers=WORKERS)
        ) as answers:
            for account, answer in answers:
                try:
                    role_names = self._result(account, answer)
                except ServiceError as error:
                    if error.retryable:
                        raise
                    self._record(read=0, gap=Gap(account.account_id, error))
                    continue
                self._record(read=1)
                for role_name in role_names:
                    yield Role(account.account_id, account.name or UNKNOWN_NAME, role_name)
        self.coverage = attrs.evolve(self.coverage, finished=True)
        if self.coverage.gaps and not self.coverage.read:
            raise self.coverage.gaps[0].error

    def _result(self, account: Account, answer: _Answer) -> tuple[str, ...]:
        try:
            return answer.result()
        except AuthenticationNeededError:
            if self._read_here is None:
                raise
            # Only here, where the caller waits: a worker would go on asking the person after
            # the caller has given up.
            return self._read_here(account.account_id)

    def _record(self, *, read: int, gap: Gap | None = None) -> None:
        if gap:
            _LOG.warning("The roles of account %s are left out: %s", gap.subject, gap.error)
        gaps = (*self.coverage.gaps, gap) if gap else self.coverage.gaps
        self.coverage = attrs.evolve(self.coverage, read=self.coverage.read + read, gaps=gaps)


@attrs.frozen(kw_only=True)
class ListRoles:
    """Read the roles of several accounts at once.

    Attributes:
        portal: The access portal.
        authorized: Calls it as the person, who may be asked to log in.
        quietly: The same for calls in the background, where nobody is asked; None if nobody
            is asked anyway.
    """

    portal: AccessPortal
    authorized: Authorized
    quietly: Authorized | None = None

    def __call__(
        self,
        session: SsoSession,
        account_ids: tuple[str, ...] | None = None,
        *,
        get_account_names: bool = False,
    ) -> RoleListing:
        """Give the roles in some accounts, or in all that the person may use.

        Args:
            session: The Identity Center instance.
            account_ids: The accounts; None for all, empty for none.
            get_account_names: Whether the names of given accounts are looked up.
        """
        accounts = self._accounts(session, account_ids, named=get_account_names)
        here = partial(self._role_names, session, self.authorized)
        return RoleListing(
            accounts,
            partial(self._role_names, session, self.quietly or self.authorized),
            read_here=here if self.quietly else None,
        )

    def _accounts(
        self, session: SsoSession, account_ids: tuple[str, ...] | None, *, named: bool
    ) -> Iterator[Account]:
        listed = ListAccounts(portal=self.portal, authorized=self.authorized)
        if account_ids is None:
            yield from listed(session)
            return
        asked = listed(session) if account_ids and named else ()
        known = {account.account_id: account for account in asked}
        for account_id in account_ids:
            yield known.get(account_id, Account(account_id))

    def _role_names(
        self, session: SsoSession, authorized: Authorized, account_id: str
    ) -> tuple[str, ...]:
        names: list[str] = []
        next_token = None
        with facts(account_id=account_id):
            while True:
                page = authorized(
                    session,
                    partial(self.portal.list_roles, account_id=account_id, next_token=next_token),
                )
                names += page.rows
                next_token = page.next_token
                if not next_token:
                    return tuple(names)
