"""What Alembic runs to migrate: over the connection that `bot.store.migrate` hands it, in that connection's transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from bot.store import delivery_tables  # noqa: F401 - its tables stand in the same metadata
from bot.store.tables import Json, UtcTime, metadata


def plain_types(kind: str, value: Any, _: AutogenContext) -> str | Literal[False]:
    """Name the database's own types in a new migration: it must not change its meaning when our types do."""
    if kind == "type" and isinstance(value, UtcTime):
        return "sa.BigInteger()"
    return "sa.Text()" if kind == "type" and isinstance(value, Json) else False


def named_here(name: str | None, *_: Any) -> bool:
    """Leave out what stands in no metadata: the words of cases, in a table that each database has its own way for."""
    return not (name or "").startswith("likeness")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table only by making it anew
    render_item=plain_types,
    include_name=named_here,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
