"""Who can really use what: assignments to groups, taken apart into their members."""

from __future__ import annotations

from typing import NamedTuple

from ssokit.domain.assignments import GROUP, Assignment


class UserAssignment(NamedTuple):
    """One way in which a user has a permission set in an account.

    Attributes:
        user_id: The user's id in the identity store.
        user_name: The user's name; None where it is not known, or was not asked for.
        assignment: The assignment that gives it: the user's own, or that of a group.
    """

    user_id: str
    user_name: str | None
    assignment: Assignment

    @property
    def group_id(self) -> str | None:
        """The group through which the user has it; None if it is assigned to the user."""
        assigned = self.assignment
        return assigned.principal_id if assigned.principal_type == GROUP else None
