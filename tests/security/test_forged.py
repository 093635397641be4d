"""Forged and absurd requests, a few thousand of them: no effect, no answer of 500, no error in the log, and nothing left in memory."""

import pytest

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
