"""`person forget`: no trace is left of who they were and what they wrote, and everything else is as it was."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.app import Failure
from bot.clock import ManualClock
from bot.config import Config, loads
from bot.escalation.words import CaseId
from bot.handlers.exporting import write_csv, write_jsonl
from bot.operations import forgotten, opened
from bot.store.database import Database
from bot.store.delivery_tables import deliveries
from bot.store.likeness import find
from bot.store.organisation import put_in_force
from bot.store.rows import load_cases
from bot.store.tables import counters, people, people_keys
from bot.store.verify import verify
from tests.scenarios.stages import MONDAY, ORG, LocalStage, local_world
from tests.security.raw import dumped, files
from tests.unhurried import running
from tests.world import World

QUILLON = """
[[people]]
id = "quillon"
name = "Quillon Marrowby"
email = "q.marrowby@northwind.example"
manager = "bruno"
deputy = "ben"
team = "billing"
"""
NAMED = ("quillon", "marrowby")
SAID = ("zephyrine", "gallimaufry", "borborygmus", "quomodocunque", "floccinaucini", "tatterdemalion", "xylophonist")
TRACES = (*NAMED, *SAID)


def config_of(database: Database, lines: str = QUILLON) -> Config:
    return replace(
        loads(f"{ORG.read_text('utf-8')}\n{lines}", str(ORG), {}), database_url=database.url.render_as_string(hide_password=False)
    )


@asynccontextmanager
async def world_of(database: Database) -> AsyncIterator[World]:
    async with local_world(config_of(database).database_url, lines=QUILLON) as world:
        yield world


@asynccontextmanager
async def without_digests(database: Database) -> AsyncIterator[World]:
    """Run the bot on without them in its configuration, and without the digests of each day: drawing those is what takes time."""
    config = replace(config_of(database, ""), digests=())
    async with running(config, ManualClock(MONDAY)) as bot, ClientSession() as http:
        await bot.settle()
        yield World(LocalStage(await bot.serve_local(0), http))


async def lived(world: World) -> None:
    """Let Quillon report, own, hand over, promise, answer, be asked, be away, react, and be spoken of; everything ends but C-9."""
    case = await world.report("quillon", "billing: zephyrine meter swapped\nthe gallimaufry on the bill")
    await world.say("ana", f"/case ask {case} what is your widdershins number?")
    await world.say("quillon", f"/case answer {case} borborygmus 7")
    await world.say("ana", f"/case note {case} Quillon Marrowby called, tatterdemalion as ever")
    await world.say("quillon", f"/case chase {case}")
    await world.say("rita", f"/case metoo {case}")
    await world.wait("30h")
    await world.say("bruno", f"/case resolve {case} fix process: told quillon so")
    await world.say("quillon", f"/case confirm {case}")

    owned = await world.report("rita", "billing: a bill of 9,000")
    await world.say("ana", f"/case handover {owned} quillon: knows this")
    await world.say("quillon", f"/case accept {owned}")
    await world.say("quillon", f"/case promise {owned} Friday 15:00")
    await world.say("quillon", f"/case ask {owned} which quomodocunque was it?")
    await world.say("rita", f"/case answer {owned} the red one")
    await world.say("quillon", f"/case note {owned} floccinaucini")
    await world.say("quillon", f"/case resolve {owned} workaround process: xylophonist paid by hand")
    await world.say("rita", f"/case confirm {owned}")

    private = await world.say("quillon", "/case report private billing: zephyrine salary", channel=None)
    await world.say("quillon", f"/case withdraw {private.case} gallimaufry, found it", channel=None)
    await world.say("quillon", "/case report")  # a form that stays open
    talk = await world.say("quillon", "zephyrine again: the bill for the gallimaufry is wrong")
    assert talk.message is not None
    await world.react("quillon", talk.message)
    await world.say("quillon", "/case away until 2026-04-01 covered by ben")
    await world.say("quillon", "/case back")
    await world.until("2026-03-04T09:00:00Z")
    for case in [case["id"] for case in await world.stage.cases() if case["status"] != "closed"]:
        there = await world.case(case)
        if "quillon" in (there["owner"], there["accountable"]):
            await world.say("ana", f"/case take {case}")


async def faults(database: Database) -> list[str]:
    return [str(fault) async for fault in verify(database)]


async def exported(config: Config) -> str:
    out = io.StringIO()
    async with opened(config) as store:
        await write_csv(store, out)
        await write_jsonl(store, out)
    return out.getvalue()


def traces_in(text: str) -> list[str]:
    """Return the lines with a trace in them."""
    return [line for line in text.splitlines() if any(trace in line.casefold() for trace in TRACES)]


async def test_nothing_is_left_of_them_anywhere_and_every_timeline_verifies(database: Database) -> None:
    async with world_of(database) as world:
        await lived(world)
    before = await dumped(database)
    assert {trace for trace in TRACES if trace in before.casefold()} == set(TRACES)
    async with database.read() as conn:
        heads = [tuple(row) for row in await conn.execute(select(people_keys.c.key))]
    assert await faults(database) == []

    told = await forgotten(config_of(database), "quillon", [], [], yes=True)

    assert told.startswith("quillon is forgotten: ")
    assert "still stand in the configuration" in told
    after = await dumped(database)
    assert traces_in(after) == []
    assert "what is your widdershins number?" in after  # what others said that is not about them stays
    assert await faults(database) == []
    found = {trace for trace in TRACES if trace.encode() in files(database).lower()}
    assert found == set()
    async with database.read() as conn:
        keys = [tuple(row) for row in await conn.execute(select(people_keys.c.key))]
    assert set(heads) <= set(keys)  # a key is never used twice

    without = config_of(database, "")
    assert traces_in(await exported(without)) == []
    with pytest.raises(Failure, match="nobody is known"):
        await forgotten(without, "quillon", [], [], yes=True)


async def test_from_then_on_the_log_and_the_bot_know_nothing_of_them(sqlite: Database) -> None:
    database = sqlite
    async with world_of(database) as world:
        await lived(world)
    await forgotten(config_of(database), "quillon", [], [], yes=True)

    with capture_logs() as logged:
        async with without_digests(database) as world:
            await world.until("2026-03-10T18:00:00Z")  # their re-checks come, and nobody is there to be asked
            said = [await world.say("bruno", f"/case show {case['id']}") for case in await world.stage.cases()]
            assert any("someone forgotten" in answer.text for answer in said)
            everything = [*await world.told("ida"), *await world.posted("leadership"), *await world.posted("help")]

    assert traces_in(str(logged)) == []
    assert traces_in("\n".join([*(answer.text for answer in said), *everything])) == []
    assert traces_in(await dumped(database)) == []
    assert await faults(database) == []


async def test_whoever_must_act_on_a_live_case_hands_it_over_first(sqlite: Database) -> None:
    database = sqlite
    async with world_of(database) as world:
        case = await world.report("rita", "billing: a new bill")
        await world.say("ana", f"/case handover {case} quillon: yours")
        await world.say("quillon", f"/case accept {case}")
    before = await dumped(database)

    with pytest.raises(Failure, match=rf"Hand these over, or take them, first: {case} \(owner and accountable\)"):
        await forgotten(config_of(database), "quillon", [], [], yes=True)

    assert await dumped(database) == before


async def test_a_live_case_that_they_reported_goes_on_and_an_admin_may_confirm(database: Database) -> None:
    async with world_of(database) as world:
        case = await world.report("quillon", "billing: zephyrine")
    said = await forgotten(config_of(database), "quillon", [], [], yes=False)
    assert f"an admin may confirm for them: {case}" in said
    assert "zephyrine" in (await dumped(database))

    await forgotten(config_of(database), "quillon", [], [], yes=True)

    async with local_world(config_of(database).database_url) as world:
        assert [text for text in await world.told("ana") if f"{case}: whoever reported it was forgotten" in text]
        await world.say("ana", f"/case resolve {case} fix process: put right")
        assert (await world.say("tom", f"/case confirm {case}")).refused
        assert not (await world.say("ida", f"/case confirm {case}")).refused
        there = await world.case(case)
    assert (there["status"], there["outcome"]) == ("closed", "fixed")
    assert await faults(database) == []


async def test_others_are_as_they_were(sqlite: Database) -> None:
    database = sqlite
    async with world_of(database) as world:
        case = await world.report("rita", "billing: quillonesque bill of 9,000")  # no whole word: nobody's name
        other = await world.report("tom", "metering: quillon said that the meter is dead")
        await world.say("quillon", f"/case metoo {other}")
    async with database.read() as conn:
        before = await load_cases(conn, [CaseId(1), CaseId(2)])

    await forgotten(config_of(database), "quillon", [], [], yes=True)

    async with database.read() as conn:
        after = await load_cases(conn, [CaseId(1), CaseId(2)])
        alike = await find(conn, after[CaseId(1)], None, 5)
    assert after[CaseId(1)] == before[CaseId(1)]
    assert alike == {}
    told = await forgotten(config_of(database), "tom", [], [], yes=False)
    assert told.startswith("tom stands in 1 case.")
    changed: dict[str, Any] = {"title": "[erased]", "text": after[CaseId(2)].text, "affected": after[CaseId(2)].affected}
    assert after[CaseId(2)] == replace(before[CaseId(2)], **changed)
    assert after[CaseId(2)].affected[0].startswith("someone forgotten (")
    assert (case, other) == ("C-1", "C-2")


async def test_words_may_be_added_and_left_out(sqlite: Database) -> None:
    database = sqlite
    async with world_of(database) as world:
        await world.report("rita", "billing: quillon is a kind of bird")
        await world.report("rita", "billing: Quilly promised it")
        await world.report("quillon", "billing: zephyrine")

    await forgotten(config_of(database), "quillon", ["Quilly"], ["quillon"], yes=True)

    async with database.read() as conn:
        cases = await load_cases(conn, [CaseId(1), CaseId(2), CaseId(3)])
    assert [case.title for case in cases.values()] == ["quillon is a kind of bird", "[erased]", "[erased]"]
    assert await faults(database) == []


async def test_a_newcomer_and_all_their_accounts(database: Database) -> None:
    """Known by an account alone, with an address beside it; nobody wrote them into the configuration."""
    async with world_of(database) as world:
        await world.report("rita", "billing: U0QUILL told me")
    held = {"slack:T1": {"id": "U0QUILL", "email": "q.marrowby@northwind.example"}}
    async with database.begin() as conn:
        row = {"id": "slack.T1.U0QUILL", "name": "Quillon M.", "gone": False, "reachable": True, "accounts": held}
        await conn.execute(people.insert().values(row))
        await conn.execute(counters.insert().values(name="organisation", value=1))
        await conn.execute(counters.insert().values(name="heard/slack:T1:@slack.T1.U0QUILL", value=5))
        await conn.execute(
            deliveries.insert().values(key="C-1/1/nag/slack.T1.U0QUILL", kind="nag", priority=4, person="slack.T1.U0QUILL", message="m")
        )
        await put_in_force(conn, "nothing")

    await forgotten(config_of(database, ""), "slack.T1.U0QUILL", [], [], yes=True)

    text = await dumped(database)
    assert [line for line in text.splitlines() if "U0QUILL" in line or "Quillon M" in line or "q.marrowby" in line] == []
    assert "whom it was for was forgotten" in text
    assert await faults(database) == []
