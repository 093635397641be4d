"""Two ids that turn out to be one person's: their cases, absences and ways are theirs, and nothing that was written down changes."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.escalation.case import Case, Place
from bot.escalation.org import Absence, Account, Org
from bot.escalation.requests import Acknowledge, Confirm, HandOver, MeToo, Note, Resolve
from bot.escalation.words import FixKind, PersonId, Text
from bot.handlers.acquaintance import Acquaintance, Profile
from bot.handlers.reorganising import reckon_all
from bot.ports import Known, LinkCode, Where
from bot.store.database import Database
from bot.store.store import SqlStore
from bot.store.tables import cases, facts
from bot.store.verify import verify
from tests.store.make import ANA, ORG, RITA, SAM, Manual, at, done, opened, opened_in

SLACK, DISCORD, ELSEWHERE = Account("slack", "T1", "U1"), Account("discord", "", "7"), Account("slack", "T2", "U1")
IN_SLACK, IN_DISCORD = PersonId("slack.T1.U1"), PersonId("discord..7")


@pytest.fixture
def store(database: Database) -> SqlStore:
    """A store in which Rita has an account in Slack."""
    return SqlStore(database, with_accounts(RITA, SLACK), Manual())


@pytest.fixture
def acquaintance(store: SqlStore) -> Acquaintance:
    """What keeps who is who."""
    return Acquaintance(store, Manual())


def with_accounts(person: PersonId, *accounts: Account, org: Org = ORG, email: str | None = None) -> Org:
    """Return the organisation in which somebody has these accounts."""
    return replace(org, people={**org.people, person: replace(org.people[person], accounts=accounts, email=email)})


async def joined(store: SqlStore, newcomer: PersonId, person: PersonId) -> None:
    """Let somebody new turn out to be somebody who is known."""
    async with store.begin() as tx:
        await tx.know(Known(newcomer, same_as=person))


async def listed(store: SqlStore, **where: PersonId) -> list[int]:
    async with store.read() as reading:
        return [case.id for case in await reading.cases(Where(**where))]  # type: ignore[arg-type]


async def case_of(store: SqlStore, number: int = 1) -> Case:
    async with store.read() as reading:
        case = await reading.case(number)  # type: ignore[arg-type]
    assert case is not None
    return case


async def written_down(store: SqlStore) -> list[tuple[object, ...]]:
    """Return what stands in the tables that nothing may change."""
    async with store.database.read() as conn:
        rows = await conn.execute(select(facts.c.case_id, facts.c.n, facts.c.body, facts.c.hash).order_by(facts.c.case_id, facts.c.n))
        return [tuple(row) for row in rows]


async def faults(store: SqlStore) -> list[str]:
    return [str(fault) async for fault in verify(store.database)]


async def newcomer(acquaintance: Acquaintance, account: Account = DISCORD, **profile: str) -> PersonId:
    return await acquaintance.met(account, Profile(profile.pop("name", "Rita R."), **profile))  # type: ignore[arg-type]


async def test_the_cases_of_a_newcomer_are_the_persons_whom_they_turn_out_to_be(store: SqlStore, acquaintance: Acquaintance) -> None:
    discord = await newcomer(acquaintance)
    await opened_in(store, by=discord)
    await opened_in(store, by=RITA)
    before = await written_down(store)

    await joined(store, discord, RITA)

    for where in ({"reporter": RITA}, {"on_it": RITA}, {"reporter": discord}):
        assert await listed(store, **where) == [2, 1]
    case = await case_of(store)
    assert (case.reporter, case.keyholders, discord in case.people) == (RITA, (RITA,), False)
    assert await written_down(store) == before
    assert await faults(store) == []


async def test_a_case_goes_on_under_the_name_that_its_people_have_now_and_verifies(store: SqlStore, acquaintance: Acquaintance) -> None:
    discord = await newcomer(acquaintance)
    case = await opened_in(store, by=discord)
    await done(store, case.id, HandOver(ANA, discord, Text("yours")), 0.1)
    await joined(store, discord, RITA)

    await done(store, case.id, Note(RITA, Text("from my other account")), 0.2)
    await done(store, case.id, Resolve(ANA, Text("swapped back"), "process", FixKind.FIX), 0.3)
    after = await done(store, case.id, Confirm(RITA), 0.4)

    async with store.read() as reading:
        timeline = await reading.timeline(case.id)
    assert [fact.by for fact in timeline] == [RITA, ANA, RITA, ANA, RITA]
    assert timeline[0].sets["reporter"] == RITA
    assert after == await case_of(store)
    assert await faults(store) == []
    async with store.database.read() as conn:
        assert (await conn.scalar(select(cases.c.reporter))) == discord  # the row is what its facts add up to
    exported = [(case, facts) async for case, facts in store.export()]
    assert [(case.reporter, [fact.by for fact in facts]) for case, facts in exported] == [(RITA, [RITA, ANA, RITA, ANA, RITA])]


async def test_nobody_is_on_a_case_twice(store: SqlStore, acquaintance: Acquaintance) -> None:
    discord = await newcomer(acquaintance)
    mine = await opened_in(store, by=discord)
    other = await opened_in(store, by=SAM)
    for case, people in ((mine, (RITA,)), (other, (discord, RITA))):
        for person in people:
            await done(store, case.id, MeToo(person), 0.1)

    await joined(store, discord, RITA)

    assert (await case_of(store)).affected == ()
    assert (await case_of(store, 2)).affected == (RITA,)
    assert await listed(store, on_it=RITA) == [2, 1]
    await done(store, other.id, Acknowledge(ANA), 0.2)
    assert await faults(store) == []


async def test_whom_a_newcomer_was_joined_with_is_joined_with_somebody_in_turn(store: SqlStore, acquaintance: Acquaintance) -> None:
    first, second = await newcomer(acquaintance), await newcomer(acquaintance, ELSEWHERE)
    await opened_in(store, by=first)
    await opened_in(store, by=second)

    await joined(store, first, second)
    assert await listed(store, on_it=second) == await listed(store, on_it=first) == [2, 1]
    assert (await acquaintance.org()).people[second].accounts == (ELSEWHERE, DISCORD)

    await joined(store, second, RITA)
    org = await acquaintance.org()
    assert org.people[RITA].accounts == (SLACK, DISCORD, ELSEWHERE)
    assert org.people.keys() == ORG.people.keys()
    assert [await acquaintance.known(account) for account in (SLACK, DISCORD, ELSEWHERE)] == [RITA] * 3
    assert await listed(store, on_it=RITA) == [2, 1]

    await joined(store, second, second)  # taken back
    assert await listed(store, on_it=RITA) == []
    assert await listed(store, on_it=second) == [2, 1]


@pytest.mark.parametrize("by", ["account", "e-mail"])
async def test_a_newcomer_who_is_written_into_the_configuration_keeps_their_cases(
    store: SqlStore, acquaintance: Acquaintance, by: str
) -> None:
    discord = await newcomer(acquaintance, email=" Sam@Acme.example")
    case = await opened_in(store, by=discord)
    assert await listed(store, on_it=SAM) == []

    known = with_accounts(SAM, DISCORD) if by == "account" else with_accounts(SAM, email="sam@acme.example")
    store.reorganise(known)
    await reckon_all(store, Manual(at(0.1)))

    org = await acquaintance.org()
    assert (org.holder(DISCORD), org.name_of(discord), discord in org.people) == (SAM, "Sam", False)
    assert await acquaintance.met(DISCORD, Profile("Sam")) == SAM
    assert await listed(store, reporter=SAM) == [case.id]
    await done(store, case.id, Note(SAM, Text("still me")), 0.2)
    assert await faults(store) == []

    store.reorganise(ORG)  # and taken out again
    assert await listed(store, reporter=SAM) == []


async def test_the_configuration_goes_before_whom_somebody_was_joined_with(store: SqlStore, acquaintance: Acquaintance) -> None:
    discord = await newcomer(acquaintance)
    await opened_in(store, by=discord)
    await joined(store, discord, RITA)

    store.reorganise(with_accounts(SAM, DISCORD))

    assert (await acquaintance.org()).who_is(discord) == SAM
    assert await listed(store, on_it=SAM) == [1]


async def test_an_address_that_somebody_left_to_another_does_not_carry_their_cases_along(
    store: SqlStore, acquaintance: Acquaintance
) -> None:
    store.reorganise(with_accounts(SAM, email="desk@acme.example"))
    await acquaintance.has_account(SAM, ELSEWHERE, "desk@acme.example")
    await opened_in(store, by=SAM)
    rest = {person.id: person for person in ORG.people.values() if person.id != SAM}

    store.reorganise(replace(with_accounts(ANA, email="desk@acme.example", org=replace(ORG, people=rest)), services=ORG.services))

    assert (await acquaintance.org()).who_is(SAM) == SAM
    assert await listed(store, reporter=ANA) == []


async def test_whoever_is_away_by_one_account_is_away_by_all(store: SqlStore, acquaintance: Acquaintance) -> None:
    discord = await newcomer(acquaintance)
    async with store.begin() as tx:
        await tx.add_absence(Absence(discord, at(0), at(8)))
        await tx.add_absence(Absence(ANA, at(0), at(8), covered_by=discord))
    await joined(store, discord, RITA)

    org = await acquaintance.org()
    assert [(a.person, a.covered_by) for a in org.absences] == [(RITA, None), (ANA, RITA)]
    async with store.begin() as tx:
        assert await tx.end_absences(RITA, at(1)) == 1
        assert (await tx.org()).absence(RITA, at(2)) is None


async def test_somebody_with_several_accounts_is_gone_when_all_are(store: SqlStore, acquaintance: Acquaintance) -> None:
    discord = await newcomer(acquaintance)
    await joined(store, discord, RITA)

    await acquaintance.changed(SLACK, Profile("Rita", gone=True))
    rita = (await acquaintance.org()).people[RITA]
    assert (rita.gone, rita.closed) == (False, (SLACK,))
    assert (await acquaintance.org()).has_left(RITA, "slack", "T1")

    await acquaintance.changed(DISCORD, Profile("Rita", gone=True))
    assert (await acquaintance.org()).people[RITA].gone

    assert await acquaintance.known(DISCORD) == RITA  # whoever speaks is there
    rita = (await acquaintance.org()).people[RITA]
    assert (rita.gone, rita.closed) == (False, (SLACK,))
    await acquaintance.changed(SLACK, Profile("Rita"))
    assert (await acquaintance.org()).people[RITA].closed == ()


async def test_whoever_is_out_of_reach_is_within_it_again_by_any_account(store: SqlStore, acquaintance: Acquaintance) -> None:
    discord = await newcomer(acquaintance)
    await joined(store, discord, RITA)
    await acquaintance.lost(RITA, "no way works")

    assert await acquaintance.known(DISCORD) == RITA
    assert (await acquaintance.org()).people[RITA].reachable


async def test_a_thread_in_direct_messages_is_found_by_whoever_it_is_now(store: SqlStore, acquaintance: Acquaintance) -> None:
    discord = await newcomer(acquaintance)
    async with store.begin() as tx:
        case = await opened(tx, by=discord, place=Place("discord", "", f"@{discord}", "m1", "m1"))
    await joined(store, discord, RITA)

    async with store.read() as reading:
        there = await reading.cases(Where(thread=Place("discord", "", f"@{RITA}", "m9", "m1")))
    assert [one.id for one in there] == [case.id]


async def test_what_is_theirs_to_answer_for_is_found_by_any_of_their_ids(store: SqlStore, acquaintance: Acquaintance) -> None:
    discord = await newcomer(acquaintance)
    case = await opened_in(store, by=discord)
    await joined(store, discord, RITA)

    async with store.begin() as tx:
        assert await tx.touched_by([RITA]) == [case.id]
        assert await tx.reported_since(RITA, at(-1), 5) == [case.opened_at]
        await opened(tx, by=SAM)
        assert await tx.on_live() == {RITA, SAM, ANA}


# --- where they like to be written to


async def test_what_a_person_prefers_is_theirs_to_say(store: SqlStore, acquaintance: Acquaintance) -> None:
    store.reorganise(replace(ORG, people={**ORG.people, RITA: replace(ORG.people[RITA], prefers="slack")}))
    discord = await newcomer(acquaintance)
    assert (await acquaintance.org()).people[RITA].prefers == "slack"

    async with store.begin() as tx:
        await tx.know(Known(RITA, prefers="discord"))
        await tx.know(Known(discord, prefers="slack"))
        await tx.know(Known(discord, same_as=RITA))

    assert (await acquaintance.org()).people[RITA].prefers == "discord"


# --- codes


async def test_a_code_is_used_once_and_replaced_by_the_next(store: SqlStore) -> None:
    first, second = (LinkCode(RITA, digest, "slack", "T1", at(1)) for digest in ("one", "two"))
    async with store.begin() as tx:
        await tx.keep_code(first)
        await tx.keep_code(second)
        assert await tx.use_code("one") is None
    async with store.begin() as tx:
        assert await tx.use_code("two") == second
        assert await tx.use_code("two") is None


async def test_guesses_are_counted_by_person_and_forgotten(store: SqlStore) -> None:
    async with store.begin() as tx:
        assert [await tx.guessed(RITA, at(hour - 1), at(hour)) for hour in (0, 0.2, 0.5, 1.1)] == [1, 2, 3, 3]
        assert (await tx.guesses(RITA, at(0.5)), await tx.guesses(SAM, at(0))) == (1, 0)


async def test_an_account_that_the_configuration_took_back_is_not_kept_by_what_was_told_of_it(
    store: SqlStore, acquaintance: Acquaintance
) -> None:
    await acquaintance.changed(SLACK, Profile("Rita", gone=True))
    await acquaintance.changed(SLACK, Profile("Rita"))
    assert await acquaintance.known(SLACK) == RITA

    store.reorganise(with_accounts(SAM, SLACK))

    org = await acquaintance.org()
    assert (org.holder(SLACK), org.people[RITA].accounts, org.aliases) == (SAM, (), {})
    rest = {person.id: person for person in ORG.people.values() if person.id != RITA}
    store.reorganise(with_accounts(SAM, SLACK, org=replace(ORG, people=rest)))
    assert (await acquaintance.org()).who_is(RITA) == RITA
