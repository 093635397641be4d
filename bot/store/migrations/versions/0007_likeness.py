"""The words by which a case is found again that somebody reports anew."""

from collections.abc import Sequence

from alembic import op

from bot.store.likeness import fill

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# The terms are words already: nothing of them is to be folded, cut or weighed, and only which case has them is asked.
_SQLITE = """
CREATE VIRTUAL TABLE likeness USING fts5(terms, tokenize = "ascii tokenchars '/-_'", detail = none, columnsize = 0)
"""
_POSTGRESQL = (
    """
    CREATE TABLE likeness (
        case_id bigint CONSTRAINT likeness_key PRIMARY KEY CONSTRAINT likeness_case_id_exists REFERENCES cases (id),
        service text NOT NULL,
        terms tsvector NOT NULL
    )
    """,
    "CREATE INDEX likeness_service ON likeness (service, case_id)",
    # A pending list would make reports quicker by little, and some look-ups slower by much.
    "CREATE INDEX likeness_terms ON likeness USING gin (terms) WITH (fastupdate = off)",
)


def upgrade() -> None:
    """Make the table, and fill it from the cases that there are."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_SQLITE)
    else:
        for statement in _POSTGRESQL:
            op.execute(statement)
    fill(op.get_bind())
