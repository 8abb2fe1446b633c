"""The object under the functions: it chooses the adapters that `Wiring` gives to use cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ssokit import process_defaults
from ssokit.adapters.aws.access_portal import BotoAccessPortal
from ssokit.adapters.aws.authorization_server import BotoAuthorizationServer
from ssokit.adapters.aws.profiles import read_sso_profile, read_sso_session
from ssokit.adapters.clock import SystemClock
from ssokit.adapters.loopback.redirect_listener import LoopbackRedirectListener
from ssokit.adapters.notifiers.choice import choose_notifier
from ssokit.domain.expiry import ExpiryWindow, parse_expiry_window
from ssokit.domain.flow import Flow, parse_flow
from ssokit.domain.logout_result import LogoutResult
from ssokit.domain.sso_profile import SsoProfile
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.granted_access import GrantedAccess
from ssokit.ports.access_portal import AccessPortal
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.ports.clock import Clock
from ssokit.ports.user_notifier import UserNotifier
from ssokit.usecases.login_in_progress import LoginInProgress
from ssokit.usecases.login_listeners import Listener
from ssokit.usecases.retries import PacedAccessPortal
from ssokit.wiring import Wiring


class IdentityCenter(GrantedAccess):
    """One Identity Center instance, as one person uses it.

    It is thread-safe, cheap to make, and does nothing until it is asked to: logins are in
    the store, not in the object.

    Args:
        start_url: The AWS access portal URL.
        region: The AWS region of the Identity Center instance.
        session_name: The name of the ``sso-session`` whose login this is: it is shared with
            the AWS CLI and SDKs under that name, and renewed without the person. None for a
            legacy login, which is shared under its start URL.
        scopes: What the login is for, as ``sso_registration_scopes`` has it; None if nothing
            is configured.
        token_store: Where logins are kept: a store, or any dict-like; by default the AWS
            CLI's own folder, ``~/.aws/sso/cache``.
        credential_store: Where role credentials are kept: a store, or any dict-like; by
            default the memory of this process, shared by all objects and threads.
        notifier: Shows the person where to approve a login; by default it prints and opens
            the browser, or only prints where ``AWS_SSO_DISABLE_BROWSER`` says so.
        expiry_window: How long a token must remain valid to be used without a new login:
            seconds, a timedelta, or a callable that returns either. By default 15 minutes,
            and no time at all where the person may not be asked.
        flow: How the person logs in: a `Flow` or its name. By default as with the AWS CLI: a
            session with a name by authorization code where this is a desktop, see
            `choose_flow`, and all else by device code; so are logins that another notifier
            shows, and those of `start_login`.
        redirect_port: Where the authorization code is listened for, on 127.0.0.1; any free
            port by default.
        client_name: The name under which this program registers as a client.
        authorization_server: Another authorization server than the one of AWS.
        access_portal: Another access portal than the one of AWS.
        clock: Another clock than the machine's.
        profile: What `from_profile` and `from_sso_session` have read: the account and the role
            that are meant if a call names none, and whose endpoint settings apply.

    Raises:
        TypeError: An argument is of a wrong type.
        InvalidSSOConfigError: The start URL, the region, the name or a scope is malformed.
        ValueError: The expiry window is negative, or there is no such flow or port.
    """

    def __init__(
        self,
        start_url: str,
        region: str,
        *,
        session_name: str | None = None,
        scopes: Iterable[str] | None = None,
        token_store: Any = None,
        credential_store: Any = None,
        notifier: UserNotifier | None = None,
        expiry_window: ExpiryWindow = None,
        flow: Flow | str | None = None,
        redirect_port: int | None = None,
        client_name: str = "ssokit",
        authorization_server: AuthorizationServer | None = None,
        access_portal: AccessPortal | None = None,
        clock: Clock | None = None,
        profile: SsoProfile | None = None,
    ) -> None:
        session = SsoSession(start_url, region, name=session_name, scopes=scopes)
        clock_in_use = clock or SystemClock()
        if not callable(expiry_window):
            parse_expiry_window(expiry_window)
        settings = profile.name if profile else None
        wiring = Wiring(
            clock=clock_in_use,
            tokens=process_defaults.token_store(token_store),
            credentials=process_defaults.credential_store(credential_store, clock),
            notifier=notifier or choose_notifier(None, None, None, None),
            expiry_window=expiry_window,
            flow=parse_flow(flow),
            opens_browser=notifier is None,
            listener=LoopbackRedirectListener(port=redirect_port or 0),
            client_name=client_name,
            server=authorization_server or BotoAuthorizationServer(region, clock_in_use, settings),
            portal=PacedAccessPortal(
                access_portal or BotoAccessPortal(region, settings),
                process_defaults.rate_budget(clock),
            ),
            worker=process_defaults.worker_name,
            profile=profile,
        )
        super().__init__(wiring, session, profile)

    @classmethod
    def from_profile(cls, name: str | None = None, **options: Any) -> IdentityCenter:
        """Use the Identity Center of a profile of the AWS config file.

        It has an ``sso_session``, or is a legacy profile with a start URL of its own. Its
        account, role and region are those that `session` takes if none are named, and its
        endpoint, proxy and CA settings apply.

        Args:
            name: The profile; None for the one that ``AWS_PROFILE`` names, else
                ``AWS_DEFAULT_PROFILE``, else ``default``.
            **options: The keyword arguments of `IdentityCenter`.

        Raises:
            ConfigFileError: There is no such profile, or what it says cannot work.
        """
        return cls._of(read_sso_profile(name), options)

    @classmethod
    def from_sso_session(cls, name: str, **options: Any) -> IdentityCenter:
        """Use the Identity Center of an ``sso-session`` of the AWS config file.

        Args:
            name: The sso-session.
            **options: The keyword arguments of `IdentityCenter`.

        Raises:
            ConfigFileError: There is no such sso-session, or what it says cannot work.
        """
        return cls._of(read_sso_session(name), options)

    @classmethod
    def _of(cls, profile: SsoProfile, options: dict[str, Any]) -> IdentityCenter:
        where = profile.session
        return cls(
            where.start_url,
            where.region,
            session_name=where.name,
            scopes=where.scopes,
            profile=profile,
            **options,
        )

    @property
    def profile(self) -> SsoProfile | None:
        """What the AWS config file says, if this was made from it."""
        return self._profile

    def __repr__(self) -> str:
        """Name the instance."""
        return f"IdentityCenter({self._session.start_url!r}, {self._session.region!r})"

    def login(self, *, force_refresh: bool = False) -> Token:
        """Make sure that the person is logged in; ask them only if they are not.

        Args:
            force_refresh: Whether to ask in any case.

        Raises:
            LoginError: The login was denied, or nobody approved it in time.
            ServiceError: The service failed.
            StoreLockTimeoutError: A login by another process did not end.
        """
        return self._wiring.login(force_refresh=force_refresh)(self._session)

    def start_login(
        self,
        *,
        force_refresh: bool = False,
        notifier: UserNotifier | None = None,
        listener: Listener | None = None,
        wait: bool = True,
    ) -> LoginInProgress:
        """Begin a login that the program shows in its own way, and that goes on by itself.

        If the person is logged in already, it is over at once.

        Args:
            force_refresh: Whether to ask in any case.
            notifier: Shows the person where to approve. By default nothing is printed and no
                browser is opened: the program shows the code that the login has. With the
                flow ``authorization_code`` there is none, and the program has to open
                ``verification_uri_complete`` in a browser on this machine.
            listener: Is told of every change; see `LoginInProgress.listen`.
            wait: Whether to return when there is a code to show, or the login has failed,
                which takes two calls and, if others log in at the same time, as long as they
                take. Otherwise it returns at once, and the code comes as an event.
        """
        login = LoginInProgress(
            lambda announce, clock: self._wiring.login(
                force_refresh=force_refresh, notifier=announce, clock=clock
            )(self._session),
            clock=self._wiring.clock,
            notifier=notifier,
            listener=listener,
        )
        if wait:
            login.wait_for_code()
        return login

    def logout(self) -> LogoutResult:
        """End the login, on the server first, then here; say what was done.

        Raises:
            StoreError: The token could not be read.
        """
        return self._wiring.logout()(self._session)
