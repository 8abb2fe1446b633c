"""The two libraries: how to have each do a task, under the same circumstances."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import attrs
from local_center import LocalCenter

_WORKER = Path(__file__).with_name("worker.py")


@attrs.frozen(kw_only=True)
class Side:
    """A library in its own environment, with a home directory of its own.

    Attributes:
        module: The name to import.
        interpreter: The Python of its environment.
        home: Its home directory.
        center: The Identity Center that it uses.
    """

    module: str
    interpreter: Path
    home: Path
    center: LocalCenter

    def does(self, task: str, *arguments: str, module: str | None = None) -> Any:
        """Run a task of the worker in a fresh process, and give what it found.

        Raises:
            RuntimeError: The worker broke down.
        """
        done = subprocess.run(
            [self.interpreter, "-I", _WORKER, task, module or self.module, *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{self.module} failed at {task}:\n{done.stderr}")
        return json.loads(done.stdout)

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.upper().startswith(("AWS_", "PYTHON"))
        }
        return {
            **kept,
            **self.center.environment,
            "AWS_EC2_METADATA_DISABLED": "true",
            "BENCHMARK_REGION": self.center.region,
            "BENCHMARK_START_URL": self.center.start_url,
            "HOME": str(self.home),
            "NO_PROXY": "127.0.0.1",
            "USERPROFILE": str(self.home),
            "no_proxy": "127.0.0.1",
        }
