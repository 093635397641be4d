"""Inserts that know what to do when the row is there already, the same on both databases."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def upsert(conn: AsyncConnection, table: Table, row: Mapping[str, Any], instead: Mapping[str, Any]) -> Insert:
    """Return an insert of this row; where its key is there already, that row is changed instead."""
    insert = insert_into(conn.dialect.name, table).values(**row)
    return insert.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=dict(instead))


def insert_new(conn: AsyncConnection, table: Table) -> Insert:
    """Return an insert that leaves alone what is there already."""
    return new_in(conn.dialect.name, table)


@cache
def new_in(dialect: str, table: Table) -> Insert:
    """Return an insert that leaves alone what is there already, built once for each kind of database."""
    return insert_into(dialect, table).on_conflict_do_nothing()


def insert_into(dialect: str, table: Table) -> "postgresql.Insert | sqlite.Insert":
    """Return the insert of a kind of database, which can say what is to happen on a conflict."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
