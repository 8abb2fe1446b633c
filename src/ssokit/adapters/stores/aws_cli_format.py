"""The documents of the AWS CLI's, botocore's and aws-sso-lib's caches.

Pure functions between domain objects and plain documents: dicts that JSON can express, with
times as strings. Whatever is no such document is foreign, and errors never quote it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from ssokit.adapters.stores.timestamps import format_timestamp, parse_timestamp
from ssokit.domain.role_credential import CredentialKey, RoleCredential
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import ClientRegistration, Token

Document: TypeAlias = "dict[str, Any]"

_TOKEN_MEMBERS = frozenset(
    ("startUrl", "region", "accessToken", "expiresAt", "receivedAt", "refreshToken")
)
_CLIENT_MEMBERS = frozenset(("clientId", "clientSecret", "registrationExpiresAt"))
_REGISTRATION_MEMBERS = frozenset(("clientId", "clientSecret", "expiresAt", "scopes", "grantTypes"))


class ForeignEntryError(ValueError):
    """A cache entry is not what its name promises; the message says why, without content."""


def token_document(token: Token) -> Document:
    """Write a token; ``startUrl``, ``region``, ``accessToken`` and ``expiresAt`` are always there.

    With its refresh token and its client, it has all that the AWS CLI and botocore need to
    renew it.

    Raises:
        ForeignEntryError: Its ``extra`` holds what JSON cannot express.
    """
    client: Document = {}
    if token.client:
        client = {
            "clientId": token.client.client_id,
            "clientSecret": token.client.client_secret,
            "registrationExpiresAt": format_timestamp(token.client.expires_at),
        }
    optional = {
        "refreshToken": token.refresh_token,
        "receivedAt": token.received_at and format_timestamp(token.received_at),
    }
    return {
        "startUrl": token.start_url,
        "region": token.region,
        "accessToken": token.access_token,
        "expiresAt": format_timestamp(token.expires_at),
        **client,
        **{member: value for member, value in optional.items() if value},
        **_unknown(plain(token.extra), _TOKEN_MEMBERS | client.keys()),
    }


def parse_token(document: object, session: SsoSession | None = None) -> Token:
    """Read a token.

    Args:
        document: The cache entry. Its own start URL and region count, whatever was asked for.
        session: What was asked for: it stands in where the entry has no start URL or region,
            which are empty otherwise.

    Raises:
        ForeignEntryError: There is no usable ``accessToken`` or ``expiresAt``.
    """
    members = plain(document)
    client = _client_of(members)
    known = _TOKEN_MEMBERS | _CLIENT_MEMBERS if client else _TOKEN_MEMBERS
    return Token(
        start_url=text_or_none(members, "startUrl") or (session.start_url if session else ""),
        region=text_or_none(members, "region") or (session.region if session else ""),
        access_token=_text(members, "accessToken"),
        expires_at=time_of(members, "expiresAt"),
        received_at=_time_or_none(members, "receivedAt"),
        refresh_token=text_or_none(members, "refreshToken"),
        client=client,
        extra=_unknown(members, known),
    )


def registration_document(registration: ClientRegistration) -> Document:
    """Write a client registration.

    Raises:
        ForeignEntryError: Its ``extra`` holds what JSON cannot express.
    """
    optional = {
        "scopes": list(registration.scopes or ()),
        "grantTypes": list(registration.grant_types),
    }
    return {
        "clientId": registration.client_id,
        "clientSecret": registration.client_secret,
        "expiresAt": format_timestamp(registration.expires_at),
        **{member: value for member, value in optional.items() if value},
        **_unknown(plain(registration.extra), _REGISTRATION_MEMBERS),
    }


def parse_registration(document: object) -> ClientRegistration:
    """Read a client registration.

    Raises:
        ForeignEntryError: A member is missing or unusable.
    """
    members = plain(document)
    return ClientRegistration(
        client_id=_text(members, "clientId"),
        client_secret=_text(members, "clientSecret"),
        expires_at=time_of(members, "expiresAt"),
        scopes=_texts_or_none(members, "scopes"),
        grant_types=_texts_or_none(members, "grantTypes") or (),
        extra=_unknown(members, _REGISTRATION_MEMBERS),
    )


def credential_document(credential: RoleCredential) -> Document:
    """Write role credentials, with the ``AccountId`` that new botocore expects."""
    return {
        "ProviderType": "sso",
        "Credentials": {
            "AccessKeyId": credential.access_key_id,
            "SecretAccessKey": credential.secret_access_key,
            "SessionToken": credential.session_token,
            "Expiration": format_timestamp(credential.expires_at),
            "AccountId": credential.account_id,
        },
    }


def parse_credential(document: object, key: CredentialKey) -> RoleCredential:
    """Read role credentials.

    Raises:
        ForeignEntryError: A member is missing or unusable, or the keys are for another account.
    """
    members = plain(plain(document).get("Credentials"))
    # aws-cli 2.9 writes no AccountId.
    if members.get("AccountId", key.account_id) != key.account_id:
        raise ForeignEntryError("its AccountId is another account's")
    return RoleCredential(
        account_id=key.account_id,
        role_name=key.role_name,
        access_key_id=_text(members, "AccessKeyId"),
        secret_access_key=_text(members, "SecretAccessKey"),
        session_token=_text(members, "SessionToken"),
        expires_at=time_of(members, "Expiration"),
    )


def expiry_of(document: Document) -> datetime:
    """Tell when the token, registration, role credentials or note in a document expire.

    Raises:
        ForeignEntryError: It is none of these.
    """
    if "Credentials" in document:
        return time_of(plain(document["Credentials"]), "Expiration")
    return time_of(document, "until" if "renewalFailure" in document else "expiresAt")


def plain(document: object) -> Document:
    """Copy a document deeply into dicts, lists, strings and numbers; times become strings.

    Raises:
        ForeignEntryError: It is no mapping, or holds what JSON cannot express.
    """
    if not isinstance(document, Mapping):
        raise ForeignEntryError("it is no JSON object")
    try:
        copied: Document = json.loads(json.dumps(dict(document), default=_plain_value))
    except (TypeError, ValueError, RecursionError):
        # Not chained: errors of json and of foreign values may quote secrets.
        raise ForeignEntryError("it holds values that JSON cannot express") from None
    return copied


def _plain_value(value: object) -> object:
    if isinstance(value, datetime):
        return format_timestamp(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError


def _client_of(members: Document) -> ClientRegistration | None:
    try:
        return ClientRegistration(
            client_id=_text(members, "clientId"),
            client_secret=_text(members, "clientSecret"),
            expires_at=time_of(members, "registrationExpiresAt"),
        )
    except ForeignEntryError:
        # Not all of them, or unusable: they are kept as they are, among the unknown ones.
        return None


def _unknown(members: Document, known: frozenset[str]) -> Document:
    return {member: value for member, value in members.items() if member not in known}


def text_or_none(members: Document, member: str) -> str | None:
    """Read a member that may be missing: printable ASCII, or it counts as missing."""
    value = members.get(member)
    # Every one of these ends up in an HTTP header or a URL.
    usable = isinstance(value, str) and value.isascii() and value.isprintable()
    return value if usable and value else None


def _texts_or_none(members: Document, member: str) -> tuple[str, ...] | None:
    values = members.get(member)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        return None
    return tuple(values)


def _text(members: Document, member: str) -> str:
    value = text_or_none(members, member)
    if value is None:
        raise ForeignEntryError(f"it has no usable {member}")
    return value


def time_of(members: Document, member: str) -> datetime:
    """Read a time.

    Raises:
        ForeignEntryError: It is missing or unusable.
    """
    try:
        return parse_timestamp(members.get(member))
    except ValueError:
        raise ForeignEntryError(f"it has no usable {member}") from None


def _time_or_none(members: Document, member: str) -> datetime | None:
    try:
        return time_of(members, member)
    except ForeignEntryError:
        return None
