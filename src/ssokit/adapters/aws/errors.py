"""Where errors of botocore become errors of ssokit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ssokit.domain.errors import (
    ConfigFileError,
    InvalidSSOConfigError,
    ServiceError,
    ServiceUnavailableError,
    SsokitError,
)
from ssokit.domain.redaction import redact
from ssokit.domain.service_errors import ErrorAnswer, invalid_response

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError, ConfigParseError
    from botocore.parsers import ResponseParserError


@contextmanager
def translated(operation: str, meaning: Callable[[ErrorAnswer], Exception]) -> Iterator[None]:
    """Raise errors of ssokit in place of those of botocore, which they are chained to.

    Args:
        operation: The AWS operation that is called in the block.
        meaning: What the service's error codes mean.
    """
    from botocore import exceptions  # noqa: PLC0415 - on first use
    from botocore.parsers import ResponseParserError  # noqa: PLC0415 - on first use

    try:
        yield
    except SsokitError:
        raise
    except exceptions.ClientError as error:
        raise meaning(_answer(operation, error)) from _safe_to_show(error)
    except exceptions.ConfigParseError as error:
        raise unparsable(error) from None
    except (exceptions.BotoCoreError, ResponseParserError) as error:
        raise _without_answer(operation, error) from _safe_to_show(error)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # botocore's parsers take for granted that JSON has the shape of the service's model.
        raise invalid_response(operation, "a readable body") from _safe_to_show(error)


def unparsable(raised: ConfigParseError) -> ConfigFileError:
    """Say which line of a config file cannot be read.

    It is not to be chained: the parser quotes lines, and the file may hold secret keys.
    """
    facts: dict[str, Any] = dict(raised.kwargs)
    path, error = facts["path"], facts["error"]
    section, key = getattr(error, "section", None), getattr(error, "option", None)
    line = getattr(error, "lineno", None) or next(iter(getattr(error, "errors", ())), (None,))[0]
    where = f"{path}, line {line}" if line else path
    problem = "its lines have to be [section], key = value, or a comment after # or ;"
    if key:
        problem = f"{key} stands twice in [{section}]"
    elif section:
        problem = f"[{section}] stands there twice"
    elif isinstance(error, UnicodeDecodeError):
        problem = "it is not UTF-8; save it as UTF-8"
    elif str(getattr(error, "line", "")).startswith("\ufeff"):
        problem = "it begins with a byte order mark; save it as UTF-8 without one"
    return ConfigFileError(f"cannot parse {where}: {problem}", path=path, section=section, key=key)


def _safe_to_show(error: Exception) -> Exception | None:
    """Give an error as a cause, unless its text would put a secret into the traceback."""
    return error if redact(str(error)) == str(error) else None


def _answer(operation: str, error: ClientError) -> ErrorAnswer:
    body: Any = error.response
    metadata = body.get("ResponseMetadata", {})
    return ErrorAnswer(
        operation=operation,
        code=str(body.get("Error", {}).get("Code", "")),
        message=str(body.get("error_description") or body.get("Error", {}).get("Message", "")),
        http_status=metadata.get("HTTPStatusCode", 0),
        retry_after=_seconds(
            # Identitystore says it in the body, where botocore does not look for it.
            metadata.get("HTTPHeaders", {}).get("retry-after") or body.get("RetryAfterSeconds")
        ),
        resource_type=str(body.get("ResourceType") or ""),
        reason=str(body.get("Reason") or ""),
        right_region=str(body.get("region") or ""),
    )


def _seconds(said: object) -> float | None:
    text = str(said)
    return float(text) if text.isascii() and text.isdigit() else None


def _without_answer(operation: str, error: BotoCoreError | ResponseParserError) -> SsokitError:
    from botocore import exceptions  # noqa: PLC0415 - loaded on first use
    from botocore.parsers import ResponseParserError  # noqa: PLC0415 - loaded on first use

    name = type(error).__name__
    if isinstance(error, exceptions.SSLError):
        return ServiceError(
            f"{operation} found no trusted connection ({name}): set AWS_CA_BUNDLE if a proxy "
            "of yours opens TLS connections",
            operation=operation,
        )
    # Timeouts and refused connections are a ConnectionError or an HTTPClientError by turns.
    lost = (exceptions.ConnectionError, exceptions.HTTPClientError, exceptions.IncompleteReadError)
    if isinstance(error, (*lost, ResponseParserError)):
        return ServiceUnavailableError(
            f"{operation} got no usable answer ({name}): check the network, proxies and the "
            "Identity Center region, and try again",
            operation=operation,
        )
    # These never leave this machine: a config file or an endpoint setting is unusable.
    told = redact(str(error)).rstrip(". ")
    return InvalidSSOConfigError(
        f"{operation} could not be called ({name}): {told}; check the region, the keys and the "
        "endpoints that the AWS configuration and the environment name"
    )
