"""list_assignments against the ground truth of generated organizations.

The same questions over HTTP are in `tests/soak`.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from moto_organization import MotoOrganization, moto_session

import ssokit
from assignment_questions import Question, questions
from ssokit import Assignment, Strategy
from ssokit.ports import AssignmentDirectory
from ssokit.testing import (
    FakeIdentityCenter,
    ManualClock,
    Settings,
    access_rows,
    assignment_rows,
    organization_of_size,
)

_MANY = settings(max_examples=200, deadline=None)


def _list(
    question: Question, directory: AssignmentDirectory, **options: Any
) -> ssokit.AssignmentListing:
    return ssokit.list_assignments(
        None, directory=directory, clock=ManualClock(), **question.options, **options
    )


@_MANY
@given(question=questions())
def test_rows_in_process(question: Question):
    """Whatever is asked for, in whatever way, is answered as the organization says."""
    center = FakeIdentityCenter(question.organization, settings=question.rules)
    assert question.is_answered_by(_list(question, center.assignment_directory()))


@_MANY
@given(question=questions(), strategy=st.sampled_from(Strategy))
def test_every_way_leads_to_the_same_rows(question: Question, strategy: Strategy):
    """A way that is asked for gives the same rows as any other, or is refused at once."""
    center = FakeIdentityCenter(question.organization, settings=question.rules)
    listing = _list(question, center.assignment_directory(), strategy=strategy)
    try:
        listing.plan  # noqa: B018 - making it is what refuses
    except ValueError:
        return
    assert question.is_answered_by(listing)


def test_rows_of_groups_are_not_doubled():
    """Where AWS lists what a user's groups have with the user, each row is there once."""
    organization = organization_of_size(accounts=12, permission_sets=5, users=20, groups=6, seed=7)
    center = FakeIdentityCenter(organization, settings=Settings(inherited_rows=True))
    through = [row for row in access_rows(organization) if row[1]]
    asked = {("USER", row[0]) for row in through} | {("GROUP", row[1]) for row in through}
    listing = ssokit.list_assignments(
        None,
        directory=center.assignment_directory(),
        clock=ManualClock(),
        principal=asked,
        strategy=Strategy.BY_PRINCIPAL,
    )
    rows = [(row.principal_id, row.permission_set_arn, row.target_id) for row in listing]
    ids = {principal_id for _, principal_id in asked}
    truth = map(Assignment._make, assignment_rows(organization))
    assert sorted(rows) == sorted(
        (row.principal_id, row.permission_set_arn, row.target_id)
        for row in truth
        if row.principal_id in ids
    )


def test_rows_from_moto(moto_organization: MotoOrganization):
    """An implementation that others wrote gives the rows that were put in.

    moto finds no provisioned pairs, and its ARNs of permission sets are not of AWS's form, so
    that principals are asked here, and pairs are not.
    """
    truth = set(map(Assignment._make, moto_organization.rows))
    listing = ssokit.list_assignments(
        moto_session(),
        skip_deleted_principals=True,
        strategy=Strategy.BY_PRINCIPAL,
        get_principal_names=True,
        get_permission_set_names=True,
        clock=ManualClock(),
    )
    assert set(listing) == {row for row in truth if row.principal_id in moto_organization.names}
    assert not listing.coverage.gaps


def test_users_from_moto(moto_organization: MotoOrganization):
    """The members of moto's groups have what their groups have."""
    listing = ssokit.list_user_assignments(
        moto_session(),
        skip_deleted_principals=True,
        strategy=Strategy.BY_PRINCIPAL,
        clock=ManualClock(),
    )
    found = {(row.user_id, row.group_id) for row in listing if row.group_id}
    assigned = {row[2] for row in moto_organization.rows}
    assert found == {
        (user_id, group_id)
        for group_id, members in moto_organization.members.items()
        if group_id in assigned
        for user_id in members
    }
