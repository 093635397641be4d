"""What does the bot make of a night's look at Discord: who counts as gone, who as there again, what do the admins hear, what changes nothing?"""

# ruff: noqa: E501 - a sentence stands here on one line, as it is told

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.adapters.asking import NoAnswer
from bot.adapters.discord.access import Access
from bot.adapters.discord.asking import ShutOut, logged_in
from bot.adapters.discord.manifest import PERMISSIONS
from bot.adapters.discord.nightly import nightly
from bot.chat import Said
from bot.clock import ManualClock
from bot.config import Config
from bot.escalation.case import Case, Place
from bot.escalation.org import Account, Person
from bot.escalation.words import CaseId, PersonId
from bot.handlers.acquaintance import Acquaintance, Profile
from bot.handlers.desk import Desk
from bot.store.database import Database
from bot.store.delivery_tables import deliveries
from bot.store.lines import line_from_json
from bot.store.store import SqlStore
from bot.wording.plain import plain
from tests.adapters.discord.company import NOBODY, PEOPLE, USERS, access, company, loaded, named
from tests.discord.client import World

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)  # a Tuesday, at night
TODAY = date(2026, 3, 3)


@dataclass
class Night:
    """The company's bot, and its Discord."""

    config: Config
    store: SqlStore
    clock: ManualClock
    acquaintance: Acquaintance
    world: World
    way: Access

    async def look(self, day: date = TODAY, dies: bool = False) -> bool:
        """Look; with `dies`, the token is revoked once the bot is logged in."""
        assert self.config.discord is not None
        async with logged_in(self.way) as ask:
            if dies:
                await self.world.do("revoke")
            org, local = self.config.org, self.config.local.enabled
            return await nightly(
                ask.client, self.config.discord, self.acquaintance, org, day, elsewhere=local, mail=self.config.slack is not None
            )

    async def person(self, name: str) -> Person:
        return (await self.acquaintance.org()).people[PersonId(name)]

    async def standing(self) -> dict[str, str]:
        """Return how each person counts."""
        people = (await self.acquaintance.org()).people.values()
        return {p.id: "gone" if p.gone else "there" if p.reachable else "lost" for p in people}

    async def notices(self) -> list[str]:
        """Return what the admins are told."""
        asked = select(deliveries).where(deliveries.c.kind == "notice").order_by(deliveries.c.id)
        async with self.store.database.read() as conn:
            rows = (await conn.execute(asked)).all()
        assert {row.person for row in rows} <= {"ida"}
        return [named(self.world, plain(line_from_json(row.body), "Europe/London", NOW)) for row in rows]

    async def report(self, who: str) -> Case:
        place = Place("discord", self.world.guilds["harbour"], self.world.channels["help"])
        reply = await Desk(self.store, self.clock).handle(
            Said(f"report by {who}", PersonId(who), place, "/case report billing: meter swapped")
        )
        assert reply.case is not None
        return await self.case()

    async def case(self) -> Case:
        async with self.store.read() as reading:
            case = await reading.case(CaseId(1))
        assert case is not None
        return case


@asynccontextmanager
async def night(database: Database, world: World, **configured: Any) -> AsyncIterator[Night]:
    clock = ManualClock(NOW)
    plan = loaded(world, **configured)
    store = SqlStore(database, plan.org, clock)
    yield Night(plan, store, clock, Acquaintance(store, clock), world, access(world))


@pytest.fixture
async def quiet(sqlite: Database, discord_address: str) -> AsyncIterator[Night]:
    """A night in which all is well."""
    async with company(discord_address, register=False) as world, night(sqlite, world) as there:
        yield there


ALL_THERE = {"ana": "there", "ben": "there", "ida": "there"}
LEFT = (
    "Ana has no account on Discord any more: their cases went to whoever is next, and nothing waits for them any more. "
    "Take them out of the configuration, or give their services another owner."
)
UNKNOWN = (
    "cannot be found on Discord: {}. Correct the account or the e-mail address in the configuration; `buckstop doctor` checks everybody."
)
DEAD = (
    "The channel help on Discord takes no messages: {}. "
    "What was to be said there is not lost, but nobody reads it; name another channel in the configuration, or mend this one."
)
LACKING = "{} ({})"
LACKS = f"in #help (<help>) Buckstop lacks {LACKING}"
UNWRITABLE = (PERMISSIONS["send_messages"], PERMISSIONS["attach_files"])
NO_ACCOUNT = "no account in Discord is known of them, nor any other way to reach them"
LOCAL = "[local]\nenabled = true\n"
MEMBER = "GET /guilds/{guild_id}/members/{user_id}"

