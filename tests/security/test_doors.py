"""Through the real doors, over the wire: is what nobody may do refused in Slack, in Discord and by the local HTTP API as the table has it?

A sample of the matrix. Only what must be refused is tried, so that one world serves for all of it; then what must work is.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest

from tests.scenarios.discord_stage import discord_world
from tests.scenarios.slack_stage import slack_world
from tests.scenarios.stages import local_world
from tests.security import permissions as p
from tests.security.stage import NAMES, WORDS
from tests.world import World

ROLES: dict[str, frozenset[str]] = {
    "rita": frozenset({p.REPORTER}),
    "ana": frozenset({p.OWNER, p.ACCOUNTABLE, p.TEAM}),
    "tom": frozenset({p.AFFECTED}),
    "ida": frozenset({p.ADMIN}),
    "cleo": frozenset({p.LEADER}),
    "eve": frozenset(),
    "bruno": frozenset(),
}
OPEN = p.Scene("open")
REFUSED = [
    (who, verb) for who in ROLES for verb in WORDS if not p.may(verb, ROLES[who], OPEN) and verb in p.WORKS and "open" in p.WORKS[verb]
]
_ONE_IN = 3


DOORS = ("the HTTP API", "Slack by sockets", "Slack over HTTP", "Discord")


@pytest.fixture(params=DOORS)
async def world(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[World]:
    """A world, with C-1 of Rita's, owned by Ana, that Tom has too."""
    there: AbstractAsyncContextManager[World]
    match request.param:
        case "the HTTP API":
            there = local_world(sqlite_url)
        case "Discord":
            there = discord_world(sqlite_url, request.getfixturevalue("discord_address"))
        case _:
            there = slack_world(sqlite_url, request.getfixturevalue("slack_address"), "http" if "HTTP" in request.param else "socket")
    async with there as world:
        await world.report("rita", "billing: meter swapped")
        await world.report("ben", "billing: another bill")
        await world.say("tom", "/case metoo C-1")
        yield world


async def test_what_nobody_may_do_is_refused_at_every_door(world: World, request: pytest.FixtureRequest) -> None:
    before = await world.case("C-1")
    for who, verb in REFUSED[DOORS.index(request.node.callspec.params["world"]) % _ONE_IN :: _ONE_IN]:
        answer = await world.say(who, f"/case {verb} C-1 {WORDS[verb]}")
        name = p.expected(verb, ROLES[who], OPEN).names
        assert answer.refused, (who, verb, answer)
        assert name is None or NAMES[name] in answer.text, (who, verb, answer.text)
    assert await world.case("C-1") == before
    for who, verb in (("ana", "ack"), ("rita", "severity"), ("tom", "chase"), ("ida", "cost"), ("ana", "resolve"), ("rita", "confirm")):
        answer = await world.say(who, f"/case {verb} C-1 {WORDS[verb]}")
        assert not answer.refused, (who, verb, answer.text)
    assert (await world.case("C-1"))["outcome"] == "fixed"
