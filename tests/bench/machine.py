"""What was it measured on? In general terms: nobody needs to know whose machine it was."""

import os
import platform
import sqlite3
from importlib.metadata import version


def described(postgresql: str) -> str:
    """Return the machine and the versions in one sentence."""
    versions = (
        f"Python {platform.python_version()}",
        f"SQLite {sqlite3.sqlite_version}",
        postgresql,
        f"SQLAlchemy {version('sqlalchemy')}",
        f"APScheduler {version('apscheduler')}",
        f"slack-bolt {version('slack-bolt')}",
    )
    return f"{os.cpu_count()} cores ({platform.machine()}), {_memory()} memory, {platform.system()}; {', '.join(versions)}."


def _memory() -> str:
    if "SC_PHYS_PAGES" not in os.sysconf_names:
        return "unknown"
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GB"


def busy() -> str:
    """Say how busy the machine was with other things before it began; empty if it was not."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load < 0.5 * cores:
        return ""
    return f"The machine was busy with other things when this began (load {load:.1f} on {cores} cores): the times are longer than its own."
