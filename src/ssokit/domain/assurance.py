"""How long a login is known to last, before a long job begins."""

from __future__ import annotations

from datetime import datetime

import attrs


@attrs.frozen(kw_only=True)
class Assurance:
    """What could be made sure of; true only if the time that was asked for is proven.

    Everything here is by the expiry that AWS stated: an administrator can end a session, and a
    role session's keys can be denied, at any time.

    Attributes:
        needed_until: When the job will be over.
        token_until: Until when the token is good, as it is.
        keys_until: Until when the role's keys are good, as they are; None if no role was asked
            about.
        renews_itself: Whether the token is renewed without the person for as long as the
            sign-in session lasts. When that ends AWS does not say: eight hours after the
            sign-in by default, a quarter of an hour to ninety days by an administrator's
            choice.
    """

    needed_until: datetime
    token_until: datetime
    keys_until: datetime | None = None
    renews_itself: bool

    @property
    def proven_until(self) -> datetime:
        """Until when work can go on for certain.

        Keys can be renewed while the token is good, and the last ones work on after its end:
        whichever ends last counts, for a session that renews its keys. For keys that are
        handed out once, see ``keys_until``.
        """
        return max(self.token_until, self.keys_until or self.token_until)

    @property
    def is_proven(self) -> bool:
        """Whether the time that was asked for is certain; else it hangs on the session."""
        return self.proven_until >= self.needed_until

    def __bool__(self) -> bool:
        """True only if the time that was asked for is proven."""
        return self.is_proven
