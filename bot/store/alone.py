"""Is this the only process on a SQLite file? Then what a killed predecessor had in flight need not wait for its lease to end.

Every process that runs on the file holds a share of a lock beside it for as long as it lives, however it ends. Who finds that nobody
holds one is alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

try:
    import fcntl

    LOCKS = True
except ImportError:  # not on Windows: there, leases are waited for
    LOCKS = False


@contextmanager
def alone_on(database_url: str) -> Iterator[bool]:
    """Tell whether nobody else runs on this database; nobody can tell on PostgreSQL, so there the answer is no."""
    file = _file(database_url)
    if file is None or not LOCKS:
        yield False
        return
    with file.open("ab") as lock:
        file.chmod(0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
        except OSError:
            alone = False
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield alone


def _file(database_url: str) -> Path | None:
    """Return where the lock lies; None where there is no such database, which is for others to say."""
    try:
        url = make_url(database_url)
    except ArgumentError:
        return None
    if not url.drivername.startswith("sqlite") or not url.database or not Path(url.database).parent.is_dir():
        return None
    return Path(f"{url.database}.lock")
