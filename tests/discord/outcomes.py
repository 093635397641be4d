"""What came of something that a person did: did the application answer, would Discord show a failure, what did the person see?"""

import asyncio
from dataclasses import dataclass

from tests.discord.entities import User
from tests.discord.interactions import Interaction
from tests.discord.words import Json
from tests.discord.world import World


@dataclass(frozen=True, slots=True)
class Start:
    """Where the journal stood when a person did something, and when that was."""

    n: int
    at: float

    @classmethod
    def of(cls, world: World) -> "Start":
        """Return where it stands now."""
        return cls(world.journal.n, asyncio.get_running_loop().time())


def outcome(
    world: World, user: User, start: Start, made: Interaction | None = None, failure: str | None = None, where: Json | None = None
) -> Json:
    """Return what a test is told; what came after the application's answer is not in it."""
    messages = [entry for entry in world.journal.find("message", since=start.n) if entry["author"] == world.bot]
    told: Json = {
        "ok": failure is None,
        "failure": failure,
        "took": asyncio.get_running_loop().time() - start.at,
        "n": made.n if made else _first(world, start, (where or {}).get("message")),
        "since": start.n,
        "interaction": made.id if made else None,
        "token": made.token if made else None,
        "answer": made.answered if made else None,
        "modal": made.modal if made else None,
        "choices": made.choices if made else None,
        "ephemeral": [entry["message"] for entry in messages if _for(entry["message"], user, made)],
        "messages": [entry["message"] for entry in messages if not entry["message"]["ephemeral_to"] and entry["how"] != "deleted"],
        "channel": None,
        "message": None,
        "thread": None,
    }
    return told | (where or {})


def _for(message: Json, user: User, made: Interaction | None) -> bool:
    by = (message["raw"].get("interaction_metadata") or {}).get("id")
    ours = made is None or by == made.id or (made.original is not None and made.original.id == message["id"])
    return ours and message["ephemeral_to"] == user.id


def _first(world: World, start: Start, message: str | None) -> int | None:
    """Return the number of the event that told of it: of this message, if it is about one."""
    for entry in world.journal.find("event", since=start.n):
        if message is None or message in {entry["data"].get("id"), entry["data"].get("message_id")}:
            return int(entry["n"])
    return None
