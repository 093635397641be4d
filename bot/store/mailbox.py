"""The local workspace's messages: by key, so that the same one sent twice is there once, and the time of its manual clock."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Button
from bot.escalation.words import CaseId
from bot.ports import Letter
from bot.store.database import Database
from bot.store.delivery_tables import letter_reactions, letters, manual_clock
from bot.store.inserts import insert_new
from bot.store.lines import button_from_json, button_to_json

_l = letters.c
_r = letter_reactions.c


class SqlMailbox:
    """The letters in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def post(self, letter: Letter) -> Letter:
        """Keep a letter (its id is given here) and return it; if its key is there already, return that one unchanged."""
        async with self._database.begin() as conn:
            await conn.execute(insert_new(conn, letters), [_to_row(letter)])
            [kept] = await _read(conn, _l.key == letter.key)
            return kept

    async def edit(self, letter: str, text: str, buttons: Sequence[Button], at: datetime) -> None:
        """Replace the text and the buttons of a letter."""
        new = {"text": text, "buttons": [button_to_json(button) for button in buttons], "edited": at}
        async with self._database.begin() as conn:
            await conn.execute(update(letters).where(_l.id == _number(letter)).values(new))

    async def letter(self, letter: str) -> Letter | None:
        """Return one letter."""
        return await self._one(_l.id == _number(letter))

    async def by_key(self, key: str) -> Letter | None:
        """Return the letter with this key."""
        return await self._one(_l.key == key)

    async def letters(self, to: str) -> list[Letter]:
        """Return what is in a channel, or in a person's direct messages ("@ana"), oldest first."""
        async with self._database.read() as conn:
            return await _read(conn, _l.to == to)

    async def react(self, letter: str, emoji: str, person: str) -> None:
        """Add a reaction, once per person and emoji; none to a letter that does not exist."""
        async with self._database.begin() as conn:
            if await conn.scalar(select(_l.id).where(_l.id == _number(letter))) is not None:
                row = {"letter": _number(letter), "emoji": emoji, "person": person}
                await conn.execute(insert_new(conn, letter_reactions), [row])

    async def remembered_time(self) -> datetime | None:
        """Return the manual clock's time, as it was kept."""
        async with self._database.read() as conn:
            kept: datetime | None = await conn.scalar(select(manual_clock.c.now))
            return kept

    async def remember_time(self, now: datetime) -> None:
        """Keep the manual clock's time; it never goes back."""
        async with self._database.begin() as conn:
            insert = postgresql.insert(manual_clock) if conn.dialect.name == "postgresql" else sqlite.insert(manual_clock)
            later = insert.excluded.now > manual_clock.c.now
            keep = insert.on_conflict_do_update(index_elements=[manual_clock.c.id], set_={"now": insert.excluded.now}, where=later)
            await conn.execute(keep, [{"id": 1, "now": now}])

    async def _one(self, which: ColumnElement[bool]) -> Letter | None:
        async with self._database.read() as conn:
            return next(iter(await _read(conn, which)), None)


def _number(letter: str) -> int:
    """Return the number behind a letter's id; 0, which no letter has, for what is no such id."""
    digits = letter.removeprefix("m")
    return int(digits) if letter.startswith("m") and digits.isascii() and digits.isdigit() and len(digits) <= 18 else 0


async def _read(conn: AsyncConnection, which: ColumnElement[bool]) -> list[Letter]:
    rows = (await conn.execute(select(letters).where(which).order_by(_l.id))).all()
    of_these = select(_r.letter, _r.emoji, _r.person).where(_r.letter.in_(select(_l.id).where(which))).order_by(_r.n)
    reactions: dict[int, list[tuple[str, str]]] = {}
    for reaction in await conn.execute(of_these):
        reactions.setdefault(reaction.letter, []).append((reaction.emoji, reaction.person))
    return [_from_row(row, reactions.get(row.id, [])) for row in rows]


def _to_row(letter: Letter) -> dict[str, Any]:
    return {
        "key": letter.key,
        "at": letter.at,
        "sender": letter.sender,
        "to": letter.to,
        "text": letter.text,
        "thread": letter.thread,
        "case_id": letter.case,
        "cases": list(letter.cases),
        "buttons": [button_to_json(button) for button in letter.buttons],
    }


def _from_row(row: Row[Any], reactions: Sequence[tuple[str, str]]) -> Letter:
    return Letter(
        id=f"m{row.id}",
        key=row.key,
        at=row.at,
        sender=row.sender,
        to=row.to,
        text=row.text,
        thread=row.thread,
        case=None if row.case_id is None else CaseId(row.case_id),
        cases=tuple(CaseId(case) for case in row.cases),
        buttons=tuple(button_from_json(button) for button in row.buttons),
        edited=row.edited,
        reactions=tuple(reactions),
    )
