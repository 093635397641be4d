"""What is a test told of a message, as it is stored now?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict

from tests.discord import shapes
from tests.discord.entities import Message
from tests.discord.reading import buttons, selects, shown
from tests.discord.words import Json
from tests.discord.world import World


def told(world: World, message: Message) -> Json:
    """Return a message as tests are told of it."""
    raw = shapes.event(world, message)
    return {
        "id": message.id,
        "channel": message.channel,
        "author": message.author,
        "shown": shown(raw, *names(world)),
        "content": message.content,
        "components": message.components,
        "buttons": [asdict(one) for one in buttons(raw)],
        "selects": [asdict(one) for one in selects(raw)],
        "type": message.type,
        "flags": message.flags,
        "nonce": message.nonce,
        "notified": list(message.notified),
        "mentions": list(message.mentions),
        "edited": shapes.stamp(message.edited),
        "deleted": message.deleted,
        "reactions": {emoji: list(users) for emoji, users in message.reactions.items() if users},
        "thread": message.id if message.id in world.channels and world.channels[message.id].is_thread else None,
        "ephemeral_to": message.ephemeral_to,
        "versions": list(message.versions),
        "raw": raw,
    }


class _Names(Mapping[str, str]):
    """What a person reads instead of an id, looked up only when it is there to be read."""

    def __init__(self, look: Callable[[str], str | None]) -> None:
        self._look = look

    def __getitem__(self, key: str) -> str:
        found = self._look(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        # Never empty, since the bot is somebody.
        return 1


def names(world: World) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return what a person reads instead of each id: of people and roles, of channels."""

    def person(id: str) -> str | None:
        if id in world.users:
            return world.users[id].global_name or world.users[id].name
        return next((guild.roles[id].name for guild in world.guilds.values() if id in guild.roles), None)

    def place(id: str) -> str | None:
        return world.channels[id].name if id in world.channels else None

    return _Names(person), _Names(place)
