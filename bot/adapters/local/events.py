"""Who is listening, and what have they not heard yet?

The page hears of new and edited messages, of cases that changed and of the clock over one stream. An event is a hint: it says what
changed, and whoever hears it asks for the thing itself. So one that is lost to a slow listener costs nothing but a moment.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.chat import Button
from bot.escalation.words import case_name
from bot.ports import Letter, Mailbox

_WAITING_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that changed: `message`, `case` or `clock`."""

    name: str
    data: Mapping[str, Any]

    @property
    def wire(self) -> bytes:
        """The event as a server-sent one."""
        return f"event: {self.name}\ndata: {json.dumps(self.data)}\n\n".encode()


class Events:
    """A notice board with any number of readers; None in a queue means that it closes."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Event | None]] = set()
        self._closed = False

    @property
    def listeners(self) -> int:
        """How many are listening."""
        return len(self._queues)

    def tell(self, name: str, data: Mapping[str, Any]) -> None:
        """Tell every listener. Whoever has fallen far behind misses it, so that one stuck browser tab holds up nobody."""
        for queue in self._queues:
            # The last place is kept for the end of the stream.
            if queue.qsize() < _WAITING_AT_MOST:
                queue.put_nowait(Event(name, data))

    @asynccontextmanager
    async def listen(self) -> AsyncIterator["asyncio.Queue[Event | None]"]:
        """Hear everything from now on."""
        queue = asyncio.Queue[Event | None](_WAITING_AT_MOST + 1)
        self._queues.add(queue)
        if self._closed:
            queue.put_nowait(None)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    def close(self) -> None:
        """End every stream, and each that would begin now: a browser comes back at once, and would hold up the end."""
        self._closed = True
        for queue in self._queues:
            if not queue.full():
                queue.put_nowait(None)


class Announced(Mailbox):
    """A mailbox that tells the listeners what is put into it, whoever does so."""

    def __init__(self, mailbox: Mailbox, events: Events) -> None:
        self._mailbox = mailbox
        self._events = events

    async def post(self, letter: Letter) -> Letter:
        """Keep a letter and announce it."""
        kept = await self._mailbox.post(letter)
        self._announce(kept)
        return kept

    async def edit(self, letter: str, text: str, buttons: Sequence[Button], at: datetime) -> None:
        """Replace the text and the buttons of a letter and announce it."""
        await self._mailbox.edit(letter, text, buttons, at)
        edited = await self._mailbox.letter(letter)
        if edited is not None:
            self._announce(edited)

    async def letter(self, letter: str) -> Letter | None:
        """Return one letter."""
        return await self._mailbox.letter(letter)

    async def by_key(self, key: str) -> Letter | None:
        """Return the letter with this key."""
        return await self._mailbox.by_key(key)

    async def letters(self, to: str) -> list[Letter]:
        """Return what is in a channel, or in a person's direct messages, oldest first."""
        return await self._mailbox.letters(to)

    async def react(self, letter: str, emoji: str, person: str) -> None:
        """Add a reaction and announce the letter."""
        await self._mailbox.react(letter, emoji, person)
        reacted = await self._mailbox.letter(letter)
        if reacted is not None:
            self._announce(reacted)

    async def remembered_time(self) -> datetime | None:
        """Return the manual clock's time, as it was kept."""
        return await self._mailbox.remembered_time()

    async def remember_time(self, now: datetime) -> None:
        """Keep the manual clock's time."""
        await self._mailbox.remember_time(now)

    def _announce(self, letter: Letter) -> None:
        self._events.tell("message", {"id": letter.id, "to": letter.to, "from": letter.sender, "edited": letter.edited is not None})
        cases = dict.fromkeys((letter.case, *letter.cases))
        for case in cases:
            if case is not None:
                self._events.tell("case", {"id": case_name(case)})
