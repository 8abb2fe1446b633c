"""Cut listings into pages, as all these services do."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from ssokit.adapters.fake.call import Call
from ssokit.adapters.fake.state import State, invalid


@attrs.frozen
class Paging:
    """How a service cuts its listings into pages.

    Attributes:
        most: The most rows on a page, which is also what a caller gets who does not say.
        size: The name of the parameter that asks for fewer.
        token: The name of the parameter, and of the answer's member, for the next page.
    """

    most: int
    size: str = "MaxResults"
    token: str = "NextToken"  # noqa: S105 - a name

    def page(self, state: State, call: Call, name: str, rows: Sequence[Any]) -> Mapping[str, Any]:
        """Give the page that a call asks for, under a member's name.

        Raises:
            RefusedError: The size or the token is malformed.
        """
        asked = call.parameters.get(self.size, self.most)
        if not isinstance(asked, int) or not 1 <= asked <= self.most:
            raise invalid(call, f"{self.size} must be 1 to {self.most}")
        size = min(asked, state.settings.page_size)
        next_token = call.parameters.get(self.token)
        if next_token is None and state.settings.empty_first_page:
            return {name: [], self.token: _next_token(name, 0)}
        first = self._offset(call, name, next_token)
        page: dict[str, Any] = {name: list(rows[first : first + size])}
        if first + size < len(rows):
            page[self.token] = _next_token(name, first + size)
        return page

    def _offset(self, call: Call, name: str, next_token: object) -> int:
        if next_token is None:
            return 0
        try:
            decoded = base64.b64decode(str(next_token), altchars=b"-_", validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            decoded = ""
        listing, _, offset = decoded.partition(":")
        if listing != name or not offset.isdigit():
            raise invalid(call, f"{self.token} is invalid")
        return int(offset)


def _next_token(name: str, offset: int) -> str:
    return base64.urlsafe_b64encode(f"{name}:{offset}".encode()).decode()