Change = Callable[[World], Awaitable[Any]]
CHANGES: dict[str, tuple[Change, Mapping[str, Any], Mapping[str, str], list[str]]] = {
    "nothing": (lambda world: world.calls(), {}, {}, []),
    "somebody left": (lambda world: world.do("leave", user="ana"), {}, {"ana": "gone"}, [LEFT]),
    "somebody deleted their account": (lambda world: world.do("delete_user", user="ana"), {}, {"ana": "gone"}, [LEFT]),
    "somebody left who has another platform": (
        lambda world: world.do("leave", user="ana"),
        {"lines": {"ana": 'slack = "U0123456"'}, "more": '[slack]\nworkspaces = "T0123456"\n'},
        {},
        [],
    ),
    "an account that never was": (
        lambda world: world.calls(),
        {"people": PEOPLE | {"ana": NOBODY}},
        {"ana": "lost"},
        [f"Ana {UNKNOWN.format(f'there is no account {NOBODY}')}"],
    ),
    "an account that never was, but there is the local workspace": (
        lambda world: world.calls(),
        {"people": PEOPLE | {"ana": NOBODY}, "more": LOCAL},
        {},
        [],
    ),
    "no account": (lambda world: world.calls(), {"people": PEOPLE | {"ben": ""}}, {"ben": "lost"}, [f"Ben {UNKNOWN.format(NO_ACCOUNT)}"]),
    "no account, but an address by which Slack knows them": (
        lambda world: world.calls(),
        {"people": PEOPLE | {"ben": ""}, "lines": {"ben": 'email = "ben@harbour.example"'}, "more": '[slack]\nworkspaces = "T0123456"\n'},
        {},
        [],
    ),
    "somebody's direct messages are closed": (lambda world: world.do("close_dms", user="ana"), {}, {}, []),
    "a channel was deleted": (
        lambda world: world.do("delete_channel", channel="help"),
        {},
        {},
        [DEAD.format("there is no channel <help> in this server")],
    ),
    "Buckstop may not see a channel any more": (
        lambda world: world.do("set_permissions", channel="help", deny=["view_channel"]),
        {},
        {},
        [DEAD.format(LACKS.format(PERMISSIONS["view_channel"][0], PERMISSIONS["view_channel"][1].rstrip(".")))],
    ),
    "Buckstop may not write in a channel any more": (
        lambda world: world.do("set_permissions", channel="help", deny=["send_messages"]),
        {},
        {},
        # Who may not write may send no picture either, says Discord.
        [DEAD.format("in #help (<help>) Buckstop lacks " + "; ".join(LACKING.format(name, why.rstrip(".")) for name, why in UNWRITABLE))],
    ),
    "Buckstop may open no threads in a channel any more": (
        lambda world: world.do("set_permissions", channel="help", deny=["create_public_threads"]),
        {},
        {},
        [],
    ),
    "Buckstop was thrown out": (
        lambda world: world.do("kick_bot"),
        {"discord": "", "channels": {"help": "help"}},
        {},
        [DEAD.format("Buckstop is not in its server")],
    ),
    "Discord has a fault of its own": (lambda world: world.fault("status_503", "GET *", times=99), {}, {}, []),
    "Discord lets nothing more through": (lambda world: world.fault("ratelimited", MEMBER, retry_after=999, via=False), {}, {}, []),
    "Discord breaks off half-way": (lambda world: world.fault("drop_before", MEMBER, times=99), {}, {}, []),
    "Discord says of people what nobody foresaw": (lambda world: world.fault("error:99999", MEMBER, times=99), {}, {}, []),
    "Discord says of channels what nobody foresaw": (
        lambda world: world.fault("error:99999", "GET /guilds/{guild_id}/channels", times=99),
        {},
        {},
        [],
    ),
}


@pytest.mark.parametrize(("change", "configured", "standing", "told"), CHANGES.values(), ids=CHANGES.keys())
async def test_a_night(
    sqlite: Database, discord_address: str, change: Change, configured: Mapping[str, Any], standing: Mapping[str, str], told: list[str]
) -> None:
    async with company(discord_address, register=False) as world, night(sqlite, world, **configured) as there:
        try:
            await change(world)
            looked: bool | None = await there.look()
        except (NoAnswer, ShutOut):
            looked = None  # it could not even be asked who we are

        assert looked in (True, None)
        assert await there.standing() == ALL_THERE | dict(standing)
        assert await there.notices() == told


async def test_a_token_that_dies_on_the_way_says_nothing_about_anybody(quiet: Night) -> None:
    await quiet.world.do("leave", user="ana")

    assert await quiet.look(dies=True) is True

    assert (await quiet.standing(), await quiet.notices()) == (ALL_THERE, [])


async def test_it_is_done_once_a_day_whoever_asks(quiet: Night) -> None:
    await quiet.world.do("delete_channel", channel="help")
    again = replace(quiet, acquaintance=Acquaintance(quiet.store, quiet.clock))

    assert [await quiet.look(), await again.look(), await quiet.look()] == [True, False, False]
    assert len(await quiet.notices()) == 1

    quiet.clock.set(NOW + timedelta(days=1))
    assert await again.look(TODAY + timedelta(days=1)) is True
    assert len(await quiet.notices()) == 2


async def test_the_cases_of_whoever_left_go_on(quiet: Night) -> None:
    assert (await quiet.report("ida")).owner == "ana"
    await quiet.world.do("leave", user="ana")

    await quiet.look()

    assert (await quiet.case()).accountable == "ben"


