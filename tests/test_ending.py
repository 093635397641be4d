"""Does ending take no longer than it may, and is it told what was left?"""

import asyncio

from structlog.testing import capture_logs

from bot.ending import Ends


async def test_what_does_not_end_is_left_and_named_and_the_rest_still_gets_its_turn() -> None:
    ended: list[str] = []

    async def soon() -> None:
        await asyncio.sleep(0)
        ended.append("soon")

    ends = Ends(0.05)
    with capture_logs() as logged:
        await ends.wait(asyncio.Event().wait(), "slack")
        await ends.wait(soon(), "database")

    assert ended == ["soon"]
    assert [(entry["event"], entry["what"]) for entry in logged] == [("bot.cut_short", "slack")]


async def test_without_a_bound_it_is_waited_for() -> None:
    assert Ends(None).left() is None
