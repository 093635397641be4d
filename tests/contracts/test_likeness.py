"""Is a case found again by its words, on both databases alike; and is nothing found that may not be?"""

from dataclasses import replace

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.escalation.advance import advance
from bot.escalation.case import Case
from bot.escalation.likeness import terms
from bot.escalation.requests import Accept, Confirm, Decline, Escalate, HandOver, Reopen, Report, Request, Resolve, Tick, Withdraw
from bot.escalation.words import CaseId, ServiceId, Text
from bot.ports import Tx
from bot.store.database import Database, revisions
from bot.store.likeness import NEWEST, RARE, fill
from bot.store.migrate import config, upgrade
from bot.store.store import SqlStore
from tests.store.make import ANA, BILLING, BRUNO, ORG, RITA, SAM, at, decided, opened, stored

DOORS = ServiceId("doors")


@pytest.fixture
def store(database: Database) -> SqlStore:
    return stored(database)


def asked(words: str, service: ServiceId = BILLING, number: int = 999_999) -> Case:
    """Return a case that says this, which nobody has kept."""
    return replace(_BLANK, id=CaseId(number), service=service, title=Text(words[:60]), text=Text(words))


def _blank() -> Case:
    case = advance(None, Report(CaseId(1), SAM, BILLING, Text("-"), Text("-")), ORG, at()).case
    assert case is not None
    return case


_BLANK = _blank()


async def said(tx: Tx, words: str, service: ServiceId = BILLING, hours: float = 0) -> Case:
    return await opened(tx, words[:60], service=service, text=words, hours=hours)


async def found(store: SqlStore, words: str, service: ServiceId = BILLING, closed_since: float | None = None, most: int = 10) -> list[int]:
    async with store.read() as reading:
        since = None if closed_since is None else at(closed_since)
        return list(await reading.like(asked(words, service), since, most))


async def test_the_likeliest_comes_first_and_brings_its_text(store: SqlStore) -> None:
    async with store.begin() as tx:
        one = await said(tx, "bill too high after meter swap")
        same = await said(tx, "meter swapped, bill is 9,000 " + "x" * 10_000)
        await said(tx, "the lift is stuck")
        await said(tx, "meter swapped, bill is 9,000", DOORS)

    assert await found(store, "Meter was swapped and the bill is 9000!") == [same.id, one.id]
    assert await found(store, "Meter was swapped and the bill is 9000!", most=1) == [same.id]
    async with store.read() as reading:
        texts = await reading.like(asked("bill too high"), None, 1)
    assert texts == {one.id: ("bill too high after meter swap", "bill too high after meter swap")}
    assert len((await _texts(store, "9000"))[same.id][1]) == 1000


async def _texts(store: SqlStore, words: str) -> dict[CaseId, tuple[str, str]]:
    async with store.read() as reading:
        return await reading.like(asked(words), None, 10)


async def test_it_does_not_find_itself(store: SqlStore) -> None:
    async with store.begin() as tx:
        one = await said(tx, "meter swapped")
        two = await said(tx, "meter swapped")

    async with store.read() as reading:
        assert list(await reading.like(one, None, 5)) == [two.id]


FOUND_BY = {
    "another ending": ("printer jams", "the printer jammed"),
    "a script without spaces": ("電気代の請求書が高すぎます", "電気代の請求書が高すぎる"),
    "signs of every sort": ("naïve Straße № 12 | ' \" \\ : * ( ) - ^ { }", "NAÏVE strasse"),
    "an underscore": ("error E_404_x", "e_404_x again"),
    "what a query would be made of": ("AND OR NOT NEAR", "near or and not"),
}


@pytest.mark.parametrize(("there", "new"), FOUND_BY.values(), ids=FOUND_BY.keys())
async def test_found_by(store: SqlStore, there: str, new: str) -> None:
    async with store.begin() as tx:
        one = await said(tx, there)

    assert await found(store, new) == [one.id]


async def test_what_says_nothing_finds_nothing(store: SqlStore) -> None:
    async with store.begin() as tx:
        await said(tx, "it does not work")

    assert await found(store, "it does not work") == []
    assert await found(store, "🔥") == []


