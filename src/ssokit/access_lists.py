"""The functions that list what a person may use.

Like those of `ssokit.api`: arguments are checked, and a login is made, when a function is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, TextIO

from ssokit.adapters.notifiers.callback import UserAuthHandler
from ssokit.adapters.notifiers.choice import choose_notifier
from ssokit.available_roles import AvailableRoles
from ssokit.chosen_instance import chosen_instance
from ssokit.domain.accounts import UNKNOWN_NAME
from ssokit.domain.expiry import ExpiryWindow


def list_available_accounts(
    start_url: str | None = None,
    sso_region: str | None = None,
    *,
    profile: str | None = None,
    sso_session: str | None = None,
    login: bool = False,
    sso_cache: Any = None,
    expiry_window: ExpiryWindow = None,
    disable_browser: bool | None = None,
    message: str | Literal[False] | None = None,
    outfile: TextIO | bool | None = None,
    user_auth_handler: UserAuthHandler | None = None,
) -> Iterator[tuple[str, str]]:
    """List the accounts that the person may use.

    Args:
        start_url: The start URL.
        sso_region: The AWS region of the Identity Center instance.
        profile: A profile of the AWS config file, in place of start URL and region.
        sso_session: An ``sso-session`` of the AWS config file, in place of start URL and region.
        login: Ask the person to log in if need be.
        sso_cache: A dict-like or a store in place of the folder ``~/.aws/sso/cache``.
        expiry_window: As for `login`, like the options that follow.
        disable_browser: Only print.
        message: The text to print.
        outfile: Where to print.
        user_auth_handler: Shows the login in place of message and browser.

    Returns:
        An iterator of account id and account name; pages are read as they are needed.

    Raises:
        AuthenticationNeededError: At the first row: nobody is logged in.
        ServiceError: At a row: the portal failed, and went on failing.
    """
    center = chosen_instance(
        start_url,
        sso_region,
        profile,
        sso_session,
        token_store=sso_cache,
        notifier=choose_notifier(user_auth_handler, disable_browser, message, outfile),
        expiry_window=expiry_window,
    )
    accounts = center.accounts(login=login)
    return ((account.account_id, account.name or UNKNOWN_NAME) for account in accounts)


def list_available_roles(
    start_url: str | None = None,
    sso_region: str | None = None,
    account_id: str | int | Iterable[str | int] | None = None,
    *,
    profile: str | None = None,
    sso_session: str | None = None,
    login: bool = False,
    sso_cache: Any = None,
    get_account_names: bool = False,
    expiry_window: ExpiryWindow = None,
    disable_browser: bool | None = None,
    message: str | Literal[False] | None = None,
    outfile: TextIO | bool | None = None,
    user_auth_handler: UserAuthHandler | None = None,
) -> AvailableRoles:
    """List the roles that the person may assume; several accounts are read at once.

    Args:
        start_url: The start URL.
        sso_region: The AWS region of the Identity Center instance.
        account_id: An account id or an iterable of them; None for all accounts. An empty
            iterable lists nothing.
        profile: A profile of the AWS config file, in place of start URL and region.
        sso_session: An ``sso-session`` of the AWS config file, in place of start URL and region.
        login: Ask the person to log in if need be.
        sso_cache: A dict-like or a store in place of the folder ``~/.aws/sso/cache``.
        get_account_names: Look up the names of given accounts, which costs one more listing.
        expiry_window: As for `login`, like the options that follow.
        disable_browser: Only print.
        message: The text to print.
        outfile: Where to print.
        user_auth_handler: Shows the login in place of message and browser.

    Returns:
        An iterator of account id, account name and role name, in the portal's order. The
        name of a given account is ``"UNKNOWN"`` unless it was asked for. Its ``coverage``
        says which accounts could not be read; they do not hide the others.

    Raises:
        TypeError: An account id is of a wrong type.
        ValueError: An account id is malformed.
        AuthenticationNeededError: At the first row: nobody is logged in.
        ServiceError: At a row: none of the accounts could be read, `AccessDeniedError` if they
            may not be seen, or the portal failed, and went on failing.
    """
    center = chosen_instance(
        start_url,
        sso_region,
        profile,
        sso_session,
        token_store=sso_cache,
        notifier=choose_notifier(user_auth_handler, disable_browser, message, outfile),
        expiry_window=expiry_window,
    )
    roles = center.roles(account_id, login=login, get_account_names=get_account_names)
    return AvailableRoles(roles)
