"""The functions that end logins."""

from __future__ import annotations

from typing import Any

from ssokit import process_defaults
from ssokit.adapters.aws.access_portal import BotoAccessPortal
from ssokit.adapters.aws.authorization_server import BotoAuthorizationServer
from ssokit.adapters.clock import SystemClock
from ssokit.chosen_instance import chosen_instance
from ssokit.domain.logout_result import LogoutResult, LogoutSummary
from ssokit.usecases.end_login import EndLogin
from ssokit.usecases.logout import LogoutAll
from ssokit.usecases.retries import PacedAccessPortal


def logout(
    start_url: str | None = None,
    sso_region: str | None = None,
    *,
    profile: str | None = None,
    sso_session: str | None = None,
    sso_cache: Any = None,
) -> LogoutResult:
    """End the login: the sign-in session on the server, the cached token, the keys in memory.

    Keys that were handed out before work to their own expiry. Never raises for a service
    that fails: the result says so, and the token is kept for another try.

    Args:
        start_url: The start URL.
        sso_region: The AWS region of the Identity Center instance.
        profile: A profile of the AWS config file, in place of both.
        sso_session: An ``sso-session`` of the AWS config file, in place of both.
        sso_cache: A dict-like or a store in place of the folder ``~/.aws/sso/cache``.

    Returns:
        What was done. It is true only if there was a login and it has ended everywhere.

    Raises:
        StoreError: The token could not be read.
    """
    center = chosen_instance(start_url, sso_region, profile, sso_session, token_store=sso_cache)
    return center.logout()


def logout_all(*, sso_cache: Any = None, credential_cache: Any = None) -> LogoutSummary:
    """End all logins that a store holds, those of the AWS CLI and of other tools included.

    Each sign-in session is ended on the server, then its token is removed. What fails for one
    login does not stop the others. Role credentials that came from logins are removed from
    both caches; those in other hands work to their own expiry.

    Args:
        sso_cache: A dict-like or a store in place of the folder ``~/.aws/sso/cache``, with
            which goes the AWS CLI's folder of role credentials, ``~/.aws/cli/cache``.
        credential_cache: A dict-like or a store in place of this process's memory.

    Returns:
        What was done. It is true only if it is known that no login is left.
    """
    tokens = process_defaults.token_store(sso_cache)
    credentials = process_defaults.credential_store(credential_cache, None)
    clock = SystemClock()
    budget = process_defaults.rate_budget(None)
    end_login = EndLogin(
        portal=lambda region: PacedAccessPortal(BotoAccessPortal(region), budget),
        server=lambda region: BotoAuthorizationServer(region, clock),
        clock=clock,
    )
    stores = [store for store in (tokens, credentials) if hasattr(store, "save_credential")]
    return LogoutAll(tokens=tokens, credentials=stores, end_login=end_login)()
