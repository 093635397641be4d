"""What does the bot make of a night's look: who counts as gone, who as there again, what are the admins told, and what changes nothing?"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import select

from bot.adapters.slack.calls import ANSWER_WITHIN, client
from bot.adapters.slack.nightly import nightly
from bot.chat import Said
from bot.clock import ManualClock
from bot.config import Config
from bot.escalation.case import Case, Place
from bot.escalation.org import Account, Person
from bot.escalation.words import CaseId, PersonId
from bot.handlers.acquaintance import Acquaintance, Profile
from bot.handlers.desk import Desk
from bot.ports import Known
from bot.store.database import Database
from bot.store.delivery_tables import deliveries
from bot.store.lines import line_from_json
from bot.store.store import SqlStore
from bot.wording.plain import plain
from tests.adapters.slack.company import OTHER, PEOPLE, TEAM, company, loaded
from tests.slack.client import Workspace

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)  # a Tuesday, at night
TODAY = date(2026, 3, 3)


@dataclass
class Night:
    """The company's bot, and its Slack."""

    config: Config
    store: SqlStore
    clock: ManualClock
    acquaintance: Acquaintance
    workspaces: tuple[Workspace, ...]
    url: str | None = None  # where Slack is thought to be

    async def look(self, day: date = TODAY) -> bool:
        assert self.config.slack is not None
        async with ClientSession(timeout=ANSWER_WITHIN) as session:
            clients = {ws.team: client(self.url or ws.api_url, ws.bot_token, session) for ws in self.workspaces}
            return await nightly(clients, self.config.slack, self.acquaintance, self.config.org, day, local=self.config.local.enabled)

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
        return [plain(line_from_json(row.body), "Europe/London", NOW) for row in rows]

    async def report(self, who: str) -> Case:
        said = Said(f"report by {who}", PersonId(who), Place("slack", TEAM, "C0HELP"), "/case report billing: meter swapped")
        reply = await Desk(self.store, self.clock).handle(said)
        assert reply.case is not None
        return await self.case()

    async def case(self) -> Case:
        async with self.store.read() as reading:
            case = await reading.case(CaseId(1))
        assert case is not None
        return case


@asynccontextmanager
async def night(database: Database, plan: Config, *workspaces: Workspace) -> AsyncIterator[Night]:
    clock = ManualClock(NOW)
    store = SqlStore(database, plan.org, clock)
    yield Night(plan, store, clock, Acquaintance(store, clock), workspaces)


@pytest.fixture
async def quiet(sqlite: Database, slack_address: str) -> AsyncIterator[Night]:
    """A night in which all is well."""
    async with company(slack_address) as ws, night(sqlite, loaded(), ws) as there:
        yield there


ALL_THERE = {"ana": "there", "ben": "there", "ida": "there"}
DEACTIVATED = (
    "Ana has no account on Slack any more: their cases went to whoever is next, and nothing waits for them any more. "
    "Take them out of the configuration, or give their services another owner."
)
UNKNOWN = (
    "cannot be found on Slack: {}. Correct the account or the e-mail address in the configuration; `buckstop doctor` checks everybody."
)
DEAD = (
    "The channel help on Slack takes no messages: {}. "
    "What was to be said there is not lost, but nobody reads it; name another channel in the configuration, or mend this one."
)
CLOSED = (
    "The usual way to Ana is dead: Buckstop cannot write to U0ANA directly: they take no direct messages. Until it is mended, what is for "
    "them takes the next way that there is. Check the account in the configuration; `buckstop doctor` tests every route."
)

