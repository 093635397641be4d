"""Two accounts become one person's by a code: what it means, what is refused and how that is mended."""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select, text

from bot.chat import Pressed, Reply, Said, Submitted
from bot.escalation.case import Place
from bot.escalation.org import Account, Org
from bot.escalation.words import PersonId
from bot.handlers.acquaintance import Acquaintance, Profile
from bot.handlers.linking import COUNTS_FOR, MOST_WRONG
from bot.outbox.ways import Directories
from bot.ports import Address
from bot.store.database import Database
from bot.store.delivery_tables import deliveries
from bot.store.tables import inbox, link_codes
from tests.handlers.conftest import Floor, floor_of
from tests.handlers.small import ANA, BEN, ORG, RITA

NUMBERS = count(1)


class Here:
    """Direct messages on one platform, for whoever has an account there."""

    def __init__(self, platform: str) -> None:
        self.platform = platform

    def addresses(self, person: PersonId, org: Org, thread: Place | None) -> tuple[Address, ...]:
        known = org.people.get(person)
        there = [a for a in known.accounts if a.platform == self.platform] if known else []
        return tuple(Address(self.platform, a.workspace, f"@{person}") for a in there)


@dataclass
class Seat:
    """Somebody's account, and how they speak from it."""

    floor: Floor
    people: Acquaintance
    account: Account
    name: str

    async def person(self) -> PersonId:
        return await self.people.known(self.account) or await self.people.met(self.account, Profile(self.name))

    async def place(self) -> Place:
        return Place(self.account.platform, self.account.workspace, f"@{await self.person()}")

    async def type(self, words: str, key: str | None = None) -> Reply:
        return await self.floor.desk.handle(Said(key or f"e{next(NUMBERS)}", await self.person(), await self.place(), words))

    async def code(self) -> str:
        reply = await self.type("/case link")
        assert not reply.refused, reply
        return said(self.floor, reply).split("`/case link ")[1].split("`")[0]

    async def cases(self) -> list[str]:
        reply = await self.type("/case mine")
        return [f"C-{n}" for n in range(1, 5) if f"C-{n}" in said(self.floor, reply)]


def said(floor: Floor, reply: Reply) -> str:
    return floor.text(reply)


@pytest.fixture
def floor(sqlite: Database) -> Floor:
    """A desk between Slack, where Rita and Ana are configured, and Discord, where Ben is."""
    accounts = {RITA: Account("slack", "T1", "URITA"), ANA: Account("slack", "T1", "UANA"), BEN: Account("discord", "", "3")}
    people = {**ORG.people, **{id_: replace(ORG.people[id_], accounts=(account,)) for id_, account in accounts.items()}}
    routes = Directories({"slack": Here("slack"), "discord": Here("discord")})
    return floor_of(sqlite, replace(ORG, people=people), routes=routes)


@pytest.fixture
def seats(floor: Floor) -> dict[str, Seat]:
    """Everybody's seat: Rita's and Ana's in Slack, Ben's in Discord, and accounts that nobody knows yet."""
    people = Acquaintance(floor.store, floor.clock)
    accounts = {
        "rita": Account("slack", "T1", "URITA"),
        "ana": Account("slack", "T1", "UANA"),
        "ben": Account("discord", "", "3"),
        "zoe": Account("discord", "", "7"),
        "max": Account("discord", "", "8"),
        "zoe in slack": Account("slack", "T1", "UZOE"),
        "zoe in another": Account("slack", "T2", "UZOE"),
    }
    return {name: Seat(floor, people, account, name.split()[0].title()) for name, account in accounts.items()}


async def count_of(floor: Floor, table: str) -> int:
    async with floor.store.database.read() as conn:
        return await conn.scalar(text(f"SELECT count(*) FROM {table}")) or 0


async def notices(floor: Floor) -> list[tuple[str, str]]:
    async with floor.store.database.read() as conn:
        found = select(deliveries.c.person, deliveries.c.body).where(deliveries.c.kind == "notice").order_by(deliveries.c.id)
        return [(person, "".join(str(part) for part in body)) for person, body in await conn.execute(found)]


# --- what it does


@pytest.mark.parametrize(("gives", "enters"), [("rita", "zoe"), ("zoe", "rita")], ids=["asked for by the known", "by the newcomer"])
async def test_a_newcomer_becomes_who_stands_in_the_configuration(floor: Floor, seats: dict[str, Seat], gives: str, enters: str) -> None:
    await seats["zoe"].type("/case report billing: in Discord")
    await seats["rita"].type("/case report billing: in Slack")
    code = await seats[gives].code()

    reply = await seats[enters].type(f"/case link {code.lower().replace('-', ' ')}")

    assert said(floor, reply) == (
        f"Done: your account here and that of {'Rita Lund' if gives == 'rita' else 'Zoe'} are one person's. "
        "Your cases in Slack and Discord are one list now, 2 live cases among them.\n"
        "Reminders go to Slack first; `/case prefer` changes that.\n"
        "If that was not meant, `/case link undo` takes it back."
    )
    assert await seats["zoe"].person() == await seats["rita"].person() == RITA
    assert await seats["zoe"].cases() == await seats["rita"].cases() == ["C-1", "C-2"]
    [(whom, told)] = await notices(floor)
    assert (whom, told.startswith("Your accounts in Slack and Discord are one person's now")) == (RITA, True)


