"""How does a test name people, places and messages, and which verbs are there for it?"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.slack.delivering import Courier
from tests.slack.messages import Message
from tests.slack.words import Impossible, Json
from tests.slack.workspace import Channel, User, Workspace


@dataclass(frozen=True, slots=True)
class Actor:
    """One workspace, and the way from it to its app."""

    ws: Workspace
    courier: Courier

    def person(self, ref: str) -> User:
        """Return somebody who can do things: no bot, not deactivated."""
        user = self.ws.user(ref)
        if user.is_bot or user.deleted:
            raise Impossible(f"{user.name} is {'a bot' if user.is_bot else 'deactivated'} and does nothing")
        return user

    def place(self, person: User, ref: str | None) -> Channel:
        """Return where a person does something; None is their direct messages with the bot."""
        channel = self.ws.im(person.id) if ref is None else self.ws.channel(ref)
        if channel.kind != "channel" and person.id not in channel.members:
            raise Impossible(f"{person.name} cannot see {channel.name}")
        return channel

    def message(self, channel: Channel, ts: str) -> Message:
        """Return a message that is there."""
        found = channel.messages.get(ts)
        if found is None or found.deleted:
            raise Impossible(f"there is no message {ts} in {channel.name}")
        return found


Verb = Callable[..., Awaitable[Json]]
VERBS: dict[str, Verb] = {}


def verb(function: Verb) -> Verb:
    """Let tests call this by its name."""
    VERBS[function.__name__.rstrip("_")] = function
    return function


async def do(act: Actor, name: str, args: dict[str, Any]) -> Json:
    """Do what a test asks for."""
    function = VERBS.get(name)
    if function is None:
        raise Impossible(f"nothing is called {name!r}")
    try:
        inspect.signature(function).bind(act, **args)
    except TypeError as wrong:
        raise Impossible(f"{name}: {wrong}") from wrong
    return await function(act, **args)