Change = Callable[[Workspace], Awaitable[Any]]
CHANGES: dict[str, tuple[Change, Mapping[str, Any], Mapping[str, str], list[str]]] = {
    "nothing": (lambda ws: ws.calls(), {}, {}, []),
    "somebody was deactivated": (lambda ws: ws.do("change_user", user="ana", deleted=True), {}, {"ana": "gone"}, [DEACTIVATED]),
    "somebody was deactivated who has another platform": (
        lambda ws: ws.do("change_user", user="ana", deleted=True),
        {
            "people": PEOPLE | {"ana": 'slack = "U0ANA"\ndiscord = "112233445566778899"'},
            "more": '[discord]\nguilds = ["112233445566778899"]\n',
        },
        {},
        [],
    ),
    "an account that never was": (
        lambda ws: ws.calls(),
        {"people": PEOPLE | {"ana": 'slack = "U0NOBODY"'}},
        {"ana": "lost"},
        [f"Ana {UNKNOWN.format('there is no account U0NOBODY in this workspace')}"],
    ),
    "an account that never was, but there is the local workspace": (
        lambda ws: ws.calls(),
        {"people": PEOPLE | {"ana": 'slack = "U0NOBODY"'}, "more": "[local]\nenabled = true\n"},
        {},
        [],
    ),
    "an e-mail address that nobody has": (
        lambda ws: ws.do("change_user", user="ben", email="benjamin@example.com"),
        {},
        {"ben": "lost"},
        [f"Ben {UNKNOWN.format('nobody in this workspace has the e-mail address ben@example.com')}"],
    ),
    "neither an account nor an e-mail address": (
        lambda ws: ws.calls(),
        {"people": PEOPLE | {"ben": ""}},
        {"ben": "lost"},
        [f"Ben {UNKNOWN.format('neither an account in Slack nor an e-mail address is known of them')}"],
    ),
    "somebody's direct messages are closed": (
        lambda ws: ws.do("close_dms", user="ana", closed="cannot_send_message"),
        {},
        {},  # the thread of a case may reach them all the same
        [CLOSED],
    ),
    "a channel was archived": (lambda ws: ws.do("archive", channel="help"), {}, {}, [DEAD.format("#help (C0HELP) is archived")]),
    "Buckstop was removed from a channel": (
        lambda ws: ws.do("leave", user="bot", channel="help"),
        {},
        {},
        [DEAD.format("Buckstop is not in #help (C0HELP)")],
    ),
    "the token was revoked": (lambda ws: ws.do("revoke"), {}, {}, []),
    "the app was removed": (lambda ws: ws.do("uninstall"), {}, {}, []),
    "the token dies half-way": (lambda ws: ws.fault("error:token_revoked", "users.info"), {}, {}, []),
    "Slack has a fault of its own": (lambda ws: ws.fault("status_500", "*", times=99), {}, {}, []),
    "Slack lets nothing more through": (lambda ws: ws.fault("ratelimited", "users.lookupByEmail", retry_after=999), {}, {}, []),
    "Slack breaks off half-way": (lambda ws: ws.fault("drop_before", "users.lookupByEmail", times=99), {}, {}, []),
    "the app may see nobody": (lambda ws: ws.do("change_scopes", without=["users:read", "users:read.email", "channels:read"]), {}, {}, []),
    "Slack says what nobody foresaw": (lambda ws: ws.fault("error:something_new", "users.info", times=99), {}, {}, []),
    "Slack says of a channel what nobody foresaw": (
        lambda ws: ws.fault("error:something_new", "conversations.info", times=99),
        {},
        {},
        [],
    ),
}


@pytest.mark.parametrize(("change", "configured", "standing", "told"), CHANGES.values(), ids=CHANGES.keys())
async def test_a_night(
    sqlite: Database, slack_address: str, change: Change, configured: Mapping[str, Any], standing: Mapping[str, str], told: list[str]
) -> None:
    async with company(slack_address) as ws, night(sqlite, loaded(**configured), ws) as there:
        await change(ws)

        assert await there.look() is True

        assert await there.standing() == ALL_THERE | dict(standing)
        assert await there.notices() == told


async def test_slack_is_down(quiet: Night) -> None:
    quiet.url = "http://127.0.0.1:1/api/"

    assert await quiet.look() is True

    assert (await quiet.standing(), await quiet.notices()) == (ALL_THERE, [])


async def test_another_workspaces_token_says_nothing_about_ours(sqlite: Database, slack_address: str) -> None:
    async with company(slack_address, team=OTHER, users=[], channels=[]) as other, night(sqlite, loaded(), other) as there:
        other.team = TEAM

        await there.look()

        assert (await there.standing(), await there.notices()) == (ALL_THERE, [])


async def test_it_is_done_once_a_day_whoever_asks(quiet: Night) -> None:
    (ws,) = quiet.workspaces
    await ws.do("archive", channel="help")
    again = Night(quiet.config, quiet.store, quiet.clock, Acquaintance(quiet.store, quiet.clock), quiet.workspaces)

    assert [await quiet.look(), await again.look(), await quiet.look()] == [True, False, False]
    assert len(await quiet.notices()) == 1

    quiet.clock.set(NOW + timedelta(days=1))
    assert await again.look(TODAY + timedelta(days=1)) is True
    assert len(await quiet.notices()) == 2


