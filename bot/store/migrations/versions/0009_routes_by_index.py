"""Contact routes that were down are found without going through all cases."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Make the index."""
    routes = sa.text("kind = 'route'")
    op.create_index("cases_routes", "cases", ["id"], sqlite_where=routes, postgresql_where=routes)
