"""Does a store keep its promises, on each of the two databases?"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from bot.escalation.advance import advance
from bot.escalation.case import Case, Place
from bot.escalation.decision import Decision
from bot.escalation.facts import Fact, fold
from bot.escalation.org import Absence, Account
from bot.escalation.requests import Acknowledge, Confirm, HandOver, Note, Request, Resolve, Tick, Withdraw
from bot.escalation.words import CaseId, PersonId, Reason, ServiceId, Text
from bot.ports import DigestRecord, Known, NotSaved, Where
from bot.store.database import Database
from bot.store.delivery_tables import cards, deliveries
from bot.store.rows import load_cases
from bot.store.store import SqlStore
from bot.store.tables import metadata
from bot.store.writing import Writer
from tests.store.make import ANA, BRUNO, CLEO, IDA, ORG, RITA, SAM, Manual, at, decided, done, opened, opened_in, stored

DESK = Place("local", "acme", "desk", message="m1")
DAY = date(2026, 1, 5)


@pytest.fixture
def store(database: Database) -> SqlStore:
    return stored(database)


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[SqlStore]:
    """Another process's store on the same database."""
    # Patient: how busy the machine is on the day must not decide who was too late.
    database = await Database.open(database_url, limit=30)
    yield stored(database)
    await database.close()


@pytest.fixture
async def hurried(database_url: str) -> AsyncIterator[SqlStore]:
    """A process that does not wait long for a lock."""
    database = await Database.open(database_url, limit=0.5)
    yield stored(database)
    await database.close()


async def keys(database: Database) -> list[str]:
    """Return the keys of all deliveries."""
    async with database.read() as conn:
        return list(await conn.scalars(select(deliveries.c.key).order_by(deliveries.c.id)))


def digest(day: date = DAY, start: float = 0, end: float = 24, channel: str = "local:leadership") -> DigestRecord:
    return DigestRecord(channel, day, at(start), at(end), {"channel": channel, "escalated_fixes": [], "note": "Grüße \N{PARTY POPPER}"})


# --- a case and its timeline


async def test_a_case_comes_back_as_it_was_saved(store: SqlStore) -> None:
    async with store.begin() as tx:
        saved = await opened(tx, place=DESK, affected=[SAM])

    async with store.read() as reading:
        assert await reading.case(saved.id) == saved
        timeline = await reading.timeline(saved.id)
        assert fold(timeline) == saved
        assert [fact.n for fact in timeline] == [1]
        assert await reading.facts([(saved.id, 1), (saved.id, 9)]) == {(saved.id, 1): timeline[0]}


async def test_a_case_that_does_not_exist_is_none(store: SqlStore) -> None:
    async with store.begin() as tx:
        assert await tx.case(CaseId(7)) is None
    async with store.read() as reading:
        assert await reading.case(CaseId(7)) is None
        assert await reading.timeline(CaseId(7)) == []
        assert await reading.next_due() is None


async def test_each_decision_is_kept_and_folds_to_the_row(store: SqlStore) -> None:
    case = (await opened_in(store)).id
    story: list[Request] = [Acknowledge(ANA), Note(ANA, Text("Looking.")), HandOver(ANA, BRUNO, Text("Yours.")), Note(BRUNO, Text("No."))]
    for hours, request in enumerate(story):
        await done(store, case, request, hours / 10)
    await done(store, case, Resolve(ANA, Text("Misread."), "process"), 1)
    last = await done(store, case, Confirm(RITA), 2)

    async with store.read() as reading:
        timeline = await reading.timeline(case)
        assert await reading.case(case) == last == fold(timeline)
        assert [fact.n for fact in timeline] == list(range(1, last.version + 1))


async def test_a_decision_that_changes_nothing_writes_nothing(store: SqlStore, database: Database) -> None:
    case = await opened_in(store)
    before = await keys(database)
    async with store.begin() as tx:
        await tx.save(Decision.nothing(case, Reason.NOT_YET_DUE))

    async with store.read() as reading:
        assert len(await reading.timeline(case.id)) == 1
    assert await keys(database) == before


