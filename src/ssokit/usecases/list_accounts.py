"""List the accounts that the person may use."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import attrs

from ssokit.domain.accounts import Account
from ssokit.domain.sso_session import SsoSession
from ssokit.ports.access_portal import AccessPortal
from ssokit.usecases.authorized import Authorized


@attrs.frozen(kw_only=True)
class ListAccounts:
    """Page through the accounts.

    Attributes:
        portal: The access portal.
        authorized: Calls it as the person.
    """

    portal: AccessPortal
    authorized: Authorized

    def __call__(self, session: SsoSession) -> Iterator[Account]:
        """Yield the accounts in the portal's order; a page is read when it is needed.

        Raises:
            AuthenticationNeededError: Nobody is logged in, and the person may not be asked.
            LoginError: The person was asked, and the login failed.
            ServiceError: The portal failed.
        """
        next_token = None
        while True:
            page = self.authorized(
                session, partial(self.portal.list_accounts, next_token=next_token)
            )
            yield from page.rows
            next_token = page.next_token
            if not next_token:
                return
