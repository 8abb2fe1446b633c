"""Instance and permission set arguments, in every partition."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssokit.domain.instance_specs import (
    InstanceSpec,
    PermissionSetSpec,
    parse_identity_store_id,
    parse_instance,
    parse_permission_sets,
)

_INSTANCE_ID = "ssoins-1234567890abcdef"
_SET_ID = "ps-fedcba0987654321"
_GOV = f"arn:aws-us-gov:sso:::instance/{_INSTANCE_ID}"
_GOV_SET = f"arn:aws-us-gov:sso:::permissionSet/{_INSTANCE_ID}/{_SET_ID}"


def test_instance_in_both_forms():
    """An ARN names the partition; a bare id leaves it to the caller."""
    assert parse_instance(_GOV) == InstanceSpec(_INSTANCE_ID, "aws-us-gov")
    bare = parse_instance(_INSTANCE_ID)
    assert bare.arn("aws-cn") == f"arn:aws-cn:sso:::instance/{_INSTANCE_ID}"
    assert parse_instance(_GOV).arn("aws") == _GOV


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (_GOV_SET, [PermissionSetSpec(_SET_ID, _INSTANCE_ID, "aws-us-gov")]),
        (f"{_INSTANCE_ID}/{_SET_ID}", [PermissionSetSpec(_SET_ID, _INSTANCE_ID)]),
        (f"ins-1234567890abcdef/{_SET_ID}", [PermissionSetSpec(_SET_ID, "ins-1234567890abcdef")]),
        (_SET_ID, [PermissionSetSpec(_SET_ID)]),
        ([_SET_ID, _SET_ID], [PermissionSetSpec(_SET_ID)]),
        ((_GOV_SET,), [PermissionSetSpec(_SET_ID, _INSTANCE_ID, "aws-us-gov")]),
        ([], []),
    ],
)
def test_permission_sets_in_every_form(spec: object, expected: list[PermissionSetSpec]):
    """ARN, instance and id, and a bare id are read, alone or in an iterable."""
    assert parse_permission_sets(spec) == tuple(expected)


@pytest.mark.parametrize(
    "written",
    [_SET_ID, f"{_INSTANCE_ID}/{_SET_ID}", f"ins-1234567890abcdef/{_SET_ID}", _GOV_SET],
)
def test_every_form_becomes_the_same_arn(written: str):
    """Whatever the form, the partition is the instance's own."""
    (spec,) = parse_permission_sets(written)
    assert spec.arn(_GOV) == _GOV_SET


@pytest.mark.parametrize(
    "written",
    [
        f"ssoins-aaaaaaaaaaaaaaaa/{_SET_ID}",
        f"arn:aws:sso:::permissionSet/{_INSTANCE_ID}/{_SET_ID}",
    ],
)
def test_permission_set_of_another_instance_is_refused(written: str):
    """A permission set of another instance or partition is no row of this listing."""
    (spec,) = parse_permission_sets(written)
    with pytest.raises(ValueError, match="is not of the instance arn:aws-us-gov:"):
        spec.arn(_GOV)


@pytest.mark.parametrize(
    "identity_store_id", ["d-1234567890", "a" * 8 + "-b1b1" * 3 + "-" + "c" * 12]
)
def test_identity_stores_have_two_forms(identity_store_id: str):
    """The old short form and the UUID are accepted."""
    assert parse_identity_store_id(identity_store_id) == identity_store_id


@pytest.mark.parametrize("parse", [parse_instance, parse_identity_store_id, parse_permission_sets])
@pytest.mark.parametrize("spec", [None, 5, b"ps-fedcba0987654321", {"a": 1}])
def test_wrong_types_are_refused_by_name(parse: Callable[[object], object], spec: object):
    """A value of a wrong type is a TypeError with the accepted forms."""
    with pytest.raises(TypeError, match="use an "):
        parse(spec)


@pytest.mark.parametrize(
    ("parse", "spec"),
    [
        (parse_instance, "arn:aws:iam:::instance/ssoins-1234567890abcdef"),
        (parse_instance, "ssoins-1"),
        (parse_instance, _GOV + "\n"),
        (parse_identity_store_id, "d-123"),
        (parse_permission_sets, "ReadOnly"),
        (parse_permission_sets, ["ps-1"]),
        (parse_permission_sets, f"arn:azure:sso:::permissionSet/{_INSTANCE_ID}/{_SET_ID}"),
        (parse_permission_sets, ""),
    ],
)
def test_malformed_specs_are_refused_by_name(parse: Callable[[object], object], spec: object):
    """A malformed ARN or id is a ValueError with the value and the accepted forms."""
    with pytest.raises(ValueError, match=r"is malformed: use an "):
        parse(spec)


@given(
    partition=st.from_regex(r"aws(-[a-z]{1,5}){0,3}", fullmatch=True),
    digits=st.from_regex(r"[a-f0-9]{16}", fullmatch=True),
)
def test_partitions_survive(partition: str, digits: str):
    """The ARN made of a bare id is the one that is read back, in any partition."""
    instance_arn = f"arn:{partition}:sso:::instance/{_INSTANCE_ID}"
    arn = PermissionSetSpec(f"ps-{digits}").arn(instance_arn)
    assert arn.startswith(f"arn:{partition}:")
    (read,) = parse_permission_sets(arn)
    assert read.arn(instance_arn) == arn
