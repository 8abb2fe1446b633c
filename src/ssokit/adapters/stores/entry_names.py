"""What entries are called: as the AWS CLI, botocore and aws-sso-lib call them."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Iterator

import attrs

from ssokit.domain.role_credential import CredentialKey
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.start_urls import spellings


class EntryKind(enum.Enum):
    """What an entry is."""

    TOKEN = "token"  # noqa: S105 - a kind of entry, no secret
    REGISTRATION = "registration"
    CREDENTIAL = "credential"
    FAILURE = "failure"
    LOGIN = "login"


@attrs.frozen
class EntryName:
    """What an entry is kept under.

    Attributes:
        kind: What it is. There is no document of a login: its name is there to be locked.
        text: Its name in the AWS CLI's caches: no path, no suffix, no secret. No two kinds
            share one.
        start_url: The start URL it belongs to; None for a registration that serves a region.
        login: Whose role credentials it holds. Only stores that several people's logins may
            share look at it.
    """

    kind: EntryKind
    text: str
    start_url: str | None = None
    login: str | None = None

    @classmethod
    def of_token(cls, session: SsoSession) -> EntryName:
        """Name a token: the SHA-1 of the session's name, else of its start URL, verbatim."""
        return cls(EntryKind.TOKEN, _token_name(session), session.start_url)

    @classmethod
    def of_token_spellings(cls, session: SsoSession) -> Iterator[EntryName]:
        """Give all names under which the token may be, its own first.

        A legacy login may have been made with another spelling of the start URL, such as one
        with a slash at its end.
        """
        yield cls.of_token(session)
        if session.name is None:
            for spelling in spellings(session.start_url)[1:]:
                yield cls(EntryKind.TOKEN, _sha1(spelling), spelling)

    @classmethod
    def of_registration(cls, session: SsoSession) -> EntryName:
        """Name a client registration.

        For a session with a name, or with scopes of its own, it is the AWS CLI's: the SHA-1 of
        spaced, sorted JSON. Else it is aws-sso-lib's, one for a region.
        """
        if session.name is None and not session.scopes:
            return cls(EntryKind.REGISTRATION, f"botocore-client-id-{session.region}")
        members = {
            "region": session.region,
            # As configured, which the AWS CLI tells from the default: null is not [].
            "scopes": None if session.scopes is None else list(session.scopes),
            "session_name": session.name,
            "startUrl": session.start_url,
            "tool": "botocore",
        }
        text = _sha1(json.dumps(members, sort_keys=True))
        return cls(EntryKind.REGISTRATION, text, session.start_url)

    @classmethod
    def of_credential(cls, key: CredentialKey) -> EntryName:
        """Name role credentials: the SHA-1 of compact, sorted JSON. The login is no part."""
        members = {"accountId": key.account_id, "roleName": key.role_name}
        if key.session_name is None:
            members["startUrl"] = key.start_url
        else:
            members["sessionName"] = key.session_name
        text = _sha1(json.dumps(members, sort_keys=True, separators=(",", ":")))
        return cls(EntryKind.CREDENTIAL, text, key.start_url, key.login)

    @classmethod
    def of_failure(cls, session: SsoSession) -> EntryName:
        """Name the note about a failed renewal, which no other tool looks at."""
        text = f"{_token_name(session)}-renewal-failure"
        return cls(EntryKind.FAILURE, text, session.start_url)

    @classmethod
    def of_login(cls, session: SsoSession) -> EntryName:
        """Name the lock of whoever asks the person."""
        return cls(EntryKind.LOGIN, f"{_token_name(session)}-login", session.start_url)


def _token_name(session: SsoSession) -> str:
    return _sha1(session.start_url if session.name is None else session.name)


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
