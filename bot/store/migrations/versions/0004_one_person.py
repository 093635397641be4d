"""Several accounts of one person: who is who by a code, and where they like to be written to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the columns and the tables."""
    op.add_column("people", sa.Column("same_as", sa.Text(), nullable=True))
    op.add_column("people", sa.Column("prefers", sa.Text(), nullable=True))
    op.create_table(
        "link_codes",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("link_codes_key")),
        sa.UniqueConstraint("digest", name=op.f("link_codes_digest_once")),
    )
    op.create_table(
        "link_guesses",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("link_guesses_key")),
    )
    op.create_index("link_guesses_person", "link_guesses", ["person", "at"])
