"""What has arrived, and what did the platform say about it? A chat platform in memory, with a journal and with bad days.

A sending takes its way there, is accepted or not, and the answer takes its way back. What is under way arrives even if its sender has
been killed meanwhile; whoever has been killed hears no answer. The same key sent twice is there twice, as on a platform without keys.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.chat import Button, Card, Moment, Part, Typed, Who
from bot.escalation.case import Place
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.ports import Address, Delivered, GiveUp, Limit, LookedUpInVain, Outcome, Parcel, TryLater
from tests.simulation.loop import WORLD, Loop

# The hash over the timelines is another one each time: the salts of what people typed are drawn by the machine.
_ANCHOR = re.compile(r" \(Timelines: [0-9a-f]+\)")


@dataclass(slots=True)
class Post:
    """One message that is there."""

    n: int  # the journal's number, over all platforms
    at: float  # when it arrived, on the loop's time
    wall: datetime
    platform: str
    conversation: str
    thread: str | None
    key: str
    person: str | None
    id: str
    card: Card
    edited: int = 0
    deleted: bool = False

    @property
    def line(self) -> str:
        """One line of the trace."""
        return f"{self.platform} {self.conversation}/{self.thread or ''} {self.key} {words_of(self.card)}"


def words_of(card: Card) -> str:
    """Return what a card says first."""
    return _ANCHOR.sub("", "".join(_plain(part) for part in card.title))


def _plain(part: Part) -> str:
    match part:
        case str():
            return part
        case Typed(text):
            return text
        case Who(name=name):
            return name
        case Moment(at):
            return f"{at:%d %b %H:%M}"


class Journal:
    """What arrived anywhere, in order."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.edits: list[str] = []


@dataclass(slots=True)
class Weather:
    """How a platform is just now; each a share of the sendings."""

    refused_for_now: float = 0.0  # a rate limit
    answer_lost: float = 0.0  # accepted, but nobody hears it
    not_accepted: float = 0.0  # nobody knows
    silent: float = 0.0  # no answer at all, accepted or not
    slow: float = 0.0
    shut: bool = False  # nothing is let in, and nothing can be looked up


CALM = Weather()


