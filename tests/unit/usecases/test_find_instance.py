"""Which instance a listing is about."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

import ssokit
from ssokit.testing import (
    AccountInstance,
    FakeIdentityCenter,
    ManualClock,
    Organization,
    assignment_rows,
    organization_of_size,
)

_ORGANIZATION = organization_of_size(accounts=6, permission_sets=3, seed=2)
_OTHER = AccountInstance(
    instance_id="ssoins-aaaabbbbccccdddd",
    identity_store_id="d-aaaaaaaaaa",
    owner_account_id="222233334444",
)


def _rows(organization: Organization = _ORGANIZATION, **options: Any) -> tuple[set[str], list[str]]:
    """List ids alone; give the principals in the rows, and the calls that found the instance."""
    center = FakeIdentityCenter(organization, **options.pop("center", {}))
    directory = center.assignment_directory(region=options.pop("region", None))
    listing = ssokit.list_assignments(
        None, directory=directory, clock=ManualClock(), get_target_names=None, **options
    )
    found = {row.principal_id for row in listing}
    called = ("ListInstances", "DescribeOrganization")
    return found, [one.operation for one in center.requests if one.operation in called]


_ALL = {row[2] for row in assignment_rows(_ORGANIZATION)}


def test_the_only_one_is_found():
    """Without a word about it, the one instance of the region is taken."""
    assert _rows() == (_ALL, ["ListInstances"])


def test_arn_is_taken_as_it_is():
    """Whoever names the ARN needs no call to find the instance."""
    assert _rows(instance_arn=_ORGANIZATION.instance_arn) == (_ALL, [])


def test_id_alone_is_looked_up():
    """The id does not tell the partition, so the instance is looked up."""
    assert _rows(instance_arn=_ORGANIZATION.instance_id) == (_ALL, ["ListInstances"])


def test_identity_store_is_looked_up_once():
    """Names need the identity store, which one call finds, whatever number of threads wants it."""
    found = _rows(instance_arn=_ORGANIZATION.instance_arn, get_principal_names=True, workers=8)
    assert found == (_ALL, ["ListInstances"])


def test_the_organizations_own_among_several():
    """Instances of single accounts have no assignments: the management account's is taken."""
    several = attrs.evolve(_ORGANIZATION, account_instances=(_OTHER,))
    assert _rows(several) == (_ALL, ["ListInstances", "DescribeOrganization"])


def test_those_that_are_not_active_do_not_count():
    """An instance that is being made or deleted is passed over without another call."""
    half_made = attrs.evolve(_OTHER, status="CREATE_IN_PROGRESS")
    several = attrs.evolve(_ORGANIZATION, account_instances=(half_made,))
    assert _rows(several) == (_ALL, ["ListInstances"])


def test_identity_store_chooses():
    """The identity store tells the instance, too."""
    several = attrs.evolve(_ORGANIZATION, account_instances=(_OTHER,))
    store = _ORGANIZATION.identity_store_id
    assert _rows(several, identity_store_id=store) == (_ALL, ["ListInstances"])


@pytest.mark.parametrize(
    "asked",
    [{"identity_store_id": "d-0000000000"}, {"instance_arn": "ssoins-0000000000000000"}],
    ids=str,
)
def test_none_that_matches_is_told(asked: dict[str, str]):
    """Where no instance matches, the error says what may help."""
    with pytest.raises(ssokit.InvalidSSOConfigError, match="no Identity Center instances match"):
        _rows(**asked)


def test_several_that_match_are_told():
    """Where nothing tells several instances apart, the error says what to give."""
    one = attrs.evolve(_OTHER, owner_account_id=_ORGANIZATION.management_account_id)
    twins = (one, attrs.evolve(one, instance_id="ssoins-0000111122223333"))
    several = attrs.evolve(_ORGANIZATION, account_instances=twins)
    with pytest.raises(ssokit.InvalidSSOConfigError, match="several Identity Center instances"):
        _rows(several, identity_store_id=_OTHER.identity_store_id)


def test_reads_go_to_the_primary_region():
    """In another region of the instance, assignments are read where AWS allows it."""
    found, _ = _rows(center={"additional_regions": ["eu-west-1"]}, region="eu-west-1")
    assert found == _ALL