async def test_numbers_are_never_used_twice(store: SqlStore, other: SqlStore) -> None:
    taken = [(await opened_in(each)).id for each in (store, other, store, other)]

    assert len(set(taken)) == 4
    assert taken == sorted(taken)


async def test_a_failure_leaves_nothing_behind(store: SqlStore, database: Database) -> None:
    async with database.read() as conn:
        before = {t.name: (await conn.execute(select(t))).all() for t in metadata.sorted_tables if t.name != "counters"}

    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the transaction is what fails
        async with store.begin() as tx:
            case = await opened(tx, place=DESK)
            await tx.show_card(case.id, DESK)
            await tx.remember("key", {"case": case.id})
            await tx.add_absence(Absence(ANA, at(1), at(2)))
            await tx.post_digest(digest())
            await tx.notify("note/1", IDA, ("Hello.",))
            assert 1 / 0

    async with database.read() as conn:
        after = {t.name: (await conn.execute(select(t))).all() for t in metadata.sorted_tables if t.name != "counters"}
    assert after == before


@pytest.mark.parametrize("column", ["owner", "due"])
async def test_the_database_itself_refuses_a_live_case_without_a_name_or_a_next_time(
    store: SqlStore, database: Database, column: str
) -> None:
    case = await opened_in(store)

    with pytest.raises(IntegrityError, match="a_name_and_a_next_time"):
        async with database.begin() as conn:
            await conn.execute(text(f"UPDATE cases SET {column} = NULL WHERE id = {case.id}"))


async def test_the_database_itself_refuses_a_closed_case_without_an_outcome(store: SqlStore, database: Database) -> None:
    case = await opened_in(store)

    with pytest.raises(IntegrityError, match="an_outcome_when_closed"):
        async with database.begin() as conn:
            await conn.execute(text(f"UPDATE cases SET status = 'closed', closed_at = 1 WHERE id = {case.id}"))


# --- two at once


async def test_two_processes_lose_no_update(store: SqlStore, other: SqlStore) -> None:
    case = (await opened_in(store)).id

    async def notes(by: SqlStore, person: PersonId) -> None:
        for n in range(20):
            await done(by, case, Note(person, Text(f"{person} {n}")), 0.1)

    await asyncio.gather(notes(store, RITA), notes(other, ANA), notes(store, ANA))

    async with store.read() as reading:
        timeline = await reading.timeline(case)
        now = await reading.case(case)
    assert len(timeline) == 61
    assert fold(timeline) == now


async def test_what_was_decided_on_an_old_reading_is_not_saved(store: SqlStore) -> None:
    old = await opened_in(store)
    await done(store, old.id, Acknowledge(ANA), 0.1)
    late = advance(old, Note(RITA, Text("Still here.")), ORG, at(0.2))

    with pytest.raises(NotSaved, match=r"Not saved, please try again\."):
        async with store.begin() as tx:
            await tx.save(late)

    async with store.read() as reading:
        assert [fact.what.name for fact in await reading.timeline(old.id)] == ["reported", "acknowledged"]


async def test_facts_that_leave_a_gap_are_refused(store: SqlStore) -> None:
    case = await opened_in(store)
    decision = advance(case, Acknowledge(ANA), ORG, at(0.1))
    assert decision.case is not None

    with pytest.raises(ValueError, match=r"do not lead from version 1 to 3"):
        async with store.begin() as tx:
            await tx.save(replace(decision, case=replace(decision.case, version=3)))


