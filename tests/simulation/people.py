"""Who says what? People drawn from a seed: they type what people type, press what they are shown, fill in forms, and say it again.

Most of it fits the state of some case, some of it does not, and some of it is nonsense. Every text has a mark of its own, by which it is
found again in the timelines; what was answered as done is kept, to be compared with them.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from bot.chat import Field, Form, Inbound, Pointed, Pressed, Reacted, Reply, Said, Submitted
from bot.escalation.case import Place
from bot.escalation.words import CaseId, PersonId
from tests.simulation.company import BOSSES, EVERYBODY, OWNERS, REPORTERS
from tests.simulation.platform import Post
from tests.simulation.process import Process
from tests.simulation.world import ANSWER_WITHIN, World

_TIMES = ("tomorrow 15:00", "in 2 hours", "Friday 16:00", "2d", "in 3 days", "yesterday", "whenever")
_GARBAGE = (
    "/case",
    "/case frobnicate C-1",
    "/case ack C-999",
    "hello there",
    "/case list",
    "/case mine",
    "/case help",
    "C-1",
    "/case show C-1",
)

_VERBS = (
    *("ack", "promise", "ask", "answer", "chase", "note", "handover", "accept", "decline", "take", "resolve", "confirm", "key"),
    *("reopen", "escalate", "moretime", "withdraw", "merge", "cost", "severity", "metoo", "consent", "undo", "renew"),
)


@dataclass(slots=True)
class Row:
    """A case, as somebody who looks at it sees it."""

    id: int
    status: str
    reporter: str
    owner: str
    accountable: str
    level: int


@dataclass(slots=True)
class Said_:  # noqa: N801 - `Said` is the bot's
    """What somebody did, and how it was answered. None: not at all."""

    mark: str
    verb: str
    by: str
    case: int | None
    at: float
    reply: Reply | None = None
    tries: int = 0

    @property
    def line(self) -> str:
        """One line of the trace."""
        answer = "-" if self.reply is None else "refused" if self.reply.refused else "form" if self.reply.form else "done"
        return f"{self.by}: {self.verb} {self.case or ''} {self.mark}: {answer}"


class People:
    """All who speak in one seed."""

    def __init__(self, world: World, actions: int) -> None:
        self.world = world
        self.dice = Random(f"people {world.seed}")
        self.said: list[Said_] = []
        self.actions = actions
        self._events = 0
        self._asking: set[asyncio.Task[None]] = set()

    async def live(self, until: float) -> None:
        """Do something now and then until a time of the loop. Nobody waits for another one's answer."""
        mean = until / self.actions
        while (now := self.world.loop.time()) < until:
            task = asyncio.create_task(self._act())
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
            burst = self.dice.random() < 0.3
            await asyncio.sleep(min(self.dice.expovariate(1 / (20.0 if burst else mean * 1.4)), until - now + 0.001))

    async def fall_silent(self) -> None:
        """Wait for the last answers."""
        if self._asking:
            await asyncio.wait(self._asking)

    # --- what

    async def _act(self) -> None:
        cases = self._cases()
        drawn = self.dice.random()
        if not cases or drawn < 0.12:
            await self._report()
        elif drawn < 0.62:
            await self._fitting(self.dice.choice(cases[-12:]))
        elif drawn < 0.86:
            await self._press()
        elif drawn < 0.92:
            await self._random_verb(self.dice.choice(cases))
        else:
            await self._other(cases)

    def _cases(self) -> list[Row]:
        found = self.world.reader.execute(
            "SELECT id, status, reporter, owner, accountable, level FROM cases WHERE forgotten IS NULL ORDER BY id"
        )
        return [Row(*row) for row in found]

    def _mark(self) -> str:
        return f"q{len(self.said) + 1}x"

    async def _report(self) -> None:
        dice, by, mark = self.dice, self.dice.choice((*REPORTERS, *REPORTERS, *OWNERS, "bruno")), self._mark()
        what = dice.choice(("bill is wrong", "meter is broken", "the link is dead", "nobody answers the phone"))
        head = dice.choice(("", "", "billing: ", "metering: ", "critical: ", "private: ", "low billing: "))
        tail = dice.choice(("", "", " asked 3 times"))
        drawn = dice.random()
        if drawn < 0.15:
            place = Place("local", "w", "help", message=f"m{mark}")
            event: Inbound = Reacted(self._key(), PersonId(by), place, "ticket", f"{what} {mark}", PersonId(dice.choice(REPORTERS)))
        elif drawn < 0.3:
            place = Place("local", "w", "help", message=f"m{mark}")
            event = Pointed(self._key(), PersonId(by), place, f"{what} {mark}", PersonId(dice.choice(REPORTERS)))
        else:
            event = self._typed(by, f"/case report {head}{what} {mark}{tail}")
        await self._ask(event, Said_(mark, "report", by, None, self.world.loop.time()))

    async def _fitting(self, case: Row) -> None:
        """Do what somebody who has to do with a case would do."""
        by, verb = self.dice.choice(self._moves(case))
        await self._verb(verb, by, case)

    def _moves(self, case: Row) -> list[tuple[str, str]]:
        """Return who may do what in this state, roughly: who is deputy, and what has changed since, they do not know."""
        owner, boss, rita = case.owner, case.accountable, case.reporter
        helper = self.dice.choice(OWNERS)
        match case.status:
            case "open":
                return [(boss, "ack"), (boss, "ack"), (owner, "promise"), (rita, "chase"), (boss, "ask"), (owner, "resolve"),
                        (owner, "handover"), (rita, "note"), (boss, "escalate"), (rita, "escalate"), (helper, "take"), (rita, "withdraw"),
                        (rita, "severity"), (self.dice.choice(REPORTERS), "metoo"), (rita, "moretime"), (boss, "decline")]  # fmt: skip
            case "acknowledged":
                return [(owner, "resolve"), (owner, "resolve"), (owner, "promise"), (owner, "ask"), (rita, "chase"), (owner, "handover"),
                        (owner, "note"), (helper, "accept"), (helper, "decline"), (boss, "escalate"), (owner, "cost"), (rita, "moretime"),
                        (owner, "severity"), (helper, "take"), (owner, "merge")]  # fmt: skip
            case "waiting":
                return [(rita, "answer"), (rita, "answer"), (rita, "note"), (owner, "note"), (rita, "chase")]
            case "resolved":
                return [(rita, "confirm"), (rita, "confirm"), (rita, "confirm"), (rita, "reopen"), (owner, "note"), (rita, "note")]
            case _:
                return [(rita, "reopen"), (owner, "cost"), (rita, "stillfixed"), (owner, "lacked"), (rita, "note"), (owner, "time")]

    async def _random_verb(self, case: Row) -> None:
        await self._verb(self.dice.choice(_VERBS), self.dice.choice(EVERYBODY), case)

    async def _verb(self, verb: str, by: str, case: Row) -> None:
        mark = self._mark()
        words: dict[str, Callable[[], str]] = {
            "promise": lambda: self.dice.choice(_TIMES),
            "moretime": lambda: self.dice.choice(_TIMES),
            "ask": lambda: f"what is the number {mark}?",
            "handover": lambda: f"{self.dice.choice((*OWNERS, 'metering', 'billing'))}: it is theirs {mark}",
            "resolve": lambda: f"{self.dice.choice(('fix', 'workaround'))} {self.dice.choice(('process', 'data'))}: corrected {mark}"
            + self.dice.choice(("", " cost 120 from billing")),
            "severity": lambda: self.dice.choice(("low", "normal", "critical")),
            "merge": lambda: f"into C-{self.dice.randint(1, case.id + 1)}",
            "cost": lambda: "120 out of billing",
            "time": lambda: "30",
            "lacked": lambda: f"authority: clerks may correct bills {mark}",
            "stillfixed": lambda: "",
            "renew": lambda: f"in 3 days: not yet {mark}",
        }  # fmt: skip
        bare = {"ack", "accept", "take", "confirm", "metoo", "key", "consent", "undo"}
        why = f"because of this {mark}"
        text = "" if verb in bare else words[verb]() if verb in words else why
        await self._ask(
            self._typed(by, f"/case {verb} C-{case.id} {text}".rstrip()), Said_(mark, verb, by, case.id, self.world.loop.time())
        )

    async def _press(self) -> None:
        """Press something in one's own latest messages, or in the channel's."""
        by = self.dice.choice(EVERYBODY)
        platform = self.dice.choice(list(self.world.platforms.values()))
        where = f"@{by}" if self.dice.random() < 0.85 else "help"
        shown = platform.buttons_of(where, self.dice.choice((1, 3, 20)))
        if not shown:
            return
        post, button = self.dice.choice(shown)
        place = Place(platform.platform, platform.workspace, where, message=post.id, thread=post.thread)
        pressed = Pressed(self._key(), PersonId(by), place, button.id, button.case or post.card.case, button.version)
        mark = self._mark()
        case = button.case or post.card.case
        await self._ask(pressed, Said_(mark, f"button {button.id}", by, int(case) if case else None, self.world.loop.time()))

    async def _other(self, cases: list[Row]) -> None:
        by, mark = self.dice.choice(EVERYBODY), self._mark()
        said = Said_(mark, "other", by, None, self.world.loop.time())
        drawn = self.dice.random()
        if drawn < 0.4:
            cover = self.dice.choice(("", f" {self.dice.choice(OWNERS)} covers"))
            what = self.dice.choice((f"/case away until {self.dice.choice(('tomorrow', 'Friday', 'in 3 days'))}{cover}", "/case back"))
            await self._ask(self._typed(by, what), said)
        elif drawn < 0.7:
            await self._ask(self._typed(by, self.dice.choice(_GARBAGE)), said)
        else:
            await self._in_thread(by, mark, self.dice.choice(cases))

    async def _in_thread(self, by: str, mark: str, case: Row) -> None:
        cards = [post for post in self._posts("local") if post.card.case == case.id and not post.conversation.startswith("@")]
        if not cards:
            return
        place = Place("local", "w", cards[0].conversation, thread=cards[0].thread or cards[0].id)
        by = self.dice.choice((case.owner, case.reporter, by))
        said = Said(self._key(), PersonId(by), place, f"just saying {mark}")
        await self._ask(said, Said_(mark, "thread", by, case.id, self.world.loop.time()))

    def _posts(self, platform: str) -> list[Post]:
        return list(self.world.platforms[platform].posts.values())

    # --- how

    def _key(self) -> str:
        self._events += 1
        return f"event/{self._events}"

    def _typed(self, by: str, text: str) -> Said:
        platform = self.dice.choice(("local", "local", "slack"))
        workspace = self.world.platforms[platform].workspace
        where = self.dice.choice((f"@{by}", "help"))
        return Said(self._key(), PersonId(by), Place(platform, workspace, where), text)

    async def _ask(self, inbound: Inbound, said: Said_) -> None:
        """Hand something in, again if no answer comes, and now and then although it was answered."""
        self.said.append(said)
        reply = await self._handed_in(inbound, said)
        if reply is not None and reply.form is None and not reply.again and self.dice.random() < 0.08:
            again = await self._once(inbound, said)
            if again is not None and again.refused and not reply.refused and not again.again:
                self.world.wrong(f"{said.line}: the same event again was refused: {_text(again)}")
        said.reply = reply
        if reply is not None and reply.form is not None and self.dice.random() < 0.9:
            await self._fill_in(inbound, reply.form, said)
        elif reply is not None and reply.buttons and self.dice.random() < 0.5:
            button = self.dice.choice(reply.buttons)
            pressed = Pressed(self._key(), inbound.by, replace(inbound.place, message=None), button.id, button.case, button.version)
            await self._ask(pressed, Said_(self._mark(), f"button {button.id}", str(inbound.by), None, self.world.loop.time()))

    async def _handed_in(self, inbound: Inbound, said: Said_) -> Reply | None:
        for wait in (0.0, 5.0, 30.0, 300.0):
            await asyncio.sleep(wait)
            reply = await self._once(inbound, said)
            if reply is not None:
                return reply
            if self.dice.random() < 0.3:
                return None
        return None

    async def _once(self, inbound: Inbound, said: Said_) -> Reply | None:
        said.tries += 1
        there = [process for process in self.world.running() if process.ready]
        if not there:
            return None
        process: Process = self.dice.choice(there)
        handling: asyncio.Task[Reply] = self.world.loop.begin(process, process.handle(inbound))
        await asyncio.wait({handling}, timeout=ANSWER_WITHIN)
        if not handling.done() or handling.cancelled():
            return None
        fault = handling.exception()
        if fault is not None:
            if not self.world.disk.full:
                self.world.wrong(f"{said.line}: {type(fault).__name__}: {fault}")
            return None
        return handling.result()

    async def _fill_in(self, inbound: Inbound, form: Form, said: Said_) -> None:
        await asyncio.sleep(self.dice.uniform(2, 60))
        mark = self._mark()
        values = {field.name: value for field in form.fields if (value := self._value(field, mark)) is not None}
        verb, _, rest = form.id.partition(":")
        number = rest.partition(":")[0]
        case = CaseId(int(number)) if number.isdigit() else None
        sent = Submitted(self._key(), inbound.by, inbound.place, form.id, values)
        await self._ask(sent, Said_(mark, f"form {verb}", said.by, case, self.world.loop.time()))

    def _value(self, field: Field, mark: str) -> Any:
        if not field.required and self.dice.random() < 0.6:
            return field.value
        known: dict[str, Callable[[], str | None]] = {
            "time": lambda: self.dice.choice(_TIMES),
            "person": lambda: self.dice.choice(OWNERS + BOSSES),
            "number": lambda: str(self.dice.randint(1, 200)),
            "check": lambda: "",
            "select": lambda: self.dice.choice(field.options).id if field.options else None,
            "long": lambda: f"long words {mark}",
            "text": lambda: self._text(field, mark),
        }
        return known[field.type]()

    def _text(self, field: Field, mark: str) -> str:
        if field.name == "until":
            return self.dice.choice(_TIMES)
        if field.name == "to":
            return f"C-{self.dice.randint(1, 5)}"
        if field.name == "cause":
            return self.dice.choice(("process", "data", "supplier"))
        return field.value or f"{field.name} {mark}"


def _text(reply: Reply) -> str:
    return " / ".join("".join(part if isinstance(part, str) else str(part) for part in line) for line in reply.lines)
