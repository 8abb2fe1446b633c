"""The AWS config file on disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ssokit.adapters.stores.atomic_files import make_private_folders, write_atomically
from ssokit.adapters.stores.thread_locks import THREAD_LOCKS
from ssokit.domain.errors import ConfigFileError, StoreError
from ssokit.ports.config_file import ConfigFile

_LOCK_SECONDS = 10.0
_NEW_MODE = 0o600


def aws_config_path(environment: Mapping[str, str], name: str = "config") -> Path:
    """Tell where the AWS CLI and the SDKs look for a config file.

    Args:
        environment: The environment variables.
        name: ``config`` or ``credentials``.
    """
    variable = "AWS_CONFIG_FILE" if name == "config" else "AWS_SHARED_CREDENTIALS_FILE"
    given = environment.get(variable) or f"~/.aws/{name}"
    return Path(os.path.expandvars(given)).expanduser().absolute()


class DiskConfigFile(ConfigFile):
    """A file that may be a symlink, which stays one; its mode and its owner stay as they are.

    A new file has mode 0600. A write is complete or has not happened. Programs that do not know
    the lock are noticed up to the moment of the write, which no system call can join with the
    look before it. The lock is a kernel
    file lock on ``.<name>.lock`` beside it, which stays in the folder.

    Args:
        path: The file.
        lock_timeout: Seconds to wait for another program that changes it.
    """

    def __init__(self, path: Path, *, lock_timeout: float = _LOCK_SECONDS) -> None:
        self._path = path
        self._lock_timeout = lock_timeout

    @property
    def place(self) -> str:
        """The path, as it was given."""
        return str(self._path)

    def read(self) -> str:
        """Give the text, line ends as they are; an empty one if there is no file."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise StoreError(f"cannot read {self._path}: {error.strerror}") from error
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
        # Not chained: a UnicodeDecodeError carries the whole content.
        raise ConfigFileError(
            f"cannot parse {self._path}: line {line} is not UTF-8; save it as UTF-8",
            path=str(self._path),
        )

    def replace(self, before: str, after: str) -> bool:
        """Put a text in the place of another, unless it has changed meanwhile."""
        if self.read() != before:
            return False
        target = Path(os.path.realpath(self._path))
        try:
            status = target.stat() if target.exists() else None
            if status and not stat.S_ISREG(status.st_mode):
                raise StoreError(f"{self._path} is no file: name another one in AWS_CONFIG_FILE")
            write_atomically(
                target,
                after.encode(),
                mode=stat.S_IMODE(status.st_mode) if status else _NEW_MODE,
                owner=(status.st_uid, status.st_gid) if status else None,
            )
        except OSError as error:
            raise StoreError(
                f"cannot write {self._path}: {error.strerror}; it is as it was. Make its folder "
                "writable, or name another file in AWS_CONFIG_FILE"
            ) from error
        return True

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Exclude other threads and processes that change the same file, by any of its names."""
        # filelock takes 60 ms to import, and a preview needs no lock.
        from ssokit.adapters.stores.kernel_locks import acquire_kernel_lock  # noqa: PLC0415

        target = Path(os.path.realpath(self._path))
        path = target.with_name(f".{target.name}.lock")
        timeout = self._lock_timeout
        with ExitStack() as held:
            held.enter_context(THREAD_LOCKS.hold(path, timeout=timeout, place=str(path)))
            try:
                make_private_folders(path.parent)
                held.callback(acquire_kernel_lock(path, timeout=timeout, announce=False))
            except (OSError, NotImplementedError) as error:
                raise StoreError(
                    f"cannot lock {self._path}: {error}; make its folder writable"
                ) from error
            yield
