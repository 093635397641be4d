"""Who writes first, and who waits no longer than is good?"""

import asyncio

from sqlalchemy import text

from bot.store.database import Database, behind
from bot.store.turns import Turns
from tests.patience import PATIENT


async def test_what_has_time_waits_until_nobody_is_in_front() -> None:
    lot, order, come = Turns(), list[str](), asyncio.Event()

    async def by_itself() -> None:
        come.set()
        async with lot.back():
            order.append("by itself")

    async with lot.front():
        task = asyncio.create_task(by_itself())
        await come.wait()
        async with lot.front():
            order.append("somebody else")
        order.append("somebody")
    await task

    assert order == ["somebody else", "somebody", "by itself"]


async def test_people_who_never_cease_do_not_stop_it() -> None:
    lot = Turns()
    async with lot.front(), asyncio.timeout(PATIENT), lot.back():
        pass  # it came to its turn, though somebody is in front all the time


async def test_behind_holds_for_its_block_alone(sqlite: Database) -> None:
    order, held, come = list[str](), asyncio.Event(), asyncio.Event()

    async def person() -> None:
        async with sqlite.begin() as conn:
            held.set()
            await come.wait()
            order.append("person")
            await conn.execute(text("SELECT 1"))

    async def sweep() -> None:
        await held.wait()
        with behind():
            come.set()
            async with sqlite.begin():
                order.append("sweep")

    await asyncio.gather(person(), sweep())

    assert order == ["person", "sweep"]
