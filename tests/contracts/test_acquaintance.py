"""Who is behind an account, and what becomes of the cases of somebody who is gone or out of reach."""

from dataclasses import replace

import pytest

from bot.escalation.case import Case, Place
from bot.escalation.org import Account, Org
from bot.escalation.words import PersonId
from bot.handlers.acquaintance import Acquaintance, Profile
from bot.outbox.ways import AllPlaces, Directories
from bot.ports import Address
from bot.store.database import Database
from bot.store.store import SqlStore
from tests.store.make import ANA, BRUNO, CLEO, IDA, ORG, Manual, opened_in

SLACK, DISCORD = Account("slack", "T1", "U1"), Account("discord", "", "7")
ANA_BY_MAIL = replace(ORG, people={**ORG.people, ANA: replace(ORG.people[ANA], email="Ana@Acme.example")})


@pytest.fixture
def store(database: Database) -> SqlStore:
    """A store in which Ana has an e-mail address."""
    return SqlStore(database, ANA_BY_MAIL, Manual())


@pytest.fixture
def acquaintance(store: SqlStore) -> Acquaintance:
    """What keeps who is who."""
    return Acquaintance(store, Manual())


async def case_of(store: SqlStore) -> Case:
    async with store.read() as reading:
        case = await reading.case(1)  # type: ignore[arg-type]
    assert case is not None
    return case


async def told(store: SqlStore, person: PersonId) -> list[str]:
    """Return the kinds of messages that are queued for somebody."""
    from sqlalchemy import text

    async with store.database.read() as conn:
        rows = await conn.scalars(text("SELECT kind FROM deliveries WHERE person = :person ORDER BY id").bindparams(person=person))
        return list(rows)


async def test_an_account_is_who_the_configuration_says_or_whose_e_mail_it_is_or_somebody_new(acquaintance: Acquaintance) -> None:
    assert await acquaintance.known(SLACK) is None

    assert await acquaintance.met(SLACK, Profile("Ana S.", "Asia/Tokyo", email="ana@acme.EXAMPLE ")) == ANA
    zoe = await acquaintance.met(DISCORD, Profile("Zoe", "Asia/Tokyo", email="zoe@elsewhere.example"))

    assert (await acquaintance.known(SLACK), await acquaintance.known(DISCORD)) == (ANA, zoe)
    assert await acquaintance.met(DISCORD, Profile("Zoe again", email="ana@acme.example")) == zoe
    people = (await acquaintance.org()).people
    assert (people[ANA].name, people[ANA].accounts) == ("Ana", (SLACK,))
    assert (people[zoe].name, people[zoe].calendar.zone, people[zoe].accounts) == ("Zoe again", "Asia/Tokyo", (DISCORD,))


async def test_nobody_who_is_configured_can_have_a_newcomers_id(acquaintance: Acquaintance) -> None:
    assert await acquaintance.met(SLACK, Profile("ana")) == "slack.T1.U1"


async def test_whoever_is_gone_is_replaced_and_the_admins_hear_of_it_once(store: SqlStore, acquaintance: Acquaintance) -> None:
    await acquaintance.met(SLACK, Profile("Ana", email="ana@acme.example"))
    await opened_in(store)

    for _ in range(2):
        await acquaintance.changed(SLACK, Profile("Ana", gone=True))

    assert (await case_of(store)).owner == BRUNO
    assert [(await told(store, admin)).count("notice") for admin in (IDA, CLEO)] == [1, 1]
    await acquaintance.changed(SLACK, Profile("Ana", gone=False))
    assert not (await acquaintance.org()).people[ANA].gone
    assert (await case_of(store)).owner == BRUNO


async def test_whoever_has_an_account_elsewhere_is_not_gone(store: SqlStore, acquaintance: Acquaintance) -> None:
    await acquaintance.met(SLACK, Profile("Ana", email="ana@acme.example"))
    await acquaintance.has_account(ANA, DISCORD)
    await opened_in(store)

    await acquaintance.changed(SLACK, Profile("Ana", gone=True))

    assert (await case_of(store)).owner == ANA