async def test_a_transaction_that_takes_too_long_is_undone(database_url: str) -> None:
    database = await Database.open(database_url, limit=0.2)
    store = stored(database)

    with pytest.raises(NotSaved, match=r"Not saved, please try again\."):  # noqa: PT012 - the transaction is what fails
        async with store.begin() as tx:
            await opened(tx)
            await asyncio.Event().wait()

    # The writer is free again, and nothing of it is there.
    case = await opened_in(store)
    async with store.read() as reading:
        assert await reading.cases(Where()) == [case]
    await database.close()


async def test_whoever_waits_too_long_for_a_lock_is_told_so(store: SqlStore, hurried: SqlStore) -> None:
    case = (await opened_in(store)).id
    async with store.begin() as tx:
        await tx.case(case)
        with pytest.raises(NotSaved):
            await done(hurried, case, Note(RITA, Text("And?")), 0.1)

    await done(hurried, case, Note(RITA, Text("And now?")), 0.1)


async def test_a_reading_sees_one_moment(store: SqlStore) -> None:
    case = await opened_in(store)
    async with store.read() as reading:
        assert await reading.case(case.id) == case
        changed = await done(store, case.id, Acknowledge(ANA), 0.1)
        assert await reading.case(case.id) == case
        assert len(await reading.timeline(case.id)) == 1

    async with store.read() as reading:
        assert await reading.case(case.id) == changed


async def test_the_same_event_twice_at_once_has_one_effect(store: SqlStore, other: SqlStore) -> None:
    async def report(by: SqlStore) -> Any:
        async with by.begin() as tx:
            answer = await tx.answered("slack/Ev42")
            if answer is not None:
                return answer
            case = await opened(tx)
            await tx.remember("slack/Ev42", {"case": case.id})
            return {"case": case.id}

    first, second = await asyncio.gather(report(store), report(other))

    assert first == second
    async with store.read() as reading:
        assert len(await reading.cases(Where())) == 1


@pytest.mark.parametrize("key", ["k" * 10_000, "Ev'1; --", "schlüssel/\N{PARTY POPPER}"])
async def test_any_key_is_remembered(store: SqlStore, key: str) -> None:
    async with store.begin() as tx:
        await tx.remember(key, {"lines": [["Grüße", {"typed": "\N{PARTY POPPER}"}]]})

    async with store.begin() as tx:
        assert await tx.answered(key) == {"lines": [["Grüße", {"typed": "\N{PARTY POPPER}"}]]}
        assert await tx.answered(key + "x") is None


async def test_old_answers_can_be_forgotten(database: Database) -> None:
    clock = Manual()
    store = stored(database, clock)
    for key, hours in (("old", 0), ("new", 48)):
        clock.time = at(hours)
        async with store.begin() as tx:
            await tx.remember(key, {})

    assert await store.prune_inbox(at(24), most=10) == 1
    async with store.begin() as tx:
        assert await tx.answered("old") is None
        assert await tx.answered("new") == {}


# --- what is due


async def test_what_is_due_comes_in_order_and_no_more_than_asked_for(store: SqlStore) -> None:
    late, soon, later = [await opened_in(store, hours=hours) for hours in (2, 0, 5)]
    assert soon.due is not None
    assert later.due is not None

    async with store.begin() as tx:
        assert await tx.next_due() == soon.due
        assert await tx.due(soon.due - timedelta(microseconds=1), 10) == []
        assert await tx.due(soon.due, 10) == [soon]
        assert await tx.due(later.due, 10) == [soon, late, later]
        assert await tx.due(later.due, 2) == [soon, late]


@pytest.mark.postgres
async def test_what_another_process_holds_is_left_out(postgres_url: str) -> None:
    mine, theirs = await Database.open(postgres_url), await Database.open(postgres_url)
    store, other = stored(mine), stored(theirs)
    found = [await opened_in(store, hours=hours) for hours in range(4)]

    async with store.begin() as tx, other.begin() as their_tx:
        assert await tx.due(at(100), 2) == found[:2]
        assert await their_tx.due(at(100), 10) == found[2:]

    await mine.close()
    await theirs.close()