async def test_what_one_account_may_do_the_other_may(floor: Floor, seats: dict[str, Seat]) -> None:
    await seats["zoe"].type("/case report billing: in Discord")
    await seats["zoe"].type(f"/case link {await seats['rita'].code()}")
    assert not (await seats["ana"].type("/case resolve C-1 fix process: swapped back")).refused

    assert not (await seats["rita"].type("/case confirm C-1")).refused
    assert (await floor.case(1)).outcome == "fixed"


async def test_of_two_newcomers_whoever_asked_for_the_code_stays(floor: Floor, seats: dict[str, Seat]) -> None:
    discord = await seats["zoe"].person()
    await seats["zoe in slack"].type(f"/case link {await seats['zoe'].code()}")
    await seats["zoe in another"].type(f"/case link {await seats['zoe in slack'].code()}")

    assert {await seats[name].person() for name in ("zoe", "zoe in slack", "zoe in another")} == {discord}


async def test_a_newcomer_with_two_accounts_becomes_a_configured_person_with_both(floor: Floor, seats: dict[str, Seat]) -> None:
    await seats["zoe in another"].type(f"/case link {await seats['zoe'].code()}")
    await seats["zoe in another"].type(f"/case link {await seats['ana'].code()}")

    assert await seats["zoe"].person() == await seats["zoe in another"].person() == ANA


async def test_it_can_be_taken_back(floor: Floor, seats: dict[str, Seat]) -> None:
    await seats["zoe"].type("/case report billing: in Discord")
    await seats["zoe"].type(f"/case link {await seats['rita'].code()}")

    reply = await seats["rita"].type("/case link undo")

    assert said(floor, reply).startswith("Your accounts are different people again, each with the cases that it had. 1 live case takes")
    assert (await seats["zoe"].cases(), await seats["rita"].cases()) == (["C-1"], [])
    assert (await seats["rita"].type("/case link undo")).refused


# --- a code


async def test_a_code_is_kept_nowhere(floor: Floor, seats: dict[str, Seat]) -> None:
    first = await seats["rita"].type("/case link", key="same")
    again = await seats["rita"].type("/case link", key="same")

    code = said(floor, first).split("`/case link ")[1].split("`")[0]
    assert said(floor, again) == "Your code was shown once, and is kept nowhere. `/case link` gives you a new one."
    async with floor.store.database.read() as conn:
        everything = [str(row) for table in (inbox, link_codes, deliveries) for row in await conn.execute(select(table))]
    assert not [row for row in everything if code in row or code.replace("-", "") in row]
    assert len(everything) == 2  # the answer that is remembered, and the digest


async def test_a_code_counts_once(floor: Floor, seats: dict[str, Seat]) -> None:
    code = await seats["rita"].code()
    await seats["zoe"].type(f"/case link {code}")

    reply = await seats["max"].type(f"/case link {code}")

    assert said(floor, reply).startswith("That code does not count: it was mistyped, used already")
    assert await seats["max"].person() == "discord..8"


async def test_a_newer_code_takes_the_place_of_the_one_before(floor: Floor, seats: dict[str, Seat]) -> None:
    first, second = await seats["rita"].code(), await seats["rita"].code()

    assert (await seats["zoe"].type(f"/case link {first}")).refused
    assert not (await seats["zoe"].type(f"/case link {second}")).refused


@pytest.mark.parametrize(("late", "counts"), [(timedelta(seconds=-1), True), (timedelta(), False)])
async def test_a_code_counts_for_ten_minutes(floor: Floor, seats: dict[str, Seat], late: timedelta, counts: bool) -> None:
    code = await seats["rita"].code()
    floor.clock.set(floor.clock.now() + COUNTS_FOR + late)

    reply = await seats["zoe"].type(f"/case link {code}")

    assert reply.refused is not counts
    assert counts or said(floor, reply) == "That code has expired. `/case link` on the other platform gives you a new one."


async def test_guessing_ends_after_ten_wrong_codes_an_hour_even_with_the_right_one(floor: Floor, seats: dict[str, Seat]) -> None:
    for _ in range(MOST_WRONG):
        assert said(floor, await seats["zoe"].type("/case link AAA-AAA-AAA")).startswith("That code does not count")
        floor.wait(minutes=1)
    code = await seats["rita"].code()

    refused = await seats["zoe"].type(f"/case link {code}")
    assert said(floor, refused) == "That were 10 wrong codes within 1 hour. Try again in 1 hour."
    assert not (await seats["max"].type(f"/case link {code}")).refused  # only whoever guessed

    floor.wait(minutes=52)
    assert not (await seats["zoe"].type(f"/case link {await seats['ana'].code()}")).refused


