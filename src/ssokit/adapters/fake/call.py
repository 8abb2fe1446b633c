"""A call, its outcome, and the record of both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from ssokit.adapters.fake.effects import Effect
from ssokit.domain.redaction import MASK

_SECRETS = frozenset(
    {
        "accessKeyId",
        "accessToken",
        "clientSecret",
        "code",
        "codeVerifier",
        "deviceCode",
        "refreshToken",
        "sessionToken",
    }
)


def _without_secrets(parameters: Mapping[str, Any]) -> str:
    return repr({name: MASK if name in _SECRETS else value for name, value in parameters.items()})


@attrs.frozen(kw_only=True)
class Call:
    """One call of an AWS operation.

    Attributes:
        operation: The operation's name, such as ``CreateToken``.
        parameters: What was sent, by the names that boto3 has for it.
        region: The region whose endpoint was called.
        service: ``sso-admin``, ``identitystore`` or ``organizations``; empty for the services
            of a login, sso-oidc, sso and sts.
    """

    operation: str
    parameters: Mapping[str, Any] = attrs.field(factory=dict, repr=_without_secrets)
    region: str
    service: str = ""


@attrs.frozen(kw_only=True)
class Outcome:
    """What came of a call.

    Attributes:
        members: The members of the answer, as AWS sends them; None if nothing was done.
        fault: What went wrong, with the call or only with its answer; None if nothing did.
    """

    members: Mapping[str, Any] | None = None
    fault: Effect | None = None


@attrs.frozen(kw_only=True)
class RecordedRequest:
    """A call that the model received.

    Attributes:
        operation: The operation's name, or method and path if there is no such operation.
        parameters: What was sent, by the names that boto3 has for it; secrets are there,
            but the repr masks them.
        region: The region whose endpoint was called.
        outcome: ``OK``, the error code of AWS, or the name of the effect that spoiled it,
            such as ``ConnectionReset``.
        at: The model's time of day.
        service: ``sso-admin``, ``identitystore`` or ``organizations``; empty for the services
            of a login. Two of them have a ``ListAccounts``.
    """

    operation: str
    parameters: Mapping[str, Any] = attrs.field(repr=_without_secrets)
    region: str
    outcome: str
    at: datetime
    service: str = ""
