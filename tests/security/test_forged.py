"""Forged and absurd requests, a few thousand of them: no effect, no answer of 500, no error in the log, and nothing left in memory."""

import pytest

from tests.scenarios.discord_stage import DiscordStage, discord_world
from tests.security import interactions
from tests.security.forging import Forger
from tests.security.storm import Told, listening, open_doors, storm


@pytest.mark.parametrize("seed", [1])
async def test_a_storm_of_forged_requests_has_no_effect(sqlite_url: str, slack_address: str, seed: int) -> None:
    told = Told()
    async with open_doors(sqlite_url, slack_address) as doors:
        with listening(told):
            await storm(doors, Forger(doors.ws, seed), 1200, told)

    assert told.effects == []
    assert told.broken == []
    assert {401, 403} & set(told.statuses)
    assert told.grown < 128 << 20


async def test_absurd_interactions_of_discord_have_no_effect(sqlite_url: str, discord_address: str) -> None:
    async with discord_world(sqlite_url, discord_address) as world:
        stage = world.stage
        assert isinstance(stage, DiscordStage)
        await world.report("rita", "billing: meter swapped")
        of = await interactions.recorded(world, stage)
        told = Told()
        with listening(told):
            unread = await interactions.storm(stage, of, 1, 300, told)

    assert told.effects == []
    assert told.broken == []
    assert unread.total() < 200
