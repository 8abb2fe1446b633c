"""Notes about failed renewals as documents. No other tool reads them."""

from __future__ import annotations

from ssokit.adapters.stores.aws_cli_format import (
    Document,
    ForeignEntryError,
    plain,
    text_or_none,
    time_of,
)
from ssokit.domain.renewal_failure import FailureKind, RenewalFailure


def failure_document(failure: RenewalFailure) -> Document:
    """Write a note; times keep their fractions, which tell one failure from the next."""
    return {
        "renewalFailure": failure.kind.value,
        "token": failure.token,
        "failedAt": failure.failed_at.isoformat(),
        "until": failure.until.isoformat(),
        "message": failure.message,
        "code": failure.code,
    }


def parse_failure(document: object) -> RenewalFailure:
    """Read a note.

    Raises:
        ForeignEntryError: A member is missing or unusable.
    """
    members = plain(document)
    try:
        kind = FailureKind(members.get("renewalFailure"))
    except ValueError:
        raise ForeignEntryError("it has no usable renewalFailure") from None
    message = members.get("message")
    return RenewalFailure(
        kind=kind,
        token=text_or_none(members, "token"),
        failed_at=time_of(members, "failedAt"),
        until=time_of(members, "until"),
        message=message if isinstance(message, str) else kind.value,
        code=text_or_none(members, "code"),
    )