async def test_an_archived_channel_is_told_once_a_day_by_event_and_by_night(quiet: Night) -> None:
    (ws,) = quiet.workspaces
    await ws.do("archive", channel="help")
    await quiet.acquaintance.channel_is_dead("slack", "help", "it was archived")

    await quiet.look()

    assert await quiet.notices() == [DEAD.format("it was archived")]


async def test_the_day_is_that_of_the_organisation(sqlite: Database, slack_address: str) -> None:
    """At 23:30 UTC in summer it is the next day in London."""
    async with company(slack_address) as ws, night(sqlite, loaded(), ws) as there:
        for at in ("2026-07-01T22:59", "2026-07-01T23:30", "2026-07-02T22:59"):
            there.clock.set(datetime.fromisoformat(at).replace(tzinfo=UTC))
            await there.acquaintance.channel_is_dead("slack", "help", at)

        assert await there.notices() == [DEAD.format("2026-07-01T22:59"), DEAD.format("2026-07-01T23:30")]


async def test_the_cases_of_whoever_is_gone_go_on(quiet: Night) -> None:
    (ws,) = quiet.workspaces
    assert (await quiet.report("ida")).owner == "ana"
    await ws.do("change_user", user="ana", deleted=True)

    await quiet.look()

    assert (await quiet.case()).accountable == "ben"


async def test_whoever_is_there_again_counts_again(quiet: Night) -> None:
    (ws,) = quiet.workspaces
    await ws.do("change_user", user="ana", deleted=True)
    await quiet.acquaintance.lost(PersonId("ida"), "a message was refused")
    await ws.do("change_user", user="ben", email="benjamin@example.com")
    await quiet.look()
    assert await quiet.standing() == {"ana": "gone", "ben": "lost", "ida": "there"}
    before = await quiet.notices()

    await quiet.look(TODAY + timedelta(days=1))
    assert await quiet.standing() == {"ana": "gone", "ben": "lost", "ida": "there"}
    assert await quiet.notices() == before

    await ws.do("change_user", user="ana", deleted=False)
    await ws.do("change_user", user="ben", email="ben@example.com")
    await quiet.look(TODAY + timedelta(days=2))
    assert await quiet.standing() == ALL_THERE
    assert await quiet.notices() == before


async def test_whose_direct_messages_stay_closed_stays_out_of_reach_and_is_not_told_again(quiet: Night) -> None:
    (ws,) = quiet.workspaces
    await ws.do("close_dms", user="ana", closed="cannot_send_message")
    await quiet.acquaintance.lost(PersonId("ana"), "they take no direct messages")

    await quiet.look()
    await quiet.look(TODAY + timedelta(days=1))

    assert await quiet.standing() == ALL_THERE | {"ana": "lost"}
    assert await quiet.notices() == [CLOSED]


async def test_an_account_that_is_found_by_e_mail_is_kept_so_that_its_events_count(quiet: Night) -> None:
    (ws,) = quiet.workspaces

    await quiet.look()

    assert (await quiet.person("ben")).accounts == (Account("slack", TEAM, "U0BEN"),)
    await ws.do("change_user", user="ben", deleted=True)
    await quiet.look(TODAY + timedelta(days=1))
    assert await quiet.standing() == ALL_THERE | {"ben": "gone"}


# --- several workspaces


@pytest.mark.parametrize(
    ("here", "there", "standing"),
    [
        (True, True, "gone"),
        (True, False, "there"),
        (False, True, "there"),
    ],
    ids=["in both", "in the first", "in the second"],
)
async def test_somebody_with_two_accounts_is_gone_with_the_last(
    sqlite: Database, slack_address: str, here: bool, there: bool, standing: str
) -> None:
    plan = loaded(people=IN_TWO, workspaces=(TEAM, OTHER), channels={})
    async with company(slack_address) as ours, company(slack_address, team=OTHER) as theirs, night(sqlite, plan, ours, theirs) as two:
        for ws, left in ((ours, here), (theirs, there)):
            await ws.do("change_user", user="ana", deleted=left)

        await two.look()

        assert await two.standing() == ALL_THERE | {"ana": standing}
        assert len(await two.notices()) == (standing == "gone")


