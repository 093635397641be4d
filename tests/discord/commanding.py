"""What happens when a person types a command, waits for its choices, or starts one on a message?

A command must be registered as Discord wants it; options are checked as its client checks them.
"""

from typing import Any

from tests.discord import permissions, shapes
from tests.discord.acting import message as found
from tests.discord.acting import person, place, verb
from tests.discord.commands import BOOLEAN, CHANNEL, GROUP, INTEGER, MENTIONABLE, NUMBER, ROLE, STRING, SUB, USER
from tests.discord.entities import Channel, User
from tests.discord.interactions import AUTOCOMPLETE, COMMAND, begin, carry
from tests.discord.outcomes import Start, outcome
from tests.discord.resolving import resolved, role_id, user_id
from tests.discord.sending import forged
from tests.discord.words import Impossible, Json
from tests.discord.world import World


def registered(world: World, name: str, kind: int, who: User, where: Channel) -> Json:
    """Return a command that a person finds here: of the guild, else of everywhere."""
    places = [where.guild, ""] if where.guild else [""]
    known = [one for scope in places for one in world.commands.get(scope or "", []) if one["type"] == kind]
    for one in known:
        if one["name"] == name and _here(one, where) and _allowed(world, one, who, where):
            return one
    raise Impossible(f"no command {name!r} is registered here; there are {sorted(one['name'] for one in known)}")


def _here(one: Json, where: Channel) -> bool:
    contexts = one.get("contexts")
    if where.guild:
        return contexts is None or 0 in contexts
    return one.get("dm_permission") is not False if contexts is None else 1 in contexts


def _allowed(world: World, one: Json, who: User, where: Channel) -> bool:
    """Whether a person finds the command: those whom the guild lets use commands, with the permissions that it asks for."""
    if where.guild is None:
        return True
    wanted = int(one.get("default_member_permissions") or 0)
    has = world.permissions(who.id, where)
    return bool(has & permissions.bits(["use_application_commands"])) and has & wanted == wanted


class Filled:
    """A command with what a person put into it."""

    def __init__(self, world: World, who: User, where: Channel, path: str, given: Json, focused: str | None = None) -> None:
        self.world, self.where, self.focused = world, where, focused
        self.users: list[str] = []
        self.channels: list[str] = []
        self.roles: list[str] = []
        name, *below = path.removeprefix("/").split()
        self.command = registered(world, name, 1, who, where)
        self.options = self._level(self.command, below, dict(given))

    def data(self) -> Json:
        """Return it as a payload has it."""
        told: Json = {"id": self.command["id"], "name": self.command["name"], "type": 1}
        told |= {"options": self.options} if self.options else {}
        told |= {"guild_id": self.command["guild_id"]} if self.command.get("guild_id") else {}
        named = resolved(self.world, self.where, self.users, self.channels, self.roles)
        return told | ({"resolved": named} if named else {})

    def _level(self, at: Json, below: list[str], given: Json) -> list[Json]:
        options: list[Json] = at.get("options") or []
        deeper = [option for option in options if option["type"] in {SUB, GROUP}]
        if not deeper:
            if below:
                raise Impossible(f"{at['name']} has no {below[0]!r}")
            return self._values(options, given)
        inside = next((option for option in deeper if below and option["name"] == below[0]), None)
        if inside is None:
            raise Impossible(f"{at['name']} needs one of {[option['name'] for option in deeper]}, not {below[:1]}")
        return [{"name": inside["name"], "type": inside["type"], "options": self._level(inside, below[1:], given)}]

    def _values(self, options: list[Json], given: Json) -> list[Json]:
        unknown = set(given) - {option["name"] for option in options}
        if unknown:
            raise Impossible(f"there is no option {sorted(unknown)}; there are {[option['name'] for option in options]}")
        told = []
        for option in options:
            if option["name"] in given and given[option["name"]] is not None:
                told.append(self._one(option, given[option["name"]]))
            elif option.get("required") and self.focused is None:
                raise Impossible(f"the option {option['name']!r} is required")
        return told

    def _one(self, option: Json, value: Any) -> Json:
        told = {"name": option["name"], "type": option["type"]}
        if option["name"] == self.focused:
            if not option.get("autocomplete"):
                raise Impossible(f"the option {self.focused!r} offers nothing while it is typed")
            # While it is typed it is a text that nobody has checked yet.
            return told | {"value": str(value), "focused": True}
        return told | {"value": self._value(option, value)}

    def _value(self, option: Json, value: Any) -> Any:
        match option["type"]:
            case kind if kind == USER or (kind == MENTIONABLE and not _is_role(self.world, self.where, value)):
                self.users.append(user_id(self.world, value))
                return self.users[-1]
            case kind if kind in {ROLE, MENTIONABLE}:
                self.roles.append(role_id(self.world, self.where, value))
                return self.roles[-1]
            case kind if kind == CHANNEL:
                self.channels.append(self.world.channel(value).id)
                return self.channels[-1]
            case kind if kind == STRING:
                return _text(option, _chosen(option, str(value)))
            case kind if kind in {INTEGER, NUMBER}:
                return _number(option, _chosen(option, value))
            case kind if kind == BOOLEAN and isinstance(value, bool):
                return value
        raise Impossible(f"{option['name']} does not take {value!r}")


