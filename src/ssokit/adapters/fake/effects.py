"""What can go wrong with a call: the values that a `Fault` is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import attrs

_STATUS_OF = {
    "InvalidClientException": 401,
    "UnauthorizedException": 401,
    "ExpiredToken": 403,
    "ForbiddenException": 403,
    "InvalidClientTokenId": 403,
    "MissingAuthenticationToken": 403,
    "ResourceNotFoundException": 404,
    "UnknownOperationException": 404,
    "TooManyRequestsException": 429,
    "InternalServerException": 500,
}


@attrs.frozen
class AwsError:
    """An error as the AWS service itself puts it.

    Attributes:
        code: The error code, such as ``SlowDownException``.
        message: The service's words.
        status: The HTTP status; the one that AWS sends with the code by default.
        retry_after: Seconds for a ``Retry-After`` header, and for ``RetryAfterSeconds`` in the
            body where identitystore answers; none by default.
        details: Further members of the error, such as ``ResourceType`` or ``Reason``.
    """

    code: str
    message: str = attrs.field(default="", kw_only=True)
    status: int = attrs.field(kw_only=True)
    retry_after: int | None = attrs.field(default=None, kw_only=True)
    details: Mapping[str, str] = attrs.field(factory=dict, kw_only=True, hash=False)

    @status.default
    def _status_of_the_code(self) -> int:
        return _STATUS_OF.get(self.code, 400)


@attrs.frozen
class HttpError:
    """An error of something in front of the service: no AWS error code in it.

    Attributes:
        status: The HTTP status.
        body: The body, HTML or nothing.
        retry_after: Seconds for a ``Retry-After`` header; none by default.
    """

    status: int = 503
    body: bytes = attrs.field(default=b"", kw_only=True)
    retry_after: int | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class ConnectionReset:
    """The connection is reset before the service has done anything."""


@attrs.frozen
class TruncatedAnswer:
    """The service does its work, but the connection ends in the middle of the body.

    boto3 1.44 does not notice: it hands out an answer without any members. In process it
    is an answer that cannot be read.
    """


@attrs.frozen
class Hang:
    """No answer: the connection is held open, then closed.

    It ends early when the faults are cleared or the server stops. In process there is
    nobody to hold: the call fails at once, as after a timeout.

    Attributes:
        seconds: The longest time to hold it, in real seconds whatever the clock.
    """

    seconds: float = 60.0


@attrs.frozen
class GarbageAnswer:
    """The service does its work, but HTTP 200 comes with a body that is not AWS's.

    Attributes:
        body: The body; a captive portal's page by default, empty for an empty body.
    """

    body: bytes = b"<html><body>Welcome to the hotel network</body></html>"


@attrs.frozen
class SlowAnswer:
    """A right answer that takes its time.

    Attributes:
        seconds: What it takes, slept on the model's clock: a `ManualClock` just moves on.
    """

    seconds: float


@attrs.frozen
class Meanwhile:
    """Something changes just before the service does its work; the answer is a right one.

    With ``calls=[n]`` the change comes in the middle of a listing::

        Fault(
            "ListAccountAssignments",
            Meanwhile(lambda: center.delete_permission_set("ReadOnly")),
            calls=[5],
        )

    Attributes:
        happens: What is done. It must not call the model's services.
    """

    happens: Callable[[], object]


Effect: TypeAlias = (
    "AwsError | HttpError | ConnectionReset | TruncatedAnswer | Hang | GarbageAnswer"
    " | SlowAnswer | Meanwhile"
)


class RefusedError(Exception):
    """The model refuses a call.

    Args:
        error: What the service says.
    """

    def __init__(self, error: AwsError) -> None:
        super().__init__(error.code)
        self.error = error


def refused(code: str, message: str, **details: str) -> RefusedError:
    """Make the exception that refuses a call with an error code of AWS.

    Args:
        code: The error code.
        message: The service's words.
        **details: Further members of the error.
    """
    return RefusedError(AwsError(code, message=message, details=details))
