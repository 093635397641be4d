"""A PostgreSQL server that is stopped and started under the processes that work on it."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests import postgres

# What was acknowledged must outlive the server. The machine does not fail here, so the disk need not be waited for.
SETTINGS = postgres.SETTINGS | {"synchronous_commit": "on"}


class Bouncing:
    """A server that can be bounced."""

    def __init__(self, prepared: postgres.Prepared) -> None:
        self._prepared = prepared
        self._stack = ExitStack()
        self.server = prepared.server

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._stack.enter_context(self._prepared.running())

    def stop(self) -> None:
        """End it at once, as a crash would: nobody is told, nothing is tidied up."""
        self._stack.close()

    def terminate_all(self, database: str) -> int:
        """Cut all connections of Buckstop's to a database, as an administrator may; return how many."""
        rows = f"pg_stat_activity WHERE datname = '{database}' AND application_name = 'buckstop'"
        said = self.asked(f"SELECT count(pg_terminate_backend(pid)) FROM {rows}")
        return int(said)

    def asked(self, query: str, database: str = "postgres") -> str:
        """Return what a query returns, as text."""
        command: list[Any] = [
            self.server.programs / "psql",
            "-qAtX",
            "-h",
            self.server.folder,
            "-U",
            "postgres",
            "-d",
            database,
            "-c",
            query,
        ]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def bouncing() -> Iterator[Bouncing]:
    """Give a server of its own, running."""
    with postgres.prepared(SETTINGS) as prepared:
        there = Bouncing(prepared)
        there.start()
        try:
            yield there
        finally:
            there.stop()
