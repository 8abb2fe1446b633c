"""botocore sessions that share what is expensive to make and is never changed."""

from __future__ import annotations

import copy
import functools
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.hooks import BaseEventHooks
    from botocore.loaders import Loader
    from botocore.session import Session

_GUARD = threading.Lock()
# A quadruple of botocore: config key, environment variable, default, conversion.
_IGNORED = (None, None, None, None)


def new_botocore_session(profile: str | None = None) -> Session:
    """Make a botocore session that shares its data loader with all others made here.

    ``AWS_PROFILE`` and ``AWS_DEFAULT_PROFILE`` are ignored, even when they name a profile
    that does not exist: which login and role to use is said by the caller. The profile's
    section of the config file is honoured: its endpoints, its ``ca_bundle`` and so on.

    Args:
        profile: The profile; None for ``[default]``, if there is one.
    """
    from botocore.session import Session  # noqa: PLC0415 - loaded on first use

    session = Session(
        profile=profile,
        session_vars={"profile": _IGNORED},
        event_hooks=_BUILTIN_HANDLERS.copied(),
        include_builtin_handlers=False,
    )
    with _GUARD:
        loader = _shared_loader(session.get_config_variable("data_path"))
    session.register_component("data_loader", loader)
    return session


@functools.lru_cache(maxsize=4)
def _shared_loader(data_path: str | None) -> Loader:
    """Give one loader per ``AWS_DATA_PATH``: it caches the service models it has parsed."""
    from botocore.loaders import create_loader  # noqa: PLC0415 - loaded on first use

    return create_loader(data_path)


def tidy_search_paths(session: Session) -> None:
    """Undo what each new boto3 session does to the shared loader: append the same path."""
    paths = session.get_component("data_loader").search_paths
    with _GUARD:
        paths[:] = dict.fromkeys(paths)


class _BuiltinHandlers:
    """botocore's own event handlers, registered once: that is most of the cost of a session."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._registered: list[Any] | None = None
        self._hooks: BaseEventHooks

    def copied(self) -> BaseEventHooks:
        """Give event hooks of a session's own, with the handlers that botocore has now."""
        from botocore.handlers import BUILTIN_HANDLERS  # noqa: PLC0415 - loaded on first use

        with self._guard:
            # Programs add to the list at any time: moto's mocks reach new sessions that way.
            if self._registered != BUILTIN_HANDLERS:
                self._registered = list(BUILTIN_HANDLERS)
                self._hooks = _hooks_with(self._registered)
            return copy.copy(self._hooks)


def _hooks_with(specifications: list[Any]) -> BaseEventHooks:
    from botocore import handlers, hooks  # noqa: PLC0415 - loaded on first use

    emitter = hooks.HierarchicalEmitter()
    # A session wraps its hooks in an aliaser as well: event names are aliased on both ways.
    events = hooks.EventAliaser(emitter)
    ordered = {
        handlers.REGISTER_FIRST: events.register_first,
        handlers.REGISTER_LAST: events.register_last,
    }
    for event_name, handler, *order in specifications:
        register = ordered[order[0]] if order else events.register
        register(event_name, handler)
    return emitter


_BUILTIN_HANDLERS = _BuiltinHandlers()
