"""The public doors: what they name, and what they cost."""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import ssokit
from ssokit.stores import FileStore

_DOORS = ("ssokit", "ssokit.notifiers", "ssokit.stores", "ssokit.ports", "ssokit.testing")
_URL = "https://d-1234567890.awsapps.com/start"


@pytest.mark.parametrize("door", _DOORS)
def test_all_names_resolve(door: str):
    """Every name that a door lists is there, once."""
    module = importlib.import_module(door)
    assert len(set(module.__all__)) == len(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)


@pytest.mark.parametrize("door", ["ssokit", "ssokit.notifiers", "ssokit.stores"])
def test_dir_is_what_is_public(door: str):
    """A reader's completion shows the public names, and nothing else."""
    module = importlib.import_module(door)
    assert dir(module) == sorted(module.__all__)


def test_names_are_sorted():
    """Names come in ASCII order, so that two branches rarely collide."""
    assert sorted(ssokit.__all__) == ssokit.__all__


@pytest.mark.parametrize("door", ["ssokit", "ssokit.notifiers", "ssokit.stores"])
def test_unknown_names(door: str):
    """An unknown name is an AttributeError that names it and the module."""
    module = importlib.import_module(door)
    with pytest.raises(AttributeError, match=f"module '{door}' has no attribute 'nope'"):
        module.nope  # noqa: B018 - reading it is what raises


def test_names_that_type_checkers_see_are_those_that_resolve():
    """The imports for type checkers and the names for the interpreter are the same."""
    named = set(ssokit._HOMES) | {"__version__"}
    assert named == set(ssokit.__all__)
    source = Path(ssokit.__file__).read_text()
    imports = source.partition("if TYPE_CHECKING:")[2].partition("_HOMES")[0]
    assert all(f" {name}" in imports for name in ssokit._HOMES)


def test_version():
    """The version is the installed distribution's."""
    assert ssokit.__version__ == importlib.metadata.version("ssokit")


def _public() -> list[Any]:
    named = {name: getattr(ssokit, name) for name in ssokit.__all__ if name != "__version__"}
    found = [pytest.param(value, id=name) for name, value in named.items()]
    for name, value in named.items():
        if isinstance(value, type):
            for member, part in vars(value).items():
                if not member.startswith("_") and (
                    inspect.isroutine(part) or isinstance(part, property)
                ):
                    found.append(pytest.param(part, id=f"{name}.{member}"))
    return found


@pytest.mark.parametrize("thing", _public())
def test_public_things_have_docstrings(thing: Any):
    """Whatever a user can name says what it is for."""
    assert inspect.getdoc(thing)


def _modules_after(program: str, **environment: str) -> set[str]:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{program}\nimport sys, json; print(json.dumps(list(sys.modules)))",
        ],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "program",
    ["import ssokit", "import ssokit; dir(ssokit)", "import ssokit.stores, ssokit.notifiers"],
)
def test_import_costs_next_to_nothing(program: str):
    """Importing the package loads no boto3, no attrs, and none of its own modules."""
    loaded = _modules_after(program)
    heavy = {"boto3", "botocore", "attr", "attrs", "cachetools", "filelock", "urllib3"}
    assert not loaded & heavy
    assert "ssokit.api" not in loaded
    assert "ssokit.domain" not in loaded


def test_cached_login_loads_no_botocore(tmp_path: Path):
    """A login that is in the cache costs neither botocore nor boto3 nor a lock library."""
    session = ssokit.SsoSession(_URL, "us-east-1")
    now = datetime.now(timezone.utc)
    token = ssokit.Token(
        start_url=_URL,
        region="us-east-1",
        access_token="canary-token",
        expires_at=now + timedelta(hours=8),
        received_at=now,
    )
    FileStore(tmp_path / ".aws" / "sso" / "cache").save_token(session, token)
    loaded = _modules_after(
        f"import ssokit; assert ssokit.login({_URL!r}, 'us-east-1')['region'] == 'us-east-1'",
        HOME=str(tmp_path),
        USERPROFILE=str(tmp_path),
    )
    assert "ssokit.api" in loaded
    assert not loaded & {"boto3", "botocore", "filelock", "urllib3", "http.client"}
    assert not [
        name for name in loaded if name.startswith(("ssokit.testing", "ssokit.adapters.fake"))
    ]
