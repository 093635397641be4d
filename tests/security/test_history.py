"""Is a timeline that somebody cut, took away or wrote wholly anew found out, whatever they knew and whatever else they changed with it?

The strongest of them has the database, the program and all the time there is: what they leave behind is what this program would have
written, anchors and all. Against them stands only a digest that somebody has kept.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from datetime import date

import pytest
from sqlalchemy import delete, select, text, update
from typer.testing import CliRunner

from bot.cli import app
from bot.escalation.requests import Acknowledge, Note
from bot.escalation.words import CaseId, Text
from bot.ports import DigestRecord
from bot.store.anchors import anchor_hash
from bot.store.database import Database
from bot.store.printed import read_printed
from bot.store.rows import case_of
from bot.store.store import SqlStore
from bot.store.tables import anchor_heads, anchors, case_people, cases, digests, facts, texts
from bot.store.timeline import link, seed
from bot.store.verify import verify
from bot.wording.digest_items import anchor as printed_line
from tests.scenarios.stages import ORG
from tests.store.make import ANA, RITA, at, done, opened_in, stored


async def kept(database: Database) -> tuple[SqlStore, list[str]]:
    """Make three cases and two digests, and return what the digests say of the timelines, as their readers have it."""
    store = stored(database)
    for title in ("Meter swapped", "Door stuck", "Bill of 9,000"):
        await opened_in(store, title)
    await done(store, CaseId(1), Acknowledge(ANA), 0.1)
    await digest(store, 5, 0, 1)
    await done(store, CaseId(1), Note(RITA, Text("Still nothing.")), 2)
    await done(store, CaseId(2), Note(RITA, Text("Nor here.")), 2)
    await digest(store, 6, 1, 24)
    async with database.read() as conn:
        said = [row.content for row in await conn.execute(select(digests.c.content).order_by(digests.c.id))]
    return store, ["".join(str(part) for line in printed_line(content) for part in line) for content in said]


async def digest(store: SqlStore, day: int, start: float, end: float) -> None:
    async with store.begin() as tx:
        assert await tx.post_digest(DigestRecord("local:leadership", date(2026, 1, day), at(start), at(end), {}))


async def faults(database: Database, *printed: str) -> list[str]:
    digits = [read for one in printed if (read := read_printed(one))]
    assert len(digits) == len(printed)
    return [str(fault) async for fault in verify(database, digits)]


async def cut(database: Database, case: int, after: int) -> None:
    """Take the end of a timeline away, and let the case's row be what the rest adds up to: right in itself."""
    async with database.begin() as conn:
        for table in (texts, facts):
            await conn.execute(delete(table).where(table.c.case_id == case, table.c.n > after))
        head = await conn.scalar(select(facts.c.hash).where(facts.c.case_id == case, facts.c.n == after))
        row = (await conn.execute(select(cases).where(cases.c.id == case))).one()
        state = json.loads(row.state) | {"version": after}
        assert case_of(row).version > after
        await conn.execute(update(cases).where(cases.c.id == case).values(version=after, anchored=0, head=head, state=json.dumps(state)))


async def take_away(database: Database, case: int) -> None:
    """Take a whole case away."""
    async with database.begin() as conn:
        for table in (texts, facts, case_people):
            await conn.execute(delete(table).where(table.c.case_id == case))
        await conn.execute(text("DELETE FROM likeness WHERE " + ("rowid" if database.sqlite else "case_id") + f" = {case}"))
        await conn.execute(delete(cases).where(cases.c.id == case))


async def write_anew(database: Database, case: int) -> None:
    """Change what the first fact says, and make every hash after it fit."""
    async with database.begin() as conn:
        head = seed(CaseId(case))
        for row in (await conn.execute(select(facts).where(facts.c.case_id == case).order_by(facts.c.n))).all():
            body = row.body.replace(b'"asked_before":0', b'"asked_before":9')
            head = link(head, body)
            await conn.execute(update(facts).where(facts.c.case_id == case, facts.c.n == row.n).values(body=body, hash=head))
        await conn.execute(update(cases).where(cases.c.id == case).values(head=head))


