"""Logins and sessions as functions: each is a line or two over `IdentityCenter`.

Signatures and meanings are those of ``aws-sso-lib``; whatever ssokit adds is keyword-only.
Arguments are checked, and a login is made, when a function is called, not at the first row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TextIO

from ssokit.adapters.notifiers.callback import UserAuthHandler
from ssokit.adapters.notifiers.choice import choose_notifier
from ssokit.adapters.stores.aws_cli_format import token_document
from ssokit.chosen_instance import chosen_instance
from ssokit.domain.expiry import ExpiryWindow
from ssokit.domain.flow import Flow

if TYPE_CHECKING:
    import boto3


def login(
    start_url: str | None = None,
    sso_region: str | None = None,
    *,
    profile: str | None = None,
    sso_session: str | None = None,
    force_refresh: bool = False,
    expiry_window: ExpiryWindow = None,
    disable_browser: bool | None = None,
    message: str | Literal[False] | None = None,
    outfile: TextIO | bool | None = None,
    user_auth_handler: UserAuthHandler | None = None,
    sso_cache: Any = None,
    flow: Flow | str = Flow.DEVICE_CODE,
) -> dict[str, Any]:
    """Make sure that the person is logged in to an Identity Center instance.

    If the cached token remains valid for the expiry window, nothing is called. Otherwise the
    person is shown a URL and a code and approves in a browser, here or on another device
    (RFC 8628); another flow has to be asked for. Processes and threads that share the cache
    ask the person once.

    Args:
        start_url: The start URL, verbatim the key of the cache.
        sso_region: The AWS region of the Identity Center instance.
        profile: A profile of the AWS config file, in place of start URL and region.
        sso_session: An ``sso-session`` of the AWS config file, in place of start URL and region.
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
        flow: How the person logs in: a `Flow` or its name. With ``authorization_code`` a browser
            on this machine shows a page without any code, and a handler's ``userCode`` is empty.

    Returns:
        The token as the cache holds it: ``startUrl``, ``region``, ``accessToken``,
        ``expiresAt``, ``receivedAt``, and what the AWS CLI adds to renew it; times as strings
        in UTC.

    Raises:
        AuthorizationDeniedError: The person said no.
        PendingAuthorizationExpiredError: Nobody approved before the code expired.
        RedirectListenerError: With ``authorization_code``: no listening for the browser here.
        ServiceError: The service failed, and went on failing.
        TypeError: An argument is of a wrong type.
        ValueError: The start URL, the region, the window, the message or the flow is malformed.
    """
    center = chosen_instance(
        start_url,
        sso_region,
        profile,
        sso_session,
        token_store=sso_cache,
        notifier=choose_notifier(user_auth_handler, disable_browser, message, outfile),
        expiry_window=expiry_window,
        flow=flow,
    )
    return token_document(center.login(force_refresh=force_refresh))


def get_boto3_session(
    start_url: str | None = None,
    sso_region: str | None = None,
    account_id: str | int | None = None,
    role_name: str | None = None,
    *,
    region: str | None,
    profile: str | None = None,
    sso_session: str | None = None,
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
        account_id: The AWS account, as a str or an int; None for the profile's.
        role_name: The role, which is the permission set's name; None for the profile's.
        region: The AWS region of the session; None leaves it to the environment and the
            profile.
        profile: A profile of the AWS config file, in place of start URL and region: it names
            account and role, too.
        sso_session: An ``sso-session`` of the AWS config file, in place of start URL and region.
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
    center = chosen_instance(
        start_url,
        sso_region,
        profile,
        sso_session,
        token_store=sso_cache,
        credential_store=credential_cache,
        notifier=choose_notifier(user_auth_handler, disable_browser, message, outfile),
        expiry_window=expiry_window,
    )
    return center.session(account_id, role_name, region=region, login=login)
