"""The command: ``python -m ssokit``, or ``ssokit``."""

from __future__ import annotations

import sys

_OPTIONAL = frozenset({"click", "rich"})
_HINT = "The ssokit command needs click and rich: pip install 'ssokit[cli]'\n"


def main() -> None:
    """Run the command line; the packages of the extra ``cli`` are loaded here.

    Raises:
        SystemExit: Always: 2 if the extra is not installed, else what the command ends with.
    """
    try:
        from ssokit.cli.app import ssokit  # noqa: PLC0415 - it may not be installed
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _OPTIONAL:
            raise
        sys.stderr.write(_HINT)
        sys.exit(2)
    ssokit()


if __name__ == "__main__":
    main()