@pytest.mark.parametrize("change", ["change_user", "rename"], ids=["deactivated here", "unknown here"])
async def test_nobody_is_lost_while_one_workspace_does_not_answer(sqlite: Database, slack_address: str, change: str) -> None:
    plan = loaded(people=IN_TWO, workspaces=(TEAM, OTHER), channels={})
    async with company(slack_address) as ours, company(slack_address, team=OTHER) as theirs, night(sqlite, plan, ours, theirs) as two:
        await ours.do("change_user", user="ana", deleted=True)
        await ours.do("change_user", user="ben", email="benjamin@example.com")
        await theirs.do("revoke")

        await two.look()

        assert (await two.standing(), await two.notices()) == (ALL_THERE, [])


async def test_who_is_found_by_e_mail_in_one_workspace_is_there(sqlite: Database, slack_address: str) -> None:
    plan = loaded(people=IN_TWO, workspaces=(TEAM, OTHER), channels={})
    async with company(slack_address) as ours, company(slack_address, team=OTHER) as theirs, night(sqlite, plan, ours, theirs) as two:
        await ours.do("change_user", user="ben", email="benjamin@example.com")

        await two.look()

        assert (await two.standing(), await two.notices()) == (ALL_THERE, [])
        assert (await two.person("ben")).accounts == (Account("slack", OTHER, "U0BEN"),)


async def test_a_workspace_without_a_client_makes_nobody_lost(sqlite: Database, slack_address: str) -> None:
    plan = loaded(people=IN_TWO, workspaces=(TEAM, OTHER), channels={})
    async with company(slack_address) as ours, night(sqlite, plan, ours) as one:
        await ours.do("change_user", user="ben", email="benjamin@example.com")
        await ours.do("change_user", user="ana", deleted=True)

        await one.look()

        assert (await one.standing(), await one.notices()) == (ALL_THERE, [])


IN_TWO = {
    "ana": f'slack = ["{TEAM}/U0ANA", "{OTHER}/U0ANA"]',
    "ben": 'email = "ben@example.com"',
    "ida": f'slack = "{TEAM}/U0IDA"',
}


# --- newcomers, and what goes wrong on our side


async def test_a_newcomer_who_left_is_gone_if_a_case_waits_for_them(quiet: Night) -> None:
    (ws,) = quiet.workspaces
    account = Account("slack", TEAM, "U0RITA")
    rita = await quiet.acquaintance.met(account, Profile("Rita"))
    await ws.do("change_user", user="rita", deleted=True)

    await quiet.look()
    assert (await quiet.person(rita)).gone is False

    await quiet.report(rita)
    await quiet.look(TODAY + timedelta(days=1))
    assert (await quiet.person(rita)).gone is True


async def test_one_persons_trouble_is_not_the_others(quiet: Night) -> None:
    class Stumbling(Acquaintance):
        async def changed(self, account: Account, profile: Profile) -> None:
            if account.id == "U0ANA":
                raise RuntimeError
            await super().changed(account, profile)

        async def channel_is_dead(self, platform: str, name: str, why: str) -> None:
            raise RuntimeError

    (ws,) = quiet.workspaces
    await ws.do("archive", channel="help")
    await ws.do("change_user", user="ana", deleted=True)
    await ws.do("change_user", user="ben", email="benjamin@example.com")
    quiet.acquaintance = Stumbling(quiet.store, quiet.clock)

    assert await quiet.look() is True

    assert await quiet.standing() == ALL_THERE | {"ben": "lost"}


@pytest.mark.parametrize("account", [True, False])
async def test_whoever_was_taken_out_of_the_configuration_matters_no_more(quiet: Night, account: bool) -> None:
    """The database remembers what it was told of them."""
    tom = PersonId("tom")
    async with quiet.store.begin() as tx:
        await tx.know(Known(tom, "Tom", accounts=(Account("slack", TEAM, "U0NOBODY"),) if account else ()))

    await quiet.look()
    assert (await quiet.standing(), await quiet.notices()) == (ALL_THERE | {"tom": "there"}, [])

    await quiet.report(tom)
    await quiet.look(TODAY + timedelta(days=1))
    assert await quiet.standing() == ALL_THERE | {"tom": "lost" if account else "there"}
    assert await quiet.notices() == []