async def test_several_are_locked_in_number_order(store: SqlStore) -> None:
    first, second = await opened_in(store), await opened_in(store)
    async with store.begin() as tx:
        found = await tx.locked([second.id, CaseId(99), first.id])

    assert list(found.items()) == [(first.id, first), (second.id, second)]


async def test_a_parked_case_stands_still_until_somebody_does_something(store: SqlStore, database: Database) -> None:
    case = await opened_in(store)
    before = await keys(database)
    async with store.begin() as tx:
        await tx.park(case.id, "KeyError: 'standard'")

    async with store.begin() as tx:
        assert await tx.due(at(100), 10) == []
        assert await tx.next_due() is None
    assert set(await keys(database)) - set(before) == {f"parked/C-{case.id}/1/ida", f"parked/C-{case.id}/1/cleo"}
    assert (await store.health(at(100))).parked == 1

    again = await done(store, case.id, Acknowledge(ANA), 0.1)
    async with store.begin() as tx:
        assert await tx.due(at(100), 10) == [again]


async def test_a_row_that_cannot_be_read_does_not_hold_up_the_others(store: SqlStore, database: Database) -> None:
    broken, whole = await opened_in(store), await opened_in(store)
    async with database.begin() as conn:
        await conn.execute(text(f"UPDATE cases SET state = '{{}}' WHERE id = {broken.id}"))

    async with store.begin() as tx:
        assert await tx.due(at(100), 10) == [whole]
    assert (await store.health(at(100))).parked == 1
    assert f"parked/C-{broken.id}/1/ida" in await keys(database)


async def test_a_report_that_was_never_a_case_leaves_lists_figures_and_the_due_list(store: SqlStore) -> None:
    case = await opened_in(store)
    async with store.begin() as tx:
        await tx.forget_report(case.id)

    async with store.begin() as tx:
        assert await tx.due(at(100), 10) == []
        assert await tx.next_due() is None
        assert await tx.cases(Where()) == []
        assert await tx.touched_by([ANA]) == []
        assert await tx.case(case.id) is None
    assert [c async for c, _ in store.export()] == []
    async with store.database.read() as conn:
        assert await load_cases(conn, [case.id]) == {}  # what was queued about it finds nothing to tell
    assert (await store.health(at(100))).oldest_due is None
    assert (await opened_in(store)).id != case.id


@pytest.mark.parametrize(
    "query", ["SELECT id FROM cases WHERE {waits} AND due <= 5 ORDER BY due, id LIMIT 9", "SELECT min(due) FROM cases WHERE {waits}"]
)
async def test_finding_what_is_due_does_not_depend_on_how_many_are_open(database: Database, query: str) -> None:
    query = query.format(waits="parked IS NULL AND forgotten IS NULL")
    async with database.read() as conn:
        if not database.sqlite:
            # On an empty table reading everything would be right; what matters is that the index can be used at all.
            await conn.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(str(row) for row in await conn.execute(text(f"EXPLAIN {'QUERY PLAN ' if database.sqlite else ''}{query}")))

    assert "cases_due" in plan
    assert "Seq Scan" not in plan
    assert "B-TREE" not in plan  # no sorting afterwards


# --- lists