class Platform:
    """One platform, as the outbox of any process sees it. It is no process: nobody kills it."""

    def __init__(self, name: str, workspace: str, loop: Loop, dice: Random, journal: Journal, wall: Callable[[], datetime]) -> None:
        self.platform = name
        self.workspace = workspace
        self._loop = loop
        self._dice = dice
        self._journal = journal
        self._wall = wall
        self.weather = CALM
        self.closed: set[str] = set()  # conversations that take nothing any more
        self.posts: dict[str, Post] = {}
        self.by_key: dict[tuple[str, str], Post] = {}
        self.limited: tuple[Limit, ...] = ()

    def limits(self, address: Address, *, edit: bool) -> tuple[Limit, ...]:
        """Return what the seed has drawn."""
        return self.limited

    async def send(self, parcel: Parcel) -> Outcome:
        """Post or edit, as well as the weather lets it."""
        dice, weather = self._dice, self.weather
        there, back = self._way(), self._way()
        if weather.shut:
            await asyncio.sleep(there)
            return GiveUp("the token was revoked", mendable=True)
        drawn = dice.random()
        for share, fate in (
            (weather.refused_for_now, "limited"),
            (weather.answer_lost, "answer lost"),
            (weather.not_accepted, "not accepted"),
            (weather.silent, "silent"),
        ):
            if drawn < share:
                return await self._badly(parcel, fate, there)
            drawn -= share
        arriving = self._arriving(parcel, there)
        outcome = await asyncio.shield(arriving)
        await asyncio.sleep(back)
        return outcome

    async def _badly(self, parcel: Parcel, fate: str, there: float) -> Outcome:
        if fate == "limited":
            await asyncio.sleep(there)
            return TryLater("slow down", timedelta(seconds=self._dice.choice((1, 5, 20, 60))), alone=parcel.edit is not None)
        if fate == "answer lost" or (fate == "silent" and self._dice.random() < 0.5):
            await asyncio.shield(self._arriving(parcel, there))
        if fate == "silent":
            await asyncio.sleep(3600)
        if self._dice.random() < 0.2:
            raise ConnectionError("the line was cut")
        return TryLater("no answer came", ambiguous=True)

    def _way(self) -> float:
        return self._dice.uniform(0.5, 20) if self._dice.random() < self.weather.slow else self._dice.uniform(0.02, 0.2)

    def _arriving(self, parcel: Parcel, after: float) -> asyncio.Future[Outcome]:
        """Let it arrive, whatever becomes of its sender."""
        future: asyncio.Future[Outcome] = self._loop.create_future()

        def arrive() -> None:
            outcome = self._accept(parcel)
            if not future.cancelled():
                future.set_result(outcome)

        self._loop.in_life(WORLD, lambda: self._loop.call_later(after, arrive))
        return future

    def _accept(self, parcel: Parcel) -> Outcome:
        if parcel.address.conversation in self.closed:
            return GiveUp("the account is gone", dead=True)
        if parcel.edit is not None:
            return self._edit(parcel, parcel.edit)
        number = len(self._journal.posts) + 1
        post = Post(
            number,
            self._loop.time(),
            self._wall(),
            self.platform,
            parcel.address.conversation,
            parcel.address.thread,
            parcel.key,
            parcel.person,
            f"{self.platform[0]}{number}",
            parcel.card,
        )
        self._journal.posts.append(post)
        self.posts[post.id] = post
        self.by_key.setdefault((post.conversation, post.key), post)
        return Delivered(post.id)

    def _edit(self, parcel: Parcel, message: str) -> Outcome:
        post = self.posts.get(message)
        if post is None or post.deleted:
            return TryLater("the card was deleted", timedelta(), vanished=True)
        post.card, post.edited = parcel.card, post.edited + 1
        self._journal.edits.append(f"{self._wall().isoformat()} {message} {words_of(parcel.card)}")
        return Delivered(message)

    async def find(self, parcel: Parcel) -> str | None:
        """Look whether a message with this key is in the conversation."""
        if self.weather.shut:
            raise LookedUpInVain("the token was revoked")
        await asyncio.sleep(self._way())
        if self._dice.random() < self.weather.not_accepted:
            raise ConnectionError("the line was cut")
        found = self.by_key.get((parcel.address.conversation, parcel.key))
        return found.id if found is not None and not found.deleted else None

    def buttons_of(self, conversation: str, latest: int) -> list[tuple[Post, Button]]:
        """Return what somebody could press in their latest messages."""
        shown = [post for post in self.posts.values() if post.conversation == conversation and not post.deleted][-latest:]
        return [(post, button) for post in shown for button in post.card.buttons]


class Ways:
    """Which way to a person on one platform: their direct messages there, then the thread of the case."""

    def __init__(self, platform: Platform, everybody: bool) -> None:
        self._platform = platform
        self._everybody = everybody  # who has no account is there all the same

    def addresses(self, person: PersonId, org: Org, thread: Place | None) -> tuple[Address, ...]:
        """Return the ways to a person."""
        name, workspace = self._platform.platform, self._platform.workspace
        known = org.people.get(person)
        if known is None or not (self._everybody or org.account(person, name, workspace) is not None):
            return ()
        direct = (Address(name, workspace, f"@{person}"),)
        if thread is None or thread.platform != name or thread.conversation.startswith("@"):
            return direct
        return (*direct, Address(name, workspace, thread.conversation, thread.thread))


class Channels:
    """The channels of one platform that the configuration names."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def address(self, channel: str) -> Address | None:
        """Return the address of `local:leadership`."""
        name, _, rest = channel.partition(":")
        here = self._platform
        return Address(here.platform, here.workspace, rest) if name == here.platform else None
