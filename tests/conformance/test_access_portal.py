"""Every AccessPortal keeps the same promises."""

from __future__ import annotations

from ssokit.ports.access_portal import AccessPortal
from ssokit.testing import FakeIdentityCenter
from ssokit.testing.access_portal_contract import AccessPortalContract


class TestFakeAccessPortal(AccessPortalContract):
    def make(self, center: FakeIdentityCenter) -> AccessPortal:
        """Give the in-process face."""
        return center.access_portal()
