"""The API's routes for application commands: everywhere, or in one guild."""

from typing import Any

from tests.discord.commands import checked
from tests.discord.routing import Call, Reply, route
from tests.discord.snowflakes import SNOWFLAKES
from tests.discord.words import ApiError, Json

EVERYWHERE = "/applications/{application_id}/commands"
IN_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


def _place(call: Call) -> str:
    if call.where["application_id"] != call.world.application:
        raise ApiError(20012)
    guild = call.where.get("guild_id", "")
    if guild and (guild not in call.world.guilds or call.world.bot not in call.world.guilds[guild].members):
        raise ApiError(50001)
    return guild


def _made(call: Call, form: Json, old: list[Json]) -> Json:
    kind = form.get("type", 1)
    same = next((one for one in old if (one["name"], one["type"]) == (form.get("name"), kind)), None)
    usual: Json = {"description": "", "default_member_permissions": None, "nsfw": False, "contexts": None, "integration_types": [0]}
    usual |= {"dm_permission": True, "name_localizations": None, "description_localizations": None}
    told = usual | form | {"type": kind, "id": same["id"] if same else SNOWFLAKES.now(), "application_id": call.world.application}
    told["version"] = SNOWFLAKES.now()
    return told | ({"guild_id": call.where["guild_id"]} if "guild_id" in call.where else {})


def overwrite(call: Call) -> list[Json]:
    """Replace all commands."""
    place = _place(call)
    forms = call.body.get("")
    if not isinstance(forms, list):
        raise ApiError(50035)
    checked(forms)
    old = call.world.commands.get(place, [])
    call.world.commands[place] = [_made(call, form, old) for form in forms]
    call.world.journal.add("commands", guild=place, names=[form["name"] for form in forms])
    return call.world.commands[place]


def listed(call: Call) -> list[Json]:
    """Return the commands."""
    return call.world.commands.get(_place(call), [])


def upsert(call: Call) -> Any:
    """Add or replace a command."""
    place = _place(call)
    old = call.world.commands.setdefault(place, [])
    made = _made(call, call.body, old)
    rest = [one for one in old if one["id"] != made["id"]]
    checked([*rest, call.body])
    call.world.commands[place] = [*rest, made]
    return Reply(201 if len(rest) == len(old) else 200, made)


def _one(call: Call) -> Json:
    found = next((one for one in listed(call) if one["id"] == call.where["command_id"]), None)
    if found is None:
        raise ApiError(10063)
    return found


def edit(call: Call) -> Json:
    """Change a command."""
    found = _one(call)
    checked([found | call.body])
    found |= call.body
    return found


def delete(call: Call) -> Any:
    """Delete a command."""
    listed(call).remove(_one(call))
    return Reply(204)


for _base in (EVERYWHERE, IN_GUILD):
    route("PUT", _base)(overwrite)
    route("GET", _base)(listed)
    route("POST", _base)(upsert)
    route("GET", _base + "/{command_id}")(_one)
    route("PATCH", _base + "/{command_id}")(edit)
    route("DELETE", _base + "/{command_id}")(delete)
