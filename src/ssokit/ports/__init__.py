"""What ssokit needs from the world: one Protocol per file.

Implement any of them to plug something else in; nothing of ssokit needs to be imported for
that, because they are structural. Inherit from them to let a type checker compare.
"""

from ssokit.ports.access_portal import AccessPortal, Page
from ssokit.ports.assignment_directory import AssignmentDirectory
from ssokit.ports.authorization_server import AuthorizationServer
from ssokit.ports.clock import Clock
from ssokit.ports.credential_store import CredentialStore
from ssokit.ports.login_inventory import LoginInventory, StoredLogin
from ssokit.ports.redirect_listener import RedirectListener, Redirects
from ssokit.ports.token_provider import TokenProvider
from ssokit.ports.token_store import TokenStore
from ssokit.ports.user_notifier import UserNotifier

__all__ = [
    "AccessPortal",
    "AssignmentDirectory",
    "AuthorizationServer",
    "Clock",
    "CredentialStore",
    "LoginInventory",
    "Page",
    "RedirectListener",
    "Redirects",
    "StoredLogin",
    "TokenProvider",
    "TokenStore",
    "UserNotifier",
]
