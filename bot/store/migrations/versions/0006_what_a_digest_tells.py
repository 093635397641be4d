"""What a digest of one day tells is found without looking at all other days."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TOPPED = "topped_at IS NOT NULL AND status <> 'closed'"
_LASTING = "kind IN ('change', 'debt')"
_TOLD = (
    "name IN ('reported', 'escalated', 'promise_kept', 'promise_broken', 'resolved', 'confirmed', 'closed_unconfirmed', 'declined', "
    "'withdrawn', 'merged', 'reopened', 'rechecked', 'cost_recorded', 'time_spent', 'outcome_said', 'remedy_answered', 'lacked')"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE = 1000


def upgrade() -> None:
    """Make the column, fill it from the cases that there are, and make the indexes."""
    op.add_column("cases", sa.Column("topped_at", sa.BigInteger(), nullable=True))
    _fill(op.get_bind())
    for name, table, columns, where in (
        ("cases_topped", "cases", ["topped_at"], _TOPPED),
        ("cases_lasting", "cases", ["closed_at"], _LASTING),
        ("facts_told", "facts", ["at", "case_id"], _TOLD),
    ):
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _fill(connection: sa.Connection) -> None:
    last = 0
    found = sa.text("SELECT id, state FROM cases WHERE id > :last ORDER BY id LIMIT :most")
    change = sa.text("UPDATE cases SET topped_at = :at WHERE id = :id")
    while rows := connection.execute(found, {"last": last, "most": _AT_ONCE}).all():
        topped = [{"id": row.id, "at": at} for row in rows if (at := _topped_at(json.loads(row.state))) is not None]
        if topped:
            connection.execute(change, topped)
        last = rows[-1].id


def _topped_at(state: dict[str, object]) -> int | None:
    chain, level = state["chain"], state["level"]
    assert isinstance(chain, dict)
    assert isinstance(level, int)
    if not state.get("stranded") and level < len(chain["levels"]) - 1:
        return None
    return (datetime.fromisoformat(str(state["arrived_at"])) - _EPOCH) // timedelta(microseconds=1)
