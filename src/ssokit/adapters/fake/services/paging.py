"""Cut listings into pages, as all these services do."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.organization_ids import hex_digits
from ssokit.adapters.fake.state import State, invalid

_PLACE = re.compile(r"([0-9a-f]{12}):([0-9]{1,9}):(full|any)")


def _as_it_is(row: Any) -> Any:
    return row


@attrs.frozen
class Paging:
    """How a service cuts its listings into pages.

    A next token continues the very listing that gave it, and no other.

    Attributes:
        most: The most rows on a page, which is also what a caller gets who does not say.
        size: The name of the parameter that asks for fewer.
        token: The name of the parameter, and of the answer's member, for the next page.
    """

    most: int
    size: str = "MaxResults"
    token: str = "NextToken"  # noqa: S105 - a name

    def page(
        self,
        state: State,
        call: Call,
        name: str,
        rows: Sequence[Any],
        sent: Callable[[Any], Any] = _as_it_is,
    ) -> Mapping[str, Any]:
        """Give the page that a call asks for, under a member's name.

        Args:
            state: Whose rules hold.
            call: What is asked for.
            name: The answer's member.
            rows: All rows of the listing.
            sent: Makes what is sent of a row; the page's rows alone are made.

        Raises:
            RefusedError: The size or the token is malformed.
        """
        size = self._size(state, call)
        listing = self._listing(call)
        first, full = self._place(call, listing)
        rules = state.settings
        if not full and (rules.empty_pages if first else rules.empty_first_page):
            return {name: [], self.token: _next_token(f"{listing}:{first}:full")}
        page: dict[str, Any] = {name: [sent(row) for row in rows[first : first + size]]}
        if first + size < len(rows):
            page[self.token] = _next_token(f"{listing}:{first + size}:any")
        return page

    def _size(self, state: State, call: Call) -> int:
        asked = call.parameters.get(self.size, self.most)
        if not isinstance(asked, int) or not 1 <= asked <= self.most:
            raise invalid(call, f"{self.size} must be 1 to {self.most}")
        size = min(asked, state.settings.page_size)
        if state.settings.short_pages and call.operation == "ListAccountAssignmentsForPrincipal":
            return -(-size // 2)
        return size

    def _listing(self, call: Call) -> str:
        # A login may be renewed between two pages.
        ignored = (self.size, self.token, "accessToken")
        asked = sorted((n, repr(v)) for n, v in call.parameters.items() if n not in ignored)
        return hex_digits(call.service, call.operation, repr(asked), count=12)

    def _place(self, call: Call, listing: str) -> tuple[int, bool]:
        next_token = call.parameters.get(self.token)
        if next_token is None:
            return 0, False
        try:
            decoded = base64.b64decode(str(next_token), altchars=b"-_", validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            decoded = ""
        place = _PLACE.fullmatch(decoded)
        if place is None or place[1] != listing:
            raise invalid(call, f"{self.token} is invalid")
        return int(place[2]), place[3] == "full"


def _next_token(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()
