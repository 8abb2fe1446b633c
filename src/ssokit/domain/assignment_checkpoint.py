"""Where a listing of assignments stands, so that another process can go on with it."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

import attrs

from ssokit.domain.assignments import Pair, Principal
from ssokit.domain.spec_items import quoted

_FORMAT = 1

Part: TypeAlias = "Pair | Principal"
Key: TypeAlias = "tuple[str, str]"

# Stands among the unread parts for accounts that nothing has led to: where permission sets
# may not be listed, those that have left the organization.
LEFT_ACCOUNTS: Key = ("", "")


def part_key(part: Part) -> Key:
    """Give what parts are sorted by: the account and the set, or the type and the id."""
    if isinstance(part, Pair):
        return part.account_id, part.permission_set_arn
    return part.type, part.id


@attrs.frozen(kw_only=True)
class Checkpoint:
    """A moment of a listing. It holds ids and ARNs, and no secret.

    Attributes:
        question: The fingerprint of what was asked.
        instance_arn: The instance that was asked; empty as long as it was not looked up.
        by_principal: Whether it was asking principal by principal at this moment.
        after: The last part that was finished; None if none was.
        left: Principals whose rows have to be found pair by pair, because the service refused
            or did not know them; None if it is all of those that are asked for.
        unread: Parts that could not be read: pairs, principals, and the permission sets and
            accounts whose pairs could not be listed.
    """

    question: str
    instance_arn: str = ""
    by_principal: bool = False
    after: Key | None = None
    left: frozenset[Principal] | None = None
    unread: frozenset[Key] = frozenset()

    @property
    def is_begun(self) -> bool:
        """Whether something was read before."""
        return self.after is not None or self.left is not None

    def includes(self, key: Key) -> bool:
        """Tell whether a part is still to be read."""
        if self.after is None or key > self.after or key in self.unread:
            return True
        return any((half, "") in self.unread for half in key)

    def finished(self, key: Key) -> Checkpoint:
        """Give the moment after a part was read, or was found not to be readable."""
        after = key if self.after is None else max(self.after, key)
        return attrs.evolve(self, after=after, unread=self.unread - {key})

    def without(self, key: Key) -> Checkpoint:
        """Give this moment, with a part that is to be read again."""
        return attrs.evolve(self, unread=self.unread | {key})

    def __str__(self) -> str:
        """The checkpoint as JSON, to be kept anywhere."""
        left = None if self.left is None else sorted(map(part_key, self.left))
        return json.dumps(
            {
                "ssokit": _FORMAT,
                "question": self.question,
                "instance": self.instance_arn,
                "by_principal": self.by_principal,
                "after": self.after,
                "left": left,
                "unread": sorted(self.unread),
            }
        )


def parse_checkpoint(text: object, question: str) -> Checkpoint:
    """Read a checkpoint, and see that it belongs to a question.

    Raises:
        TypeError: It is no str.
        ValueError: It is no checkpoint, or one of another question.
    """
    if not isinstance(text, str):
        raise TypeError(
            f"checkpoint {quoted(text)} is a {type(text).__name__}: give what listing.checkpoint "
            "was, a str"
        )
    try:
        members = json.loads(text)
        checkpoint = _checkpoint(members)
    except (ValueError, TypeError, LookupError, RecursionError):
        raise ValueError(
            f"checkpoint {quoted(text)} is none: give what listing.checkpoint was, unchanged"
        ) from None
    if checkpoint.question != question:
        raise ValueError(
            f"checkpoint {quoted(text)} is of another question: give the same principals, "
            "permission sets, targets and options as when it was made"
        )
    return checkpoint


def _checkpoint(members: Any) -> Checkpoint:
    if members["ssokit"] != _FORMAT:
        raise ValueError
    left, after = members["left"], members["after"]
    return Checkpoint(
        question=members["question"],
        instance_arn=members["instance"],
        by_principal=members["by_principal"],
        after=None if after is None else _key(after),
        left=None if left is None else frozenset(Principal(*_key(who)) for who in left),
        unread=frozenset(map(_key, members["unread"])),
    )


def _key(members: Any) -> Key:
    first, second = members
    if not isinstance(first, str) or not isinstance(second, str):
        raise TypeError
    return first, second
