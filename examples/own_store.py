"""Keep logins in a place of one's own: a dict-like over an SQLite database.

ssokit needs ``[]``, ``[]=`` and, better, ``del``. It locks among the threads of this process;
a store that several hosts share implements `ssokit.ports.TokenStore`, with a lock of its own.
"""

import argparse
import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import ssokit


class Table:
    """The three operations, over a table of names and JSON texts.

    The texts hold access tokens: give the file to nobody, or encrypt them.
    """

    def __init__(self, path: Path) -> None:
        """Open the database, or make it."""
        self._path = path
        self._execute("CREATE TABLE IF NOT EXISTS entries (name TEXT PRIMARY KEY, entry TEXT)")

    def __getitem__(self, name: str) -> dict[str, Any]:
        """Give an entry, or raise KeyError."""
        rows = self._execute("SELECT entry FROM entries WHERE name = ?", name)
        if not rows:
            raise KeyError(name)
        entry: dict[str, Any] = json.loads(rows[0][0])
        return entry

    def __setitem__(self, name: str, entry: dict[str, Any]) -> None:
        """Keep an entry."""
        self._execute("REPLACE INTO entries VALUES (?, ?)", name, json.dumps(entry))

    def __delitem__(self, name: str) -> None:
        """Forget an entry."""
        self._execute("DELETE FROM entries WHERE name = ?", name)

    def _execute(self, statement: str, *values: str) -> list[tuple[str]]:
        with closing(sqlite3.connect(self._path)) as database, database:
            return database.execute(statement, values).fetchall()


def main() -> None:
    """Log in twice, with two handles on one database: the person is asked once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("start_url")
    parser.add_argument("sso_region")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "logins.db"
        for told in ("asked the person", "found the login in the database"):
            ssokit.login(options.start_url, options.sso_region, sso_cache=Table(path))
            print(told)


if __name__ == "__main__":
    main()
