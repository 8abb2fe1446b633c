"""Raw boto3 clients understand the wire face."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ssokit.testing import (
    AwsError,
    ConnectionReset,
    FakeIdentityCenter,
    Fault,
    IdentityCenterServer,
    Ignores,
    TruncatedAnswer,
)

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_ONE_TRY = Config(retries={"total_max_attempts": 1, "mode": "standard"})


@pytest.fixture
def _here(server: IdentityCenterServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def oidc(_here: None) -> Iterator[Any]:
    client = boto3.Session().client("sso-oidc", region_name="us-east-1", config=_ONE_TRY)
    yield client
    client.close()


@pytest.fixture
def portal(_here: None) -> Iterator[Any]:
    client = boto3.Session().client("sso", region_name="us-east-1", config=_ONE_TRY)
    yield client
    client.close()


def test_pending_is_a_modelled_exception(oidc: Any, center: FakeIdentityCenter):
    """boto3 raises its own class for a pending login, with OAuth's words."""
    center.person = Ignores()
    client = oidc.register_client(clientName="x", clientType="public")
    known = {"clientId": client["clientId"], "clientSecret": client["clientSecret"]}
    started = oidc.start_device_authorization(**known, startUrl=center.start_url)
    with pytest.raises(oidc.exceptions.AuthorizationPendingException) as pending:
        oidc.create_token(**known, grantType=_GRANT, deviceCode=started["deviceCode"])
    assert pending.value.response["error"] == "authorization_pending"


def test_paginators_join_pages(portal: Any, center: FakeIdentityCenter):
    """boto3's own paginator gets every account once."""
    center.settings.page_size = 2
    token = center.sign_in("carol").access_token
    pages = list(portal.get_paginator("list_accounts").paginate(accessToken=token))
    assert [len(page["accountList"]) for page in pages] == [2, 2, 1]


def test_forbidden_is_matched_by_code(portal: Any, center: FakeIdentityCenter):
    """ForbiddenException has no class in boto3, but its code comes through."""
    token = center.sign_in("alice").access_token
    with pytest.raises(ClientError) as denial:
        portal.list_account_roles(accessToken=token, accountId="222233334444")
    assert denial.value.response["Error"] == {"Code": "ForbiddenException", "Message": "No access"}


def test_throttling_and_unauthorized_are_modelled(portal: Any, center: FakeIdentityCenter):
    """boto3 has classes for the portal's 401 and 429."""
    with pytest.raises(portal.exceptions.UnauthorizedException):
        portal.list_accounts(accessToken="none")
    center.faults.add(Fault("*", AwsError("TooManyRequestsException")))
    with pytest.raises(portal.exceptions.TooManyRequestsException):
        portal.list_accounts(accessToken="none")


@pytest.mark.usefixtures("_here")
def test_boto3_retries_what_is_reset(center: FakeIdentityCenter):
    """A client with AWS's own retries survives one reset connection."""
    center.faults.add(Fault("ListAccounts", ConnectionReset(), calls={1}))
    config = Config(retries={"total_max_attempts": 2, "mode": "standard"})
    client = boto3.Session().client("sso", region_name="us-east-1", config=config)
    try:
        assert client.list_accounts(accessToken=center.sign_in("alice").access_token)["accountList"]
    finally:
        client.close()
    assert [request.outcome for request in center.requests] == ["ConnectionReset", "OK"]


def test_truncated_answers_lack_everything(portal: Any, center: FakeIdentityCenter):
    """What boto3 makes of a cut body never looks like a listing."""
    center.faults.add(Fault("ListAccounts", TruncatedAnswer()))
    answer = {}
    # botocore 1.44 hands out an answer without members; with other versions it raises.
    with contextlib.suppress(BotoCoreError):
        answer = portal.list_accounts(accessToken=center.sign_in("alice").access_token)
    assert "accountList" not in answer


def test_environment_names_a_region(server: IdentityCenterServer):
    """The endpoints of another region are below a path of their own."""
    environment = server.environment(region="eu-west-1")
    assert environment["AWS_ENDPOINT_URL_SSO_OIDC"] == f"{server.url}/region/eu-west-1"
    assert sorted(environment) == [
        "AWS_ENDPOINT_URL_IDENTITYSTORE",
        "AWS_ENDPOINT_URL_ORGANIZATIONS",
        "AWS_ENDPOINT_URL_SSO",
        "AWS_ENDPOINT_URL_SSO_ADMIN",
        "AWS_ENDPOINT_URL_SSO_OIDC",
        "AWS_ENDPOINT_URL_STS",
    ]
