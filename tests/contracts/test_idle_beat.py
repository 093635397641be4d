"""What nothing is to be done in asks the database once, whatever the company has: each second has a beat, and a look at the outbox."""

from dataclasses import replace
from datetime import timedelta

from bot.clock import ManualClock
from bot.config import load
from bot.escalation.org import Rules
from bot.ports import DigestRecord
from tests.contracts.asking import asked
from tests.outbox.office import ORG as OFFICE
from tests.outbox.office import at
from tests.outbox.platform import PostRoom
from tests.outbox.telling import nagged
from tests.scenarios.stages import MONDAY, ORG
from tests.unhurried import running


async def test_an_idle_beat_is_one_query(database_url: str) -> None:
    config = replace(load(ORG, {}), database_url=database_url)
    async with running(config, ManualClock(MONDAY)) as bot:
        assert config.digests
        async with bot.store.begin() as tx:
            for channel in {channel for plan in config.digests for channel in plan.to}:
                await tx.post_digest(DigestRecord(channel, MONDAY.date(), MONDAY - timedelta(days=1), MONDAY, {}))
        await bot.beat()  # once: the first of a day tidies up, and sees that today's digests were sent
        with asked(bot.database) as said:
            await bot.beat()

    assert len(said) == 1, said


async def test_an_outbox_whose_messages_wait_for_the_morning_is_one_query(room: PostRoom) -> None:
    room = PostRoom(room.database, replace(OFFICE, rules=Rules(nags_per_day=0)))
    await nagged(room, 3)
    await room.drain(at("9:30"))
    assert [row.after for row in await room.rows() if row.state == "waiting"] == [at("9:00", 1)] * 3

    with asked(room.database) as said:
        assert await room.outbox.claim("token", at("9:31"), ["local"], lambda _to, _route: "local:w:@ana", 10) == []
    assert len(said) == 1, said

    assert await room.outbox.claim("token", at("9:00", 1), ["local"], lambda _to, _route: "local:w:@ana", 10)
