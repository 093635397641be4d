"""What is kept, and what the database itself refuses.

The tables of cases, their timelines and the organisation; the outbox adds its own to the same `metadata`. A time is the number of
microseconds since 1970 in UTC: it sorts, compares and comes back exactly, on both databases. JSON is text in one canonical form.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Sequence,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from bot.escalation.story import TELLING
from bot.escalation.words import Kind, Outcome, Status

# Constraints with names can be changed by a later migration, on both databases.
metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_once",
        "ck": "%(table_name)s_%(constraint_name)s",
        "fk": "%(table_name)s_%(column_0_N_name)s_exists",
        "pk": "%(table_name)s_key",
    }
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

BigKey = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database gives; SQLite numbers by itself only what is called INTEGER."""

_T = TypeVar("_T")


def micros(at: datetime) -> int:
    """Return a time as it is stored."""
    return (at - _EPOCH) // _MICROSECOND


def from_micros(at: int) -> datetime:
    """Return the time behind a stored number."""
    return _EPOCH + timedelta(microseconds=at)


def compact(value: object) -> str:
    """Return the canonical JSON of a value: the same value gives the same text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class UtcTime(TypeDecorator[datetime]):
    """A time, exact to the microsecond."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


class Json(TypeDecorator[Any]):
    """A JSON value as canonical text. None is the database's NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else compact(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def one_of(column: str, words: type[Kind] | type[Status] | type[Outcome]) -> str:
    """Return the condition that a column holds one of these words."""
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


LIVE = "status <> 'closed'"
WAITS = "parked IS NULL AND forgotten IS NULL"  # a partial index is used only by a query that says the same in the same words
UNANCHORED = "version > anchored"
CAUSED = "cause IS NOT NULL"
CAME_OF = "origin IS NOT NULL"
TOPPED = "topped_at IS NOT NULL"
LASTING = "kind IN ('change', 'debt')"
ROUTES = "kind = 'route'"
TOLD = f"name IN ({', '.join(repr(name) for name in TELLING)})"

case_numbers = Sequence("case_numbers", metadata=metadata)  # PostgreSQL only; SQLite has one writer and counts in `counters`

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("outcome", Text),
    Column("title", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("team", Text),
    Column("severity", Text, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("reporter", Text, nullable=False),
    Column("owner", Text),
    Column("accountable", Text),
    Column("level", Integer, nullable=False),
    Column("thread", Text),  # where it was reported: see `thread_key`
    Column("cause", Text),  # what it was, once that is said, or what it is about: as `cause_key` writes it
    Column("origin", BigInteger),  # the case that a change or a debt came of
    Column("opened_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("topped_at", UtcTime),  # when it first had no level above
    Column("due", UtcTime),
    Column("parked", Text),  # why the engine could not decide it
    Column("forgotten", UtcTime),  # "Not a case": hidden from lists, figures and the due list
    Column("head", LargeBinary, nullable=False),  # the hash of the last fact, whose number is `version`
    Column("anchored", Integer, nullable=False, server_default="0"),  # the number of the last fact that an anchor covers
    Column("state", Text, nullable=False),  # the whole case but `text`
    Column("text", Text, nullable=False),
    CheckConstraint("status = 'closed' OR (owner IS NOT NULL AND due IS NOT NULL)", name="a_name_and_a_next_time"),
    CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name="an_outcome_when_closed"),
    CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="a_time_when_closed"),
    CheckConstraint(one_of("kind", Kind), name="kind_known"),
    CheckConstraint(one_of("status", Status), name="status_known"),
    CheckConstraint(f"outcome IS NULL OR {one_of('outcome', Outcome)}", name="outcome_known"),
    CheckConstraint("level >= 0 AND version >= 1 AND anchored BETWEEN 0 AND version", name="counted_from_the_start"),
    Index("cases_due", "due", sqlite_where=text(WAITS), postgresql_where=text(WAITS)),
    Index("cases_parked", "id", sqlite_where=text("parked IS NOT NULL"), postgresql_where=text("parked IS NOT NULL")),
    Index("cases_live", "service", "id", sqlite_where=text(LIVE), postgresql_where=text(LIVE)),
    Index("cases_closed", "closed_at", sqlite_where=text("closed_at IS NOT NULL"), postgresql_where=text("closed_at IS NOT NULL")),
    Index("cases_topped", "topped_at", sqlite_where=text(f"{TOPPED} AND {LIVE}"), postgresql_where=text(f"{TOPPED} AND {LIVE}")),
    Index("cases_routes", "id", sqlite_where=text(ROUTES), postgresql_where=text(ROUTES)),
    Index("cases_lasting", "closed_at", sqlite_where=text(LASTING), postgresql_where=text(LASTING)),
    Index("cases_thread", "thread", sqlite_where=text("thread IS NOT NULL"), postgresql_where=text("thread IS NOT NULL")),
    Index("cases_cause", "service", "cause", "id", sqlite_where=text(CAUSED), postgresql_where=text(CAUSED)),
    Index("cases_origin", "origin", sqlite_where=text(CAME_OF), postgresql_where=text(CAME_OF)),
    Index("cases_unanchored", "id", sqlite_where=text(UNANCHORED), postgresql_where=text(UNANCHORED)),
)

case_people = Table(
    "case_people",
    metadata,
    Column("person", Text, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    # Reporter, owner, accountable or asked to take it over: their absence moves the case's clocks. False: affected, or a keyholder.
    Column("moves", Boolean, nullable=False),
    Index("case_people_case", "case_id"),
)

facts = Table(
    "facts",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("body", LargeBinary, nullable=False),  # these bytes never change: they are what is hashed
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("n >= 1", name="counted_from_one"),
    Index("facts_told", "at", "case_id", sqlite_where=text(TOLD), postgresql_where=text(TOLD)),
)

# What people typed stands beside the hashed bytes, which hold its digest. Erasing sets salt and text to NULL and leaves the row.
texts = Table(
    "texts",
    metadata,
    Column("case_id", BigInteger, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("salt", LargeBinary),
    Column("text", Text),
    ForeignKeyConstraint(["case_id", "n"], ["facts.case_id", "facts.n"]),
    CheckConstraint("(salt IS NULL) = (text IS NULL)", name="erased_together"),
)

# The hashed bytes name people by these keys. Forgetting a person sets `person` to NULL and leaves the key, so none is used twice.
people_keys = Table(
    "people_keys",
    metadata,
    Column("key", BigKey, primary_key=True),
    Column("person", Text, unique=True),
)

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text),
    Column("zone", Text),
    Column("gone", Boolean, nullable=False),
    Column("reachable", Boolean, nullable=False),
    Column("accounts", Json, nullable=False),
    Column("same_as", Text),  # whom they were joined with by a code
    Column("prefers", Text),  # the platform on which they like to be written to
)

# A code by which two accounts become one person's, as a digest: one for each person, gone once it was entered.
link_codes = Table(
    "link_codes",
    metadata,
    Column("person", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("platform", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("until", UtcTime, nullable=False),
)

# Codes that nobody has, by who entered them.
link_guesses = Table(
    "link_guesses",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("person", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("link_guesses_person", "person", "at"),
)

absences = Table(
    "absences",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("person", Text, nullable=False, index=True),
    Column("start", UtcTime, nullable=False),
    Column("end", UtcTime, nullable=False),
    Column("covered_by", Text),
    CheckConstraint('"end" > start', name="lasts"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("key", Text, primary_key=True),
    Column("answer", Json, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
)

anchors = Table(
    "anchors",
    metadata,
    Column("n", BigKey, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

anchor_heads = Table(
    "anchor_heads",
    metadata,
    Column("anchor", ForeignKey("anchors.n"), primary_key=True),
    Column("case_id", BigInteger, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("start", UtcTime, nullable=False),
    Column("end", UtcTime, nullable=False),
    Column("content", Json, nullable=False),
    Column("anchor", Text, nullable=False),
    UniqueConstraint("channel", "day"),
    UniqueConstraint("channel", "start"),
    CheckConstraint('"end" > start', name="lasts"),
)

# The emergency brake. While its row is there, nothing happens by itself, in any process.
pause = Table(
    "pause",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("why", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    CheckConstraint("id = 1", name="only_one"),
)

# The organisation that the bot ran with last, so that the effect of another one can be told before it is taken.
configuration = Table(
    "configuration",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    CheckConstraint("id = 1", name="only_one"),
)

# What is known of each contact route. Its row is what a report of it and a probe of it take turns at, in all processes.
routes = Table(
    "routes",
    metadata,
    Column("route", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("down", Boolean, nullable=False),
    Column("since", UtcTime),
    Column("seen", Text, nullable=False),
    Column("looks", Text, nullable=False),
    Column("looked_at", UtcTime),
    Column("next_at", UtcTime),
    Column("case_id", ForeignKey("cases.id")),
)

# What owners have announced. A row is kept when it is withdrawn: cases may have been linked with it.
announcements = Table(
    "announcements",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("service", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("start", UtcTime, nullable=False),
    Column("end", UtcTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("withdrawn_at", UtcTime),
    Column("remind_at", UtcTime),
    CheckConstraint('"end" > start', name="lasts"),
    CheckConstraint("withdrawn_at IS NULL OR remind_at IS NULL", name="withdrawn_is_not_reminded"),
    Index("announcements_end", "end"),
    Index(
        "announcements_remind",
        "remind_at",
        sqlite_where=text("remind_at IS NOT NULL"),
        postgresql_where=text("remind_at IS NOT NULL"),
    ),
)