def _is_role(world: World, where: Channel, value: str) -> bool:
    guild = world.guilds.get(where.guild or "")
    return guild is not None and any(value.removeprefix("@") in {role.id, role.name} for role in guild.roles.values())


def _chosen(option: Json, value: Any) -> Any:
    choices = option.get("choices")
    if not choices:
        return value
    for choice in choices:
        if value in {choice["value"], choice["name"]}:
            return choice["value"]
    raise Impossible(f"{option['name']} is one of {[choice['name'] for choice in choices]}, not {value!r}")


def _text(option: Json, value: str) -> str:
    if not option.get("min_length", 0) <= len(value) <= option.get("max_length", 6000):
        raise Impossible(f"{option['name']} has {len(value)} characters")
    return value


def _number(option: Json, value: Any) -> Any:
    right = isinstance(value, int | float) and not isinstance(value, bool)
    if not right or value < option.get("min_value", value) or value > option.get("max_value", value):
        raise Impossible(f"{option['name']} does not take {value!r}")
    return value


@verb
async def command(
    world: World, user: str, name: str, options: Json | None = None, channel: str | None = None, forge: Json | None = None
) -> Json:
    """Type a command: `case report` with its options."""
    who, start = person(world, user), Start.of(world)
    where = place(world, who, channel)
    made = begin(world, COMMAND, who, where, Filled(world, who, where, name, options or {}).data())
    failure = await carry(world, made, forged(made.payload, forge))
    return outcome(world, who, start, made, failure)


@verb
async def autocomplete(world: World, user: str, name: str, options: Json, focused: str, channel: str | None = None) -> Json:
    """Type into an option of a command and look at what is offered."""
    who, start = person(world, user), Start.of(world)
    where = place(world, who, channel)
    made = begin(world, AUTOCOMPLETE, who, where, Filled(world, who, where, name, options, focused).data())
    failure = await carry(world, made)
    return outcome(world, who, start, made, failure and "Loading options failed.")


@verb
async def message_command(world: World, user: str, name: str, channel: str | None, message: str, forge: Json | None = None) -> Json:
    """Start a command from the menu of a message."""
    who, start = person(world, user), Start.of(world)
    where = place(world, who, channel)
    asked, target = registered(world, name, 3, who, where), found(where, message)
    data: Json = {"id": asked["id"], "name": name, "type": 3, "target_id": target.id}
    # What is handed over with a command can be read whatever the intents.
    data["resolved"] = {"messages": {target.id: shapes.message(world, target)}}
    made = begin(world, COMMAND, who, where, data | ({"guild_id": asked["guild_id"]} if asked.get("guild_id") else {}))
    failure = await carry(world, made, forged(made.payload, forge))
    return outcome(world, who, start, made, failure)
