"""Is every change to what happened found, and said with its case and place?"""

import hashlib
import re
from datetime import date

import pytest
from sqlalchemy import text, update

from bot.escalation.case import Place
from bot.escalation.requests import Acknowledge, Confirm, HandOver, MakePromise, Note, Resolve, Withdraw
from bot.escalation.words import Text
from bot.ports import DigestRecord
from bot.store.anchors import anchor
from bot.store.database import Database
from bot.store.store import SqlStore
from bot.store.tables import cases
from bot.store.verify import verify
from tests.store.make import ANA, BRUNO, RITA, SAM, at, decided, done, opened, opened_in, stored


async def two_cases(database: Database) -> SqlStore:
    """Make C-1 with six facts and C-2 with two, anchored after the third fact of C-1."""
    store = stored(database)
    async with store.begin() as tx:
        case = await opened(tx, place=Place("local", "acme", "desk", "m1"), affected=[SAM])
        case = await decided(tx, case, Acknowledge(ANA), 0.1)
        await decided(tx, case, Note(ANA, Text("Looking at the meter.")), 0.2)
        await opened(tx, "Door stuck")
        await tx.post_digest(DigestRecord("local:leadership", date(2026, 1, 5), at(-9), at(0.25), {}))
    await done(store, case.id, MakePromise(ANA, at(5)), 0.3)
    await done(store, case.id, HandOver(ANA, BRUNO, Text("Your meters.")), 0.4)
    await done(store, case.id, Note(RITA, Text("Thank you.")), 0.5)
    return store


async def faults(database: Database) -> list[str]:
    return [str(fault) async for fault in verify(database)]


async def tamper(database: Database, *statements: str) -> None:
    async with database.begin() as conn:
        for statement in statements:
            await conn.exec_driver_sql(statement)  # as it stands: the colons in it are JSON's


async def test_nothing_is_wrong_with_what_nobody_touched(database: Database) -> None:
    store = await two_cases(database)
    other = await opened_in(store)
    await done(store, other.id, Resolve(ANA, Text("Misread."), "process"), 1)
    await done(store, other.id, Confirm(RITA), 2)
    async with store.begin() as tx:
        await tx.park(other.id, "a fault")
        await tx.forget_report((await opened(tx)).id)

    assert await faults(database) == []


FOURTH = "WHERE case_id = 1 AND n = 4"

