"""Cases that are kept, nags that wait, claims made by hand and processes that die: what the outbox's contract is told with."""

from datetime import datetime

import pytest

from bot.escalation.case import Place
from bot.escalation.words import CaseId, MessageKind
from bot.ports import LEASE, Load, Recipient
from tests.outbox.office import ORG, Told, at
from tests.outbox.platform import Crash, PostRoom, When

PASSED = LEASE.total_seconds() + 1
HELP = Place("local", "w", "help")


async def opened(room: PostRoom, number: int = 1, severity: str = "normal", *, private: bool = False) -> Told:
    """Report a case at 9 and keep it."""
    story = Told(org=ORG, id=CaseId(number))
    await room.save(story.report(at("9:00"), severity, private=private))
    return story


async def nagged(room: PostRoom, cases: int, severity: str = "normal") -> list[Told]:
    """Report cases, tell everybody, and queue the nag of 9:30 for each."""
    stories = [await opened(room, number, severity) for number in range(1, cases + 1)]
    await room.drain()
    room.platform.posts.clear()
    for story in stories:
        before = len(story.messages)
        story.wait(at("9:30"))
        assert [m.kind for m in story.messages[before:]] == [MessageKind.NAG]
    for story in stories:
        await keep_facts(room, story)
    return stories


async def keep_facts(room: PostRoom, story: Told) -> None:
    """Keep what the engine decided since."""
    async with room.store.read() as reading:
        known = {fact.n for fact in await reading.timeline(story.id)}
    for decision in story.decisions:
        if decision.facts and decision.facts[0].n not in known:
            await room.save(decision)


async def claimed(room: PostRoom, token: str = "t", limit: int = 100) -> list[Load]:
    """Claim by hand."""

    def lane_of(to: Recipient, route: int) -> str:
        return room.worker._lane_of(to, route, ORG)

    return await room.outbox.claim(token, room.clock.now(), ["local"], lane_of, limit)


async def dies(room: PostRoom, when: When, now: datetime | None = None) -> None:
    """Let a worker of its own die at that moment."""
    with pytest.raises(Crash):
        await room.drain(now, room.hire(dies=when))
