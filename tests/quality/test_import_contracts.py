"""The import contracts bite: a copy of the package with one wrong import breaks the right one."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from house import PACKAGE, ROOT

_INWARDS = "Dependencies point inwards"
_CORE = "The core knows no third party but attrs"


def _broken_contracts(folder: Path) -> list[str]:
    command = [
        str(shutil.which("lint-imports", path=sysconfig.get_path("scripts"))),
        "--no-cache",
        "--config",
        str(ROOT / "pyproject.toml"),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert any("broken" in line for line in lines), done.stdout + done.stderr
    return [line.removesuffix(" BROKEN") for line in lines if line.endswith(" BROKEN")]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, to be broken."""
    ignored = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(PACKAGE, tmp_path / "ssokit", ignore=ignored)


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("domain/tokens", "from ssokit.ports import clock", _INWARDS),
        ("ports/clock", "from ssokit.usecases import login", _INWARDS),
        ("usecases/login", "from ssokit.adapters import clock", _INWARDS),
        ("adapters/clock", "from ssokit import api", _INWARDS),
        ("utils", "import os", _INWARDS),
        ("domain/tokens", "import boto3", _CORE),
        ("usecases/login", "import cachetools", _CORE),
        (
            "adapters/stores/file_store",
            "from ssokit.adapters.aws import clients",
            "Adapter families do not know each other",
        ),
        (
            "adapters/loopback/redirect_page",
            "from ssokit.adapters.notifiers import silent",
            "Servers on the loopback interface know no other adapter",
        ),
        ("api", "import boto3", "Only adapters.aws speaks boto3"),
        ("usecases/login", "import filelock", "Caches and file locks stay in their adapters"),
        ("api", "import rich", "Only the commands draw on the terminal"),
        ("testing/__init__", "import pytest", "Only what is made for pytest imports pytest"),
        ("api", "import ssokit.testing", "Production code never imports the test kit"),
        ("__init__", "import ssokit.testing", "Production code never imports the test kit"),
        (
            "identity_center",
            "from ssokit.adapters.fake import people",
            "The local Identity Center is reached through the test kit",
        ),
    ],
)
def test_a_wrong_import_breaks_its_contract(copy: Path, module: str, line: str, contract: str):
    """Each contract names the import that it is there to prevent."""
    path = copy / f"{module}.py"
    path.touch()
    with path.open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    assert contract in _broken_contracts(copy.parent)


def test_the_unbroken_copy_keeps_all_contracts(copy: Path):
    """What the other tests find is what they put there."""
    assert _broken_contracts(copy.parent) == []
