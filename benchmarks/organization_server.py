"""Serve a generated organization: ``python benchmarks/organization_server.py JSON``."""

from __future__ import annotations

import json
import sys

from ssokit.testing import FakeIdentityCenter, IdentityCenterServer, organization_of_size


def main() -> None:
    """Serve until stdin closes; one line on stdout tells where."""
    organization = organization_of_size(**json.loads(sys.argv[1]))
    center = FakeIdentityCenter(organization)
    with IdentityCenterServer(center) as server:
        line = {
            "url": server.url,
            "startUrl": center.start_url,
            "region": center.region,
            "environment": server.environment(),
        }
        print(json.dumps(line), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
