"""Small fakes that the use case tests share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ssokit.domain.authorization_request import ShownAuthorization
from ssokit.domain.device_authorization import DeviceAuthorization
from ssokit.domain.errors import StoreError
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token
from ssokit.ports.user_notifier import UserNotifier
from ssokit.stores import MappingStore
from ssokit.testing import FakeBrowser


class RecordingNotifier:
    """Remembers what was shown, and does something at that moment.

    Args:
        then: What happens while the person looks.
    """

    def __init__(self, then: Callable[[], object] = lambda: None) -> None:
        self.shown: list[DeviceAuthorization] = []
        self.then = then

    def show(self, authorization: DeviceAuthorization) -> None:
        """Remember it."""
        self.shown.append(authorization)
        self.then()


class BrowsingPerson(UserNotifier):
    """Looks at what is shown in a browser, and does something."""

    def __init__(self, browser: FakeBrowser) -> None:
        self.browser = browser
        self.shown: list[ShownAuthorization] = []
        self.does: Callable[[], object] = lambda: None

    def show(self, authorization: ShownAuthorization) -> None:
        """Open the page, then do it."""
        self.shown.append(authorization)
        self.browser.show(authorization)
        self.does()


class UnwritableStore(MappingStore):
    """A store on a full disk.

    Args:
        refuses: The kinds of entries that it does not take: token, registration, credential.
    """

    def __init__(self, *refuses: str) -> None:
        super().__init__({})
        self.refuses = refuses

    def save_token(self, session: SsoSession, token: Token) -> None:
        """Keep a token, if there is room."""
        self._refuse("token")
        super().save_token(session, token)

    def delete_token(self, session: SsoSession) -> None:
        """Forget a token, if the folder can be written."""
        self._refuse("deletion")
        super().delete_token(session)

    def save_registration(self, session: SsoSession, registration: ClientRegistration) -> None:
        """Keep a registration, if there is room."""
        self._refuse("registration")
        super().save_registration(session, registration)

    def save_credential(self, key: CredentialKey, credential: RoleCredential) -> None:
        """Keep keys, if there is room."""
        self._refuse("credential")
        super().save_credential(key, credential)

    def _refuse(self, kind: str) -> None:
        if kind in self.refuses:
            raise StoreError("no space left on device")


def messages(caplog: Any, level: str) -> list[str]:
    """Give the log messages of one level."""
    return [record.getMessage() for record in caplog.records if record.levelname == level]
