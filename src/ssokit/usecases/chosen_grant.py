"""Log in by the flow that fits, chosen when it is known that a login is needed."""

from __future__ import annotations

import logging
from collections.abc import Callable

import attrs

from ssokit.domain.flow import Flow, LoginEnvironment, choose_flow
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token

_LOG = logging.getLogger("ssokit.login")


@attrs.frozen(kw_only=True)
class ChosenGrant:
    """Log in by the flow that the caller asked for, else as the AWS CLI does.

    That is by device code for a legacy login, and by what fits the machine for a session with
    a name. Whoever shows logins in their own way has to ask for the authorization code: they
    may show it on another machine, or wait for a code to show.

    Attributes:
        asked: The flow that the caller asked for; None to choose.
        opens_browser: Whether a browser is opened here where there is one.
        environment: Looks at the machine.
        device_code: Logs in by device code.
        authorization_code: Logs in by authorization code.
    """

    asked: Flow | None
    opens_browser: bool
    environment: Callable[[], LoginEnvironment]
    device_code: Callable[[SsoSession], Token]
    authorization_code: Callable[[SsoSession], Token]

    def __call__(self, session: SsoSession) -> Token:
        """Give a token that the person has just approved; errors are those of the flows."""
        flow = self._flow(session)
        _LOG.info("Logging in to %s with the flow %s", session.start_url, flow.value)
        if flow is Flow.AUTHORIZATION_CODE:
            return self.authorization_code(session)
        return self.device_code(session)

    def _flow(self, session: SsoSession) -> Flow:
        if self.asked is not None:
            return self.asked
        if session.name is None or not self.opens_browser:
            return Flow.DEVICE_CODE
        return choose_flow(self.environment())
