"""Every AssignmentDirectory keeps the same promises."""

from __future__ import annotations

from ssokit.ports.assignment_directory import AssignmentDirectory
from ssokit.testing import FakeIdentityCenter
from ssokit.testing.assignment_directory_contract import AssignmentDirectoryContract


class TestFakeAssignmentDirectory(AssignmentDirectoryContract):
    def make(self, center: FakeIdentityCenter) -> AssignmentDirectory:
        """Give the in-process face."""
        return center.assignment_directory()
