"""One section of the AWS config file, read with care: whatever is wrong is said with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import attrs

from ssokit.domain.accounts import parse_account_id, parse_role_name
from ssokit.domain.errors import ConfigFileError
from ssokit.domain.sso_profile import SsoProfile
from ssokit.domain.sso_session import SsoSession, check_region, check_start_url, parse_scopes

Parsed = TypeVar("Parsed")


@attrs.frozen(kw_only=True)
class ConfigSection:
    """A section, together with what completes it.

    Attributes:
        header: Its header, without brackets.
        path: The file it is in.
        values: Its keys and what they say; a block of indented lines is a mapping.
        paths: The file of each key that is in another file.
    """

    header: str
    path: str
    values: Mapping[str, object] = attrs.field(repr=False)
    paths: Mapping[str, str] = attrs.field(factory=dict)

    def session(self, name: str | None) -> SsoSession:
        """Read where to log in.

        Args:
            name: The name of the sso-session that this section is; None for a legacy profile.

        Raises:
            ConfigFileError: A key is missing, or what it says cannot work.
        """
        self._require("sso_start_url", "sso_region")
        start_url = self._parsed("sso_start_url", check_start_url)
        region = self._parsed("sso_region", check_region)
        scopes = None
        # As for the AWS CLI, no other section has scopes, and to say none is to say something.
        if name is not None and "sso_registration_scopes" in self.values:
            scopes = self._parsed("sso_registration_scopes", _scopes, may_be_empty=True)
        return SsoSession(start_url, region, name=name, scopes=scopes)

    def profile(self, name: str | None, session: SsoSession) -> SsoProfile:
        """Read what a login is used for; neither account nor role have to be there.

        Args:
            name: The profile.
            session: Where to log in.

        Raises:
            ConfigFileError: What a key says cannot work.
        """
        region = self.values.get("region")
        return SsoProfile(
            name=name,
            session=session,
            account_id=self._optional("sso_account_id", parse_account_id),
            role_name=self._optional("sso_role_name", parse_role_name),
            region=region if region and isinstance(region, str) else None,
            path=self.path,
            section=self.header,
        )

    def text(self, key: str) -> str:
        """Read a text.

        Raises:
            ConfigFileError: It is missing, empty, or a block of lines.
        """
        return self._parsed(key, str)

    def completed_by(self, other: ConfigSection) -> ConfigSection:
        """Give this section with the keys of another one that it does not have itself.

        Raises:
            ConfigFileError: They contradict each other, in whatever key: the AWS SDKs refuse
                that, too.
        """
        for key in sorted(self.values.keys() & other.values.keys()):
            if self.values[key] != other.values[key]:
                raise self.error(
                    key,
                    f"it says otherwise than {key} in [{other.header}], which the profile uses; "
                    "remove one of them, or make them equal",
                )
        return attrs.evolve(self, values={**other.values, **self.values})

    def error(self, key: str, problem: str) -> ConfigFileError:
        """Make an error about a key: its message is ``KEY of [SECTION] in FILE: PROBLEM``."""
        path = self.paths.get(key, self.path)
        return ConfigFileError(
            f"{key} of [{self.header}] in {path}: {problem}",
            path=path,
            section=self.header,
            key=key,
        )

    def _require(self, *keys: str) -> None:
        missing = [key for key in keys if key not in self.values]
        if missing:
            also = f", and so is {' and '.join(missing[1:])}" if missing[1:] else ""
            raise self.error(missing[0], f"it is missing{also}; add it, or run: aws configure sso")

    def _optional(self, key: str, parse: Callable[[str], Parsed]) -> Parsed | None:
        return self._parsed(key, parse) if key in self.values else None

    def _parsed(
        self, key: str, parse: Callable[[str], Parsed], *, may_be_empty: bool = False
    ) -> Parsed:
        value = self.values[key]
        if not isinstance(value, str):
            raise self.error(key, "it is a block of lines, and has to be one text")
        if not value and not may_be_empty:
            raise self.error(key, "it is empty; say something, or remove the line")
        try:
            return parse(value)
        except ValueError as error:
            # A habit from other files, and an ordinary part of the value in this one.
            comment = any(sign in value for sign in (" #", " ;", "\t#", "\t;"))
            hint = "; a comment needs a line of its own" if comment else ""
            raise self.error(key, f"{error}{hint}") from error


def _scopes(text: str) -> tuple[str, ...] | None:
    return parse_scopes([scope.strip() for scope in text.split(",") if scope.strip()])
