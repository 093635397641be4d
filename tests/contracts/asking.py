"""What a database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from bot.store.database import Database


@contextmanager
def asked(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Yield the statements that are executed meanwhile, each with its values."""
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        said.append((statement, values))

    writer, reader = database.writer.sync_engine, database.reader.sync_engine
    engines = (writer, reader) if database.sqlite else (writer,)  # both of PostgreSQL share their listeners
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
