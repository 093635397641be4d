"""A small torture in each run of the tests, of a hundred kills; `make torture` is the long one.

What fails here names the command that repeats it.
"""

import asyncio

import pytest

from tests.torture.company import PLATFORMS
from tests.torture.crashing import Workshop, crash, crashes
from tests.torture.report import raged
from tests.torture.storm import Found, Wish

KILLS, CASES, STEPS = 50, 8, 50  # on each database; how much is told, at least
SEED = 20261125
# One of each sort: claiming, fixing and marking what is sent, deciding, posting.
CORE = (
    "handlers.desk:Desk._write:commit@after@postgresql",
    "store.deliveries:SqlOutbox._fixed:commit@after@sqlite",
    "store.deliveries:SqlOutbox._marked:commit@before@postgresql",
    "adapters.slack.outbound:SlackMessenger._post:chat_postMessage@lost@sqlite",
    "adapters.discord.posting:put:send@lost@postgresql",
)


def told(found: Found) -> dict[str, list[str]]:
    """Return what is wrong."""
    return {"lost": found.lost, "doubled": found.doubled, "wrong": found.wrong, "lives": found.lives}


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(600)
async def test_killed_again_and_again_nothing_is_lost_doubled_or_wrong(shop: Workshop) -> None:
    wish = Wish(SEED, KILLS, cases=CASES, lives=0.5)
    both = await asyncio.gather(raged(shop, "sqlite", wish, PLATFORMS), raged(shop, "postgresql", wish, PLATFORMS))

    assert [told(found) for found in both] == [told(Found()), told(Found())], f"python -m tests.torture --kills {KILLS} --seed {SEED}"
    assert all(found.steps > STEPS for found in both)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(600)
async def test_dying_at_a_point_nothing_is_lost_doubled_or_wrong(shop: Workshop) -> None:
    chosen = [one for name in CORE for one in crashes(("sqlite", "postgresql"), name)]
    found = await asyncio.gather(*(crash(shop, one) for one in chosen))

    assert {one.name: told(came) for one, came in zip(chosen, found, strict=True)} == dict.fromkeys(CORE, told(Found()))
