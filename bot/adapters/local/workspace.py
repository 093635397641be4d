"""What does the local workspace need of the rest, and what may go wrong in talking to it?

The composition root fills in `Workspace`; everything the HTTP API does goes through it. A `Fault` is the caller's, and always one
sentence; whatever else is raised is ours.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, Protocol

from bot.adapters.local.events import Events
from bot.chat import Inbound, Reply
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.ports import Clock, Mailbox, Store

PLATFORM = "local"
WORKSPACE = "local"
BUCKSTOP = "buckstop"
LONGEST = 10_000  # characters in one text; a report that needs more is a document
_NAMED = 12  # so many people or channels are listed in a sentence


class Desk(Protocol):
    """Who answers: every message, button, form and reaction goes here."""

    async def handle(self, inbound: Inbound) -> Reply:
        """Do what is asked and say what came of it. The same key again answers the same and does nothing."""


@dataclass(frozen=True)
class Workspace:
    """The local workspace's surroundings.

    `wind` moves the manual clock to a time, runs whatever is due on the way at its own time and delivers it; it returns how much
    happened. `settle` delivers what is waiting now. `next_event` says when something happens next by itself, a digest included; without
    it the cases alone are asked. `events` should be what the mailbox announces to (`events.Announced`).
    """

    desk: Desk
    store: Store
    mailbox: Mailbox
    clock: Clock
    wind: Callable[[datetime], Awaitable[int]]
    settle: Callable[[], Awaitable[None]]
    channels: Sequence[str]
    reactions: Collection[str] = ()
    story: Callable[[], Sequence[Mapping[str, Any]]] = tuple
    next_event: Callable[[], Awaitable[datetime | None]] | None = None
    events: Events = field(default_factory=Events)


class Fault(Exception):
    """The caller's mistake: an HTTP status and one sentence that says how to do it right."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def known_person(name: str, org: Org) -> PersonId:
    """Return the person of this id, written with or without `@`; Fault 404 says who there is."""
    wanted = PersonId(name.strip().removeprefix("@"))
    folded = {str(person).casefold(): person for person in org.people}
    person = wanted if wanted in org.people else folded.get(wanted.casefold())
    if person is None:
        raise Fault(404, f"Nobody here is called {quoted(name)}{_did_you_mean(wanted, list(org.people), 'the people are')}")
    if org.people[person].gone:
        raise Fault(404, f"{org.name_of(person)} has left, so nobody can speak as {person}.")
    return person


def conversation(channel: str | None, person: PersonId | None, channels: Sequence[str]) -> str:
    """Return where a message belongs: a channel, or "@ana", Ana's direct messages with Buckstop."""
    plain = (channel or "").strip()
    if plain.casefold() in ("", "dm", f"@{BUCKSTOP}", BUCKSTOP, f"@{person}".casefold()):
        if person is None:
            raise Fault(400, 'Say whose direct messages with "as", or which channel with "channel".')
        return f"@{person}"
    if plain.startswith("@"):
        raise Fault(404, f"There are no direct messages with {plain} here, only with Buckstop; leave the channel out for those.")
    wanted = plain.removeprefix(f"{PLATFORM}:").removeprefix("#")
    if wanted not in channels:
        raise Fault(404, f"There is no channel called {quoted(plain)}{_did_you_mean(wanted, list(channels), 'the channels are')}")
    return wanted


def iso(at: datetime) -> str:
    """Write a time as the API does: ISO in UTC, microseconds only where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def quoted(text: str) -> str:
    """Return what somebody wrote in quotation marks, on one line and not too long."""
    shown = " ".join(text.split())
    return f'"{shown}"' if len(shown) <= 40 else f'"{shown[:39]}…"'


def _did_you_mean(wanted: str, there: Sequence[str], these: str) -> str:
    close = get_close_matches(wanted.casefold(), [str(name) for name in there], n=1)
    if close:
        return f'; did you mean "{close[0]}"?'
    more = f" and {len(there) - _NAMED} more" if len(there) > _NAMED else ""
    return f"; {these} {', '.join(there[:_NAMED])}{more}." if there else "; there are none."
