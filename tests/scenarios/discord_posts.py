"""What has been posted in Discord, by the keys of the deliveries; Discord itself knows no more of a key than what is made of it."""

import asyncio
from collections import Counter
from collections.abc import Collection

from sqlalchemy import text

from bot.adapters.discord.posting import nonce_of
from bot.store.database import Database
from tests.discord.client import Message
from tests.discord.client import World as There
from tests.patience import PATIENT
from tests.scenarios.discord_stage import CHANNELS, DiscordStage


async def keys_in(database: Database) -> dict[str, str]:
    """Return the keys of all deliveries and bundles, by the nonce that each is posted with."""
    async with database.read() as conn:
        keys = set(await conn.scalars(text("SELECT key FROM deliveries UNION SELECT bundle FROM deliveries WHERE bundle IS NOT NULL")))
    return {nonce_of(key): key for key in keys}


async def everywhere(there: There, channels: Collection[str] = CHANNELS) -> list[Message]:
    """Return every message of Buckstop's that is there or was deleted, in channels, threads and direct messages."""
    threads = [thread.id for channel in channels for thread in await there.threads(channel)]
    places = [*channels, *threads, *(f"@{name}" for name in there.users if there.users[name] != there.bot_user_id)]
    found = [message for place in places for message in await there.messages(place, deleted=True)]
    return [message for message in found if message.author == there.bot_user_id]


async def posted(there: There, database: Database, channels: Collection[str] = CHANNELS) -> Counter[str]:
    """Return how often each delivery was posted; answers are none."""
    keys = await keys_in(database)
    return Counter(keys[str(message.nonce)] for message in await everywhere(there, channels) if message.nonce in keys)


async def settled(stage: DiscordStage) -> Counter[str]:
    """Wait until everything is delivered, with as many tries as that takes, and return how often each was posted."""
    async with asyncio.timeout(PATIENT):
        await stage.bot.settle()
        while (await stage.bot.store.health(stage.bot.clock.now())).deliveries_waiting:
            await until_a_moment_has_passed()
            await stage.bot.settle()
    return await posted(stage.there, stage.bot.database)


async def until_a_moment_has_passed() -> None:
    """Let the machine's time go on: between two tries of the outbox there is a second or so, and nothing tells when it is over."""
    await asyncio.sleep(0.05)
