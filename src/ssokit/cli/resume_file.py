"""What a listing that was ended had read, in a file, so that the same command goes on there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from ssokit.adapters.stores.atomic_files import write_atomically
from ssokit.cli.exit_codes import ExitCode
from ssokit.cli.failures import Failure
from ssokit.cli.report_page import ReportRow
from ssokit.domain.assignments import Assignment, Principal
from ssokit.domain.user_assignments import UserAssignment

_FORMAT = 1


@attrs.frozen(kw_only=True)
class Saved:
    """What was read before.

    Attributes:
        rows: The rows, each once.
        deleted: Principals that no longer exist.
        checkpoint: Where to go on; None to begin.
    """

    rows: tuple[ReportRow, ...] = ()
    deleted: frozenset[Principal] = frozenset()
    checkpoint: str | None = None


@attrs.frozen
class ResumeFile:
    """A file of mode 0600 with rows and a checkpoint: names and ids, and no secret.

    Attributes:
        path: The file.
        asked: The question, in a form that can be compared.
    """

    path: Path
    asked: str

    def load(self) -> Saved:
        """Give what was saved; nothing if there is no file.

        Raises:
            Failure: It is something else, or of another question.
        """
        try:
            document = json.loads(self.path.read_text(encoding="utf-8"))
            saved, asked = _saved(document), document["asked"]
        except FileNotFoundError:
            return Saved()
        except (ValueError, TypeError, LookupError, RecursionError):
            raise Failure(
                f"{self.path} is not what this command saves to go on with: name another file.",
                ExitCode.USAGE,
            ) from None
        if asked != self.asked:
            raise Failure(
                f"{self.path} is of another question: give the same options as when it was saved, "
                "or name another file.",
                ExitCode.USAGE,
            )
        return saved

    def save(
        self, rows: Sequence[ReportRow], deleted: Iterable[Principal], checkpoint: str
    ) -> None:
        """Keep rows, principals that no longer exist, and where to go on."""
        document = {
            "ssokit": _FORMAT,
            "asked": self.asked,
            "checkpoint": checkpoint,
            "rows": list(rows),
            "deleted": sorted((who.type, who.id) for who in deleted),
        }
        write_atomically(self.path.absolute(), json.dumps(document).encode())

    def remove(self) -> None:
        """Forget it all: the listing has come to its end."""
        self.path.unlink(missing_ok=True)


def _saved(document: Any) -> Saved:
    if document["ssokit"] != _FORMAT or not isinstance(document["checkpoint"], str):
        raise ValueError
    rows = dict.fromkeys(_row(members) for members in document["rows"])
    deleted = frozenset(Principal(kind, who) for kind, who in document["deleted"])
    return Saved(rows=tuple(rows), deleted=deleted, checkpoint=document["checkpoint"])


def _row(members: Any) -> ReportRow:
    if isinstance(members[-1], list):
        user_id, user_name, assignment = members
        return UserAssignment(user_id, user_name, Assignment(*assignment))
    return Assignment(*members)
