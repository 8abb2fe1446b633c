"""The public door to the stores."""

from __future__ import annotations

import pytest
from programs import RunPython

import ssokit.stores


def test_every_public_name_loads():
    """The names are sorted, listed by dir(), and each gives a class of that name."""
    assert ssokit.stores.__all__ == sorted(ssokit.stores.__all__) == dir(ssokit.stores)
    for name in ssokit.stores.__all__:
        assert getattr(ssokit.stores, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error():
    """A name that is not there is reported as on any module."""
    with pytest.raises(AttributeError, match=r"'ssokit\.stores' has no attribute 'NoStore'"):
        ssokit.stores.NoStore  # noqa: B018


def test_the_door_is_light(run_python: RunPython):
    """Importing it loads no store; the file store loads no lock library before a lock is taken."""
    program = """
import sys, ssokit.stores
print([name for name in ("filelock", "cachetools", "boto3", "tempfile") if name in sys.modules])
ssokit.stores.FileStore()
print([name for name in ("filelock", "cachetools", "boto3") if name in sys.modules])
"""
    assert run_python(program).stdout == "[]\n[]\n"
