"""Everything that the services of the model know, in one place."""

from __future__ import annotations

from typing import Any

import attrs

from ssokit.adapters.fake.access_index import AccessIndex
from ssokit.adapters.fake.access_tokens import AccessTokens
from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.code_logins import CodeLogins
from ssokit.adapters.fake.device_logins import DeviceLogins
from ssokit.adapters.fake.effects import RefusedError, refused
from ssokit.adapters.fake.mint import Mint
from ssokit.adapters.fake.person import Person
from ssokit.adapters.fake.registrations import Registrations
from ssokit.adapters.fake.role_keys import RoleKeys
from ssokit.adapters.fake.settings import Settings
from ssokit.adapters.fake.sign_in_sessions import SignInSessions
from ssokit.ports.clock import Clock

_INVALID = {"": "InvalidRequestException", "organizations": "InvalidInputException"}


@attrs.define(kw_only=True)
class State:
    """What one call sees of the model; the model serializes its use.

    Lifetimes are kept in monotonic seconds, so that a jump of the wall clock, which is the
    client machine's affair, ends nothing on the service's side.

    Attributes:
        start_url: The start URL of the instance.
        regions: The regions that serve it.
        verification_uri: Where people type their codes in.
        clock: What time it is.
        settings: The rules that may be changed.
        person: Who decides about logins.
        access: Who may use what.
        mint: Makes the secrets.
        registrations: The clients.
        logins: The logins on their way by device code.
        code_logins: The logins on their way through a browser.
        tokens: The tokens that are honoured.
        sessions: The sign-in sessions that can be renewed.
        keys: The role keys that were issued.
    """

    start_url: str
    regions: tuple[str, ...]
    verification_uri: str
    clock: Clock
    settings: Settings
    person: Person
    access: AccessIndex
    mint: Mint = attrs.field(factory=Mint)
    registrations: Registrations = attrs.field(factory=Registrations)
    logins: DeviceLogins = attrs.field(factory=DeviceLogins)
    code_logins: CodeLogins = attrs.field(factory=CodeLogins)
    tokens: AccessTokens = attrs.field(factory=AccessTokens)
    sessions: SignInSessions = attrs.field(factory=SignInSessions)
    keys: RoleKeys = attrs.field(factory=RoleKeys)


def required(call: Call, name: str) -> str:
    """Read a parameter that must be a text of at least one character.

    Raises:
        RefusedError: It is missing or something else; see `invalid`.
    """
    value: Any = call.parameters.get(name)
    if not isinstance(value, str) or not value:
        raise invalid(call, f"{name} is missing or invalid")
    return value


def texts(call: Call, name: str) -> tuple[str, ...]:
    """Read a parameter that may be a list of texts.

    Raises:
        RefusedError: It is something else; see `invalid`.
    """
    values = call.parameters.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise invalid(call, f"{name} is no list of strings")
    return tuple(values)


def invalid(call: Call, message: str) -> RefusedError:
    """Refuse a malformed call with the code that its service has for that."""
    code = _INVALID.get(call.service, "ValidationException")
    return refused(code, f"Invalid request: {message}")
