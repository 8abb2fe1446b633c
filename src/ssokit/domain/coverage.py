"""What a listing has read, and what it could not read."""

from __future__ import annotations

import attrs

from ssokit.domain.errors import ServiceError


@attrs.frozen
class Gap:
    """A part of a listing that could not be read.

    Attributes:
        subject: What the part is about, such as an account id.
        error: Why it could not be read.
    """

    subject: str
    error: ServiceError


@attrs.frozen(kw_only=True)
class Coverage:
    """How much of a listing was read.

    Attributes:
        read: How many parts were read to their end: accounts, pairs of an account and a
            permission set, or principals, by the listing.
        gaps: The parts that could not be read.
        finished: Whether the listing came to its end: False while it is being iterated, and
            for good if the iteration was given up.
        skips_deleted_principals: Whether rows of principals that no longer exist are not
            looked for, which the caller allowed.
    """

    read: int = 0
    gaps: tuple[Gap, ...] = ()
    finished: bool = False
    skips_deleted_principals: bool = False

    @property
    def complete(self) -> bool:
        """True only if the listing came to its end without a gap, and looked everywhere."""
        return self.finished and not self.gaps and not self.skips_deleted_principals
