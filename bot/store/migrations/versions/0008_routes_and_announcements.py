"""Contact routes that are looked at, and changes that are announced."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "routes",
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("down", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("looks", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=True),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("case_id", _NUMBER, nullable=True),
        sa.PrimaryKeyConstraint("route", name=op.f("routes_key")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("routes_case_id_exists")),
    )
    op.create_table(
        "announcements",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column("remind_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint('"end" > start', name=op.f("announcements_lasts")),
        sa.CheckConstraint("withdrawn_at IS NULL OR remind_at IS NULL", name=op.f("announcements_withdrawn_is_not_reminded")),
        sa.PrimaryKeyConstraint("id", name=op.f("announcements_key")),
    )
    op.create_index("announcements_end", "announcements", ["end"])
    reminded = sa.text("remind_at IS NOT NULL")
    op.create_index("announcements_remind", "announcements", ["remind_at"], sqlite_where=reminded, postgresql_where=reminded)
