"""Interactions of Discord that nobody honest sends: other people's cases, absurd ids, versions and values, in what eve did.

They come by a connection that only Discord can write to. So what is tried here is what our side makes of them, from where the library
has read them on; what the library itself refuses to read never gets that far, and is counted.
"""

import asyncio
import copy
import random
from collections import Counter
from typing import Any

from tests.scenarios.discord_stage import DiscordStage
from tests.security.forging import ABSURD, Chance
from tests.security.storm import Told, effects
from tests.world import World

CREATED = "INTERACTION_CREATE"
CUSTOM_IDS = (
    "b:ack:C-1:1", "b:confirm:C-1:1", "b:resolve:C-1:99", "b:take:C-1:1", "b:withdraw:C-77:1", "b:fire:C-1:1", "b:ack:C-1:-1", "b:ack:C-1",
    "b:", "b:ack:C-999999999999999999:1", "m:0:-:confirm:1:1:abc", "m:0:-:resolve:1:1:abc", "m:9:x:ask:1:1:abc", "g:s/1", "g:o/../../x",
    "", "\N{SNOWMAN}",
)  # fmt: skip


_COMMAND = 2


def _with_words(data: Any, words: str) -> None:
    """Put other words into a command. Its structure the library reads before we do, and says so itself if it cannot."""
    for option in data.get("options", ()):
        _with_words(option, words)
        if isinstance(option.get("value"), str):
            option["value"] = words


async def recorded(world: World, stage: DiscordStage) -> list[dict[str, Any]]:
    """Return interactions of eve's, as the gateway told of them: a command, a button and a form of somebody who may do nothing."""
    assert stage.bot.discord is not None
    client = stage.bot.discord.gateway._client
    assert client is not None
    parsers, seen = client._connection.parsers, []
    read = parsers[CREATED]

    def note(data: Any) -> None:
        seen.append(copy.deepcopy(data))
        read(data)

    parsers[CREATED] = note
    await world.say("eve", "/case ack C-1")
    await stage.there.press("ana", "Acknowledge", "@ana", forge={"user.id": stage.there.users["eve"]})
    await stage.there.press("ana", "Ask the reporter", "@ana")
    await stage.there.submit("ana", {"question": "what?"}, forge={"user.id": stage.there.users["eve"]})
    parsers[CREATED] = read
    assert {one["type"] for one in seen} >= {2, 3, 5}
    return [one for one in seen if stage.there.users["eve"] in str(one)]


async def storm(stage: DiscordStage, of: list[dict[str, Any]], seed: int, count: int, told: Told) -> Counter[str]:
    """Let so many come in, and note what came of them; return how many the library did not read."""
    assert stage.bot.discord is not None
    client, chance, absurd, unread = stage.bot.discord.gateway._client, random.Random(seed), Chance(seed), Counter[str]()
    assert client is not None
    before = await effects(stage.bot)
    for number in range(count):
        made = copy.deepcopy(chance.choice(of))
        made |= {"id": str(10**18 + number), "token": f"nobodys-{number}"}
        if made["type"] == _COMMAND:
            _with_words(made["data"], str(chance.choice(ABSURD)))
        elif "custom_id" in made.get("data", {}) and chance.random() < 0.5:
            made["data"]["custom_id"] = chance.choice(CUSTOM_IDS)
        else:
            made["data"] = absurd.absurd(made["data"])
        told.requests += 1
        try:
            client._connection.parsers[CREATED](made)
        except Exception as refused:  # noqa: BLE001 - whatever the library makes of it
            unread[type(refused).__name__] += 1
        if number % 20 == 19:
            await asyncio.sleep(0)
            await stage.bot.discord.settle()
    await stage.bot.discord.settle()
    await stage.bot.settle()
    after = await effects(stage.bot)
    told.effects += [] if after == before else [f"before: {before}", f"after: {after}"]
    return unread
