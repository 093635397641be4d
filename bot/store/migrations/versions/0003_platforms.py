"""What a workspace allows in all, counted by every process together; and which case a message that was sent is about."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_SENT = sa.text("state = 'delivered' AND case_id IS NOT NULL")


def upgrade() -> None:
    """Make the table and the index."""
    op.create_table(
        "limits",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("limits_key")),
    )
    # A channel has as many cards as cases were ever reported there; what is looked for is one thread.
    op.drop_index("cards_place", "cards")
    op.create_index("cards_thread", "cards", ["conversation", "thread"])
    op.create_index("cards_message", "cards", ["conversation", "message"])
    op.create_index("deliveries_sent", "deliveries", ["message"], sqlite_where=_SENT, postgresql_where=_SENT)