LISTS: dict[str, tuple[Callable[[], Where], str]] = {
    "everything, the newest first": (Where, "doors closed moved first"),
    "the live ones": (lambda: Where(live=True), "doors moved first"),
    "the closed ones": (lambda: Where(live=False), "closed"),
    "an owner's": (lambda: Where(owner=ANA), "closed moved first"),
    "an accountable's": (lambda: Where(accountable=BRUNO), "moved"),
    "a reporter's": (lambda: Where(reporter=SAM), "moved"),
    "whoever is on it": (lambda: Where(on_it=SAM), "doors moved first"),
    "on it as the one asked to take over": (lambda: Where(on_it=CLEO), "first"),
    "a service's": (lambda: Where(service=ServiceId("doors")), "doors"),
    "several at once": (lambda: Where(live=True, owner=ANA, reporter=RITA), "first"),
    "in the thread of a report": (lambda: Where(thread=Place("local", "acme", "desk", thread="m1")), "first"),
    "in the thread that a report was said in": (lambda: Where(thread=Place("local", "acme", "desk", thread="t9")), "doors"),
    "in another conversation": (lambda: Where(thread=Place("local", "acme", "hall", thread="m1")), ""),
    "under a card": (lambda: Where(thread=Place("local", "acme", "lobby", thread="77")), "moved"),
    "closed from": (lambda: Where(closed_from=at(1)), "closed"),
    "closed until, which it does not include": (lambda: Where(closed_until=at(1)), ""),
    "no more than": (lambda: Where(limit=2), "doors closed"),
}


async def five(store: SqlStore, database: Database) -> dict[CaseId, str]:
    """Make cases that differ, and return their names."""
    async with store.begin() as tx:
        first = await opened(tx, place=DESK, affected=[SAM])
        moved = await opened(tx, by=SAM)
        closed = await opened(tx)
        doors = await opened(tx, service=ServiceId("doors"), place=Place("local", "acme", "desk", message="m2", thread="t9"))
        await decided(tx, first, HandOver(ANA, CLEO, Text("Please.")), 0.1)
        moved = await decided(tx, moved, Tick(), 1.5)
        await decided(tx, closed, Withdraw(RITA, Text("Found it.")), 1)
        await tx.show_card(moved.id, Place("local", "acme", "lobby"))
    async with database.begin() as conn:
        await conn.execute(cards.update().values(message="77"))
    return {first.id: "first", moved.id: "moved", closed.id: "closed", doors.id: "doors"}


@pytest.mark.parametrize(("where", "expected"), LISTS.values(), ids=LISTS.keys())
async def test_lists(store: SqlStore, database: Database, where: Callable[[], Where], expected: str) -> None:
    names = await five(store, database)
    async with store.read() as reading:
        assert " ".join(names[case.id] for case in await reading.cases(where())) == expected


async def test_who_is_on_a_live_case(store: SqlStore) -> None:
    async with store.begin() as tx:
        closed = await opened(tx, by=IDA)
        await opened(tx, by=RITA, affected=[SAM])
    async with store.read() as reading:
        before = await reading.on_live()
    async with store.begin() as tx:
        await decided(tx, closed, Withdraw(IDA, Text("Found it.")), 1)
    async with store.read() as reading:
        after = await reading.on_live()

    assert before - after == {IDA}
    assert after >= {RITA, SAM, ANA}


async def test_whose_clocks_an_absence_moves(store: SqlStore, database: Database) -> None:
    names = await five(store, database)

    async def touched(*people: PersonId) -> str:
        async with store.begin() as tx:
            return " ".join(names[case] for case in await tx.touched_by(people))

    assert await touched(ANA) == "first moved"
    assert await touched(SAM) == "moved doors"  # of `first` only affected
    assert await touched(CLEO) == "first"
    assert await touched(RITA, BRUNO) == "first moved doors"
    assert await touched() == ""


# --- deliveries and cards


async def test_each_message_is_queued_once(store: SqlStore, database: Database) -> None:
    async with store.begin() as tx:
        decision = advance(await opened(tx), Acknowledge(ANA), ORG, at(0.1))
        await tx.save(decision)

    queued = await keys(database)
    assert set(queued) >= {message.key for message in decision.messages}
    assert len(queued) == len(set(queued))


async def test_a_card_is_wanted_anew_whenever_its_case_changes(store: SqlStore, database: Database) -> None:
    async with store.begin() as tx:
        case = await opened(tx)
        await tx.show_card(case.id, DESK)
    changed = await done(store, case.id, Acknowledge(ANA), 0.1)

    async with database.read() as conn:
        assert (await conn.execute(select(cards.c.case_id, cards.c.wanted))).all() == [(case.id, changed.version)]