async def anchor_anew(database: Database) -> None:
    """Make every anchor fit what there is now, in the digests that are kept too."""
    async with database.begin() as conn:
        before = b""
        for row in (await conn.execute(select(anchors).order_by(anchors.c.n))).all():
            heads = []
            for covered in (
                await conn.execute(select(anchor_heads).where(anchor_heads.c.anchor == row.n).order_by(anchor_heads.c.case_id))
            ).all():
                this = (anchor_heads.c.anchor == row.n, anchor_heads.c.case_id == covered.case_id)
                upto = (facts.c.case_id == covered.case_id, facts.c.n <= covered.n)
                last = (await conn.execute(select(facts.c.n, facts.c.hash).where(*upto).order_by(facts.c.n.desc()).limit(1))).first()
                if last is None:
                    await conn.execute(delete(anchor_heads).where(*this))
                    continue
                await conn.execute(update(anchor_heads).where(*this).values(n=last.n, head=last.hash))
                heads.append((CaseId(covered.case_id), last.n, last.hash))
            hash_ = anchor_hash(before, row.at, heads)
            await conn.execute(update(anchors).where(anchors.c.n == row.n).values(hash=hash_))
            await conn.execute(update(digests).where(digests.c.anchor == row.hash.hex()).values(anchor=hash_.hex()))
            before = hash_


Attack = Callable[[Database], Awaitable[None]]

ATTACKS: dict[str, tuple[Attack, str]] = {
    "a cut end": (lambda database: cut(database, 1, 2), "C-1, fact 3: was there when anchor 2 was made, and is missing now"),
    "a cut end, up to before the first digest": (
        lambda database: cut(database, 1, 1), "C-1, fact 2: was there when anchor 1 was made, and is missing now",
    ),
    "a case taken away": (lambda database: take_away(database, 3), "C-3, fact 1: was there when anchor 1 was made, and is missing now"),
    "a case written anew": (lambda database: write_anew(database, 2), "C-2, fact 1: is not the one that anchor 1 covers"),
}  # fmt: skip


@pytest.mark.parametrize(("attack", "expected"), ATTACKS.values(), ids=ATTACKS.keys())
async def test_a_clever_change_is_found_by_the_anchors_that_are_kept(sqlite: Database, attack: Attack, expected: str) -> None:
    await kept(sqlite)
    assert await faults(sqlite) == []

    await attack(sqlite)

    assert [fault for fault in await faults(sqlite) if fault.startswith(expected)], await faults(sqlite)


@pytest.mark.parametrize("attack", [attack for attack, _ in ATTACKS.values()], ids=ATTACKS.keys())
async def test_where_the_anchors_are_made_to_fit_too_a_digest_in_hand_tells(database: Database, attack: Attack) -> None:
    _, (first, second) = await kept(database)
    assert await faults(database, first, second) == []

    await attack(database)
    await anchor_anew(database)

    at_most = [fault for fault in await faults(database) if "its row" not in fault]
    assert at_most == []  # nobody sees it from the database alone, as it is everything that there is
    assert [fault for fault in await faults(database, second) if fault.startswith(f"anchor {read_printed(second)}: is none of those kept")]


async def test_a_digest_that_is_kept_tells_that_its_anchor_is_gone(sqlite: Database) -> None:
    await kept(sqlite)
    async with sqlite.begin() as conn:
        await conn.execute(update(digests).where(digests.c.day == date(2026, 1, 6)).values(anchor="00"))

    assert await faults(sqlite) == [
        "digest of 2026-01-06 for local:leadership: its anchor is none of those kept: the timelines were written anew since"
    ]


COPIED = {
    "as it stands there": ("(Timelines: 0123456789abcdef)", "0123456789abcdef"),
    "without the words": (" 0123456789ABCDEF\n", "0123456789abcdef"),
    "in full": ("0" * 64, "0" * 64),
    "too short to be sure": ("0123456789abcde", None),
    "no digits": ("0123456789abcdeg", None),
    "too long": ("0" * 65, None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("copied", "read"), COPIED.values(), ids=COPIED.keys())
def test_what_is_copied_from_a_digest_is_understood(copied: str, read: str | None) -> None:
    assert read_printed(copied) == read


async def test_the_command_says_which_anchor_it_is_and_refuses_what_is_none(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _, (first, second) = await kept(sqlite)
    monkeypatch.setenv("BUCKSTOP_DATABASE_URL", sqlite.url.render_as_string(hide_password=False).replace("+aiosqlite", ""))
    monkeypatch.setenv("BUCKSTOP_CONFIG", str(ORG))

    async def typed(*words: str) -> tuple[int, str]:
        done = await asyncio.to_thread(CliRunner().invoke, app, ["verify", *words])
        return done.exit_code, done.output

    code, said = await typed("--anchor", first, "--anchor", second)
    assert code == 0
    assert re.findall(r"is number (\d), of", said) == ["1", "2"]
    code, said = await typed("--anchor", "f" * 16)
    assert (code, "anchor ffffffffffffffff: is none of those kept here" in said) == (1, True)
    code, said = await typed("--anchor", "fff")
    assert (code, '"fff" is no anchor' in said) == (2, True)
