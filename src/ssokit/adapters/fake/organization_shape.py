"""How much of everything a generated organization has, with what is odd about real ones."""

from __future__ import annotations

from typing import Any

import attrs

from ssokit.adapters.fake.organization import Organization

_counted = attrs.validators.ge(0)


@attrs.frozen(kw_only=True)
class OrganizationShape:
    """The numbers of a generated organization; it has exactly as many as they say.

    Numbers that are not given follow from the others. What real organizations have and small
    examples have not is counted by ``oddities``: so many there are of each of these.

    - accounts that are suspended, that are closed, and that wait for their closure
    - accounts that have left the organization, with assignments still; they are no part of
      ``accounts``, but what is provisioned there is part of ``pairs``
    - accounts without any permission set, and permission sets in no account
    - pairs that are provisioned, but assigned to nobody
    - users and groups that were deleted, with assignments still, and groups that were deleted
      and made again by the same name: the rows of each of the three are part of ``rows``
    - assigned users and groups without a name, and users with a display name alone
    - organizational units, possibly with units below them, that hold no account

    Attributes:
        accounts: Accounts of the organization.
        permission_sets: Permission sets.
        oddities: How many of each of the odd things; 0 for none.
        pairs: Permission sets provisioned to accounts.
        groups: Groups in the identity store.
        assigned_groups: Groups of these that have assignments.
        users: Users in the identity store; each is in a group or a few.
        direct_users: Users that have assignments of their own.
        rows: Assignments.
        units: Organizational units, in up to five levels below the root.
        widest_pair: How many principals the pair with the most has at least; more than 100
            make a second page.
        busiest_principal: How many rows the group with the most has at least.
        partition: The AWS partition, such as ``aws-cn`` or ``aws-us-gov``.

    Raises:
        ValueError: The numbers do not go together.
    """

    accounts: int = attrs.field(default=50, validator=attrs.validators.ge(1))
    permission_sets: int = attrs.field(default=20, validator=attrs.validators.ge(1))
    oddities: int = attrs.field()
    widest_pair: int = attrs.field(default=1, validator=attrs.validators.ge(1))
    busiest_principal: int = attrs.field(default=1, validator=attrs.validators.ge(1))
    pairs: int = attrs.field(validator=_counted)
    groups: int = attrs.field(validator=attrs.validators.ge(1))
    assigned_groups: int = attrs.field(validator=attrs.validators.ge(1))
    users: int = attrs.field(validator=attrs.validators.ge(1))
    direct_users: int = attrs.field(validator=_counted)
    rows: int = attrs.field(validator=_counted)
    units: int = attrs.field(validator=_counted)
    partition: str = attrs.field(
        default="aws", validator=attrs.validators.matches_re(r"aws(-[a-z]{1,5}){0,3}")
    )

    @oddities.default
    def _few_of_many(self) -> int:
        return min(1 + self.accounts // 1000, self._room_for_oddities)

    @oddities.validator
    def _leave_room(self, _: object, oddities: int) -> None:
        _refuse_outside("oddities", 0, oddities, self._room_for_oddities)

    @pairs.default
    def _six_sets_in_each_account(self) -> int:
        usual = max(self.accounts * min(self.sets_in_use, 6), self.sets_in_use) + self.oddities
        return min(usual, self.accounts_in_use * self.sets_in_use)

    @groups.default
    def _three_for_each_set(self) -> int:
        return max(3 * self.permission_sets, 2 * self.widest_pair)

    @assigned_groups.default
    def _two_of_three(self) -> int:
        return max(1, self.groups * 2 // 3)

    @users.default
    def _eight_for_each_account(self) -> int:
        return 8 * self.accounts

    @direct_users.default
    def _one_of_forty(self) -> int:
        return min(self.users, max(3 * self.oddities, self.users // 40))

    @rows.default
    def _seven_for_five_pairs(self) -> int:
        usual = max(self.pairs * 7 // 5, self.principals) + self._forced_rows
        return min(usual, self.assigned_pairs * self.principals)

    @units.default
    def _one_for_ten_accounts(self) -> int:
        return self.accounts // 10 + 2 * self.oddities

    def __attrs_post_init__(self) -> None:
        """Refuse numbers that do not go together."""
        some_everywhere = max(self.accounts_in_use, self.sets_in_use)
        places = self.accounts_in_use * self.sets_in_use
        least = max(self.assigned_pairs, self.principals) + self._forced_rows
        for name, low, value, high in (
            ("groups", 2 * self.oddities + 1, self.groups, 100_000),
            ("assigned_groups", self.oddities + 1, self.assigned_groups, self.groups),
            ("direct_users", 2 * self.oddities, self.direct_users, self.users),
            ("units", self.oddities, self.units, 16**4),
            ("pairs", some_everywhere + self.oddities, self.pairs, places),
            ("widest_pair", 1, self.widest_pair, self.principals),
            ("busiest_principal", 1, self.busiest_principal, self.assigned_pairs),
            ("rows", least, self.rows, self.assigned_pairs * self.principals),
        ):
            _refuse_outside(name, low, value, high)

    @property
    def accounts_in_use(self) -> int:
        """Accounts where something is provisioned, those that have left included."""
        return self.accounts

    @property
    def sets_in_use(self) -> int:
        """Permission sets that are provisioned somewhere."""
        return self.permission_sets - self.oddities

    @property
    def assigned_pairs(self) -> int:
        """Pairs that have assignments."""
        return self.pairs - self.oddities

    @property
    def principals(self) -> int:
        """Principals that have assignments, those that were deleted included."""
        return self.assigned_groups + self.direct_users + 3 * self.oddities

    @property
    def _room_for_oddities(self) -> int:
        # Beside the odd ones there are a usual account for each, and two permission sets.
        return max(0, min((self.accounts - 1) // 5, self.permission_sets - 2))

    @property
    def _forced_rows(self) -> int:
        return self.widest_pair + self.busiest_principal - 2

    def organization(self, *, seed: int = 0) -> Organization:
        """Generate the organization; a seed gives the same one on every Python."""
        from ssokit.adapters.fake.generated_organizations import generate  # noqa: PLC0415 - a cycle

        return generate(self, seed)

    @staticmethod
    def small() -> OrganizationShape:
        """Give 50 accounts, 20 permission sets and 405 assignments."""
        return OrganizationShape(
            pairs=305, rows=405, groups=60, assigned_groups=40, users=400, direct_users=10
        )

    @staticmethod
    def medium() -> OrganizationShape:
        """Give 500 accounts, 80 permission sets and some 7,000 assignments."""
        return OrganizationShape(
            accounts=500,
            permission_sets=80,
            pairs=5_006,
            rows=7_105,
            groups=400,
            assigned_groups=250,
            users=4_000,
            direct_users=60,
        )

    @staticmethod
    def large() -> OrganizationShape:
        """Give 5,000 accounts, 200 permission sets and some 84,000 assignments."""
        return OrganizationShape(
            accounts=5_000,
            permission_sets=200,
            pairs=59_785,
            rows=84_373,
            groups=2_500,
            assigned_groups=1_500,
            users=25_000,
            direct_users=300,
        )


def organization_of_size(*, seed: int = 0, **numbers: Any) -> Organization:
    """Generate an organization of a wanted size; the numbers are those of `OrganizationShape`.

    A seed gives the same organization on every Python::

        organization_of_size(accounts=200, permission_sets=30, widest_pair=120, seed=7)

    Raises:
        TypeError: There is no such number.
        ValueError: The numbers do not go together.
    """
    return OrganizationShape(**numbers).organization(seed=seed)


def _refuse_outside(name: str, low: int, value: int, high: int) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}, but goes with the others from {low} to {high}")
