"""Commands to Redis, and scripts, with ssokit's errors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ssokit.adapters.stores.redis_clients import RedisClient, place_of
from ssokit.adapters.stores.redis_errors import translated


class RedisCommands:
    """Sends commands.

    Args:
        client: The client to send them with.
    """

    def __init__(self, client: RedisClient) -> None:
        # The commands of redis-py are not typed.
        self._client: Any = client

    def __call__(self, doing: str, *command: Any) -> Any:
        """Send a command, and give the answer.

        Args:
            doing: What cannot be done if it fails, such as ``read``.
            *command: The command.

        Raises:
            StoreError: Redis failed.
        """
        with translated(partial(place_of, self._client), doing):
            return self._client.execute_command(*command)

    def run(self, doing: str, script: str, keys: Sequence[str], arguments: Sequence[Any]) -> Any:
        """Run a script, and give what it returns.

        Raises:
            StoreError: Redis failed.
        """
        return self(doing, "EVAL", script, len(keys), *keys, *arguments)
