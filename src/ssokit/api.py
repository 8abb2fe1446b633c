"""The functions of the package: each is a line or two over `IdentityCenter`.

Signatures and meanings are those of ``aws-sso-lib``; whatever ssokit adds is keyword-only.
Arguments are checked, and a login is made, when a function is called, not at the first row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal, TextIO

from ssokit.adapters.notifiers.callback import UserAuthHandler
from ssokit.adapters.notifiers.choice import choose_notifier
from ssokit.adapters.stores.aws_cli_format import token_document
from ssokit.available_roles import AvailableRoles
from ssokit.domain.accounts import UNKNOWN_NAME
from ssokit.domain.expiry import ExpiryWindow
from ssokit.domain.logout_result import LogoutResult
from ssokit.identity_center import IdentityCenter

if TYPE_CHECKING:
    import boto3


def login(
    start_url: str,
    sso_region: str,
    *,
    force_refresh: bool = False,
    expiry_window: ExpiryWindow = None,
    disable_browser: bool | None = None,
    message: str | Literal[False] | None = None,
    outfile: TextIO | bool | None = None,
    user_auth_handler: UserAuthHandler | None = None,
    sso_cache: Any = None,
) -> dict[str, Any]:
    """Make sure that the person is logged in to an Identity Center instance.

    If the cached token remains valid for the expiry window, nothing is called. Otherwise the
    person is shown a URL and a code and approves in a browser, here or on another device
    (RFC 8628). Processes and threads that share the cache ask the person once.

    Args:
        start_url: The start URL, verbatim the key of the cache.
        sso_region: The AWS region of the Identity Center instance.
        force_refresh: Ask the person in any case.
        expiry_window: How long a cached token must remain valid: seconds, a timedelta, or a
            callable that returns either; 15 minutes by default.
        disable_browser: Only print. None takes ``AWS_SSO_DISABLE_BROWSER``, ``1`` or
            ``true``, into account.
        message: The text to print, with ``{url}``, ``{code}`` and ``{urlWithCode}``, or
            ``{verificationUri}``, ``{userCode}`` and ``{verificationUriComplete}``; False
            for none.
        outfile: Where to print; stderr by default, nowhere if False.
        user_auth_handler: Shows the login in place of message and browser. It takes the
            keywords ``verificationUri``, ``userCode``, ``verificationUriComplete`` and
            ``expiresAt``, an aware datetime, and must return promptly; what it raises ends
            the login.
        sso_cache: A dict-like or a store in place of the folder ``~/.aws/sso/cache``.

    Returns:
        The token as the cache holds it: ``startUrl``, ``region``, ``accessToken``,
        ``expiresAt``, ``receivedAt``, and what the AWS CLI adds to renew it; times as strings
        in UTC.

    Raises:
        AuthorizationDeniedError: The person said no.
        PendingAuthorizationExpiredError: Nobody approved before the code expired.
        ServiceError: The service failed, and went on failing.
        TypeError: An argument is of a wrong type.
        ValueError: The start URL, the region, the window or the message is malformed.
    """
    center = IdentityCenter(
        start_url,
        sso_region,
        token_store=sso_cache,
        notifier=choose_notifier(user_auth_handler, disable_browser, message, outfile),
        expiry_window=expiry_window,
    )
    return token_document(center.login(force_refresh=force_refresh))


def logout(start_url: str, sso_region: str, *, sso_cache: Any = None) -> LogoutResult:
    """End the login: the sign-in session on the server, the cached token, the keys in memory.

    Keys that were handed out before work to their own expiry. Never raises for a service
    that fails: the result says so, and the token is kept for another try.

    Args:
        start_url: The start URL.
        sso_region: The AWS region of the Identity Center instance.
        sso_cache: A dict-like or a store in place of the folder ``~/.aws/sso/cache``.

    Returns:
        What was done. It is true only if there was a login and it has ended everywhere.

    Raises:
        StoreError: The token could not be read.
    """
    return IdentityCenter(start_url, sso_region, token_store=sso_cache).logout()


def get_boto3_session(
    start_url: str,
    sso_region: str,
    account_id: str | int,
    role_name: str,
    *,
    region: str | None,
    login: bool = False,
    sso_cache: Any = None,
    credential_cache: Any = None,
    expiry_window: ExpiryWindow = None,
    disable_browser: bool | None = None,
    message: str | Literal[False] | None = None,
    outfile: TextIO | bool | None = None,
    user_auth_handler: UserAuthHandler | None = None,
) -> boto3.Session:
    """Get a boto3 session for an account and a role.

    Its keys renew themselves for as long as the login lives. All sessions of the process for
    one role share them. Without a login, and without leave to ask for one, the first use of
    the session raises `ssokit.AuthenticationNeededError`; nothing is called until then.

    Args:
        start_url: The start URL.
        sso_region: The AWS region of the Identity Center instance.
        account_id: The AWS account, as a str or an int.
        role_name: The role, which is the permission set's name.
        region: The AWS region of the session; None leaves it to the environment.
        login: Ask the person to log in if need be: now, and when the login ends later.
        sso_cache: A dict-like or a store in place of the folder ``~/.aws/sso/cache``.
        credential_cache: A dict-like or a store in place of this process's memory.
        expiry_window: As for `login`, like the options that follow.
        disable_browser: Only print.
        message: The text to print.
        outfile: Where to print.
        user_auth_handler: Shows the login in place of message and browser.

    Raises:
        TypeError: An argument is of a wrong type.
        ValueError: An argument is malformed.
        LoginError: A login was needed, and failed.
    """
    center = IdentityCenter(
        start_url,
        sso_region,
        token_store=sso_cache,
        credential_store=credential_cache,
        notifier=choose_notifier(user_auth_handler, disable_browser, message, outfile),
        expiry_window=expiry_window,
    )
    return center.session(account_id, role_name, region=region, login=login)


def list_available_accounts(
    start_url: str,
    sso_region: str,
    *,
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
    center = IdentityCenter(
        start_url,
        sso_region,
        token_store=sso_cache,
        notifier=choose_notifier(user_auth_handler, disable_browser, message, outfile),
        expiry_window=expiry_window,
    )
    accounts = center.accounts(login=login)
    return ((account.account_id, account.name or UNKNOWN_NAME) for account in accounts)


def list_available_roles(
    start_url: str,
    sso_region: str,
    account_id: str | int | Iterable[str | int] | None = None,
    *,
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
    center = IdentityCenter(
        start_url,
        sso_region,
        token_store=sso_cache,
        notifier=choose_notifier(user_auth_handler, disable_browser, message, outfile),
        expiry_window=expiry_window,
    )
    roles = center.roles(account_id, login=login, get_account_names=get_account_names)
    return AvailableRoles(roles)
