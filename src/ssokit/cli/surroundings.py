"""Keep a command away from the AWS settings of the person who runs it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_LOOPBACK = "127.0.0.1,localhost,::1"


@contextmanager
def away_from_aws(folder: Path, endpoints: Mapping[str, str]) -> Iterator[None]:
    """Replace all ``AWS_`` variables of this process for a while.

    Neither profiles nor keys nor endpoints of the person's own are seen meanwhile, and their
    ``~/.aws`` is not read.

    Args:
        folder: Where the config files would be, if there were any.
        endpoints: The variables that lead to the services to use instead.
    """
    before = dict(os.environ)
    for name in before:
        if name.upper().startswith("AWS_"):
            del os.environ[name]
    os.environ.update(
        endpoints,
        AWS_CONFIG_FILE=str(folder / "config"),
        AWS_EC2_METADATA_DISABLED="true",
        AWS_SHARED_CREDENTIALS_FILE=str(folder / "credentials"),
        NO_PROXY=_LOOPBACK,
        no_proxy=_LOOPBACK,
    )
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
