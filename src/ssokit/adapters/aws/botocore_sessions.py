"""botocore sessions that share what is expensive to load and is never changed."""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.loaders import Loader
    from botocore.session import Session

_GUARD = threading.Lock()
# A quadruple of botocore: config key, environment variable, default, conversion.
_IGNORED = (None, None, None, None)


def new_botocore_session() -> Session:
    """Make a botocore session that shares its data loader with all others made here.

    ``AWS_PROFILE`` and ``AWS_DEFAULT_PROFILE`` are ignored, even when they name a profile
    that does not exist: which login and role to use is said by the caller. The ``[default]``
    section of the config file, and with it its ``ca_bundle``, is honoured.
    """
    from botocore.session import Session  # noqa: PLC0415 - loaded on first use

    session = Session(session_vars={"profile": _IGNORED})
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