async def test_what_is_no_code_is_no_guess(floor: Floor, seats: dict[str, Seat]) -> None:
    for _ in range(MOST_WRONG + 1):
        reply = await seats["zoe"].type("/case link somewhere")
        assert said(floor, reply).startswith("That is no code: a code has nine signs")
    assert await count_of(floor, "link_guesses") == 0


# --- what is refused


REFUSED = {
    "typed where it was asked for": ("rita", "rita", "That is your own code, and Slack is where you asked for it"),
    "both stand in the configuration": ("ana", "ben", "Both accounts belong to people who stand in the configuration"),
    "two accounts in one workspace": ("rita", "zoe in slack", "Both of you have an account in the same workspace of Slack"),
    "two accounts in Discord": ("zoe", "max", "Both of you have an account in the same workspace of Discord"),
}


@pytest.mark.parametrize(("gives", "enters", "answer"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_refused_changes_nothing_and_uses_the_code_up(
    floor: Floor, seats: dict[str, Seat], gives: str, enters: str, answer: str
) -> None:
    code = await seats[gives].code()
    before = {name: await seat.person() for name, seat in seats.items()}

    reply = await seats[enters].type(f"/case link {code}")

    assert reply.refused
    assert said(floor, reply).startswith(answer)
    assert {name: await seat.person() for name, seat in seats.items()} == before
    assert await count_of(floor, "link_codes") == 0
    assert await notices(floor) == []


async def test_accounts_that_are_one_persons_already_are_told_so(floor: Floor, seats: dict[str, Seat]) -> None:
    await seats["zoe"].type(f"/case link {await seats['rita'].code()}")

    reply = await seats["zoe"].type(f"/case link {await seats['rita'].code()}")

    assert said(floor, reply) == "Your accounts in Slack and Discord are one person's already; there is nothing to join."


# --- by a button and a form


async def test_a_code_can_be_typed_into_a_form(floor: Floor, seats: dict[str, Seat]) -> None:
    code, zoe = await seats["rita"].code(), seats["zoe"]
    asked = await zoe.type("/case link")
    assert [button.id for button in asked.buttons] == ["link"]

    opened = await floor.desk.handle(Pressed("p1", await zoe.person(), await zoe.place(), "link", None))
    assert opened.form is not None
    assert [field.name for field in opened.form.fields] == ["code"]
    wrong = await floor.desk.handle(Submitted("s1", await zoe.person(), await zoe.place(), opened.form.id, {"code": "AAA-AAA-AAA"}))
    assert wrong.errors.keys() == {"code"}
    empty = await floor.desk.handle(Submitted("s2", await zoe.person(), await zoe.place(), opened.form.id, {"code": " "}))
    assert empty.errors.keys() == {"code"}
    right = await floor.desk.handle(Submitted("s3", await zoe.person(), await zoe.place(), opened.form.id, {"code": code}))

    assert said(floor, right).startswith("Done")
    assert await zoe.person() == RITA


# --- where somebody is written to first


async def test_a_person_chooses_where_they_are_written_to_first(floor: Floor, seats: dict[str, Seat]) -> None:
    await seats["zoe"].type(f"/case link {await seats['rita'].code()}")
    asked = await seats["rita"].type("/case prefer")
    assert said(floor, asked) == "What is for you goes to Slack first. `/case prefer discord` changes that."

    chosen = await seats["rita"].type("/case prefer Discord")

    assert said(floor, chosen) == "What is for you goes to Discord first from now on; if nothing gets through there, to Slack."
    org = await seats["rita"].people.org()
    routes = floor.desk.settings.routes
    assert routes is not None
    assert [way.platform for way in routes.addresses(RITA, org, ())] == ["discord", "slack"]


PREFERRED = {
    "nothing to choose": ("/case prefer", "You are known in Slack only. `/case link` joins your account on another platform."),
    "not theirs": ("/case prefer discord", "You have no account in “discord” that is known here; `/case link` joins another account."),
    "no platform": ("/case prefer pigeons", "You have no account in “pigeons” that is known here; `/case link` joins another account."),
}


@pytest.mark.parametrize(("typed", "answer"), PREFERRED.values(), ids=PREFERRED.keys())
async def test_what_cannot_be_chosen_says_what_can(floor: Floor, seats: dict[str, Seat], typed: str, answer: str) -> None:
    assert said(floor, await seats["rita"].type(typed)) == answer
    assert (await seats["rita"].people.org()).people[RITA].prefers is None
