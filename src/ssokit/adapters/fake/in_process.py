"""Say the outcome of a call in the words of the ports, as a boto3 adapter would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ssokit.adapters.fake.call import Call, Outcome
from ssokit.adapters.fake.effects import AwsError, Effect, GarbageAnswer, HttpError, TruncatedAnswer
from ssokit.domain.errors import ServiceUnavailableError, SsokitError
from ssokit.domain.service_errors import ErrorAnswer, invalid_response

Handler: TypeAlias = Callable[[Call], Outcome]
Namer: TypeAlias = Callable[[ErrorAnswer], SsokitError]


def members_of(call: Call, outcome: Outcome, name: Namer) -> Mapping[str, Any]:
    """Give the members of an answer.

    Args:
        call: The call.
        outcome: What came of it.
        name: Gives the error that an error code of the service stands for.

    Raises:
        SsokitError: What went wrong, by its kind.
    """
    if outcome.fault is None:
        return outcome.members or {}
    raise _error(call, outcome.fault, name)


def _error(call: Call, fault: Effect, name: Namer) -> SsokitError:
    match fault:
        case AwsError():
            return name(
                ErrorAnswer(
                    operation=call.operation,
                    code=fault.code,
                    message=fault.message,
                    http_status=fault.status,
                    retry_after=fault.retry_after,
                    resource_type=fault.details.get("ResourceType", ""),
                    reason=fault.details.get("Reason", ""),
                )
            )
        case HttpError():
            return name(
                ErrorAnswer(
                    operation=call.operation,
                    code="",
                    http_status=fault.status,
                    retry_after=fault.retry_after,
                )
            )
        case GarbageAnswer() | TruncatedAnswer():
            return invalid_response(call.operation, "a readable body")
        case _:
            return ServiceUnavailableError(
                f"{call.operation} got no answer ({type(fault).__name__}); try again later",
                operation=call.operation,
            )
