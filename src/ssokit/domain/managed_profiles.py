"""The profiles that ssokit writes into a config file, told apart from those of the person.

Those of ssokit have an option that says so, because an option stays with its profile whatever
edits the file; the AWS CLI and the SDKs do not mind options that they do not know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlsplit

import attrs

from ssokit.domain.accounts import Role
from ssokit.domain.config_parsing import parse_config_text
from ssokit.domain.config_text import ConfigText, Section, new_section
from ssokit.domain.errors import ConfigFileError, InvalidSSOConfigError
from ssokit.domain.profile_names import plain
from ssokit.domain.sso_session import SsoSession

MARK = "ssokit_managed"
_MARKED = "true"


@attrs.frozen(kw_only=True)
class WantedProfiles:
    """What is to be in the config file.

    Attributes:
        session: The ``sso-session``, by its name.
        profiles: The roles by the names of their profiles.
        settings: Further options of each profile, such as ``region``.
        taken: Names that may not be used, because the credentials file has them.
        is_known: Takes an account id and a role name, and tells whether it would be in
            `profiles` if the person still had the role.
        prune: Whether profiles are removed whose role is gone.
    """

    session: SsoSession
    profiles: Mapping[str, Role]
    settings: Mapping[str, str] = attrs.field(factory=dict)
    taken: Collection[str] = ()
    is_known: Callable[[str, str], bool] = lambda _account_id, _role_name: True
    prune: bool = False


@attrs.frozen(kw_only=True)
class ProfileChanges:
    """What becomes of a config file: names of profiles, in the order of the file.

    Attributes:
        before: The text as it was.
        after: The text as it is to be.
        session_name: The ``sso-session`` that the profiles use.
        added: Profiles that are new.
        updated: Profiles of ssokit that change.
        unchanged: Profiles that were as they should be.
        removed: Profiles of ssokit whose role, or whose name, is no longer wanted.
        left_over: The same where nothing is to be removed.
        not_ours: Names that are wanted, and that the person uses for something else.
    """

    before: str
    after: str
    session_name: str
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()
    not_ours: tuple[str, ...] = ()

    @property
    def is_change(self) -> bool:
        """Whether the text is to be another one."""
        return self.before != self.after


def session_name_for(text: ConfigText, session: SsoSession) -> str:
    """Find the ``sso-session`` of an instance, else make up a name.

    A session with a name keeps it. Otherwise it is that of a section with the same start URL
    and region; else what tells the instance from others in its start URL.
    """
    if session.name is not None:
        return session.name
    for section in text.sections:
        if section.kind == "sso-session" and _is_of(section, session):
            return section.name
    url = urlsplit(session.wire_start_url)
    last = url.path.rpartition("/")[2]
    host = (url.hostname or "").partition(".")[0]
    return plain(host if last in ("", "start") else last) or "sso"


def with_profiles(text: str, wanted: WantedProfiles, *, place: str) -> ProfileChanges:
    """Say what becomes of a config file.

    Args:
        text: The file as it is.
        wanted: What is to be in it.
        place: The file's name, for messages.

    Raises:
        ConfigFileError: The file cannot be read, or its ``sso-session`` of that name is
            another one.
    """
    edit = _Edit(parse_config_text(text, place=place), wanted, place)
    edit.write_session()
    for name, role in wanted.profiles.items():
        edit.write(name, role)
    edit.prune()
    after = edit.result()
    if not _is_read_as(after):
        raise ConfigFileError(
            f"{place} has indented section headers, which would be read as something else after "
            "the change; let them begin their lines. Nothing was changed",
            path=place,
        )
    return ProfileChanges(
        before=text,
        after=str(after),
        session_name=edit.session_name,
        **{kind: tuple(names) for kind, names in edit.done.items()},
    )


class _Edit:
    def __init__(self, text: ConfigText, wanted: WantedProfiles, place: str) -> None:
        self.done: defaultdict[str, list[str]] = defaultdict(list)
        self.session_name = session_name_for(text, wanted.session)
        self._wanted = wanted
        self._place = place
        self._text = text
        self._changed: list[Section] = []
        self._gone: list[str] = []
        self._added: list[Section] = []
        self._profiles: defaultdict[str, list[Section]] = defaultdict(list)
        for section in text.sections:
            if section.kind == "profile":
                self._profiles[section.name].append(section)

    def write_session(self) -> None:
        session, name = self._wanted.session, self.session_name
        for section in self._text.sections:
            if (section.kind, section.name) == ("sso-session", name):
                if not _is_of(section, session):
                    raise ConfigFileError(
                        f"[{section.title}] in {self._place} is another Identity Center than "
                        f"{session.start_url} in {session.region}: choose another name for the "
                        "sso-session. Nothing was changed",
                        path=self._place,
                        section=section.title,
                    )
                return
        values = {
            "sso_start_url": session.start_url,
            "sso_region": session.region,
            "sso_registration_scopes": ",".join(
                session.scopes or attrs.evolve(session, name=name).wire_scopes
            ),
        }
        self._add("sso-session", name, values)

    def write(self, name: str, role: Role) -> None:
        found = self._profiles[name]
        values = {
            "sso_session": self.session_name,
            "sso_account_id": role.account_id,
            "sso_role_name": role.role_name,
        }
        if name in self._wanted.taken or len(found) > 1:
            self.done["not_ours"].append(name)
        elif not found:
            own = {**values, **self._wanted.settings, MARK: _MARKED}
            self._add("profile", name, own)
            self.done["added"].append(name)
        elif self._is_ours(found[0]):
            self._update(found[0], {**values, **self._wanted.settings})
        else:
            same = values.items() <= found[0].values.items()
            self.done["unchanged" if same else "not_ours"].append(name)

    def prune(self) -> None:
        for name, sections in self._profiles.items():
            if name in self._wanted.profiles:
                continue
            for section in filter(self._is_gone, sections):
                self._gone.append(section.title)
                self.done["removed" if self._wanted.prune else "left_over"].append(name)

    def result(self) -> ConfigText:
        text = self._text.replaced(*self._changed)
        for title in self._gone if self._wanted.prune else ():
            text = text.without(title)
        for section in self._added:
            text = text.appended(section)
        return text

    def _add(self, kind: str, name: str, values: Mapping[str, str]) -> None:
        self._added.append(new_section(kind, name, values, self._text.newline))

    def _update(self, section: Section, values: Mapping[str, str]) -> None:
        changed = section.with_values(values, self._text.newline)
        self._changed.append(changed)
        self.done["unchanged" if changed is section else "updated"].append(section.name)

    def _is_ours(self, section: Section) -> bool:
        values = section.values
        ours = values.get(MARK, "").lower() == _MARKED
        return ours and values.get("sso_session") == self.session_name

    def _is_gone(self, section: Section) -> bool:
        values = section.values
        account_id, role_name = values.get("sso_account_id", ""), values.get("sso_role_name", "")
        return self._is_ours(section) and self._wanted.is_known(account_id, role_name)


def _is_read_as(text: ConfigText) -> bool:
    try:
        return parse_config_text(str(text), place="") == text
    except ConfigFileError:
        return False


def _is_of(section: Section, session: SsoSession) -> bool:
    values = section.values
    try:
        other = SsoSession(values.get("sso_start_url", ""), values.get("sso_region", ""))
    except InvalidSSOConfigError:
        return False
    return (other.wire_start_url, other.region) == (session.wire_start_url, session.region)
