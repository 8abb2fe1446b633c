"""Errors of botocore become errors of ssokit, in one place."""

from __future__ import annotations

import socket
import ssl
import traceback
from pathlib import Path

import pytest
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from ssokit.adapters.aws.access_portal import BotoAccessPortal
from ssokit.adapters.aws.authorization_server import BotoAuthorizationServer
from ssokit.adapters.aws.clients import call_unsigned
from ssokit.adapters.aws.errors import translated
from ssokit.domain.client_metadata import ClientMetadata
from ssokit.domain.errors import (
    AccessDeniedError,
    ConfigFileError,
    InvalidResponseError,
    InvalidSSOConfigError,
    ServiceError,
    ServiceUnavailableError,
    SsokitError,
    ThrottledError,
    TokenRejectedError,
    WrongRegionError,
)
from ssokit.domain.service_errors import portal_error
from ssokit.testing import (
    AwsError,
    FakeIdentityCenter,
    Fault,
    Hang,
    IdentityCenterServer,
    ManualClock,
)

_URL = "http://127.0.0.1:9"


def _client_error(code: str, status: int, **headers: str) -> boto.ClientError:
    return boto.ClientError(
        {
            "Error": {"Code": code, "Message": "words"},
            "ResponseMetadata": {
                "HTTPStatusCode": status,
                "HTTPHeaders": headers,
                "RequestId": "",
                "HostId": "",
                "RetryAttempts": 0,
            },
        },
        "ListAccounts",
    )


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (_client_error("UnauthorizedException", 401), TokenRejectedError),
        (_client_error("ForbiddenException", 403), AccessDeniedError),
        (_client_error("TooManyRequestsException", 429), ThrottledError),
        (_client_error("429", 429), ThrottledError),
        (_client_error("503", 503), ServiceUnavailableError),
        (_client_error("ResourceNotFoundException", 404), ServiceError),
        (boto.EndpointConnectionError(endpoint_url=_URL), ServiceUnavailableError),
        (boto.ConnectTimeoutError(endpoint_url=_URL), ServiceUnavailableError),
        (boto.ReadTimeoutError(endpoint_url=_URL), ServiceUnavailableError),
        (boto.ConnectionClosedError(endpoint_url=_URL), ServiceUnavailableError),
        (boto.ProxyConnectionError(proxy_url=_URL), ServiceUnavailableError),
        (boto.HTTPClientError(error="x"), ServiceUnavailableError),
        (boto.IncompleteReadError(actual_bytes=1, expected_bytes=2), ServiceUnavailableError),
        (ResponseParserError("x"), ServiceUnavailableError),
        (boto.SSLError(endpoint_url=_URL, error="x"), ServiceError),
        (boto.ParamValidationError(report="x"), InvalidSSOConfigError),
        (boto.NoRegionError(), InvalidSSOConfigError),
        (AttributeError("x"), InvalidResponseError),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), InvalidResponseError),
        (OverflowError("x"), InvalidResponseError),
        (KeyError("x"), InvalidResponseError),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else type(value).__name__,
)
def test_foreign_errors_are_translated_and_chained(raised: Exception, kind: type[SsokitError]):
    """Each error of botocore has its one meaning, and stays visible as the cause."""
    with pytest.raises(SsokitError) as error, translated("ListAccounts", portal_error):
        raise raised
    assert type(error.value) is kind
    assert error.value.__cause__ is raised
    assert "ListAccounts" in str(error.value)


def test_tls_trouble_names_the_setting():
    """A proxy that opens TLS is not waited out: the setting that helps is named."""
    with pytest.raises(ServiceError, match="AWS_CA_BUNDLE") as error, translated("X", portal_error):
        raise boto.SSLError(endpoint_url=_URL, error=ssl.SSLError("x"))
    assert not error.value.retryable


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("soon", None), ("", None), ("-1", None), ("٣", None)]
)
def test_retry_after(header: str, seconds: float | None):
    """Seconds are understood, and anything else is ignored."""
    raised = _client_error("TooManyRequestsException", 429, **{"retry-after": header})
    with pytest.raises(ThrottledError) as error, translated("X", portal_error):
        raise raised
    assert error.value.retry_after == seconds


