"""What happens when a person presses a button or picks from a select under a message?"""

from tests.discord.acting import message as found
from tests.discord.acting import person, place, verb
from tests.discord.entities import Channel, Message, User
from tests.discord.interactions import COMPONENT, begin, carry
from tests.discord.outcomes import Start, outcome
from tests.discord.reading import BUTTON, SELECTS, walk
from tests.discord.resolving import resolved, role_id, user_id
from tests.discord.sending import forged
from tests.discord.words import Impossible, Json
from tests.discord.world import World


def _seen(where: Channel, who: User) -> list[Message]:
    """Return what a person sees in a channel, newest first."""
    there = [*where.living(), *(one for one in where.ephemerals if not one.deleted and one.ephemeral_to == who.id)]
    return sorted(there, key=lambda message: int(message.id), reverse=True)


def _versions(message: Message, stale: bool) -> list[list[Json]]:
    now = [message.components]
    return [version["components"] for version in reversed(message.versions)] if stale else now


def _component(message: Message, wanted: str, kinds: set[int], stale: bool) -> Json | None:
    for components in _versions(message, stale):
        for one in walk(components):
            if one["type"] in kinds and wanted in {one.get("custom_id"), one.get("label"), one.get("placeholder")}:
                return one
    return None


def find(where: Channel, who: User, wanted: str, id: str | None, kinds: set[int], stale: bool) -> tuple[Message, Json]:
    """Return a component by custom id or label, in this message or in the newest that has it; a stale one is no longer there."""
    messages = [found(where, id, who)] if id else _seen(where, who)
    for message in messages:
        one = _component(message, wanted, kinds, stale)
        if one is not None:
            return message, one
    there = [one.get("label") or one.get("custom_id") for message in messages[:3] for one in walk(message.components)]
    raise Impossible(f"{who.name} sees no {wanted!r} in {where.name or 'the direct messages'}; there are {[one for one in there if one]}")


@verb
async def press(
    world: World,
    user: str,
    button: str,
    channel: str | None = None,
    message: str | None = None,
    stale: bool = False,
    forge: Json | None = None,
) -> Json:
    """Press a button."""
    who, start = person(world, user), Start.of(world)
    where = place(world, who, channel)
    under, one = find(where, who, button, message, {BUTTON}, stale)
    if one.get("disabled") or one.get("url"):
        raise Impossible(f"the button {button!r} is disabled or a link")
    data = {"component_type": BUTTON, "custom_id": one["custom_id"], "id": one.get("id", 0)}
    made = begin(world, COMPONENT, who, where, data, under)
    failure = await carry(world, made, forged(made.payload, forge))
    return outcome(world, who, start, made, failure and "This interaction failed")


@verb
async def choose(
    world: World,
    user: str,
    select: str,
    values: list[str],
    channel: str | None = None,
    message: str | None = None,
    stale: bool = False,
    forge: Json | None = None,
) -> Json:
    """Pick values from a select, by value or label, or people, roles, channels by name."""
    who, start = person(world, user), Start.of(world)
    where = place(world, who, channel)
    under, one = find(where, who, select, message, set(SELECTS), stale)
    data = {"component_type": one["type"], "custom_id": one["custom_id"], "id": one.get("id", 0)} | picked(world, where, one, values)
    made = begin(world, COMPONENT, who, where, data, under)
    failure = await carry(world, made, forged(made.payload, forge))
    return outcome(world, who, start, made, failure and "This interaction failed")


def picked(world: World, where: Channel, select: Json, values: list[str]) -> Json:
    """Return the values of a select, and what is told of those whom they name."""
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if select.get("disabled") or not least <= len(values) <= most:
        raise Impossible(f"{select['custom_id']} takes {least} to {most} values, not {len(values)}")
    if SELECTS[select["type"]] == "string":
        return {"values": [option_of(select, value) for value in values]}
    users, roles, channels = _named(world, where, SELECTS[select["type"]], values)
    return {"values": [*users, *roles, *channels], "resolved": resolved(world, where, users, channels, roles)}


def _named(world: World, where: Channel, kind: str, values: list[str]) -> tuple[list[str], list[str], list[str]]:
    if kind == "user":
        return [user_id(world, value) for value in values], [], []
    if kind == "role":
        return [], [role_id(world, where, value) for value in values], []
    if kind == "channel":
        return [], [], [world.channel(value).id for value in values]
    names = {user.name for user in world.users.values()} | set(world.users)
    people = [value for value in values if value.removeprefix("@") in names]
    return [user_id(world, value) for value in people], [role_id(world, where, value) for value in values if value not in people], []


def option_of(select: Json, value: str) -> str:
    """Return the value of an option by its value or label."""
    options: list[Json] = select.get("options") or []
    for option in options:
        if value in {option["value"], option["label"]}:
            return str(option["value"])
    raise Impossible(f"{select['custom_id']} has no {value!r}; it has {[option['label'] for option in options]}")
