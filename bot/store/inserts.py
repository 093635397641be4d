"""Inserts that know what to do when the row is there already, the same on both databases."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def upsert(conn: AsyncConnection, table: Table, row: Mapping[str, Any], instead: Mapping[str, Any]) -> Insert:
    """Return an insert of this row; where its key is there already, that row is changed instead."""
    insert = _insert(conn, table).values(**row)
    return insert.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=dict(instead))


def insert_new(conn: AsyncConnection, table: Table) -> Insert:
    """Return an insert that leaves alone what is there already."""
    return _insert(conn, table).on_conflict_do_nothing()


def _insert(conn: AsyncConnection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    return postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)
