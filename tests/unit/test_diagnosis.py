"""What is examined on a machine."""

from __future__ import annotations

import pytest

from ssokit.diagnosis import _is_installed, diagnose
from ssokit.domain.findings import Verdict


def test_packages_that_are_missing():
    """A package is there or not; neither is an error."""
    assert _is_installed("attrs")
    assert not _is_installed("no-such-package-anywhere")


@pytest.mark.usefixtures("identity_center")
def test_an_empty_machine():
    """Where nothing is configured, nothing fails, and all is told in order."""
    found = list(diagnose(None, offline=True))
    assert [finding.subject for finding in found][:3] == ["versions", "extras", "config file"]
    assert Verdict.FAIL not in {finding.verdict for finding in found}
