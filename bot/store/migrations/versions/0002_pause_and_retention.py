"""The emergency brake, the configuration in force, and when a delivery was queued."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Make the two tables, and the column that retention goes by."""
    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("pause_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pause_key")),
    )
    op.create_table(
        "configuration",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("configuration_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("configuration_key")),
    )
    # Added in place: SQLite would otherwise copy every delivery there ever was. Of older rows nobody knows the time.
    op.add_column("deliveries", sa.Column("queued_at", sa.BigInteger(), nullable=True))