TAMPERED = {
    "a changed fact": (
        ["UPDATE facts SET body = (SELECT body FROM facts AS other WHERE other.case_id = 1 AND other.n = 2) WHERE case_id = 1 AND n = 4"],
        r"C-1, fact 4: does not match its hash",
    ),
    "a fact that is nonsense": (["UPDATE facts SET body = 'nonsense' " + FOURTH], r"C-1, fact 4: does not match its hash"),
    "a row that is nonsense": (["UPDATE cases SET state = 'nonsense' WHERE id = 1"], r"C-1, its row: cannot be read"),
    "a changed hash": (["UPDATE facts SET hash = body " + FOURTH], r"C-1, fact 4: does not match its hash"),
    "a removed fact": (
        ["DELETE FROM texts " + FOURTH, "DELETE FROM facts " + FOURTH],
        r"C-1, fact 4: is missing: the next one is number 5",
    ),
    "a removed fact, the later ones numbered anew": (
        [
            "DELETE FROM texts WHERE case_id = 1 AND n >= 4",
            "DELETE FROM facts WHERE case_id = 1 AND n = 4",
            "UPDATE facts SET n = 4 WHERE case_id = 1 AND n = 5",
            "UPDATE facts SET n = 5 WHERE case_id = 1 AND n = 6",
        ],
        r"C-1, fact 4: does not match its hash",
    ),
    "an added fact": (
        ["INSERT INTO facts (case_id, n, name, at, body, hash) SELECT 1, 7, name, at, body, hash FROM facts " + FOURTH],
        r"C-1, fact 7: does not match its hash",
    ),
    "two facts that changed places": (
        [
            "DELETE FROM texts WHERE case_id = 1 AND n > 3",
            "UPDATE facts SET n = 99 WHERE case_id = 1 AND n = 5",
            "UPDATE facts SET n = 5 WHERE case_id = 1 AND n = 4",
            "UPDATE facts SET n = 4 WHERE case_id = 1 AND n = 99",
        ],
        r"C-1, fact 4: does not match its hash",
    ),
    "a fact taken from another case": (
        ["UPDATE facts SET body = (SELECT body FROM facts AS o WHERE o.case_id = 1 AND o.n = 1) WHERE case_id = 2 AND n = 1"],
        r"C-2, fact 1: does not match its hash",
    ),
    "a removed end": (
        ["DELETE FROM texts WHERE case_id = 1 AND n = 6", "DELETE FROM facts WHERE case_id = 1 AND n = 6"],
        r"C-1: its timeline ends with fact 5, but its row says 6: the end was removed",
    ),
    "a changed text": (
        ["UPDATE texts SET text = 'Looking at nothing.' WHERE case_id = 1 AND n = 3"],
        r"C-1, fact 3: a text in it was changed",
    ),
    "a text swapped for another": (
        [
            """UPDATE texts SET text = o.text, salt = o.salt FROM texts AS o
            WHERE o.case_id = 1 AND o.n = 3 AND texts.case_id = 1 AND texts.n = 6"""
        ],
        r"C-1, fact 6: a text in it was changed",
    ),
    "a removed text": (["DELETE FROM texts WHERE case_id = 1 AND n = 3"], r"C-1, fact 3: a text in it was removed"),
    "an added text": (
        ["INSERT INTO texts (case_id, n, digest, salt, text) SELECT 1, 2, digest, salt, text FROM texts WHERE case_id = 1 AND n = 3"],
        r"C-1, fact 2: a text stands beside it that is not in it",
    ),
    "a fact listed as something else": (
        ["UPDATE facts SET name = 'nagged' " + FOURTH],
        r"C-1, fact 4: is listed as nagged at .*, but it is promised",
    ),
    "a fact listed at another time": (["UPDATE facts SET at = at + 1 " + FOURTH], r"C-1, fact 4: is listed as promised at .*000001"),
    "a changed row": (
        ["""UPDATE cases SET state = replace(state, '"contacts":1', '"contacts":2') WHERE id = 1"""],
        r"C-1, its row: contacts is not what its facts add up to",
    ),
    "a row that is no case": (["UPDATE cases SET state = '{}' WHERE id = 1"], r"C-1, its row: cannot be read"),
    "a changed column": (["UPDATE cases SET owner = 'sam' WHERE id = 1"], r"C-1, its row: the column owner is not what the case says"),
    "another due time": (["UPDATE cases SET due = due + 1 WHERE id = 2"], r"C-2, its row: the column due is not what the case says"),
    "somebody listed who is not on it": (
        ["INSERT INTO case_people (person, case_id, moves) VALUES ('cleo', 2, true)"],
        r"C-2, its row: the people listed for it are not those on the case",
    ),
    "another person behind a key": (
        ["UPDATE people_keys SET person = 'mallory' WHERE person = 'ana'"],
        r"C-1, its row: owner is not what its facts add up to",
    ),
    "a removed timeline": (
        ["DELETE FROM texts WHERE case_id = 2", "DELETE FROM facts WHERE case_id = 2"],
        r"C-2: has no facts: its timeline was removed",
    ),
    "a changed anchor": (["UPDATE anchors SET hash = (SELECT head FROM cases WHERE id = 2)"], r"anchor 1: does not match its hash"),
    "an anchor moved in time": (["UPDATE anchors SET at = at + 1"], r"anchor 1: does not match its hash"),
    "a head taken out of an anchor": (["DELETE FROM anchor_heads WHERE case_id = 2"], r"anchor 1: does not match its hash"),
    "a removed end, the row made to fit": (
        [
            "DELETE FROM texts WHERE case_id = 1 AND n > 2",
            "DELETE FROM facts WHERE case_id = 1 AND n > 2",
            "UPDATE cases SET anchored = 0, version = 2 WHERE id = 1",
        ],
        r"C-1, fact 3: was there when anchor 1 was made, and is missing now: the end was removed",
    ),
}


