"""An interaction: who did what, has it been answered, and how long may it still be?"""

import asyncio
import secrets
from dataclasses import dataclass, field

from tests.discord import permissions, shapes
from tests.discord.entities import Channel, Message, User
from tests.discord.events import emit
from tests.discord.knobs import Event
from tests.discord.snowflakes import SNOWFLAKES
from tests.discord.words import ApiError, Json
from tests.discord.world import World

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
NO_ANSWER = "The application did not respond"


@dataclass(slots=True)
class Interaction:
    """One interaction of somebody with the application."""

    id: str
    token: str
    type: int
    user: str
    channel: str
    made: float
    payload: Json
    # Of a button or a select: the message it is in. Of a modal: the interaction that opened it.
    message: Message | None = None
    opened_by: "Interaction | None" = None
    # The type of the answer, when there is one, and what is in it.
    answered: int | None = None
    modal: Json | None = None
    choices: list[Json] | None = None
    # The message that the answer made, or (of `@original`) the one that it changes.
    original: Message | None = None
    # The number of its event in the journal.
    n: int | None = None
    waiting: asyncio.Future[None] = field(default_factory=asyncio.Future)

    @property
    def loading(self) -> bool:
        """Whether its answer so far is only that one is coming."""
        return self.answered == 5 and self.original is not None and bool(self.original.flags & 1 << 7)


def begin(
    world: World, kind: int, user: User, channel: Channel, data: Json, message: Message | None = None, by: Interaction | None = None
) -> Interaction:
    """Make an interaction; `carry` tells the application."""
    number, token = SNOWFLAKES.now(), secrets.token_urlsafe(48)
    payload: Json = {"id": number, "application_id": world.application, "type": kind, "token": token, "version": 1, "data": data}
    payload |= {"channel_id": channel.id, "channel": _channel(world, channel, user), "locale": "en-US", "entitlements": []}
    payload |= {"attachment_size_limit": 10485760} | _who(world, channel, user)
    if message is not None:
        payload["message"] = shapes.message(world, message)
    made = Interaction(number, token, kind, user.id, channel.id, asyncio.get_running_loop().time(), payload, message, by)
    world.interactions[token] = made
    return made


def _who(world: World, channel: Channel, user: User) -> Json:
    if channel.guild is None:
        told: Json = {"user": shapes.user(user), "context": 1, "authorizing_integration_owners": {"0": "0"}}
        return told | {"app_permissions": str(permissions.DIRECT)}
    guild = world.guilds[channel.guild]
    member = shapes.whole_member(world, guild.members[user.id]) | {"permissions": str(world.permissions(user.id, channel))}
    told = {"member": member, "guild_id": guild.id, "guild": {"id": guild.id, "locale": "en-US", "features": []}, "context": 0}
    told |= {"guild_locale": "en-US", "authorizing_integration_owners": {"0": guild.id}}
    return told | {"app_permissions": str(world.permissions(world.bot, channel))}


def _channel(world: World, channel: Channel, user: User) -> Json:
    place = shapes.place(world, channel)
    return place if channel.guild is None else place | {"permissions": str(world.permissions(user.id, channel))}


async def carry(world: World, made: Interaction, payload: Json | None = None) -> str | None:
    """Tell the application and wait for its answer; return what Discord shows if there is none in time."""
    made.n = emit(world, Event("INTERACTION_CREATE", payload or made.payload, made.payload.get("guild_id")))["n"]
    if not world.sessions:
        # Nobody is there who could answer, so a test need not wait for it.
        return NO_ANSWER
    try:
        await asyncio.wait_for(asyncio.shield(made.waiting), world.settings.interaction_timeout)
    except TimeoutError:
        return NO_ANSWER
    return None


def open_for_answer(world: World, id: str, token: str, now: float) -> Interaction:
    """Return an interaction that may still be answered."""
    found = world.interactions.get(token)
    if found is None or found.id != id:
        raise ApiError(10062)
    if found.answered is not None:
        raise ApiError(40060)
    if now - found.made > world.settings.interaction_timeout:
        raise ApiError(10062)
    return found


def open_for_more(world: World, application: str, token: str, now: float) -> Interaction:
    """Return an interaction that has been answered and whose token still lives."""
    found = world.interactions.get(token)
    if found is None or application != world.application or found.answered is None:
        raise ApiError(10015)
    if now - found.made > world.settings.interaction_life:
        raise ApiError(50027)
    return found
