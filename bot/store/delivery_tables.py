"""What the outbox and the local workspace keep, on the store's metadata.

Two kinds of time: `queued_at`, `after` and `told_at` are the cases' time; `retry_at`, `lease_until`, `free_at` and `since` are machine
time, the database's own, because a manual clock that stands still would never free a lease.
"""

from typing import Final, Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    Table,
    Text,
    literal_column,
    text,
)

from bot.store.tables import BigKey, Json, UtcTime, metadata

ECHO: Final = "echo"  # what was said in one thread of a case, said again in another
DIGEST: Final = "digest"  # in several messages: the first one's key, and "/2" and so on after it for those in its thread
WAITING = "state = 'waiting'"  # a partial index is used only by a query that says the same in the same words
UNROUTED = f"{WAITING} AND lane IS NULL"
FLYING = "state = 'flying'"
NAGS_TOLD = "state = 'delivered' AND kind = 'nag'"
SENT = "state = 'delivered' AND case_id IS NOT NULL"
READY = "urgency IS NOT NULL AND token IS NULL"
HELD = "token IS NOT NULL"

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("person", Text),
    Column("channel", Text),  # of an echo, the key of the card in whose thread it is said
    Column("case_id", BigInteger, index=True),
    Column("fact", Integer),  # of a digest, which of its messages
    Column("body", Json),  # a notice's line, a digest's content, where an echo was said
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("lane", Text),  # NULL: nobody has looked yet which way it goes
    Column("route", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("ambiguous", Boolean, nullable=False, server_default=text("false")),
    Column("bundle", Text),
    Column("token", Text),
    Column("after", UtcTime),
    Column("retry_at", UtcTime),
    Column("since", UtcTime),  # NULL: it was postponed, so nobody is late
    Column("told_at", UtcTime),
    Column("queued_at", UtcTime),  # the cases' time; NULL where an older version queued it
    Column("message", Text),
    Column("why", Text),
    CheckConstraint("state IN ('waiting', 'flying', 'delivered', 'dropped', 'given_up')", name="state_known"),
    CheckConstraint("state <> 'flying' OR (lane IS NOT NULL AND token IS NOT NULL)", name="flying_in_a_lane"),
    CheckConstraint("state NOT IN ('dropped', 'given_up') OR why IS NOT NULL", name="never_disappears"),
    CheckConstraint("person IS NOT NULL OR channel IS NOT NULL OR kind = 'card'", name="somebody_gets_it"),
    Index("deliveries_unrouted", "priority", "id", sqlite_where=text(UNROUTED), postgresql_where=text(UNROUTED)),
    Index("deliveries_waiting", "lane", "priority", "id", sqlite_where=text(WAITING), postgresql_where=text(WAITING)),
    Index("deliveries_flying", "lane", sqlite_where=text(FLYING), postgresql_where=text(FLYING)),
    Index("deliveries_sent", "message", sqlite_where=text(SENT), postgresql_where=text(SENT)),
    Index("deliveries_nags_told", "person", "told_at", sqlite_where=text(NAGS_TOLD), postgresql_where=text(NAGS_TOLD)),
)

# One row per conversation. Whoever holds its token may send there; the row tells every process when it is free again.
lanes = Table(
    "lanes",
    metadata,
    Column("lane", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("token", Text),
    Column("lease_until", UtcTime),
    Column("free_at", UtcTime),
    # Priority and id of the first delivery that waits here; NULL where none does, so that idle lanes cost nothing.
    Column("urgency", Integer),
    Column("head", BigInteger),
    CheckConstraint("(token IS NULL) = (lease_until IS NULL)", name="leased_until"),
    Index("lanes_ready", "urgency", "head", sqlite_where=text(READY), postgresql_where=text(READY)),
    Index("lanes_held", "lease_until", sqlite_where=text(HELD), postgresql_where=text(HELD)),
)

# What a workspace allows in all, counted by every process together. The time is when the next call would be one too many.
limits = Table(
    "limits",
    metadata,
    Column("name", Text, primary_key=True),
    Column("full_at", UtcTime, nullable=False),
)

# Where a case's card stands, and how far it has come. A delivery with the same key draws it.
cards = Table(
    "cards",
    metadata,
    Column("key", Text, primary_key=True),
    Column("case_id", BigInteger, nullable=False, index=True),
    Column("platform", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("thread", Text),
    Column("wanted", Integer, nullable=False),
    Column("drawn", Integer),
    Column("message", Text),
    Index("cards_thread", "conversation", "thread"),
    Index("cards_message", "conversation", "message"),
)

letters = Table(
    "letters",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("at", UtcTime, nullable=False),
    Column("sender", Text, nullable=False),
    Column("to", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("thread", Text),
    Column("case_id", BigInteger),
    Column("cases", Json, nullable=False),
    Column("buttons", Json, nullable=False),
    Column("edited", UtcTime),
    Index("letters_to", "to", "id"),
)

letter_reactions = Table(
    "letter_reactions",
    metadata,
    Column("n", BigKey, primary_key=True),
    Column("letter", ForeignKey("letters.id"), nullable=False),
    Column("emoji", Text, nullable=False),
    Column("person", Text, nullable=False),
    Index("letter_reactions_once", "letter", "emoji", "person", unique=True),
)

manual_clock = Table(
    "manual_clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("now", UtcTime, nullable=False),
    CheckConstraint("id = 1", name="only_one"),
)


def is_now(state: Literal["waiting", "flying", "delivered"], table: FromClause = deliveries) -> ColumnElement[bool]:
    """Return the condition that a delivery is in this state: written out, since a bound value would miss the partial indices."""
    return table.c.state == literal_column(f"'{state}'")
