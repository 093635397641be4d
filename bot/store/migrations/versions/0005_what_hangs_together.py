"""Cases are found by their cause, and by the case that they came of."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_CAUSE, _ORIGIN = "cause IS NOT NULL", "origin IS NOT NULL"
_AT_ONCE = 1000


def upgrade() -> None:
    """Make the columns, fill them from the cases that there are, and make the indexes."""
    op.add_column("cases", sa.Column("cause", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("origin", sa.BigInteger(), nullable=True))
    _fill(op.get_bind())
    op.create_index("cases_cause", "cases", ["service", "cause", "id"], sqlite_where=sa.text(_CAUSE), postgresql_where=sa.text(_CAUSE))
    op.create_index("cases_origin", "cases", ["origin"], sqlite_where=sa.text(_ORIGIN), postgresql_where=sa.text(_ORIGIN))


def _fill(connection: sa.Connection) -> None:
    last = 0
    found = sa.text("SELECT id, state FROM cases WHERE id > :last ORDER BY id LIMIT :most")
    change = sa.text("UPDATE cases SET cause = :cause, origin = :origin WHERE id = :id")
    while rows := connection.execute(found, {"last": last, "most": _AT_ONCE}).all():
        known = [{"id": row.id, **_columns(json.loads(row.state))} for row in rows]
        changed = [each for each in known if each["cause"] is not None or each["origin"] is not None]
        if changed:
            connection.execute(change, changed)
        last = rows[-1].id


def _columns(state: Mapping[str, Any]) -> dict[str, Any]:
    said = state.get("cause_of") or (state.get("resolution") or {}).get("cause") or ""
    return {"cause": " ".join(said.casefold().split()) or None, "origin": state.get("origin")}