async def test_whoever_is_there_again_counts_again(quiet: Night) -> None:
    await quiet.world.do("leave", user="ana")
    await quiet.look()
    assert await quiet.standing() == ALL_THERE | {"ana": "gone"}
    before = await quiet.notices()

    await quiet.look(TODAY + timedelta(days=1))
    assert (await quiet.standing(), await quiet.notices()) == (ALL_THERE | {"ana": "gone"}, before)

    await quiet.world.do("join", user="ana")
    await quiet.look(TODAY + timedelta(days=2))
    assert (await quiet.standing(), await quiet.notices()) == (ALL_THERE, before)


async def test_being_there_does_not_prove_that_messages_reach_somebody(quiet: Night) -> None:
    """Otherwise whoever takes no direct messages would count as there each night, and as lost again with the next reminder."""
    await quiet.acquaintance.lost(PersonId("ana"), "they take no direct messages from it")

    await quiet.look()

    assert (await quiet.standing(), await quiet.notices()) == (ALL_THERE | {"ana": "lost"}, [])


async def test_somebody_whom_messages_did_not_reach_and_who_left_counts_again_once_they_are_back(quiet: Night) -> None:
    await quiet.acquaintance.lost(PersonId("ana"), "they share no server with Buckstop")
    await quiet.world.do("leave", user="ana")
    await quiet.look()
    assert (await quiet.standing())["ana"] == "gone"

    await quiet.world.do("join", user="ana")
    await quiet.look(TODAY + timedelta(days=1))

    assert await quiet.standing() == ALL_THERE


@pytest.mark.parametrize(
    ("left", "standing", "written_to"),
    [(("ana", "lina"), "lost", None), (("ana",), "there", "lina"), (("lina",), "there", "ana")],
    ids=["both", "the first", "the second"],
)
async def test_somebody_with_two_accounts_is_out_of_reach_with_the_last(
    sqlite: Database, discord_address: str, left: tuple[str, ...], standing: str, written_to: str | None
) -> None:
    async with company(discord_address, users=[*USERS, "lina"], register=False) as world:
        given = {"people": PEOPLE | {"ana": ""}, "lines": {"ana": f"discord = [{world.users['ana']}, {world.users['lina']}]"}}
        async with night(sqlite, world, **given) as two:
            for user in left:
                await world.do("leave", user=user)

            await two.look()

            assert await two.standing() == ALL_THERE | {"ana": standing}
            assert len(await two.notices()) == (standing == "lost")
            account = (await two.acquaintance.org()).account(PersonId("ana"), "discord", "")
            assert written_to is None or account == world.users[written_to]


# --- several servers


async def test_nobody_is_gone_while_one_server_cannot_be_looked_into(sqlite: Database, discord_address: str) -> None:
    guilds = [
        {"name": "harbour", "channels": ["help"], "members": ["ben", "ida"]},
        {"name": "yard", "channels": ["gate"], "members": ["ana"]},
    ]
    given: dict[str, Any] = {"guilds": ["harbour", "yard"], "channels": {"help": "harbour/help"}, "discord": ""}
    async with company(discord_address, guilds=guilds, register=False) as world, night(sqlite, world, **given) as two:
        await two.look()
        assert (await two.standing(), await two.notices()) == (ALL_THERE, [])

        await world.do("kick_bot", guild="yard")
        await two.look(TODAY + timedelta(days=1))
        assert (await two.standing(), await two.notices()) == (ALL_THERE, [])

        await world.do("leave", user="ben", guild="harbour")
        await two.look(TODAY + timedelta(days=2))
        assert (await two.standing(), await two.notices()) == (ALL_THERE, [])


# --- newcomers, and what goes wrong on our side


async def test_a_newcomer_who_left_is_gone_if_a_case_waits_for_them(quiet: Night) -> None:
    rita = await quiet.acquaintance.met(Account("discord", "", quiet.world.users["rita"]), Profile("Rita"))
    await quiet.world.do("leave", user="rita")

    await quiet.look()
    assert (await quiet.person(rita)).gone is False

    await quiet.report(rita)
    await quiet.look(TODAY + timedelta(days=1))
    assert (await quiet.person(rita)).gone is True


async def test_one_persons_trouble_is_not_the_others(quiet: Night) -> None:
    class Stumbling(Acquaintance):
        async def changed(self, account: Account, profile: Profile) -> None:
            if account.id == quiet.world.users["ana"]:
                raise RuntimeError
            await super().changed(account, profile)

        async def channel_is_dead(self, platform: str, name: str, why: str) -> None:
            raise RuntimeError

    await quiet.world.do("delete_channel", channel="help")
    for user in ("ana", "ben"):
        await quiet.world.do("leave", user=user)
    quiet.acquaintance = Stumbling(quiet.store, quiet.clock)

    assert await quiet.look() is True

    assert await quiet.standing() == ALL_THERE | {"ben": "gone"}
