"""What the AWS config file means for logins: the rules of the AWS CLI and SDKs."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Mapping

import attrs

from ssokit.domain.config_section import ConfigSection
from ssokit.domain.errors import ConfigFileError
from ssokit.domain.sso_profile import SsoProfile
from ssokit.domain.sso_session import SsoSession

DEFAULT_PROFILE = "default"
_USES_SSO = frozenset({"sso_session", "sso_start_url", "sso_account_id", "sso_role_name"})
_MOST_NAMES = 10

Sections = Mapping[str, Mapping[str, object]]


@attrs.frozen(kw_only=True)
class AwsConfig:
    """The AWS config file, with the profiles of the shared credentials file laid over its own.

    Attributes:
        path: The config file.
        credentials_path: The shared credentials file.
        headers: The section headers of the config file, as they stand there.
        profiles: The config file's profiles, by name.
        sso_sessions: Its ``sso-session`` sections, by name.
        services: The names of its ``services`` sections.
        shared_credentials: The sections of the shared credentials file: all are profiles.
    """

    path: str
    credentials_path: str
    headers: tuple[str, ...] = ()
    profiles: Sections = attrs.field(factory=dict, repr=False)
    sso_sessions: Sections = attrs.field(factory=dict, repr=False)
    services: tuple[str, ...] = ()
    shared_credentials: Sections = attrs.field(factory=dict, repr=False)

    def sso_session_names(self) -> tuple[str, ...]:
        """Name all sso-sessions, sorted."""
        return tuple(sorted(self.sso_sessions))

    def profile_names(self) -> tuple[str, ...]:
        """Name all profiles, sorted, whatever they are for."""
        return tuple(sorted({*self.profiles, *self.shared_credentials}))

    def sso_profile_names(self) -> tuple[str, ...]:
        """Name the profiles that use IAM Identity Center, sorted, whether they work or not."""
        names = self.profile_names()
        return tuple(name for name in names if not _USES_SSO.isdisjoint(self._profile(name).values))

    def check_profile(self, name: str, *, said_by: str = "") -> None:
        """Check that a profile exists, and its endpoint settings, which are in ``services``.

        Args:
            name: Its name.
            said_by: What names it, if not the caller: an environment variable.

        Raises:
            ConfigFileError: There is none of this name.
        """
        if name not in self.profiles and name not in self.shared_credentials:
            raise self._unknown("profile", name, self.profile_names(), said_by)
        profile = self._profile(name)
        if "services" in profile.values and profile.text("services") not in self.services:
            said_by = f"services of [{profile.header}]"
            raise self._unknown("services", profile.text("services"), self.services, said_by)

    def sso_session(self, name: str, *, said_by: str = "") -> SsoSession:
        """Give an sso-session.

        Args:
            name: Its name.
            said_by: What names it, if not the caller: a key of a profile.

        Raises:
            ConfigFileError: There is none of this name, or what it says cannot work.
        """
        if name not in self.sso_sessions:
            raise self._unknown("sso-session", name, self.sso_session_names(), said_by)
        return self._session_section(name).session(name)

    def sso_profile(self, name: str, *, said_by: str = "") -> SsoProfile:
        """Give a profile that has an sso-session, or is a legacy one, with a start URL.

        As for the AWS SDKs, keys of the sso-session complete those of the profile, and a key
        that both have must say the same in both.

        Args:
            name: The profile.
            said_by: What names it, if not the caller: an environment variable.

        Raises:
            ConfigFileError: There is none of this name, or what it says cannot work.
        """
        self.check_profile(name, said_by=said_by)
        profile = self._profile(name)
        if "sso_session" in profile.values:
            session_name = profile.text("sso_session")
            session = self.sso_session(session_name, said_by=f"sso_session of [{profile.header}]")
            return profile.completed_by(self._session_section(session_name)).profile(name, session)
        if _USES_SSO.isdisjoint(profile.values):
            raise profile.error(
                "sso_session",
                "it is missing, and there is no sso_start_url: the profile does not use IAM "
                "Identity Center; make one that does with: aws configure sso",
            )
        return profile.profile(name, profile.session(None))

    def session_profile(self, session_name: str, *, current: str | None) -> SsoProfile:
        """Give an sso-session as it is used by itself.

        Args:
            session_name: The sso-session.
            current: The profile whose endpoint, proxy and CA settings apply; None for those
                that apply without one.

        Raises:
            ConfigFileError: There is none of this name, or what it says cannot work.
        """
        session = self.sso_session(session_name)
        return self._session_section(session_name).profile(current, session)

    def _session_section(self, name: str) -> ConfigSection:
        values = self.sso_sessions[name]
        return ConfigSection(header=f"sso-session {name}", path=self.path, values=values)

    def _profile(self, name: str) -> ConfigSection:
        own, shared = self.profiles.get(name), self.shared_credentials.get(name, {})
        return ConfigSection(
            header=name if own is None else self._header(name),
            path=self.credentials_path if own is None else self.path,
            values={**(own or {}), **shared},
            paths=dict.fromkeys(shared, self.credentials_path),
        )

    def _header(self, name: str) -> str:
        usual = f"profile {name}"
        if name != DEFAULT_PROFILE:
            return usual
        # It has two spellings, of which the later one counts.
        return next((text for text in reversed(self.headers) if text in {name, usual}), usual)

    def _unknown(
        self, kind: str, name: str, known: tuple[str, ...], said_by: str
    ) -> ConfigFileError:
        asked = f"{said_by} names {name!r}, but there" if said_by else "there"
        place = self.path or "AWS_CONFIG_FILE, which is empty"
        return ConfigFileError(
            f"{asked} is no [{kind} {name}] in {place}{self._hint(kind, name, known)}",
            path=self.path,
            section=f"{kind} {name}",
        )

    def _hint(self, kind: str, name: str, known: tuple[str, ...]) -> str:
        alike = [text for text in self.headers if text == name or text.endswith(f" {name}")]
        if alike:
            spelling = f"[{kind} {shlex.quote(name)}]"
            return f"; there is a [{alike[0]}], but what is meant has to be written {spelling}"
        if near := difflib.get_close_matches(name, known):
            return f"; did you mean {' or '.join(near)}?"
        if known:
            more = ", ..." if len(known) > _MOST_NAMES else ""
            return f"; it has {', '.join(known[:_MOST_NAMES])}{more}"
        return "; make one with: aws configure sso"
