"""Erase a person outside of the timelines: in every table, by whatever columns it has, so that a new one is not forgotten.

Rows that are about nobody but them go. In all others, their ids become what stands for them in the timelines, and what names them or was
said by them becomes a word that says so.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from bot.store.codec import ERASED
from bot.store.delivery_tables import deliveries, letter_reactions, letters
from bot.store.organisation import changed
from bot.store.tables import (
    Json,
    absences,
    announcements,
    case_people,
    cases,
    configuration,
    facts,
    inbox,
    link_codes,
    link_guesses,
    metadata,
    people,
    people_keys,
    texts,
)
from bot.store.traces import Traces

# Written anew from what the facts now add up to, or never to be touched.
TIMELINES = frozenset({cases, case_people, facts, texts, people_keys})
# What somebody may have typed, or what was made of it; the other columns of text are ids, keys and places.
_SAID = frozenset({letters.c.text, deliveries.c.why, announcements.c.text, configuration.c.content})


async def erase_elsewhere(conn: AsyncConnection, traces: Traces) -> Mapping[str, int]:
    """Erase what there is, and return how many rows were changed in which table."""
    counts = {table.name: await _rows_of_theirs(conn, table, condition) for table, condition in _theirs(traces).items()}
    await _not_to_be_sent(conn, traces)
    await _their_letters(conn, traces)
    for table in metadata.sorted_tables:
        if table not in TIMELINES:
            counts[table.name] = counts.get(table.name, 0) + await _erase_in(conn, table, traces)
    parked = update(cases).where(or_(*(cases.c.parked.icontains(word, autoescape=True) for word in traces.words)))
    await conn.execute(parked.values(parked="its row cannot be decided"))
    await changed(conn)
    return {name: count for name, count in counts.items() if count}


def _theirs(traces: Traces) -> Mapping[Table, ColumnElement[bool]]:
    """Return the rows that are about nobody else."""
    ids = list(traces.ids)
    return {
        people: people.c.id.in_(ids),
        link_codes: link_codes.c.person.in_(ids),
        link_guesses: link_guesses.c.person.in_(ids),
        absences: absences.c.person.in_(ids),
        letter_reactions: letter_reactions.c.person.in_(ids),
        # Kept anew, by whoever is in it then, when the bot next takes a configuration.
        configuration: or_(*(configuration.c.content.icontains(word, autoescape=True) for word in (*traces.words, *ids))),
    }


async def _rows_of_theirs(conn: AsyncConnection, table: Table, theirs: ColumnElement[bool]) -> int:
    return (await conn.execute(delete(table).where(theirs))).rowcount


async def _not_to_be_sent(conn: AsyncConnection, traces: Traces) -> None:
    waiting = deliveries.c.state.in_(["waiting", "flying"])
    dropped = update(deliveries).where(deliveries.c.person.in_(list(traces.ids)), waiting)
    await conn.execute(dropped.values(state="dropped", why="whom it was for was forgotten", token=None))


async def _their_letters(conn: AsyncConnection, traces: Traces) -> None:
    """Empty what they said in the local workspace, and what was said to them alone."""
    ids = list(traces.ids)
    theirs = or_(letters.c.sender.in_(ids), letters.c.to.in_([f"@{one}" for one in ids]))
    await conn.execute(update(letters).where(theirs).values(text=ERASED))
    # A form that they had begun to fill in is theirs alone.
    drafts = (await conn.execute(select(inbox.c.key, inbox.c.answer).where(inbox.c.key.startswith("draft/")))).all()
    await conn.execute(delete(inbox).where(inbox.c.key.in_([row.key for row in drafts if row.answer.get("by") in traces.ids])))


async def _erase_in(conn: AsyncConnection, table: Table, traces: Traces) -> int:
    columns = [column for column in table.columns if isinstance(column.type, Text | Json)]
    keys = list(table.primary_key.columns)
    if not columns:
        return 0
    rows = (
        await conn.execute(select(*{column.name: column for column in (*keys, *columns)}.values()).where(_may_tell(columns, traces)))
    ).all()
    count = 0
    for row in rows:
        told = {column.name: getattr(row, column.name) for column in columns}
        new = {column.name: _without(column, told[column.name], traces) for column in columns}
        if new != told:
            await conn.execute(update(table).where(*(key == getattr(row, key.name) for key in keys)).values(new))
            count += 1
    return count


def _may_tell(columns: list[Any], traces: Traces) -> ColumnElement[bool]:
    """Return the condition that a row may hold a trace. What was said can be anything, so that is looked at one by one."""
    words = (*traces.ids, *traces.words)
    said = [column.is_not(None) for column in columns if _is_said(column)]
    return or_(*said, *(column.icontains(word, autoescape=True) for column in columns if not _is_said(column) for word in words))


def _is_said(column: Any) -> bool:
    kind: TypeEngine[Any] = column.type
    return isinstance(kind, Json) or column in _SAID


def _without(column: Any, value: Any, traces: Traces) -> Any:
    if value is None:
        return None
    if isinstance(column.type, Json):
        return traces.value(value)
    return traces.text(value) if _is_said(column) else traces.key(value)
