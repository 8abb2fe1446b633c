"""What programs in processes of their own begin with, and how they are run."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import TypeAlias

RunPython: TypeAlias = "Callable[..., subprocess.CompletedProcess[str]]"

# Imports come first: the interpreter may lie where only root can read.
DROP_PRIVILEGES = """
import os
import ssokit.adapters.stores.kernel_locks
b'x'.decode('utf-8-sig')
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
"""

PRELUDE = """
import sys
from datetime import datetime, timezone
from pathlib import Path
from ssokit.domain.errors import StoreError, StoreLockTimeoutError
from ssokit.domain.sso_session import SsoSession
from ssokit.domain.tokens import Token
from ssokit.stores import FileStore
folder = Path(sys.argv[1])
sso = SsoSession("https://d-1234567890.awsapps.com/start", "us-east-1")
def a_token(text):
    return Token(start_url=sso.start_url, region=sso.region, access_token=text,
                 expires_at=datetime(2100, 1, 1, tzinfo=timezone.utc))
token, later = a_token("canary-1"), a_token("canary-2")
"""
