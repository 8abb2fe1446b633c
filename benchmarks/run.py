"""Measure ssokit and aws-sso-lib side by side: ``python benchmarks/run.py``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import commands
import measure
from local_center import LocalCenter
from peer_environment import PEER, peer_interpreter
from sides import Side

_SECTIONS = {
    "import": measure.imports,
    "login": measure.cached_login,
    "sessions": measure.sessions,
    "roles": measure.roles,
    "help": commands.help_pages,
}


def main() -> None:
    """Measure what the options ask for, and print it as it comes."""
    options = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="ssokit-benchmarks-") as temporary:
        folder = Path(temporary)
        print(f"Preparing an environment with {PEER} ...", flush=True)
        interpreter = peer_interpreter(options.peer_env or folder / "peer")
        with closing(LocalCenter()) as center:
            ours = _side("ssokit", Path(sys.executable), folder / "home-ssokit", center)
            peer = _side("aws_sso_lib", interpreter, folder / "home-peer", center)
            _print(ours, peer, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python benchmarks/run.py", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="how many runs; medians are shown")
    parser.add_argument("--peer-env", type=Path, help="an environment to reuse, or to make")
    parser.add_argument("--only", choices=_SECTIONS, help="one section of all")
    return parser


def _side(module: str, interpreter: Path, home: Path, center: LocalCenter) -> Side:
    home.mkdir()
    side = Side(module=module, interpreter=interpreter, home=home, center=center)
    side.does("login")
    return side


def _print(ours: Side, peer: Side, options: argparse.Namespace) -> None:
    print(
        f"Python {sys.version.split()[0]}, boto3 {version('boto3')} in both; "
        f"medians of {options.runs} runs. 2 x: ssokit takes half the time.\n",
        flush=True,
    )
    chosen = [options.only] if options.only else list(_SECTIONS)
    for name in chosen:
        for pair in _SECTIONS[name](ours, peer, options.runs):
            print(pair, end="\n\n", flush=True)


if __name__ == "__main__":
    main()
