"""Log in by the flow that fits, chosen when it is known that a login is needed."""

from __future__ import annotations

import logging
from collections.abc import Callable

import attrs

from ssokit.domain.flow import Flow
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token

_LOG = logging.getLogger("ssokit.login")


@attrs.frozen(kw_only=True)
class ChosenGrant:
    """Ask which flow it is to be, and log in by that.

    Attributes:
        flow: Chooses.
        device_code: Logs in by device code.
        authorization_code: Logs in by authorization code.
    """

    flow: Callable[[SsoSession], Flow]
    device_code: Callable[[SsoSession], Token]
    authorization_code: Callable[[SsoSession], Token]

    def __call__(self, session: SsoSession) -> Token:
        """Give a token that the person has just approved; errors are those of the flows."""
        flow = self.flow(session)
        _LOG.info("Logging in to %s with the flow %s", session.start_url, flow.value)
        if flow is Flow.AUTHORIZATION_CODE:
            return self.authorization_code(session)
        return self.device_code(session)
