"""AWS config files for the local Identity Center, as ``aws configure sso`` writes them."""

from __future__ import annotations

import os
from pathlib import Path

from ssokit.testing import FakeIdentityCenter

_CONFIG = """\
[sso-session corp]
sso_start_url = {start_url}
sso_region = {region}
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = corp
sso_account_id = 444455556666
sso_role_name = ReadOnly
region = eu-west-1

[profile old]
sso_start_url = {start_url}
sso_region = {region}
sso_account_id = 444455556666
sso_role_name = ReadOnly
region = eu-west-1
"""


def write_aws_config(center: FakeIdentityCenter) -> Path:
    """Write the config file that the environment names.

    It has the sso-session ``corp``, the profile ``dev`` that uses it, and the legacy ``old``.
    """
    path = Path(os.environ["AWS_CONFIG_FILE"])
    path.parent.mkdir(exist_ok=True)
    path.write_text(_CONFIG.format(start_url=center.start_url, region=center.region))
    return path
