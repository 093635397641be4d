"""Several people put the same message on record at the same moment: it is one case."""

import asyncio

from bot.chat import Inbound, Pointed, Reacted
from bot.escalation.case import Place
from bot.handlers.desk import Desk
from bot.handlers.settings import Settings
from bot.ports import Where
from bot.store.database import Database
from tests.store.make import ANA, BRUNO, CLEO, SAM, Manual, stored

PLACE = Place("local", "w", "help", message="m1")


async def test_who_reports_what_somebody_reports_already_is_told_so(database: Database) -> None:
    store = stored(database)
    desk = Desk(store, Manual(), Settings(reactions={"local": frozenset({"ticket"})}))
    reactions: list[Inbound] = [Reacted(f"k-{who}", who, PLACE, "ticket", "the website is down", SAM) for who in (ANA, BRUNO)]
    pointed = Pointed("k-cleo", CLEO, PLACE, "the website is down", SAM)

    replies = await asyncio.gather(*(desk.handle(came) for came in (*reactions, pointed)))

    async with store.read() as reading:
        assert len(await reading.cases(Where())) == 1
    assert sorted(reply.refused for reply in replies) == [False, True, True]
    assert {reply.case for reply in replies} == {1}
