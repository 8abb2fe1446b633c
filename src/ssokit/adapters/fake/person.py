"""What the person in front of a login does: standing behaviours for `FakeIdentityCenter`."""

from __future__ import annotations

import enum
from abc import abstractmethod
from typing import Protocol

import attrs


class Decision(enum.Enum):
    """What has become of a login by the time of a poll."""

    PENDING = "nobody has decided"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "the code ran out"


class Person(Protocol):
    """Decide about logins that nobody decides about explicitly.

    Attributes:
        user: Who approves; None for the organization's first user.
    """

    @property
    def user(self) -> str | None:
        """Who approves; None for the organization's first user."""

    @abstractmethod
    def decision(self, polls: int) -> Decision:
        """Tell what has become of a login after so many polls were answered as pending."""


@attrs.frozen
class Approves(Person):
    """Approve every login.

    Attributes:
        user: Who signs in; the organization's first user by default.
        after_polls: How many polls are answered as pending before that.
    """

    user: str | None = None
    after_polls: int = attrs.field(default=0, kw_only=True)

    def decision(self, polls: int) -> Decision:
        """Approve after the polls that are to be pending."""
        return Decision.APPROVED if polls >= self.after_polls else Decision.PENDING


@attrs.frozen
class Denies(Person):
    """Deny every login.

    Attributes:
        after_polls: How many polls are answered as pending before that.
    """

    after_polls: int = attrs.field(default=0, kw_only=True)
    user: None = attrs.field(default=None, init=False, repr=False)

    def decision(self, polls: int) -> Decision:
        """Deny after the polls that are to be pending."""
        return Decision.DENIED if polls >= self.after_polls else Decision.PENDING


@attrs.frozen
class LetsExpire(Person):
    """Let every code run out, without any time passing.

    Attributes:
        after_polls: How many polls are answered as pending before that.
    """

    after_polls: int = attrs.field(default=0, kw_only=True)
    user: None = attrs.field(default=None, init=False, repr=False)

    def decision(self, polls: int) -> Decision:
        """Expire the code after the polls that are to be pending."""
        return Decision.EXPIRED if polls >= self.after_polls else Decision.PENDING


@attrs.frozen
class Ignores(Person):
    """Do nothing: a login waits for the page, for `People`, or for its code's end."""

    user: None = attrs.field(default=None, init=False, repr=False)

    def decision(self, polls: int) -> Decision:  # noqa: ARG002 - part of the protocol
        """Never decide."""
        return Decision.PENDING
