"""The command: ``python -m ssokit``, or ``ssokit``."""

from __future__ import annotations

import os
import sys
import threading

_INTERRUPTED = 130
_OPTIONAL = frozenset({"click", "rich"})
_HINT = "The ssokit command needs click and rich: pip install 'ssokit[cli]'\n"


def main() -> None:
    """Run the command line; the packages of the extra ``cli`` are loaded here.

    Raises:
        SystemExit: Always: 2 if the extra is not installed, else what the command ends with.
    """
    _open_what_is_closed()
    try:
        _run()
    except KeyboardInterrupt:
        # While it was still loading: afterwards, the group says what there is to say.
        sys.exit(_INTERRUPTED)
    except SystemExit as end:
        if isinstance(end.code, int) and _is_under_way():
            # Python would wait for calls that nobody waits for any more, until they time out.
            os._exit(end.code)
        raise


def _open_what_is_closed() -> None:
    # As after `>&-` in a shell: Python has no stream then, and what is opened next, such as a
    # connection, would get the number of the one that is missing.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - no block


def _run() -> None:
    try:
        from ssokit.cli.app import ssokit  # noqa: PLC0415 - it may not be installed
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _OPTIONAL:
            raise
        sys.stderr.write(_HINT)
        sys.exit(2)
    ssokit(prog_name="ssokit")


def _is_under_way() -> bool:
    main = threading.main_thread()
    return any(t is not main and not t.daemon for t in threading.enumerate())


if __name__ == "__main__":
    main()