async def test_a_notice_is_queued_once(store: SqlStore, database: Database) -> None:
    for _ in range(2):
        async with store.begin() as tx:
            await tx.notify("route/bruno", IDA, ("Bruno cannot be reached.",))

    assert await keys(database) == ["route/bruno"]


# --- the organisation


async def test_absences_are_laid_over_the_organisation(store: SqlStore, other: SqlStore) -> None:
    async with other.read() as reading:
        assert await reading.org() == ORG
    async with store.begin() as tx:
        await tx.add_absence(Absence(ANA, at(1), at(9), covered_by=SAM))
        assert (await tx.org()).acting(ANA, at(2)) == SAM

    async with other.read() as reading:
        org = await reading.org()
        assert org.absences == (Absence(ANA, at(1), at(9), covered_by=SAM),)
        assert org.acting(ANA, at(2)) == SAM
        assert await reading.org() is org  # at hand, until somebody changes something


async def test_an_absence_that_was_undone_was_never_there(store: SqlStore) -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the transaction is what fails
        async with store.begin() as tx:
            await tx.add_absence(Absence(ANA, at(1), at(9)))
            assert (await tx.org()).absences
            assert 1 / 0
    async with store.begin() as tx:
        await tx.add_absence(Absence(BRUNO, at(1), at(9)))

    async with store.read() as reading:
        assert [absence.person for absence in (await reading.org()).absences] == [BRUNO]


async def test_coming_back_ends_what_runs_and_what_is_to_come(store: SqlStore) -> None:
    spans = {"past": (0, 1), "running": (2, 9), "to come": (20, 30)}
    async with store.begin() as tx:
        for start, end in spans.values():
            await tx.add_absence(Absence(ANA, at(start), at(end)))
        await tx.add_absence(Absence(BRUNO, at(2), at(9)))

    async with store.begin() as tx:
        assert await tx.end_absences(ANA, at(5)) == 2
        assert await tx.end_absences(ANA, at(5)) == 0
        assert (await tx.org()).absences == (Absence(ANA, at(0), at(1)), Absence(ANA, at(2), at(5)), Absence(BRUNO, at(2), at(9)))


async def test_newcomers_and_accounts_that_went(store: SqlStore) -> None:
    async with store.begin() as tx:
        assert isinstance(tx, Writer)
        await tx.know(Known(PersonId("zoe"), "Zoe", "Asia/Tokyo", accounts=(Account("slack", "T1", "U1"),)))
        await tx.know(Known(ANA, "Someone else", gone=True))
        await tx.know(Known(BRUNO, reachable=False))

    async with store.read() as reading:
        people = (await reading.org()).people
    zoe = people[PersonId("zoe")]
    assert (zoe.name, zoe.calendar.zone, zoe.manager, zoe.accounts) == ("Zoe", "Asia/Tokyo", None, (Account("slack", "T1", "U1"),))
    assert people[ANA] == replace(ORG.people[ANA], gone=True)
    assert people[BRUNO] == replace(ORG.people[BRUNO], reachable=False)


async def test_what_a_platform_does_not_tell_stays_as_it_is_known(store: SqlStore) -> None:
    first, second = Account("slack", "T1", "U1"), Account("slack", "T2", "U1")
    async with store.begin() as tx:
        await tx.know(Known(ANA, accounts=(first,)))
        await tx.know(Known(ANA, reachable=False))
        await tx.know(Known(ANA, gone=False, accounts=(second, first)))
        org = await tx.org()
        assert org.people[ANA] == replace(ORG.people[ANA], reachable=False, accounts=(first, second))
        await tx.know(Known(ANA, reachable=True))
        org = await tx.org()

    assert org.people[ANA] == replace(ORG.people[ANA], accounts=(first, second))
    assert [org.holder(account) for account in (first, second, Account("slack", "T3", "U1"))] == [ANA, ANA, None]
    assert (org.account(ANA, "slack", "T2"), org.account(ANA, "discord", "T2"), org.account(PersonId("x"), "slack", "T2")) == (
        "U1",
        None,
        None,
    )


