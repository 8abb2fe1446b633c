"""The bytes of sso-admin, identitystore and organizations, and what boto3 makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore
import pytest
from botocore.config import Config

from ssokit.testing import AwsError, Caller, FakeIdentityCenter, Fault, IdentityCenterServer

_ADMIN = "SWBExternalService"
_STORE = "AWSIdentityStore"
_ORGANIZATIONS = "AWSOrganizationsV20161128"

Ask = Callable[..., Any]


@pytest.fixture
def ask(send: Callable[..., Any]) -> Ask:
    """Send an operation of the json protocol, unsigned, to an endpoint's root."""

    def ask_one(target: str, members: dict[str, object] | None = None, path: str = "/") -> Any:
        headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
        return send("POST", path, members or {}, headers)

    return ask_one


@pytest.fixture
def client(
    server: IdentityCenterServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Any]]:
    """Make boto3 clients that sign with made-up keys and try once."""
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    session: Any = boto3.Session("AKIDEXAMPLE", "example", region_name="us-east-1")
    config = Config(retries={"total_max_attempts": 1, "mode": "standard"})
    made: list[Any] = []

    def make(service: str) -> Any:
        made.append(session.client(service, config=config))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_target_routes(ask: Ask, center: FakeIdentityCenter):
    """The header says which service and which operation; the answer is json 1.1."""
    answer = ask(f"{_ADMIN}.ListInstances")
    assert answer.headers["Content-Type"] == "application/x-amz-json-1.1"
    (instance,) = answer.json()["Instances"]
    assert instance["InstanceArn"] == center.organization.instance_arn
    (request,) = center.requests
    assert (request.service, request.operation) == ("sso-admin", "ListInstances")


def test_two_services_list_accounts(ask: Ask, center: FakeIdentityCenter):
    """ListAccounts of organizations is another than that of the access portal."""
    assert len(ask(f"{_ORGANIZATIONS}.ListAccounts").json()["Accounts"]) == 6
    center.access_portal().list_accounts(center.sign_in("alice"))
    assert [request.service for request in center.requests] == ["organizations", ""]


@pytest.mark.parametrize(
    ("target", "members", "code"),
    [
        (f"{_ADMIN}.ListPermissionSets", {}, "ValidationException"),
        (f"{_ADMIN}.ListInstances", {"MaxResults": 101}, "ValidationException"),
        (f"{_ADMIN}.ListInstances", {"NextToken": "?"}, "ValidationException"),
        (f"{_STORE}.ListUsers", {"IdentityStoreId": ""}, "ValidationException"),
        (
            f"{_STORE}.ListGroupMembershipsForMember",
            {"IdentityStoreId": "d-1234567890", "MemberId": "bob"},
            "ValidationException",
        ),
        (f"{_ORGANIZATIONS}.ListAccounts", {"MaxResults": 21}, "InvalidInputException"),
        (f"{_ORGANIZATIONS}.ListAccountsForParent", {}, "InvalidInputException"),
        (f"{_ADMIN}.DeleteInstance", {}, "UnknownOperationException"),
        ("Unknown.ListInstances", {}, "UnknownOperationException"),
    ],
)
def test_malformed_calls_are_refused(ask: Ask, target: str, members: dict[str, object], code: str):
    """Each service has its own code for what is missing, too many or garbage."""
    answer = ask(target, members)
    assert answer.json()["__type"].endswith(f"#{code}")


def test_errors_answer_400(ask: Ask, center: FakeIdentityCenter):
    """Denials and missing things come with HTTP 400, as observed, unless the script differs."""
    center.settings.caller = Caller.MEMBER
    denied = ask(f"{_ADMIN}.ListInstances")
    assert (denied.status, denied.json()["__type"]) == (
        400,
        "com.amazonaws.sso-admin#AccessDeniedException",
    )
    missing = ask(f"{_STORE}.ListUsers", {"IdentityStoreId": "d-0000000000"})
    assert missing.status == 400
    assert missing.json()["ResourceType"] == "IDENTITY_STORE"
    center.faults.add(Fault("*", AwsError("AccessDeniedException", status=403), times=1))
    assert ask(f"{_ADMIN}.ListInstances").status == 403
    center.faults.add(Fault("ListInstances", AwsError("InternalServerException")))
    assert ask(f"{_ADMIN}.ListInstances").status == 500


def test_retry_time_is_where_the_service_has_it(ask: Ask, center: FakeIdentityCenter):
    """Identitystore says in the body when to come back; all say it in a header."""
    center.faults.add(Fault("*", AwsError("ThrottlingException", retry_after=7)))
    from_store, from_admin = ask(f"{_STORE}.ListUsers"), ask(f"{_ADMIN}.ListInstances")
    assert from_store.json()["RetryAfterSeconds"] == 7
    assert "RetryAfterSeconds" not in from_admin.json()
    assert from_admin.headers["Retry-After"] == "7"


def test_additional_region_administers_nothing(server: IdentityCenterServer, ask: Ask):
    """Outside the primary region there is no instance to list, and none to read."""
    arn = server.center.organization.instance_arn
    path = "/region/eu-west-1/"
    assert ask(f"{_ADMIN}.ListInstances", path=path).json() == {"Instances": []}
    refused = ask(f"{_ADMIN}.ListPermissionSets", {"InstanceArn": arn}, path)
    assert refused.json()["__type"].endswith("#ResourceNotFoundException")