# --- what may be found

Moves = tuple[tuple[Request, float], ...]
FIXED: Moves = ((Resolve(ANA, Text("Done."), "process"), 1), (Confirm(RITA), 2))
UNCONFIRMED: Moves = ((Resolve(ANA, Text("Done."), "process"), 1), (Tick(), 24 * 9))
ENDS: dict[str, tuple[Moves, float | None, bool]] = {
    "live": ((), None, True),
    "fixed, but only the live ones are asked for": (FIXED, None, False),
    "fixed lately": (FIXED, 2, True),
    "fixed too long ago": (FIXED, 2.1, False),
    "unconfirmed lately": (UNCONFIRMED, 24, True),
    "withdrawn": (((Withdraw(RITA, Text("Found it.")), 1),), 0, False),
    "fixed, and broken again": ((*FIXED, (Reopen(RITA), 3)), None, True),
    "declined": (((Escalate(ANA, Text("help")), 1), (Decline(BRUNO, Text("no")), 2)), 0, False),
}


@pytest.mark.parametrize(("moves", "since", "is_found"), ENDS.values(), ids=ENDS.keys())
async def test_what_is_found_as_it_stands(store: SqlStore, moves: Moves, since: float | None, is_found: bool) -> None:
    async with store.begin() as tx:
        case = await said(tx, "meter swapped")
        for request, hours in moves:
            case = await decided(tx, case, request, hours)

    assert await found(store, "meter swapped", closed_since=since) == ([case.id] if is_found else [])


async def test_nothing_private_is_kept_at_all(store: SqlStore, database: Database) -> None:
    async with store.begin() as tx:
        await decided(tx, None, Report(await tx.next_case(), RITA, BILLING, Text("my pay"), Text("is wrong"), private=True))

    assert await found(store, "my pay is wrong", closed_since=0) == []
    assert await kept(database) == {}


async def test_what_was_taken_back_leaves(store: SqlStore, database: Database) -> None:
    async with store.begin() as tx:
        case = await said(tx, "meter swapped")
        await tx.forget_report(case.id)

    assert await found(store, "meter swapped") == []
    assert await kept(database) == {}


async def test_what_is_handed_to_another_service_is_found_there(store: SqlStore) -> None:
    async with store.begin() as tx:
        case = await said(tx, "meter swapped")
        case = await decided(tx, case, HandOver(ANA, None, Text("wrong desk"), DOORS), 1)
        await decided(tx, case, Accept(SAM), 2)

    assert await found(store, "meter swapped") == []
    assert await found(store, "meter swapped", DOORS) == [case.id]


async def test_what_is_undone_leaves_no_words(store: SqlStore, database: Database) -> None:
    class Undone(Exception):
        pass

    async def undone() -> None:
        async with store.begin() as tx:
            await said(tx, "meter swapped")
            raise Undone

    with pytest.raises(Undone):
        await undone()
    assert await kept(database) == {}


async def test_a_decision_that_says_nothing_new_touches_no_words(store: SqlStore, database: Database) -> None:
    async with store.begin() as tx:
        case = await said(tx, "meter swapped")
    async with database.begin() as conn:
        await conn.execute(text("DELETE FROM likeness"))
    async with store.begin() as tx:
        await decided(tx, await tx.case(case.id), Escalate(ANA, Text("help")), 1)

    assert await kept(database) == {}


# --- with many cases


async def test_a_rare_word_is_found_under_any_number_of_newer_ones(store: SqlStore, database: Database) -> None:
    async with store.begin() as tx:
        old = await said(tx, "meter 4411 shows nothing")
    await many(database, old, [f"meter shows nothing {n % 7} {n}" for n in range(RARE + NEWEST + 50)])

    assert (await found(store, "meter 4411 is blank"))[:1] == [old.id]
    assert old.id in await found(store, "meter: 4411", most=NEWEST)


