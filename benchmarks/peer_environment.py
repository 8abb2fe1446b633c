"""An environment of its own for aws-sso-lib, from PyPI, with the boto3 that ssokit has."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

PEER = "aws-sso-lib"


def peer_interpreter(folder: Path) -> Path:
    """Give the interpreter of an environment that has the peer; make it if there is none.

    Args:
        folder: Where the environment is, or is to be.
    """
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    interpreter = scripts / "python"
    if not interpreter.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    wanted = [PEER, *(f"{name}=={version(name)}" for name in ("boto3", "botocore"))]
    subprocess.run(
        [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted],
        check=True,
    )
    return interpreter