def test_region_is_the_one_that_is_signed_for(
    server: IdentityCenterServer, monkeypatch: pytest.MonkeyPatch
):
    """One URL serves all regions: a session of another region finds nothing to administer."""
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    session: Any = boto3.Session("AKIDEXAMPLE", "example", region_name="ap-south-1")
    admin, organizations = session.client("sso-admin"), session.client("organizations")
    assert admin.list_instances()["Instances"] == []
    assert organizations.list_roots()["Roots"]
    assert [request.region for request in server.center.requests] == ["ap-south-1", "us-east-1"]


@pytest.mark.skipif(
    tuple(map(int, botocore.__version__.split(".")[:2])) < (1, 44),
    reason="the service models of this botocore do not have this parameter yet",
)
def test_instances_of_all_regions(client: Callable[[str], Any], center: FakeIdentityCenter):
    """On request, instances are listed from regions that they do not serve."""
    session: Any = boto3.Session("AKIDEXAMPLE", "example", region_name="ap-south-1")
    admin = session.client("sso-admin", endpoint_url=client("sso-admin").meta.endpoint_url)
    (instance,) = admin.list_instances(RegionScope="ALL_REGIONS")["Instances"]
    assert instance["PrimaryRegion"] == center.region
    assert [region["IsPrimaryRegion"] for region in instance["Regions"]] == [True]


def test_rate_of_one_service(ask: Ask, center: FakeIdentityCenter):
    """A rate of sso-admin counts its calls alone, and has its own error code."""
    center.enforce_rate(20, service="sso-admin")
    asked = [ask(f"{target}") for target in (f"{_ADMIN}.ListInstances",) * 2]
    assert [answer.status for answer in asked] == [200, 400]
    assert asked[1].json()["__type"].endswith("#ThrottlingException")
    assert ask(f"{_ORGANIZATIONS}.ListRoots").status == 200
    center.lift_rate()
    assert ask(f"{_ADMIN}.ListInstances").status == 200


def test_rate_can_be_set_from_outside(ask: Ask, send: Callable[..., Any]):
    """Another process can have one service's rate enforced."""
    steps = {"callsPerSecond": 20, "service": "organizations"}
    send("POST", "/_control/rate", steps, {"Content-Type": "application/json"})
    answers = [ask(f"{_ORGANIZATIONS}.ListRoots") for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 400]
    assert answers[1].json()["__type"].endswith("#TooManyRequestsException")


def test_boto3_reads_everything(client: Callable[[str], Any], center: FakeIdentityCenter):
    """boto3's own paginators join the pages of a signed listing."""
    center.settings.page_size = 2
    admin = client("sso-admin")
    (instance,) = admin.list_instances()["Instances"]
    pages = admin.get_paginator("list_permission_sets").paginate(
        InstanceArn=instance["InstanceArn"]
    )
    arns = [arn for page in pages for arn in page["PermissionSets"]]
    assert arns == [s.arn for s in center.organization.permission_sets.values()]
    described = admin.describe_permission_set(
        InstanceArn=instance["InstanceArn"], PermissionSetArn=arns[-1]
    )["PermissionSet"]
    assert (described["Name"], described["SessionDuration"]) == ("Developer", "PT14400S")


def test_boto3_knows_the_errors(client: Callable[[str], Any], center: FakeIdentityCenter):
    """boto3 has classes for these errors, with the members that tell them apart."""
    store = client("identitystore")
    with pytest.raises(store.exceptions.ResourceNotFoundException) as missing:
        store.describe_user(
            IdentityStoreId=center.organization.identity_store_id,
            UserId="9067f0e1d2-11111111-2222-3333-4444-555555555555",
        )
    assert missing.value.response["ResourceType"] == "USER"
    organizations = client("organizations")
    with pytest.raises(organizations.exceptions.ParentNotFoundException):
        organizations.list_accounts_for_parent(ParentId="r-zzzz")
    with pytest.raises(organizations.exceptions.AccountNotFoundException):
        organizations.describe_account(AccountId="999999999999")


@pytest.mark.skipif(
    tuple(map(int, botocore.__version__.split(".")[:2])) < (1, 43),
    reason="the service models of this botocore do not have these members yet",
)
def test_boto3_walks_the_organization(client: Callable[[str], Any], center: FakeIdentityCenter):
    """Units nest, with the organization's partition in every ARN."""
    organizations = client("organizations")
    (root,) = organizations.list_roots()["Roots"]
    units = organizations.list_organizational_units_for_parent(ParentId=root["Id"])
    found = {unit["Name"]: unit for unit in units["OrganizationalUnits"]}
    assert set(found) == {"Security", "Workloads", "Retired"}
    assert found["Retired"]["Arn"].startswith("arn:aws:organizations::111122223333:ou/o-")
    below = organizations.list_accounts_for_parent(ParentId=found["Retired"]["Id"])["Accounts"]
    assert [account["State"] for account in below] == ["SUSPENDED"]
    center.settings.paths = False
    assert "Paths" not in organizations.list_accounts()["Accounts"][0]
    units = organizations.list_organizational_units_for_parent(ParentId=root["Id"])
    assert "Path" not in units["OrganizationalUnits"][0]
