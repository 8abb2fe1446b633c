"""Listed roles as the functions of the package give them: tuples."""

from __future__ import annotations

from collections.abc import Iterator

from ssokit.domain.coverage import Coverage
from ssokit.usecases.list_roles import RoleListing


class AvailableRoles(Iterator[tuple[str, str, str]]):
    """Account id, account name and role name, row by row.

    Args:
        listing: The same rows as objects.
    """

    def __init__(self, listing: RoleListing) -> None:
        self._listing = listing

    @property
    def coverage(self) -> Coverage:
        """What was read so far, and what could not be."""
        return self._listing.coverage

    def __next__(self) -> tuple[str, str, str]:
        """Give the next row."""
        role = next(self._listing)
        return role.account_id, role.account_name, role.role_name

    def close(self) -> None:
        """Stop; calls that are under way are not waited for."""
        self._listing.close()