@pytest.mark.parametrize(("statements", "expected"), TAMPERED.values(), ids=TAMPERED.keys())
async def test_tampering_is_found(database: Database, statements: list[str], expected: str) -> None:
    await two_cases(database)
    await tamper(database, *statements)

    found = await faults(database)
    assert [fault for fault in found if re.match(expected, fault)], found


async def test_a_value_of_another_kind_is_a_fault_of_its_case_and_hides_no_other(sqlite: Database) -> None:
    await two_cases(sqlite)
    await tamper(sqlite, "UPDATE facts SET at = 'noon' WHERE case_id = 1 AND n = 4", "UPDATE cases SET due = due + 1 WHERE id = 2")

    found = await faults(sqlite)

    assert [re.sub(": .*", "", fault) for fault in found] == ["C-1", "C-2, its row"]
    assert found[0].startswith("C-1: cannot be read")


async def test_a_fact_that_an_update_made_text_of_is_still_named(sqlite: Database) -> None:
    await two_cases(sqlite)
    await tamper(sqlite, """UPDATE facts SET body = replace(body, '"v":1', '"v":2') WHERE case_id = 1 AND n = 4""")

    assert (await faults(sqlite))[0].startswith("C-1, fact 4: does not match its hash")


async def test_a_timeline_written_wholly_anew_does_not_match_its_anchor(database: Database) -> None:
    """Somebody who knows how it works makes a chain that is right in itself; only the anchor, printed in a digest, tells."""
    await two_cases(database)
    before = hashlib.sha256(b"buckstop C-2").digest()
    async with database.begin() as conn:
        body = (
            (await conn.execute(text("SELECT body FROM facts WHERE case_id = 2 AND n = 1")))
            .scalar_one()
            .replace(b'"asked_before":0', b'"asked_before":9')
        )
        head = hashlib.sha256(before + body).digest()
        await conn.execute(text("UPDATE facts SET body = :body, hash = :head WHERE case_id = 2"), {"body": body, "head": head})
        await conn.execute(update(cases).where(cases.c.id == 2).values(head=head))

    assert await faults(database) == ["C-2, fact 1: is not the one that anchor 1 covers: the timeline was written anew"]


async def test_a_removed_anchor_is_missed(database: Database) -> None:
    store = await two_cases(database)
    async with store.begin() as tx:
        await tx.post_digest(DigestRecord("local:leadership", date(2026, 1, 6), at(0.25), at(24), {}))
    await tamper(database, "DELETE FROM anchor_heads WHERE anchor = 1", "DELETE FROM anchors WHERE n = 1")

    assert (await faults(database))[0] == "anchor 1: is missing: the next one is number 2"


async def test_erased_words_and_people_leave_the_chain_whole(database: Database) -> None:
    await two_cases(database)
    await tamper(database, "UPDATE texts SET text = NULL, salt = NULL WHERE case_id = 1 AND n = 3")

    assert await faults(database) == []


async def test_an_anchor_covers_what_changed_since_the_last_one(database: Database) -> None:
    store = await two_cases(database)

    async def covered() -> list[tuple[int, int]]:
        async with database.begin() as conn:
            await anchor(conn, at(1))
            rows = await conn.execute(
                text("SELECT case_id, n FROM anchor_heads WHERE anchor = (SELECT max(n) FROM anchors) ORDER BY case_id")
            )
            return [(row.case_id, row.n) for row in rows]

    assert await covered() == [(1, 6)]
    assert await covered() == []
    await done(store, (await opened_in(store)).id, Withdraw(RITA, Text("Found it.")), 0.6)
    assert await covered() == [(3, 2)]


async def test_the_anchor_stands_in_the_digests_row(database: Database) -> None:
    await two_cases(database)
    async with database.read() as conn:
        printed, kept = (await conn.execute(text("SELECT digests.anchor, anchors.hash FROM digests, anchors"))).one()

    assert printed == kept.hex()
