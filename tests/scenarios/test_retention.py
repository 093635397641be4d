"""Months later: old messages and answers are forgotten, the case and its whole timeline are not."""

from dataclasses import replace
from datetime import timedelta

from aiohttp import ClientSession
from sqlalchemy import func, select

from bot.clock import ManualClock
from bot.config import load
from bot.store.delivery_tables import cards, deliveries
from bot.store.tables import inbox
from bot.store.verify import verify
from tests.scenarios.stages import MONDAY, ORG, LocalStage
from tests.unhurried import running
from tests.world import World


async def test_after_months_the_case_is_whole_and_its_messages_are_forgotten(database_url: str) -> None:
    config = replace(load(ORG, {}), database_url=database_url, digests=())
    async with running(config, ManualClock(MONDAY)) as bot, ClientSession() as http:
        world = World(LocalStage(await bot.serve_local(0), http))
        case = await world.report("rita", "billing: meter swapped")
        await world.press("ana", "ack", case)
        await world.say("ana", f"/case resolve {case} fix process: reading corrected")
        await world.press("rita", "confirm", case)
        before = await world.facts(case)

        await bot.wind(MONDAY + timedelta(days=130))
        # A day on which something happens is a day on which it is tidied up.
        await world.report("tom", "metering: another one", channel=None)
        await world.wait("1h")

        async with bot.database.read() as conn:
            old = select(deliveries.c.kind).where(deliveries.c.case_id == 1).distinct()
            assert list(await conn.scalars(old)) == ["card"]
            assert await conn.scalar(select(func.count()).select_from(cards).where(cards.c.case_id == 1)) == 1
            assert await conn.scalar(select(func.count()).select_from(inbox).where(inbox.c.at < MONDAY + timedelta(days=100))) == 0
        assert (await world.facts(case))[: len(before)] == before
        assert [fault async for fault in verify(bot.database)] == []

        # It can go on, and its card with it, edited in place.
        posted = len(await world.posted("help"))
        assert not (await world.say("rita", f"/case reopen {case} it is back")).refused
        assert len(await world.posted("help")) == posted
        async with bot.database.read() as conn:
            card = (await conn.execute(select(cards.c.drawn, cards.c.wanted).where(cards.c.case_id == 1))).one()
        assert card.drawn == card.wanted == len(await world.facts(case))
