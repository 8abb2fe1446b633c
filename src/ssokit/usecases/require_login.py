"""Make sure, before a long job, that a login lasts; say honestly what nobody can know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

from ssokit.domain.assurance import Assurance
from ssokit.domain.error_facts import facts
from ssokit.domain.errors import NotEnoughTimeError, SsokitError
from ssokit.domain.renewal import is_news
from ssokit.domain.role_credential import RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.ports.clock import Clock
from ssokit.ports.token_provider import TokenProvider
from ssokit.usecases.cached_token import says_no
from ssokit.usecases.refresh_token_grant import RefreshTokenGrant

_SECONDS_FOR_ANOTHERS_RENEWAL = 120.0


@attrs.frozen(kw_only=True)
class RequireLogin:
    """Renew what can be renewed, ask if that is allowed, and tell how long it all lasts.

    Attributes:
        clock: What time it is.
        provider: Gives a token; it may ask the person to begin with.
        renew: Obtains successors of tokens.
        ask: Has the person log in, whatever is at hand; None if they may not be asked.
    """

    clock: Clock
    provider: TokenProvider
    renew: RefreshTokenGrant
    ask: Callable[[SsoSession], Token] | None

    def __call__(
        self,
        session: SsoSession,
        needed: timedelta,
        keys: Callable[[SsoSession], RoleCredential] | None = None,
    ) -> Assurance:
        """Tell how long the login lasts, after doing what can be done for it.

        Args:
            session: Whose login.
            needed: How long the job takes.
            keys: Gives keys of the role that the job works with, renewed if they are short.

        Raises:
            NotEnoughTimeError: It is certain that the time does not suffice.
            SignInSessionEndedError: The session is over, and nobody may be asked.
            AuthenticationNeededError: Nobody is logged in, and nobody may be asked.
            LoginError: The person was asked, and the login failed.
            ServiceError: The service failed.
        """
        with facts(start_url=session.start_url, region=session.region):
            until = self.clock.now() + needed
            token = self.provider(session)
            keys_until = keys(session).expires_at if keys else None
            if keys_until is None or keys_until < until:
                token = self._best(session, token, until)
            assurance = Assurance(
                needed_until=until,
                token_until=token.expires_at,
                keys_until=keys_until,
                renews_itself=token.can_be_renewed(now=self.clock.now()),
            )
            if not assurance and not assurance.renews_itself:
                raise _not_enough(assurance, needed)
            return assurance

    def _best(self, session: SsoSession, token: Token, until: datetime) -> Token:
        now = self.clock.now()
        if token.expires_at >= until or is_news(token, now=now):
            return token
        if not token.can_be_renewed(now=now):
            return self.ask(session) if self.ask else token
        try:
            return self.renew(
                session,
                token,
                is_good=lambda other: other.expires_at >= until and other.is_of(session),
                patience=_SECONDS_FOR_ANOTHERS_RENEWAL,
            )
        except SsokitError as error:
            if self.ask is None or not says_no(error):
                raise
            return self.ask(session)


def _not_enough(assurance: Assurance, needed: timedelta) -> NotEnoughTimeError:
    return NotEnoughTimeError(
        f"The login lasts until {assurance.proven_until:%Y-%m-%d %H:%M:%S} UTC, which is less "
        f"than the {needed} that are needed, and it cannot be renewed; log in again with "
        "login=True or ssokit.login(force_refresh=True), or use an sso-session, whose logins "
        "renew themselves",
        until=assurance.proven_until,
    )
