"""People who do what the scenario says: they wait to be told, do it, and when nothing answers, do it again, as people do."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.slack.wall import wall
from tests.torture.acting import Hands, Try
from tests.torture.company import STAFF, Company
from tests.torture.journals import Journals, Message
from tests.torture.oracle import Act, Case, Span
from tests.torture.scenario import Cue, Life, Role, Step, title

PATIENCE = 150.0
"""Seconds that somebody waits to be told what they must be told: then it is lost."""
SETTLES = 15.0
"""Seconds after which what was still under way, when somebody saw it fail, is done or never will be."""
HELPED_WITHIN = 5.0
AGAIN = 0.15
ONCE = ("note", "chase", "help")  # each time counts, so nobody says it again who does not know whether it got there
_NUMBER = re.compile(r"\bC-(\d+) is in\b")


class Lost(Exception):
    """Somebody waited for what they were never told."""


@dataclass
class Watch:
    """Reads the journals while it goes on, and wakes whoever waits for something."""

    journals: Journals
    seen: dict[tuple[int, str, str], list[Message]] = field(default_factory=dict)
    titles: dict[str, int] = field(default_factory=dict)  # whatever stands in a message about one case, by what is looked for
    calm: float | None = 0.0  # since when nothing is killed any more
    _looked_for: set[str] = field(default_factory=set)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def run(self) -> None:
        """Read on for ever."""
        while True:
            for message in await self.journals.read():
                self._take(message)
            async with self._news:
                self._news.notify_all()
            await asyncio.sleep(0.1)

    def _take(self, message: Message) -> None:
        for case, told in self.journals.of(message):
            self.seen.setdefault((case, told.what, told.who), []).append(message)
        if len(message.cases) == 1:
            self.titles |= {title: message.cases[0] for title in self._looked_for if title in message.shown}

    async def noticed(self, key: str) -> None:
        """Wait until somebody in Slack was told something that no case's fact stands behind, by a key that begins so."""
        async with self._news:
            await self._news.wait_for(lambda: any(one.key.startswith(key) for one in self.journals.messages))

    async def told(self, case: int, what: str, who: str, nth: int, instead: str | None) -> Message:
        """Wait until somebody was told this for the n-th time, or somebody above them that it has come to them instead.

        Raises:
            Lost: it never came.
        """

        def there() -> Message | None:
            found = self.seen.get((case, what, who), ())
            above = (self.seen.get((case, "brief", one), ()) for one in (instead or "", STAFF.chief) if instead is not None)
            return found[nth - 1] if len(found) >= nth else next((message for messages in above for message in messages), None)

        began = wall()
        async with self._news:
            while (message := there()) is None:
                if self.waited(began) > PATIENCE:
                    raise Lost(f"C-{case}: {who} was never told {what} for time {nth}")
                await self._news.wait()
        return message

    def waited(self, since: float) -> float:
        """Return how long somebody has waited since then, without the time in which processes are killed."""
        return wall() - max(since, self.calm) if self.calm is not None else 0.0

    async def more(self, messages: int) -> None:
        """Wait until so many more messages have come."""
        until = len(self.journals.messages) + messages
        async with self._news:
            await self._news.wait_for(lambda: len(self.journals.messages) >= until)

    def has_it(self, role: Role, life: Life, number: int) -> str:
        """Return who is meant; above a manager to whom it came it may have gone up to the chief meanwhile."""
        owner = STAFF.owners[life.service]
        if role == "manager" and (number, "brief", STAFF.chief) in self.seen:
            return STAFF.chief
        return {"reporter": life.reporter, "owner": owner, "manager": STAFF.managers[owner], "chief": STAFF.chief}[role]

    async def named(self, title: str) -> int:
        """Wait until a message names a case that is called so."""
        self._looked_for.add(title)
        for message in self.journals.messages:
            if len(message.cases) == 1 and title in message.shown:
                self.titles[title] = message.cases[0]
        async with self._news:
            await self._news.wait_for(lambda: title in self.titles)
        return self.titles[title]


@dataclass
class Played:
    """What came of one life, as the people in it saw it."""

    life: Life
    number: int | None = None
    opened: Span | None = None
    acts: list[Act] = field(default_factory=list)
    trouble: str = ""

    def case(self, company: Company) -> Case:
        """Return what the oracle is to know."""
        assert self.opened is not None
        return Case(
            self.life.reporter, self.life.service, self.opened, tuple(self.acts), company.cards(self.life.reporter, self.life.service)
        )


