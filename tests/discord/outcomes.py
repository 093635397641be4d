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


def outcome(world: World, user: User, start: Start, made: Interaction | None = None, failure: str | None = None, **more: object) -> Json:
    """Return what a test is told; what came after the application's answer is not in it."""
    messages = [entry for entry in world.journal.find("message", since=start.n) if entry["author"] == world.bot]
    told: Json = {
        "ok": failure is None,
        "failure": failure,
        "took": asyncio.get_running_loop().time() - start.at,
        "n": None,
        "since": start.n,
        "interaction": made.id if made else None,
        "token": made.token if made else None,
        "answer": made.answered if made else None,
        "modal": made.modal if made else None,
        "choices": made.choices if made else None,
        "ephemeral": [entry["message"] for entry in messages if entry["message"]["ephemeral_to"] == user.id],
        "messages": [entry["message"] for entry in messages if not entry["message"]["ephemeral_to"] and entry["how"] != "deleted"],
        "channel": None,
        "message": None,
        "thread": None,
    }
    return told | more
