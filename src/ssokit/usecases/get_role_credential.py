"""Obtain AWS keys for a role, and share them with whoever needs the same."""

from __future__ import annotations

import logging
from contextlib import ExitStack

import attrs

from ssokit.domain.error_facts import facts
from ssokit.domain.errors import (
    LoginError,
    ServiceError,
    SsokitError,
    StoreError,
    StoreLockTimeoutError,
)
from ssokit.domain.expiry import Freshness, RefreshWindows
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.ports.access_portal import AccessPortal
from ssokit.ports.clock import Clock
from ssokit.ports.credential_store import CredentialStore
from ssokit.ports.token_store import TokenStore
from ssokit.usecases.authorized import Authorized

_LOG = logging.getLogger("ssokit.credentials")

# How long to wait for whoever renews already, in seconds, by what is at hand meanwhile; None for
# the store's own patience. Whoever renews may be waiting for a person.
_PATIENCE = {Freshness.STALE: 0.0, Freshness.DUE: 15.0, Freshness.EXPIRED: None}


@attrs.frozen(kw_only=True)
class GetRoleCredential:
    """Give role credentials from the store if they are fresh, else from the portal.

    All who share the store take turns, so that one call serves them all. Nobody waits for
    whoever renews keys that are still good for a while, or for long while they are good at all.

    Attributes:
        portal: The access portal.
        authorized: Calls it as the person.
        tokens: Where the login is kept.
        credentials: Where role credentials are kept.
        clock: What time it is.
        windows: What counts as fresh.
    """

    portal: AccessPortal
    authorized: Authorized
    tokens: TokenStore
    credentials: CredentialStore
    clock: Clock
    windows: RefreshWindows = attrs.field(factory=RefreshWindows)

    def __call__(self, session: SsoSession, account_id: str, role_name: str) -> RoleCredential:
        """Give role credentials that have not expired.

        If new ones cannot be had just now, those in the store are given to their end.

        Raises:
            AccessDeniedError: The role is not granted.
            AuthenticationNeededError: Nobody is logged in, and the person may not be asked.
            LoginError: The person was asked, and the login failed.
            ServiceError: The portal failed.
        """
        key = self._key(session, account_id, role_name)
        stored = self.credentials.load_credential(key)
        if stored and self._freshness(stored) is Freshness.FRESH:
            return stored
        patience = _PATIENCE[self._freshness(stored) if stored else Freshness.EXPIRED]
        with facts(account_id=account_id, role_name=role_name), ExitStack() as held:
            try:
                # Before the lock: a person may take their time.
                self.authorized.prepare(session)
                key = self._key(session, account_id, role_name)
                held.enter_context(self.credentials.lock(key, timeout=patience))
            except (ServiceError, LoginError, StoreError) as error:
                return self._to_its_end(stored, error)
            stored = self.credentials.load_credential(key) or stored
            if stored and self._freshness(stored) is Freshness.FRESH:
                return stored
            return self._renewed(session, key, stored)

    def _key(self, session: SsoSession, account_id: str, role_name: str) -> CredentialKey:
        token = self.tokens.load_token(session)
        return CredentialKey(
            start_url=session.start_url,
            account_id=account_id,
            role_name=role_name,
            session_name=session.name,
            login=token.fingerprint if token else None,
        )

    def _freshness(self, credential: RoleCredential) -> Freshness:
        return self.windows.freshness(credential.expires_at, self.clock.now())

    def _renewed(
        self, session: SsoSession, key: CredentialKey, stored: RoleCredential | None
    ) -> RoleCredential:
        logins: list[str] = []

        def request(token: Token) -> RoleCredential:
            logins.append(token.fingerprint)
            return self.portal.get_role_credentials(token, key.account_id, key.role_name)

        try:
            fresh = self.authorized(session, request)
        except (ServiceError, LoginError, StoreError) as error:
            return self._to_its_end(stored, error)
        # By the token that obtained them: it need not be the one that is in the store.
        self._keep(attrs.evolve(key, login=logins[-1]), fresh)
        return fresh

    def _to_its_end(self, stored: RoleCredential | None, error: SsokitError) -> RoleCredential:
        if stored is None or self._freshness(stored) is Freshness.EXPIRED:
            raise error
        level = logging.DEBUG if isinstance(error, StoreLockTimeoutError) else logging.WARNING
        _LOG.log(level, "Role credentials are used to their end, for want of new ones: %s", error)
        return stored

    def _keep(self, key: CredentialKey, credential: RoleCredential) -> None:
        try:
            self.credentials.save_credential(key, credential)
        except StoreError as error:
            _LOG.warning("Role credentials could not be stored: %s", error)