async def test_another_configuration_keeps_what_was_said_since(store: SqlStore) -> None:
    async with store.begin() as tx:
        await tx.add_absence(Absence(ANA, at(1), at(9)))
    async with store.read() as reading:
        await reading.org()
    store.reorganise(replace(ORG, name="Acme & Sons"))

    async with store.read() as reading:
        org = await reading.org()
    assert (org.name, len(org.absences)) == ("Acme & Sons", 1)


# --- digests


async def test_a_digest_goes_out_once_per_channel_and_day(store: SqlStore, database: Database) -> None:
    async with store.begin() as tx:
        assert await tx.post_digest(digest())
    async with store.begin() as tx:
        assert not await tx.post_digest(digest())
        assert await tx.post_digest(digest(channel="local:billing"))
        assert await tx.post_digest(digest(date(2026, 1, 6), 24, 48))

    async with store.read() as reading:
        first, last = await reading.digest("local:leadership", DAY), await reading.last_digest("local:leadership")
        assert first is not None
        assert last is not None
        # The anchor over all timelines is printed in what is sent.
        assert first == replace(digest(), content={**digest().content, "anchor": first.content["anchor"]})
        assert last == replace(digest(date(2026, 1, 6), 24, 48), content={**digest().content, "anchor": last.content["anchor"]})
        assert len({first.content["anchor"], last.content["anchor"]}) == 2
        assert await reading.last_digest("local:nobody") is None
    assert len([key for key in await keys(database) if key.startswith("digest/")]) == 3


async def test_two_processes_post_one_digest(store: SqlStore, other: SqlStore) -> None:
    async def post(by: SqlStore) -> bool:
        async with by.begin() as tx:
            return await tx.post_digest(digest())

    assert sorted(await asyncio.gather(post(store), post(other))) == [False, True]


@pytest.mark.parametrize("start", [23, 25])
async def test_digests_leave_no_gap_and_no_overlap(store: SqlStore, start: int) -> None:
    async with store.begin() as tx:
        await tx.post_digest(digest())

    with pytest.raises(ValueError, match="but the last one ended at"):
        async with store.begin() as tx:
            await tx.post_digest(digest(date(2026, 1, 6), start, 48))


# --- the whole


async def test_health_says_what_is_late(store: SqlStore) -> None:
    case = await opened_in(store)
    await done(store, (await opened_in(store)).id, Withdraw(RITA, Text("Found it.")), 0.1)
    assert case.due is not None

    now = await store.health(case.due - timedelta(seconds=1))
    assert (now.oldest_due, now.live, now.parked) == (None, 1, 0)
    assert now.deliveries_waiting > 0
    assert now.oldest_delivery is not None
    assert (await store.health(at(50))).oldest_due == case.due


async def test_everything_can_be_exported(store: SqlStore) -> None:
    made = [await opened_in(store, f"Number {n}") for n in range(5)]
    made[2] = await done(store, made[2].id, Acknowledge(ANA), 0.1)

    exported: list[tuple[Case, list[Fact]]] = [pair async for pair in store.export()]
    assert [case for case, _ in exported] == made
    assert [fold(timeline) for _, timeline in exported] == made


async def test_the_words_come_back_as_they_were_typed(store: SqlStore) -> None:
    words = 'مرحبا \N{PARTY POPPER} <!channel> @everyone \'";--\n\t{"t":"x"} ' + "x" * 10_000
    async with store.begin() as tx:
        case = await opened(tx, title=words, text=words)

    async with store.read() as reading:
        assert await reading.case(case.id) == case
        assert fold(await reading.timeline(case.id)) == case