async def test_a_twin_with_common_words_only_is_found_by_all_of_them_together(store: SqlStore, database: Database) -> None:
    async with store.begin() as tx:
        old = await said(tx, "meter bill march")
    await many(database, old, [f"{'meter' if n % 2 else 'bill'} {'bill' if n % 3 else 'march'} n{n}" for n in range(3 * (RARE + NEWEST))])

    assert (await found(store, "march: bill, meter"))[0] == old.id


async def test_the_newest_are_found_by_the_commonest_word(store: SqlStore, database: Database) -> None:
    async with store.begin() as tx:
        first = await said(tx, "meter gone")
    newest = await many(database, first, ["meter gone"] * (RARE + NEWEST))

    there = await found(store, "meter", most=NEWEST)
    assert set(there) >= set(range(newest - RARE, newest + 1))
    assert len(there) <= NEWEST


async def many(database: Database, like: Case, texts: list[str]) -> int:
    """Put copies of a case with other texts straight into the tables; return the last number."""
    columns = ", ".join(name for name in _COPIED)
    async with database.begin() as conn:
        copied = f"INSERT INTO cases (id, title, text, {columns}) SELECT :id, :said, :said, {columns} FROM cases WHERE id = {like.id}"
        rows = [{"id": like.id + n, "said": words} for n, words in enumerate(texts, start=1)]
        await conn.execute(text(copied), rows)
        await conn.execute(text("DELETE FROM likeness"))
        await conn.run_sync(fill)
    return like.id + len(texts)


_COPIED = (
    "version", "kind", "status", "outcome", "service", "team", "severity", "private", "reporter", "owner", "accountable", "level",
    "opened_at", "closed_at", "due", "head", "anchored", "state",
)  # fmt: skip


# --- what was there before


async def test_a_database_from_before_has_the_words_of_its_cases(store: SqlStore, database: Database) -> None:
    async with store.begin() as tx:
        live = await said(tx, "meter swapped")
        closed = await said(tx, "meter swapped")
        for request, hours in FIXED:
            closed = await decided(tx, closed, request, hours)
        withdrawn = await said(tx, "meter swapped")
        await decided(tx, withdrawn, Withdraw(RITA, Text("Found it.")), 1)
        await decided(tx, None, Report(await tx.next_case(), RITA, BILLING, Text("my meter"), Text("-"), private=True))
        gone = await said(tx, "meter swapped")
        await tx.forget_report(gone.id)
    before = await kept(database)
    async with database.begin() as conn:
        await conn.execute(text("DROP TABLE likeness"))

    await _upgraded(database)

    assert await kept(database) == before
    assert before == {number: set(terms(BILLING, "meter swapped")) for number in (live.id, closed.id)}


async def _upgraded(database: Database) -> None:
    earlier = [revision for revision in revisions() if revision < "0007"][-1]
    async with database.begin() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = :earlier"), {"earlier": earlier})
    async with database.writer.connect() as connection:
        await connection.run_sync(lambda sync: command.upgrade(config(sync), "0007"))
        await connection.execute(text("SELECT 1"))
        await connection.commit()
    async with database.begin() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = :last"), {"last": revisions()[-1]})
    await upgrade(database)


async def kept(database: Database) -> dict[int, set[str]]:
    """Return the words that are kept, by case."""
    ask = (
        "SELECT rowid, terms FROM likeness"
        if database.sqlite
        else "SELECT case_id, array_to_string(tsvector_to_array(terms), ' ') FROM likeness"
    )
    async with database.read() as conn:
        return {number: set(words.split()) for number, words in await conn.execute(text(ask))}


# --- any text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=4))
async def test_any_text_is_found_by_itself(store: SqlStore, texts: list[str]) -> None:
    clean = [words.replace("\0", "").encode("utf-8", "replace").decode() for words in texts]
    async with store.begin() as tx:
        cases = [await said(tx, words or "-") for words in clean]

    for case, words in zip(cases, clean, strict=True):
        there = await found(store, words, most=NEWEST)
        # Earlier examples stay in the database; what they say alike may come before.
        assert case.id in there or not terms(BILLING, words) or len(there) > RARE / 2
