"""Are application commands registered and refused as Discord does it?"""

from typing import Any

import discord
import pytest

from tests.discord.bots import Bot, Start
from tests.discord.client import Impossible, World
from tests.discord.rest import Rest

Json = dict[str, Any]
GOOD: Json = {"name": "report", "description": "Report a problem"}
TEXT: Json = {"type": 3, "name": "what", "description": "What it is"}
CHOICE: Json = {"name": "High", "value": "high"}


def _with(*options: Json) -> Json:
    return GOOD | {"options": list(options)}


def _nested(depth: int) -> Json:
    inside: Json = {"type": 1, "name": "deep", "description": "Deep", "options": []}
    for _ in range(depth):
        inside = {"type": 2, "name": "group", "description": "Group", "options": [inside]}
    return _with(inside)


@pytest.fixture
def everywhere(world: World) -> str:
    """Where commands of all guilds are registered."""
    return f"/applications/{world.application_id}/commands"


@pytest.mark.parametrize(
    ("command", "place"),
    [
        (GOOD | {"name": "Report"}, "name"),
        (GOOD | {"name": "re port"}, "name"),
        (GOOD | {"name": "r" * 33}, "name"),
        (GOOD | {"description": ""}, "description"),
        (GOOD | {"description": "d" * 101}, "description"),
        (GOOD | {"type": 3, "name": "Report as a case"}, "description"),
        ({"type": 3, "name": "R" * 33}, "name"),
        (_with(*(TEXT | {"name": f"what{n}"} for n in range(26))), "options"),
        (_with(TEXT, TEXT), "options"),
        (_with(TEXT, TEXT | {"name": "who", "required": True}), "options"),
        (_with(TEXT, {"type": 1, "name": "sub", "description": "Sub"}), "options"),
        (_with(TEXT | {"choices": [CHOICE | {"name": f"{n}"} for n in range(26)]}), "options"),
        (_with(TEXT | {"choices": [CHOICE | {"value": "v" * 101}]}), "options"),
        (_with(TEXT | {"choices": [CHOICE], "autocomplete": True}), "options"),
        (_with(TEXT | {"type": 12}), "options"),
        (_nested(2), "options"),
        (
            _with(
                *(
                    TEXT | {"name": f"what{n}", "choices": [{"name": f"{m}" * 30, "value": "v" * 100} for m in range(10, 25)]}
                    for n in range(4)
                )
            ),
            None,
        ),
    ],
)
async def test_a_wrong_command_is_refused(rest: Rest, everywhere: str, command: Json, place: str | None) -> None:
    status, body = await rest.call("PUT", everywhere, [command])

    assert (status, body["code"]) == (400, 50035)
    assert place is None or place in body["errors"]["0"]
    assert await rest.get(everywhere) == []


@pytest.mark.parametrize(("kind", "most"), [(1, 100), (3, 15)])
async def test_there_are_only_so_many(rest: Rest, everywhere: str, kind: int, most: int) -> None:
    words = {} if kind == 3 else {"description": "One of many"}
    many: list[Json] = [{"name": f"c{n}", "type": kind} | words for n in range(most + 1)]

    assert await rest.code("PUT", everywhere, many) == 30032
    assert await rest.status("PUT", everywhere, many[:-1]) == 200
    assert await rest.code("POST", everywhere, many[-1]) == 30032


async def test_a_command_keeps_its_id(rest: Rest, everywhere: str) -> None:
    _, (first,) = await rest.call("PUT", everywhere, [GOOD])
    _, again = await rest.call("PUT", everywhere, [GOOD | {"description": "Anew"}, GOOD | {"name": "show"}])
    status, posted = await rest.call("POST", everywhere, GOOD)

    assert [one["id"] == first["id"] for one in again] == [True, False]
    assert (status, posted["id"]) == (200, first["id"])
    assert (await rest.patch(f"{everywhere}/{first['id']}", description="Once more"))["description"] == "Once more"
    await rest.delete(f"{everywhere}/{first['id']}")
    assert [one["name"] for one in await rest.get(everywhere)] == ["show"]
    assert await rest.code("GET", f"{everywhere}/{first['id']}") == 10063


async def test_commands_of_another_application_or_guild_are_out_of_reach(world: World, rest: Rest) -> None:
    assert await rest.code("PUT", "/applications/1/commands", []) == 20012
    assert await rest.code("PUT", f"/applications/{world.application_id}/guilds/1/commands", []) == 50001


async def test_a_guilds_own_commands_are_found_only_there(world: World, start: Start) -> None:
    bot = Bot()

    @bot.tree.command(description="Report")
    async def report(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("everywhere")

    bot.tree.copy_global_to(guild=bot_guild(world))
    await start(bot)
    await bot.tree.sync(guild=bot_guild(world))

    out = await world.command("ana", "report", {}, "help")
    assert [message.shown for message in out.messages] == ["everywhere"]
    assert [one["name"] for one in await world.commands("northwind")] == ["report"]
    assert await world.commands() == []
    with pytest.raises(Impossible, match="no command 'report'"):
        await world.command("ana", "report", {})


def bot_guild(world: World) -> discord.Object:
    """Return the guild as discord.py names one."""
    return discord.Object(int(world.guilds["northwind"]))


@pytest.mark.parametrize(
    ("more", "here", "direct"),
    [({}, True, True), ({"contexts": [0]}, True, False), ({"contexts": [1]}, False, True), ({"dm_permission": False}, True, False)],
)
async def test_a_command_may_be_for_some_places(world: World, rest: Rest, everywhere: str, more: Json, here: bool, direct: bool) -> None:
    await rest.call("PUT", everywhere, [GOOD | more])

    assert [await found(world, channel) for channel in ("help", None)] == [here, direct]


async def found(world: World, channel: str | None) -> bool:
    """Whether a person finds the command there; nobody is connected who could answer it."""
    try:
        return not (await world.command("ana", "report", {}, channel)).ok
    except Impossible:
        return False


async def test_a_command_may_be_for_some_people(world: World, rest: Rest, everywhere: str) -> None:
    await rest.call("PUT", everywhere, [GOOD | {"default_member_permissions": str(1 << 13)}])
    assert not await found(world, "help")

    await world.do("add_role", name="desk", permissions=["manage_messages"], members=["ana"])
    assert await found(world, "help")
    await world.do("set_permissions", channel="help", who="ana", deny=["use_application_commands"])
    assert not await found(world, "help")
