"""Are the commands registered when somebody says so, is it said what that changed, and is nothing sent where nothing differs?"""

# ruff: noqa: E501 - a sentence stands here on one line, as it is printed

from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.discord.access import Unfit
from bot.adapters.discord.registered import Changes, differences
from bot.adapters.discord.sync import synced
from tests.adapters.discord.company import NOBODY, access, company

NAMES = '/case, /report, /away, /back, /prefer, /routes, /dead, /announce, /lacked, /renew, /time, /announced, "Report as a case"'
PUT = "PUT /applications/{application_id}/commands"
PUT_IN_GUILD = "PUT /applications/{application_id}/guilds/{guild_id}/commands"


async def test_the_first_time_all_are_new_and_then_there_is_nothing_to_do(discord_address: str) -> None:
    async with company(discord_address, register=False) as world:
        first = await synced(access(world))
        again = await synced(access(world))
        there = [command["name"] for command in await world.commands()]
        sent = len(await world.calls(PUT))

    assert first == (f"new: {NAMES}", "Registered everywhere: 13. Who does not see them yet starts Discord anew (Ctrl+R).")
    assert again == (f"as before: {NAMES}", "Nothing to register everywhere.")
    assert (there, sent) == (
        [
            "case",
            "report",
            "away",
            "back",
            "prefer",
            "routes",
            "dead",
            "announce",
            "lacked",
            "renew",
            "time",
            "announced",
            "Report as a case",
        ],
        1,
    )


async def test_in_one_server_to_try_them_and_away_again(discord_address: str) -> None:
    async with company(discord_address, register=False) as world:
        guild = int(world.guilds["harbour"])
        tried = await synced(access(world), guild)
        there = len(await world.commands("harbour"))
        cleared = await synced(access(world), guild, none=True)
        left = [await world.commands("harbour"), await world.commands()]

    assert tried[-1].startswith(f"Registered in the server {guild}: 13.")
    assert cleared == (f"taken away: {NAMES}", f"No commands are left in the server {guild}.")
    assert (there, left) == (13, [[], []])


async def test_what_another_version_had_is_changed_or_taken_away(discord_address: str) -> None:
    async with company(discord_address) as world:
        await synced(access(world), int(world.guilds["harbour"]))
        other = [{"name": "old", "description": "Once"}, {"name": "back", "description": "You are back from a while ago"}]
        await _registered(world, other)
        said = await synced(access(world))

    assert said == (
        'new: /case, /report, /away, /prefer, /routes, /dead, /announce, /lacked, /renew, /time, /announced, "Report as a case"',
        "changed: /back",
        "taken away: /old",
        "Registered everywhere: 13. Who does not see them yet starts Discord anew (Ctrl+R).",
    )


async def _registered(world: Any, commands: list[dict[str, Any]]) -> None:
    from aiohttp import ClientSession

    url = f"{world.api_url}/applications/{world.application_id}/commands"
    async with ClientSession(headers={"Authorization": f"Bot {world.token}"}) as session, session.put(url, json=commands) as answer:
        assert answer.status == 200


async def test_a_server_that_buckstop_is_not_in(discord_address: str) -> None:
    async with company(discord_address, register=False) as world:
        with pytest.raises(Unfit) as found:
            await synced(access(world), int(NOBODY))

    assert str(found.value) == (
        "Buckstop is not in this server, or was invited without its commands: use the address of `buckstop manifest discord`"
    )


async def test_a_dead_token(discord_address: str) -> None:
    async with company(discord_address, register=False) as world:
        await world.do("revoke")
        with pytest.raises(Unfit) as found:
            await synced(access(world))

    assert str(found.value) == "Nothing is known to be registered: the bot token is not valid. `buckstop doctor` says more"


async def test_what_passes_is_waited_for(discord_address: str) -> None:
    """Registering the same commands again changes nothing, so a lost answer does no harm."""
    async with company(discord_address, register=False) as world:
        await world.fault("drop_after", PUT)
        said = await synced(access(world))
        there = len(await world.commands())

    assert (said[0], there) == (f"new: {NAMES}", 13)


async def test_nothing_answers(discord_address: str) -> None:
    async with company(discord_address, register=False) as world:
        with pytest.raises(Unfit) as found:
            await synced(replace(access(world), api_url="http://127.0.0.1:1/api/v10"))

    assert str(found.value).startswith("Nothing is known to be registered: no connection to Discord (ClientConnectorError).")


# --- what counts as a difference

OURS: dict[str, Any] = {
    "name": "case",
    "type": 1,
    "description": "Report a problem",
    "options": [
        {"type": 3, "name": "what", "description": "What?", "required": False, "choices": [{"name": "One", "value": "1"}]},
        {"type": 4, "name": "times", "description": "How often?", "required": True, "min_value": 0},
    ],
    "nsfw": False,
    "dm_permission": True,
    "default_member_permissions": None,
    "contexts": None,
    "integration_types": None,
}
# As Discord gives it back: with its own, and without what is usual.
THEIRS: dict[str, Any] = {
    "id": "1", "application_id": "2", "version": "3", "name": "case", "type": 1, "description": "Report a problem", "name_localizations": None,
    "description_localizations": None, "nsfw": False, "default_member_permissions": None, "contexts": [0, 1, 2], "integration_types": [0],
    "options": [
        {"type": 3, "name": "what", "description": "What?", "choices": [{"name": "One", "value": "1", "name_localizations": None}]},
        {"type": 4, "name": "times", "description": "How often?", "required": True, "min_value": 0},
    ],
}  # fmt: skip
WHAT, TIMES = OURS["options"]
DIFFERENT: dict[str, dict[str, Any]] = {
    "another description": {"description": "Report"},
    "an option less": {"options": [WHAT]},
    "options in another order": {"options": [TIMES, WHAT]},
    "an option that must be given": {"options": [WHAT | {"required": True}, TIMES]},
    "an option with other bounds": {"options": [WHAT, TIMES | {"min_value": 1}]},
    "an option with suggestions": {"options": [WHAT | {"autocomplete": True}, TIMES]},
    "another choice": {"options": [WHAT | {"choices": [{"name": "One", "value": "2"}]}, TIMES]},
    "who may use it": {"default_member_permissions": "8"},
    "where it may be used": {"contexts": [0]},
}
ALIKE: dict[str, dict[str, Any]] = {
    "nothing": {},
    "where it may be used, in another order": {"contexts": [2, 1, 0], "integration_types": [0]},
}


@pytest.mark.parametrize("change", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_what_differs_is_registered(change: dict[str, Any]) -> None:
    assert differences([OURS | change], [THEIRS]) == Changes(changed=("/case",))


@pytest.mark.parametrize("change", ALIKE.values(), ids=ALIKE.keys())
def test_what_is_alike_is_not(change: dict[str, Any]) -> None:
    assert differences([OURS | change], [THEIRS]) == Changes(same=("/case",))


def test_a_command_and_a_line_in_a_menu_may_be_called_alike() -> None:
    menu = {"name": "case", "type": 3}

    assert differences([OURS, menu], [THEIRS]) == Changes(new=('"case"',), same=("/case",))
    assert differences([OURS], [THEIRS, menu]) == Changes(gone=('"case"',), same=("/case",))