class People:
    """Everybody."""

    def __init__(self, company: Company, watch: Watch, seed: int, died: Callable[[], Awaitable[None]]) -> None:
        self._hands = Hands(company, died)
        self.watch = watch
        self._lots = random.Random(f"{seed} people")
        self.played: list[Played] = []
        self._orphans: list[asyncio.Task[None]] = []

    async def play(self, life: Life) -> Played:
        """Live through one case. What goes wrong stands in what is returned."""
        await asyncio.sleep(life.start)
        played = Played(life)
        self.played.append(played)
        try:
            played.number = await self._report(played)
        except Lost as lost:
            played.trouble = str(lost)
        await self.go_on(played, *life.steps)
        return played

    async def go_on(self, played: Played, *steps: Step) -> None:
        """Live on through a case that was reported."""
        try:
            for step in steps:
                if played.number is not None:
                    await self._step(played, played.number, step)
        except Lost as lost:
            played.trouble = str(lost)

    async def over(self) -> None:
        """Stop waiting for reports of which nobody knows whether they got there."""
        await self._hands.over()
        for task in self._orphans:
            task.cancel()
        await asyncio.gather(*self._orphans, return_exceptions=True)

    async def _report(self, played: Played) -> int:
        life, named, began = played.life, played.life.title, wall()
        while True:
            tried = await self._hands.report(life.reporter, life.service, named)
            if tried.end == "done":
                played.opened = tried.when
                found = _NUMBER.search(tried.said)
                return int(found[1]) if found else await self.watch.named(named)
            # Nobody knows whether it got there. Whoever sees a receipt of it later withdraws it.
            self._orphans.append(asyncio.create_task(self._orphan(life, named, tried)))
            named = title(self._lots)
            await self._breath(began, f"nobody takes the report of {life.title}")

    async def _orphan(self, life: Life, named: str, tried: Try) -> None:
        number = await self.watch.named(named)
        played = Played(Life(life.reporter, life.service, named, 0.0, ()), number, Span(tried.when.lo, tried.when.hi + SETTLES))
        self.played.append(played)
        await self._step(played, number, Step("withdraw", "reporter"))

    async def _step(self, played: Played, number: int, step: Step) -> None:
        message = await self._cue(played.life, number, step.cue) if step.cue is not None else None
        await asyncio.sleep(step.wait)
        if step.verb in ONCE:
            while not await self._once(played, number, step) and step.verb == "help" and not await self._helped(played.life, number):
                pass  # without it nothing goes on
            return
        first = wall()
        if step.press and message is not None:
            await self._hands.press(self.watch.has_it(step.who, played.life, number), step.verb, number, message)
        played.acts += await self._until_done(played.life, step, number, first)

    async def _breath(self, since: float, trouble: str) -> None:
        if self.watch.waited(since) > PATIENCE:
            raise Lost(trouble)
        await asyncio.sleep(AGAIN)

    async def _once(self, played: Played, number: int, step: Step) -> bool:
        """Do what counts each time; tell whether it is known to be done, or to be refused."""
        who = self.watch.has_it(step.who, played.life, number)
        tried = await self._hands.do(who, _NAMES.get(step.verb, step.verb), number, _words(step, number))
        if tried.end == "refused":
            return _NOT_SAVED not in tried.said
        sure = tried.end == "done"
        played.acts.append(Act(step.verb, who, tried.when if sure else Span(tried.when.lo, tried.when.hi + SETTLES), sure))
        return sure

    async def _helped(self, life: Life, number: int) -> bool:
        """Wait for a while whether it has come to the manager after all."""
        await asyncio.sleep(HELPED_WITHIN)
        return (number, "brief", STAFF.managers[STAFF.owners[life.service]]) in self.watch.seen

    async def _cue(self, life: Life, number: int, cue: Cue) -> Message:
        owner = STAFF.owners[life.service]
        above = {"owner": STAFF.managers[owner], "manager": STAFF.chief}.get(cue.who)
        who = {"reporter": life.reporter, "owner": owner, "manager": STAFF.managers[owner], "chief": STAFF.chief}[cue.who]
        return await self.watch.told(number, cue.what, who, cue.nth, above)

    async def _until_done(self, life: Life, step: Step, number: int, first: float) -> list[Act]:
        """Do it again until Buckstop says that it is done, or refuses since a try of which nobody knew what became was one."""
        in_doubt = step.press
        while True:
            who = self.watch.has_it(step.who, life, number)
            tried = await self._hands.do(who, _NAMES.get(step.verb, step.verb), number, _words(step, number))
            # Whoever may not do it any more learns only that the case has gone on to somebody else, and nothing of earlier tries.
            gone_on = _NOT_YOURS.search(tried.said) is not None
            refused = tried.end == "refused" and _NOT_SAVED not in tried.said and not gone_on
            if tried.end == "done" or (refused and in_doubt):
                verb = _KNOWN.get(step.verb, step.verb)
                if verb in ("ack", "note") and tried.when.lo > first:
                    # A try that nobody knows of may have counted at a level that the case has left since, and a second answer is a note.
                    return [Act(verb, who, Span(first, tried.when.hi), sure=False), Act(verb, who, tried.when)]
                return [Act(verb, who, Span(first, tried.when.hi))]
            in_doubt = in_doubt or not (refused or gone_on)
            await self._breath(first, f"C-{number}: nobody takes the {step.verb} of {who}: {tried.said}")


_NAMES = {"help": "escalate", "answer": "note"}
_KNOWN = {"answer": "note"}  # to the oracle
_NOT_SAVED = "try again"
_NOT_YOURS = re.compile(r"\b(?:Only .* may|You cannot) ")


def _words(step: Step, number: int) -> str:
    return {
        "note": f"this is known of {number}", "chase": "still nothing", "ask": "which one is it?", "answer": "the left one",
        "help": "the desk cannot mend it", "resolve": "mended by hand", "reopen": "it is not", "withdraw": "not needed",
    }.get(step.verb, "")  # fmt: skip
