"""The identity store of a generated organization: users, groups, and those who are gone."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ssokit.adapters.fake.dice import Dice
from ssokit.adapters.fake.organization import Group, User
from ssokit.adapters.fake.organization_ids import principal_id
from ssokit.adapters.fake.organization_shape import OrganizationShape

_MOST_GROUPS = 3


@attrs.frozen
class People:
    """Who there is, and who has assignments.

    Attributes:
        users: Users, by what the model calls them.
        groups: Groups, by what the model calls them.
        principals: Types and ids of those who have assignments, the busiest first.
    """

    users: Mapping[str, User]
    groups: Mapping[str, Group]
    principals: tuple[tuple[str, str], ...]


def people_of(shape: OrganizationShape, dice: Dice) -> People:
    """Make up the users and groups of a shape."""
    users = [_user(shape, number) for number in range(shape.users)]
    members: list[set[str]] = [set() for _ in range(shape.groups)]
    for user in users:
        for _ in range(1 + dice.low_below(_MOST_GROUPS)):
            members[dice.low_below(shape.groups)].add(user.user_id)
    groups = [_group(shape, number, frozenset(ids)) for number, ids in enumerate(members)]
    return People(
        users={user.user_name or user.user_id: user for user in users},
        groups={group.display_name or group.group_id: group for group in groups},
        principals=(
            *(("GROUP", group.group_id) for group in groups[: shape.assigned_groups]),
            *(("USER", user.user_id) for user in users[: shape.direct_users]),
            *_gone(shape),
        ),
    )


def _user(shape: OrganizationShape, number: int) -> User:
    # The odd ones are among the direct users, but not the first: that one may log in.
    known_by_id = shape.direct_users - 2 * shape.oddities <= number < shape.direct_users
    nameless = known_by_id and number < shape.direct_users - shape.oddities
    name = f"user{number:05}@example.com"
    return User(
        user_id=principal_id("user", name),
        user_name="" if known_by_id else name,
        display_name="" if nameless else f"Zoë Müller {number:05}",
    )


def _group(shape: OrganizationShape, number: int, members: frozenset[str]) -> Group:
    nameless = 0 < number <= shape.oddities
    name = f"Group {number:04} / Équipe"
    made_again = number >= shape.groups - shape.oddities
    return Group(
        group_id=principal_id("group", f"{name}#2" if made_again else name),
        display_name="" if nameless else name,
        member_ids=members,
    )


def _gone(shape: OrganizationShape) -> tuple[tuple[str, str], ...]:
    numbers = range(shape.oddities)
    made_again = range(shape.groups - shape.oddities, shape.groups)
    return (
        *(("USER", principal_id("user", f"deleted{number:05}")) for number in numbers),
        *(("GROUP", principal_id("group", f"Deleted {number:04}")) for number in numbers),
        *(("GROUP", principal_id("group", f"Group {n:04} / Équipe")) for n in made_again),
    )