async def test_whoever_is_lost_is_skipped_until_they_speak_again(store: SqlStore, acquaintance: Acquaintance) -> None:
    await acquaintance.met(SLACK, Profile("Ana", email="ana@acme.example"))
    await opened_in(store)

    await acquaintance.lost(ANA, "their direct messages are closed")
    case = await case_of(store)
    assert (case.level, case.accountable, case.escalations) == (1, BRUNO, 0)

    assert await acquaintance.known(SLACK) == ANA
    assert (await acquaintance.org()).people[ANA].reachable
    assert (await case_of(store)).level == 1  # levels never fall


async def test_what_nobody_knows_changes_nothing(store: SqlStore, acquaintance: Acquaintance) -> None:
    await acquaintance.changed(SLACK, Profile("Somebody", gone=True))
    assert (await acquaintance.org()).people == ANA_BY_MAIL.people


async def test_what_one_process_has_to_do_is_done_by_one(acquaintance: Acquaintance) -> None:
    assert [await acquaintance.once("check/2026-03-02"), await acquaintance.once("check/2026-03-02")] == [True, False]
    assert await acquaintance.once("check/2026-03-03")


# --- several platforms as one


class Ways:
    """Direct messages, and the thread if there is one."""

    def __init__(self, platform: str) -> None:
        self.platform = platform

    def addresses(self, person: PersonId, org: Org, thread: Place | None) -> tuple[Address, ...]:
        """Return the ways to a person."""
        here = thread is not None and thread.platform == self.platform
        there = (Address(self.platform, "w", "help", "m1"),) if here else ()
        return (Address(self.platform, "w", f"@{person}"), *there)

    def address(self, channel: str) -> Address | None:
        """Return the address of a channel."""
        platform, _, name = channel.partition(":")
        return Address(platform, "w", name) if platform == self.platform else None


@pytest.mark.parametrize(
    ("prefers", "thread", "ways"),
    [
        (None, None, ["slack:@ana", "local:@ana"]),
        ("local", None, ["local:@ana", "slack:@ana"]),
        ("discord", None, ["slack:@ana", "local:@ana"]),
        (None, "slack", ["slack:@ana", "local:@ana", "slack:help"]),
        ("local", "slack", ["local:@ana", "slack:@ana", "slack:help"]),
        ("local", "local", ["local:@ana", "slack:@ana", "local:help"]),
    ],
)
def test_the_preferred_platform_comes_first_and_a_thread_last(prefers: str | None, thread: str | None, ways: list[str]) -> None:
    org = replace(ORG, people={ANA: replace(ORG.people[ANA], prefers=prefers)})
    threads = [Place(thread, "w", "help", thread="m1")] if thread else []
    all_ways = Directories({"slack": Ways("slack"), "local": Ways("local")})

    assert [f"{way.platform}:{way.conversation}" for way in all_ways.addresses(ANA, org, threads)] == ways


def test_a_channel_is_where_a_platform_has_it() -> None:
    places = AllPlaces([Ways("slack"), Ways("local")])

    assert [places.address(name) for name in ("local:help", "slack:help", "discord:help")] == [
        Address("local", "w", "help"),
        Address("slack", "w", "help"),
        None,
    ]


async def test_an_account_that_was_found_by_a_wrong_address_is_let_go_with_it(store: SqlStore, acquaintance: Acquaintance) -> None:
    await acquaintance.has_account(ANA, SLACK, "ana@acme.example")
    assert await acquaintance.known(SLACK) == ANA

    ana, bruno = replace(ORG.people[ANA], email="ana.silva@acme.example"), replace(ORG.people[BRUNO], email="ANA@acme.example")
    store.reorganise(replace(ORG, people={**ORG.people, ANA: ana, BRUNO: bruno}))
    assert await acquaintance.known(SLACK) is None
    assert await acquaintance.met(SLACK, Profile("Bruno", email="ana@acme.example")) == BRUNO
    assert (await acquaintance.org()).people[ANA].accounts == ()


async def test_what_the_configuration_names_goes_before_what_was_found(store: SqlStore, acquaintance: Acquaintance) -> None:
    await acquaintance.has_account(ANA, SLACK, "ana@acme.example")
    named = replace(ANA_BY_MAIL.people[ANA], accounts=(replace(SLACK, id="U9"),))
    store.reorganise(replace(ANA_BY_MAIL, people={**ANA_BY_MAIL.people, ANA: named}))

    assert (await acquaintance.org()).people[ANA].accounts == (replace(SLACK, id="U9"),)
    assert await acquaintance.known(SLACK) is None
