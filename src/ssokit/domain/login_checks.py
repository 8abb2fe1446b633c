"""Whether logins can work, and do: the clock, the folder, the logins, the services: pure rules."""

from __future__ import annotations

import shlex
from datetime import datetime, timedelta

import attrs

from ssokit.domain.findings import Finding, fail, ok, warn
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token

# Signature Version 4 allows five minutes; expiries are compared with this machine's clock.
_TOLERATED = timedelta(minutes=5)
_NOTICEABLE = timedelta(minutes=1)
_OF_OTHERS = 0o077
_FOLDER = "cache folder"


def clock_finding(ours: datetime, theirs: datetime | None) -> Finding:
    """Compare this machine's clock with that of AWS.

    Args:
        ours: The time here.
        theirs: The time in an answer that came at that moment; None without an answer.
    """
    if theirs is None:
        return warn(
            "clock",
            "it could not be compared with that of AWS, because nothing answered",
            "see what is said about the services",
        )
    behind = theirs - ours
    way = "behind" if behind > timedelta(0) else "ahead"
    says = f"{abs(behind).total_seconds():.0f} s {way} of AWS"
    advice = "set the clock, or let it be set: timedatectl set-ntp true"
    if abs(behind) >= _TOLERATED:
        return fail("clock", f"{says}, and AWS refuses calls from 5 minutes on", advice)
    if abs(behind) >= _NOTICEABLE:
        return warn("clock", f"{says}: logins seem to end at other times than they do", advice)
    return ok("clock", "it agrees with that of AWS")


@attrs.frozen(kw_only=True)
class FolderFacts:
    """What is known about a folder of logins.

    Attributes:
        path: The folder.
        exists: Whether there is something of that name.
        is_folder: Whether that is a folder.
        mode: Its permissions.
        is_own: Whether it belongs to the user.
        is_writable: Whether the user can write into it.
        readable_files: How many files in it others can read.
    """

    path: str
    exists: bool = True
    is_folder: bool = True
    mode: int = 0o700
    is_own: bool = True
    is_writable: bool = True
    readable_files: int = 0


def folder_finding(facts: FolderFacts) -> Finding:
    """Judge a folder of logins."""
    place = shlex.quote(facts.path)
    if not facts.exists:
        return ok(_FOLDER, f"{facts.path} is not there yet; the first login makes it")
    if not (facts.is_folder and facts.is_own and facts.is_writable):
        return _unusable(facts, place)
    if facts.readable_files:
        return fail(
            _FOLDER,
            f"{facts.readable_files} files in {facts.path} can be read or changed by others",
            f"chmod -R go= {place}, and log in anew: ssokit login --force",
        )
    if facts.mode & _OF_OTHERS:
        return warn(
            _FOLDER, f"{facts.path} is open to others (mode {facts.mode:o})", f"chmod go= {place}"
        )
    return ok(_FOLDER, f"{facts.path} is there, and private")


def _unusable(facts: FolderFacts, place: str) -> Finding:
    if not facts.is_folder:
        return fail(_FOLDER, f"{facts.path} is no folder", f"move it away: mv {place} {place}.old")
    if not facts.is_own:
        return fail(
            _FOLDER,
            f"{facts.path} belongs to another user",
            f'take it over: sudo chown -R "$(id -un)" {place}',
        )
    return fail(_FOLDER, f"{facts.path} cannot be written", f"chmod u+rwx {place}")


def login_finding(
    session: SsoSession, token: Token | None, *, now: datetime, command: str
) -> Finding:
    """Judge the login to an Identity Center.

    Args:
        session: The Identity Center.
        token: What the cache has.
        now: The time.
        command: What logs in to it.
    """
    subject = f"login {session.name or session.start_url}"
    if token is None:
        return warn(subject, "nobody is logged in", command)
    if not token.is_of(session):
        theirs, ours = token.region, session.region
        if theirs == ours:
            theirs, ours = token.start_url, session.start_url
        return warn(
            subject,
            f"the login is for {theirs}, and the config file says {ours}",
            f"{command}, if the config file is right",
        )
    until = f"{token.expires_at:%Y-%m-%d %H:%M} UTC"
    renewable = token.can_be_renewed(now=now)
    if token.expires_at <= now:
        if renewable:
            return ok(subject, f"it expired at {until}, and is renewed when it is used")
        return warn(subject, f"it expired at {until}", command)
    if token.refresh_token and not renewable:
        return warn(
            subject,
            f"valid until {until}, and not renewed then, because its client registration is over",
            f"{command} --force",
        )
    return ok(subject, f"valid until {until}{', and renewed then' if renewable else ''}")


def service_finding(service: str, url: str, problem: str | None) -> Finding:
    """Judge whether a service answers.

    Args:
        service: Its name.
        url: Where it was asked.
        problem: What went wrong; None if there was any answer at all.
    """
    if problem is None:
        return ok(service, f"{url} answers")
    return fail(
        service, problem, "see whether this machine reaches it, and whether HTTPS_PROXY is right"
    )
