"""Which Identity Center a command is about: the options that all commands share."""

from __future__ import annotations

import functools
import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import click

from ssokit.adapters.aws.profiles import read_aws_config
from ssokit.cli.config_names import complete_profiles, complete_sso_sessions
from ssokit.cli.failures import remember_login_command, say
from ssokit.cli.printable import listed, printable
from ssokit.domain.aws_config import DEFAULT_PROFILE
from ssokit.domain.sso_session import SsoSession
from ssokit.identity_center import IdentityCenter

START_URL_VARIABLE = "AWS_DEFAULT_SSO_START_URL"
REGION_VARIABLE = "AWS_DEFAULT_SSO_REGION"


@attrs.frozen(kw_only=True)
class Instance:
    """The Identity Center that a command is about, as the command line names it.

    Attributes:
        profile: The profile of the AWS config file; None if another way was taken.
        sso_session: The ``sso-session`` of the AWS config file; None likewise.
        start_url: The start URL; None likewise.
        sso_region: The region of the instance; None likewise.
        quiet: Whether nothing is said on stderr but why a command failed.
    """

    profile: str | None = None
    sso_session: str | None = None
    start_url: str | None = None
    sso_region: str | None = None
    quiet: bool = False

    def center(self, **options: Any) -> IdentityCenter:
        """Give the object for it, and name it on stderr.

        Args:
            **options: Options of `IdentityCenter`.

        Raises:
            InvalidSSOConfigError: It is malformed, or not configured.
        """
        center = self._center(options)
        session = self.session(center)
        remember_login_command(click.get_current_context(), self.login_command)
        named = self.profile and f" (profile {self.profile})"
        named = named or (session.name and f" (sso-session {session.name})") or ""
        self.say(f"Using {session.start_url} in {session.region}{named}")
        return center

    def session(self, center: IdentityCenter | None = None) -> SsoSession:
        """Give what stores keep its login under; errors are those of `center`.

        Args:
            center: The object for it, if there is one already.
        """
        center = center or self._center({})
        if center.profile:
            return center.profile.session
        return SsoSession(str(self.start_url), str(self.sso_region))

    def _center(self, options: dict[str, Any]) -> IdentityCenter:
        if self.profile is not None:
            return IdentityCenter.from_profile(self.profile, **options)
        if self.sso_session is not None:
            return IdentityCenter.from_sso_session(self.sso_session, **options)
        return IdentityCenter(str(self.start_url), str(self.sso_region), **options)

    def say(self, text: str) -> None:
        """Tell the person something, on stderr, unless they do not want to hear it."""
        if not self.quiet:
            say(printable(text))

    @property
    def login_command(self) -> str:
        """The command that logs in to it."""
        named = (
            ("--profile", self.profile),
            ("--sso-session", self.sso_session),
            ("--start-url", self.start_url),
            ("--sso-region", self.sso_region),
        )
        words = [word for option, value in named if value for word in (option, value)]
        return shlex.join(["ssokit", "login", *words])


def chosen(named: Instance, environment: Mapping[str, str]) -> Instance:
    """Check what the command line says, and complete it from the environment and the config.

    Raises:
        click.UsageError: Options contradict each other, or one is missing.
        ConfigFileError: The AWS config file cannot be read.
    """
    ways = {
        "--profile": named.profile,
        "--sso-session": named.sso_session,
        "--start-url": named.start_url,
    }
    if "" in (*ways.values(), named.sso_region):
        # As when a script's variable is not set: whatever else is configured is not meant.
        raise click.UsageError("An option that names an Identity Center is empty.")
    given = [option for option, value in ways.items() if value is not None]
    if len(given) > 1:
        raise click.UsageError(
            f"{' and '.join(given)} name an Identity Center each: use one of them."
        )
    if given in (["--profile"], ["--sso-session"]):
        if named.sso_region is not None:
            raise click.UsageError(
                f"--sso-region goes with --start-url: {given[0]} has a region of its own."
            )
        return named
    if named.start_url or named.sso_region:
        return _with_start_url(named, environment)
    return _from_surroundings(named, environment)


def _with_start_url(named: Instance, environment: Mapping[str, str]) -> Instance:
    start_url = named.start_url or environment.get(START_URL_VARIABLE)
    region = named.sso_region or environment.get(REGION_VARIABLE)
    if not start_url:
        raise click.UsageError(
            f"--sso-region needs --start-url (or {START_URL_VARIABLE} in the environment)."
        )
    if not region:
        raise click.UsageError(
            "--start-url needs --sso-region, the region of the Identity Center (or "
            f"{REGION_VARIABLE} in the environment)."
        )
    return attrs.evolve(named, start_url=start_url, sso_region=region)


def _from_surroundings(named: Instance, environment: Mapping[str, str]) -> Instance:
    current = environment.get("AWS_PROFILE") or environment.get("AWS_DEFAULT_PROFILE")
    is_in_environment = bool(environment.get(START_URL_VARIABLE))
    if is_in_environment and not current:
        return _with_start_url(named, environment)
    config = read_aws_config()
    profiles, sessions = config.sso_profile_names(), config.sso_session_names()
    if is_in_environment and current not in profiles:
        return _with_start_url(named, environment)
    if current:
        config.check_profile(current, said_by="the environment")
        return attrs.evolve(named, profile=current)
    if DEFAULT_PROFILE in profiles:
        return attrs.evolve(named, profile=DEFAULT_PROFILE)
    if len(sessions) == 1:
        return attrs.evolve(named, sso_session=sessions[0])
    raise click.UsageError(f"Which Identity Center? {_ways(profiles, sessions)}")


def _ways(profiles: Sequence[str], sessions: Sequence[str]) -> str:
    if not profiles and not sessions:
        return (
            "The AWS config file names none: give --start-url with --sso-region, or set "
            f"{START_URL_VARIABLE} and {REGION_VARIABLE}."
        )
    ways = (("--profile", profiles), ("--sso-session", sessions))
    given = (f"{option} ({listed(names)})" for option, names in ways if names)
    return f"Give {' or '.join(given)}, or --start-url with --sso-region."


def instance_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose an instance; the function gets it as ``instance``."""
    return _with_options(function, lambda named: chosen(named, os.environ))


def possible_instance_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the same options for a command that can do without: see `chosen`."""
    return _with_options(function, lambda named: named)


def _with_options(
    function: Callable[..., Any], choose: Callable[[Instance], Instance]
) -> Callable[..., Any]:
    @functools.wraps(function)
    def with_instance(
        *arguments: Any,
        profile: str | None,
        sso_session: str | None,
        start_url: str | None,
        sso_region: str | None,
        quiet: bool,
        **options: Any,
    ) -> Any:
        named = Instance(
            profile=profile,
            sso_session=sso_session,
            start_url=start_url,
            sso_region=sso_region,
            quiet=quiet,
        )
        return function(*arguments, instance=choose(named), **options)

    decorated: Callable[..., Any] = with_instance
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


_OPTIONS = (
    click.option(
        "--profile",
        metavar="NAME",
        help="A profile of the AWS config file.",
        shell_complete=complete_profiles,
    ),
    click.option(
        "--sso-session",
        metavar="NAME",
        help="An sso-session of the AWS config file.",
        shell_complete=complete_sso_sessions,
    ),
    click.option(
        "--start-url", metavar="URL", help="The AWS access portal URL; with --sso-region."
    ),
    click.option("--sso-region", metavar="REGION", help="The region of the Identity Center."),
    click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but why it failed."),
)
