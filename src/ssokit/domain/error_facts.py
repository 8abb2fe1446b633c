"""What the caller of something that failed knows, and its error does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ssokit.domain.errors import SsokitError


@contextmanager
def facts(**known: str | None) -> Iterator[None]:
    """Add facts to the errors of ssokit that pass through a block.

    Args:
        **known: Any of ``start_url``, ``region``, ``account_id``, ``role_name``.
    """
    try:
        yield
    except SsokitError as error:
        error.about(**known)
        raise
