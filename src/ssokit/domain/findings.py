"""What an examination finds: that all is well, or what is not, and what to do."""

from __future__ import annotations

import enum

import attrs


class Verdict(enum.Enum):
    """How bad a finding is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@attrs.frozen
class Finding:
    """One thing that was looked at.

    Attributes:
        verdict: How bad it is.
        subject: What was looked at, in a word or two.
        says: What was found.
        advice: What to do; empty where there is nothing to do.
    """

    verdict: Verdict
    subject: str
    says: str
    advice: str = ""


def ok(subject: str, says: str) -> Finding:
    """Find that all is well."""
    return Finding(Verdict.OK, subject, says)


def warn(subject: str, says: str, advice: str) -> Finding:
    """Find something that may matter."""
    return Finding(Verdict.WARN, subject, says, advice)


def fail(subject: str, says: str, advice: str) -> Finding:
    """Find something that cannot work."""
    return Finding(Verdict.FAIL, subject, says, advice)
