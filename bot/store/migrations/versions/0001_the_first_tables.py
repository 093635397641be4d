"""The first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(sa.schema.CreateSequence(sa.Sequence("case_numbers")))
    op.create_table(
        "absences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("covered_by", sa.Text(), nullable=True),
        sa.CheckConstraint('"end" > start', name=op.f("absences_lasts")),
        sa.PrimaryKeyConstraint("id", name=op.f("absences_key")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("absences_person"), ["person"], unique=False)

    op.create_table(
        "anchors",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("anchors_key")),
    )
    op.create_table(
        "cards",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("cards_key")),
    )
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("cards_case_id"), ["case_id"], unique=False)
        batch_op.create_index("cards_place", ["platform", "workspace", "conversation"], unique=False)

    op.create_table(
        "cases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=True),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("accountable", sa.Text(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("parked", sa.Text(), nullable=True),
        sa.Column("forgotten", sa.BigInteger(), nullable=True),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("anchored", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("cases_a_time_when_closed")),
        sa.CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name=op.f("cases_an_outcome_when_closed")),
        sa.CheckConstraint("kind IN ('problem', 'change', 'debt', 'route', 'cause')", name=op.f("cases_kind_known")),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('fixed', 'unconfirmed', 'withdrawn', 'duplicate', 'declined')", name=op.f("cases_outcome_known")
        ),
        sa.CheckConstraint("status = 'closed' OR (owner IS NOT NULL AND due IS NOT NULL)", name=op.f("cases_a_name_and_a_next_time")),
        sa.CheckConstraint("status IN ('open', 'acknowledged', 'waiting', 'resolved', 'closed')", name=op.f("cases_status_known")),
        sa.CheckConstraint("level >= 0 AND version >= 1 AND anchored BETWEEN 0 AND version", name=op.f("cases_counted_from_the_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("cases_key")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(
            "cases_closed",
            ["closed_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NOT NULL"),
        )
        batch_op.create_index(
            "cases_due",
            ["due"],
            unique=False,
            sqlite_where=sa.text("parked IS NULL AND forgotten IS NULL"),
            postgresql_where=sa.text("parked IS NULL AND forgotten IS NULL"),
        )
        batch_op.create_index(
            "cases_live",
            ["service", "id"],
            unique=False,
            sqlite_where=sa.text("status <> 'closed'"),
            postgresql_where=sa.text("status <> 'closed'"),
        )
        batch_op.create_index(
            "cases_parked", ["id"], unique=False, sqlite_where=sa.text("parked IS NOT NULL"), postgresql_where=sa.text("parked IS NOT NULL")
        )
        batch_op.create_index(
            "cases_thread",
            ["thread"],
            unique=False,
            sqlite_where=sa.text("thread IS NOT NULL"),
            postgresql_where=sa.text("thread IS NOT NULL"),
        )
        batch_op.create_index(
            "cases_unanchored",
            ["id"],
            unique=False,
            sqlite_where=sa.text("version > anchored"),
            postgresql_where=sa.text("version > anchored"),
        )

    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("counters_key")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("fact", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("lane", sa.Text(), nullable=True),
        sa.Column("route", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ambiguous", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("bundle", sa.Text(), nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("after", sa.BigInteger(), nullable=True),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.CheckConstraint("person IS NOT NULL OR channel IS NOT NULL OR kind = 'card'", name=op.f("deliveries_somebody_gets_it")),
        sa.CheckConstraint("state <> 'flying' OR (lane IS NOT NULL AND token IS NOT NULL)", name=op.f("deliveries_flying_in_a_lane")),
        sa.CheckConstraint("state IN ('waiting', 'flying', 'delivered', 'dropped', 'given_up')", name=op.f("deliveries_state_known")),
        sa.CheckConstraint("state NOT IN ('dropped', 'given_up') OR why IS NOT NULL", name=op.f("deliveries_never_disappears")),
        sa.PrimaryKeyConstraint("id", name=op.f("deliveries_key")),
        sa.UniqueConstraint("key", name=op.f("deliveries_key_once")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("deliveries_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "deliveries_flying",
            ["lane"],
            unique=False,
            sqlite_where=sa.text("state = 'flying'"),
            postgresql_where=sa.text("state = 'flying'"),
        )
        batch_op.create_index(
            "deliveries_nags_told",
            ["person", "told_at"],
            unique=False,
            sqlite_where=sa.text("state = 'delivered' AND kind = 'nag'"),
            postgresql_where=sa.text("state = 'delivered' AND kind = 'nag'"),
        )
        batch_op.create_index(
            "deliveries_unrouted",
            ["priority", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting' AND lane IS NULL"),
            postgresql_where=sa.text("state = 'waiting' AND lane IS NULL"),
        )
        batch_op.create_index(
            "deliveries_waiting",
            ["lane", "priority", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "digests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.CheckConstraint('"end" > start', name=op.f("digests_lasts")),
        sa.PrimaryKeyConstraint("id", name=op.f("digests_key")),
        sa.UniqueConstraint("channel", "day", name=op.f("digests_channel_day_once")),
        sa.UniqueConstraint("channel", "start", name=op.f("digests_channel_start_once")),
    )
    op.create_table(
        "inbox",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("inbox_key")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("inbox_at"), ["at"], unique=False)

    op.create_table(
        "lanes",
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("free_at", sa.BigInteger(), nullable=True),
        sa.Column("urgency", sa.Integer(), nullable=True),
        sa.Column("head", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(token IS NULL) = (lease_until IS NULL)", name=op.f("lanes_leased_until")),
        sa.PrimaryKeyConstraint("lane", name=op.f("lanes_key")),
    )
    with op.batch_alter_table("lanes", schema=None) as batch_op:
        batch_op.create_index(
            "lanes_held",
            ["lease_until"],
            unique=False,
            sqlite_where=sa.text("token IS NOT NULL"),
            postgresql_where=sa.text("token IS NOT NULL"),
        )
        batch_op.create_index(
            "lanes_ready",
            ["urgency", "head"],
            unique=False,
            sqlite_where=sa.text("urgency IS NOT NULL AND token IS NULL"),
            postgresql_where=sa.text("urgency IS NOT NULL AND token IS NULL"),
        )

    op.create_table(
        "letters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.Column("buttons", sa.Text(), nullable=False),
        sa.Column("edited", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("letters_key")),
        sa.UniqueConstraint("key", name=op.f("letters_key_once")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index("letters_to", ["to", "id"], unique=False)

    op.create_table(
        "manual_clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("now", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("manual_clock_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("manual_clock_key")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("accounts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("people_key")),
    )
    op.create_table(
        "people_keys",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("people_keys_key")),
        sa.UniqueConstraint("person", name=op.f("people_keys_person_once")),
    )
    op.create_table(
        "anchor_heads",
        sa.Column("anchor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["anchor"], ["anchors.n"], name=op.f("anchor_heads_anchor_exists")),
        sa.PrimaryKeyConstraint("anchor", "case_id", name=op.f("anchor_heads_key")),
    )
    op.create_table(
        "case_people",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("moves", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("case_people_case_id_exists")),
        sa.PrimaryKeyConstraint("person", "case_id", name=op.f("case_people_key")),
    )
    with op.batch_alter_table("case_people", schema=None) as batch_op:
        batch_op.create_index("case_people_case", ["case_id"], unique=False)

    op.create_table(
        "facts",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("facts_counted_from_one")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("facts_case_id_exists")),
        sa.PrimaryKeyConstraint("case_id", "n", name=op.f("facts_key")),
    )
    op.create_table(
        "letter_reactions",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("letter", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("emoji", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter"], ["letters.id"], name=op.f("letter_reactions_letter_exists")),
        sa.PrimaryKeyConstraint("n", name=op.f("letter_reactions_key")),
    )
    with op.batch_alter_table("letter_reactions", schema=None) as batch_op:
        batch_op.create_index("letter_reactions_once", ["letter", "emoji", "person"], unique=True)

    op.create_table(
        "texts",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.CheckConstraint("(salt IS NULL) = (text IS NULL)", name=op.f("texts_erased_together")),
        sa.ForeignKeyConstraint(["case_id", "n"], ["facts.case_id", "facts.n"], name=op.f("texts_case_id_n_exists")),
        sa.PrimaryKeyConstraint("case_id", "n", "digest", name=op.f("texts_key")),
    )
