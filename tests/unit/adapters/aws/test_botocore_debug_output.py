"""The filter masks what botocore prints at DEBUG level."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

import ssokit
from ssokit.adapters.aws.access_portal import BotoAccessPortal
from ssokit.adapters.aws.authorization_server import BotoAuthorizationServer
from ssokit.adapters.aws.boto3_session import boto3_session
from ssokit.domain.client_metadata import ClientMetadata
from ssokit.domain.errors import SsokitError
from ssokit.testing import (
    SECRET_PATTERN,
    AwsError,
    FakeIdentityCenter,
    Fault,
    GarbageAnswer,
    ManualClock,
)

pytestmark = pytest.mark.usefixtures("server")


@pytest.fixture
def printed() -> Iterator[io.StringIO]:
    """Give what a handler with the filter prints of all loggers at DEBUG level."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    handler.addFilter(ssokit.SecretFilter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_secret_of_a_whole_life_is_printed(
    printed: io.StringIO, center: FakeIdentityCenter, clock: ManualClock
):
    """From the registration to signed calls and the logout, all loggers stay clean."""
    oidc = BotoAuthorizationServer(center.region, clock)
    portal = BotoAccessPortal(center.region)
    registration = oidc.register_client(ClientMetadata("test"))
    authorization = oidc.start_device_authorization(registration, center.start_url)
    oidc.poll_for_token(registration, authorization)
    token = center.sign_in("alice")
    portal.list_accounts(token)
    keys = portal.get_role_credentials(token, "444455556666", "ReadOnly")
    client = boto3_session(lambda: keys, region="us-east-1").client("sts")
    client.get_caller_identity()
    client.close()
    portal.logout(token)
    text = printed.getvalue()
    assert "botocore.endpoint" in text
    assert "GetRoleCredentials" in text
    assert not [line for line in text.splitlines() if any(s in line for s in center.secrets)]
    assert not SECRET_PATTERN.search(text)


@pytest.mark.parametrize(
    "effect",
    [GarbageAnswer(), AwsError("UnauthorizedException", message="bad"), AwsError("Other")],
    ids=repr,
)
def test_no_secret_of_a_failure_is_printed(
    printed: io.StringIO, center: FakeIdentityCenter, effect: GarbageAnswer | AwsError
):
    """Failing calls print their requests too."""
    center.faults.add(Fault("GetRoleCredentials", effect))
    token = center.sign_in("alice")
    try:
        BotoAccessPortal(center.region).get_role_credentials(token, "444455556666", "ReadOnly")
    except SsokitError:
        logging.getLogger("program").exception("it failed")
    text = printed.getvalue()
    assert "it failed" in text
    assert not [secret for secret in center.secrets if secret in text]
