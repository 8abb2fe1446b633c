"""The root of the errors, which are all in `ssokit.domain.errors`."""

from __future__ import annotations

from collections.abc import Mapping


class SsokitError(Exception):
    """The root of all errors of ssokit.

    Attributes:
        start_url: The start URL that was in use, if one was.
        region: The region of the Identity Center instance, if known.
        account_id: The AWS account that was asked for, if one was.
        role_name: The role that was asked for, if one was.
        retryable: Whether the same call may succeed later, with nothing changed.
    """

    retryable = False

    def __init__(
        self,
        message: str,
        *,
        start_url: str | None = None,
        region: str | None = None,
        account_id: str | None = None,
        role_name: str | None = None,
    ) -> None:
        super().__init__(message)
        self.start_url = start_url
        self.region = region
        self.account_id = account_id
        self.role_name = role_name

    def about(self, **known: str | None) -> None:
        """Add facts that the place of the error did not know; those it knew are kept.

        Args:
            **known: Any of ``start_url``, ``region``, ``account_id``, ``role_name``.
        """
        for name, fact in known.items():
            if getattr(self, name) is None:
                setattr(self, name, fact)

    def __str__(self) -> str:
        """The message, followed by those facts that it does not mention itself."""
        message = super().__str__()
        facts = self._facts().items()
        listed = ", ".join(f"{name} {fact}" for name, fact in facts if fact and fact not in message)
        return f"{message} ({listed})" if listed else message

    def _facts(self) -> Mapping[str, str | None]:
        return {
            "start URL": self.start_url,
            "region": self.region,
            "account": self.account_id,
            "role": self.role_name,
        }