@pytest.mark.parametrize("kind", [InvalidSSOConfigError, MemoryError, KeyboardInterrupt])
def test_other_exceptions_pass(kind: type[BaseException]):
    """Errors of ssokit's own and those that are nobody's pass unchanged."""
    with pytest.raises(kind, match="x"), translated("X", portal_error):
        raise kind("x")


@pytest.mark.usefixtures("_home")
def test_nobody_listens(monkeypatch: pytest.MonkeyPatch, center: FakeIdentityCenter):
    """A refused connection is an unavailable service, which a later try may reach."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", f"http://127.0.0.1:{port}")
        with pytest.raises(ServiceUnavailableError, match="check the network"):
            BotoAccessPortal("us-east-1").list_accounts(center.sign_in("alice"))


@pytest.mark.usefixtures("_home")
def test_unusable_endpoint_setting(monkeypatch: pytest.MonkeyPatch, center: FakeIdentityCenter):
    """An endpoint that is no URL is a mistake of the configuration."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", "no url")
    with pytest.raises(InvalidSSOConfigError, match="ListAccounts could not be called"):
        BotoAccessPortal("us-east-1").list_accounts(center.sign_in("alice"))


@pytest.mark.usefixtures("_home")
def test_broken_config_file(
    monkeypatch: pytest.MonkeyPatch, center: FakeIdentityCenter, tmp_path: Path
):
    """A config file that cannot be parsed is named with its line, which is not quoted."""
    (tmp_path / "broken").write_text("[default]\naws_secret_access_key canary\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "broken"))
    with pytest.raises(ConfigFileError, match="broken, line 2: its lines have to be") as error:
        BotoAccessPortal("us-east-1").list_accounts(center.sign_in("alice"))
    assert "canary" not in "".join(traceback.format_exception(error.value))


def test_region_that_the_answer_names(
    server: IdentityCenterServer, center: FakeIdentityCenter, clock: ManualClock
):
    """An answer that names the right region is an error that names it, too."""
    assert server.url
    where = {"region": "eu-west-1", "endpoint": "https://oidc.eu-west-1.amazonaws.com"}
    center.faults.add(
        Fault("RegisterClient", AwsError("InvalidRequestRegionException", details=where))
    )
    with pytest.raises(WrongRegionError, match="use eu-west-1") as raised:
        BotoAuthorizationServer("us-east-1", clock).register_client(ClientMetadata("tests"))
    assert raised.value.right_region == "eu-west-1"


def test_calls_are_made_once(server: IdentityCenterServer, center: FakeIdentityCenter):
    """The adapter does not retry by itself, not even a closed connection."""
    assert server.url
    center.faults.add(Fault("ListAccounts", Hang(0.01)))
    with pytest.raises(ServiceUnavailableError):
        BotoAccessPortal("us-east-1").list_accounts(center.sign_in("alice"))
    assert center.calls("ListAccounts") == 1


def test_environment_changes_are_noticed(
    server: IdentityCenterServer, center: FakeIdentityCenter, monkeypatch: pytest.MonkeyPatch
):
    """A client is shared while the environment stays, and another is made when it changes."""
    token = center.sign_in("alice").access_token
    for _ in range(3):
        call_unsigned("sso", "us-east-1", "ListAccounts", {"accessToken": token})
    with IdentityCenterServer(FakeIdentityCenter()) as other:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", other.url)
        with pytest.raises(boto.ClientError):
            call_unsigned("sso", "us-east-1", "ListAccounts", {"accessToken": token})
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", server.url)
    call_unsigned("sso", "us-east-1", "ListAccounts", {"accessToken": token})
    assert center.calls("ListAccounts") == 4
