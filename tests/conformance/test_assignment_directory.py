"""Every AssignmentDirectory keeps the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest

from ssokit.adapters.aws.assignment_directory import BotoAssignmentDirectory
from ssokit.ports.assignment_directory import AssignmentDirectory
from ssokit.testing import FakeIdentityCenter, IdentityCenterServer
from ssokit.testing.assignment_directory_contract import AssignmentDirectoryContract


class TestFakeAssignmentDirectory(AssignmentDirectoryContract):
    def make(self, center: FakeIdentityCenter) -> AssignmentDirectory:
        """Give the in-process face."""
        return center.assignment_directory()


class TestBotoAssignmentDirectory(AssignmentDirectoryContract):
    def make(self, center: FakeIdentityCenter) -> AssignmentDirectory:
        """Give the adapter that speaks HTTP, with made-up keys."""
        session = boto3.Session("AKIDEXAMPLE", "example", region_name=center.region)
        return BotoAssignmentDirectory(session)

    @contextmanager
    def serve(self, center: FakeIdentityCenter) -> Iterator[object]:
        """Serve the model, and send boto3 there."""
        with IdentityCenterServer(center) as server, pytest.MonkeyPatch.context() as patch:
            for name, value in server.environment().items():
                patch.setenv(name, value)
            yield server
