"""A small office behind the local workspace: its ports in memory, and a desk that knows a handful of verbs.

The cases are the real engine's; only the store, the mailbox and the wording of the desk are small. It keeps what it was asked, so that a
test can look at what the API made of a call.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

from bot.adapters.local.events import Announced, Events
from bot.adapters.local.messenger import LocalMessenger
from bot.adapters.local.workspace import Workspace
from bot.chat import Button, Card, Field, Form, Inbound, Option, Pressed, Reacted, Reply, Said, Submitted, Typed
from bot.escalation.advance import advance
from bot.escalation.calendar import Calendar, parse_hours
from bot.escalation.case import Case
from bot.escalation.decision import Decision
from bot.escalation.facts import Fact
from bot.escalation.org import Chain, Level, Org, Person, Service, Severity
from bot.escalation.requests import Acknowledge, Confirm, MakePromise, Note, Report, Request, Resolve, Tick
from bot.escalation.span import Span
from bot.escalation.words import CaseId, ChainId, MessageKind, PersonId, ServiceId, Text, case_name
from bot.ports import Address, Letter, Mailbox, Parcel, Store, Where

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHANNELS = ("billing", "leadership")
HOURS = Calendar("Europe/London", parse_hours("Mon-Fri 09:00-17:30"))


def person(id: str, name: str, manager: str | None = None, team: str | None = None) -> Person:
    """Somebody of the office."""
    return Person(PersonId(id), name, HOURS, PersonId(manager) if manager else None, team=team)


def level(to: str, respond: str, resolve: str, nag: str) -> Level:
    """One level of the chain."""
    return Level(to, Span.parse(respond), Span.parse(resolve), Span.parse(nag))


PEOPLE = (
    person("rita", "Rita Lund", "cleo"),
    person("ana", "Ana Díaz", "bruno", "billing"),
    person("ben", "Ben Okoro", "bruno", "metering"),
    person("bruno", "Bruno Weiss", "cleo"),
    person("cleo", "Cleo Martin"),
)
LEVELS = (level("owner", "1h", "2d", "2h"), level("manager", "2h", "1d", "4h"), level("cleo", "4h", "1d", "4h"))
ORG = Org(
    name="Harbour Energy",
    zone="Europe/London",
    calendar_default=HOURS,
    people={p.id: p for p in PEOPLE},
    services={
        ServiceId("billing"): Service(ServiceId("billing"), "Billing", PersonId("ana"), ChainId("standard"), "billing", channel="billing"),
        ServiceId("meters"): Service(ServiceId("meters"), "Meters", PersonId("ben"), ChainId("standard"), "metering", default=True),
    },
    chains={ChainId("standard"): Chain(ChainId("standard"), LEVELS)},
    severities={"normal": Severity("normal", 0, default=True)},
    admins=(PersonId("cleo"),),
)


@dataclass
class WoundClock:
    """A clock that stands until somebody moves it."""

    time: datetime = MONDAY
    kind: Literal["manual", "real", "fast"] = "manual"

    def now(self) -> datetime:
        return self.time


@dataclass
class MemoryMailbox(Mailbox):
    """Letters in a list."""

    kept: dict[str, Letter] = field(default_factory=dict)
    time: datetime | None = None

    async def post(self, letter: Letter) -> Letter:
        known = await self.by_key(letter.key)
        if known is None:
            known = replace(letter, id=f"m{len(self.kept) + 1}")
            self.kept[known.id] = known
        return known

    async def edit(self, letter: str, text: str, buttons: Sequence[Button], at: datetime) -> None:
        self.kept[letter] = replace(self.kept[letter], text=text, buttons=tuple(buttons), edited=at)

    async def letter(self, letter: str) -> Letter | None:
        return self.kept.get(letter)

    async def by_key(self, key: str) -> Letter | None:
        return next((letter for letter in self.kept.values() if letter.key == key), None)

    async def letters(self, to: str) -> list[Letter]:
        return [letter for letter in self.kept.values() if letter.to == to]

    async def react(self, letter: str, emoji: str, person: str) -> None:
        known = self.kept[letter]
        if (emoji, person) not in known.reactions:
            self.kept[letter] = replace(known, reactions=(*known.reactions, (emoji, person)))

    async def remembered_time(self) -> datetime | None:
        return self.time

    async def remember_time(self, now: datetime) -> None:
        self.time = now


@dataclass
class MemoryStore:
    """What the API and this desk ask of a store, in dictionaries."""

    org_now: Org = ORG
    kept: dict[CaseId, Case] = field(default_factory=dict)
    facts_of: dict[CaseId, list[Fact]] = field(default_factory=dict)
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator["MemoryStore"]:
        yield self

    read = begin

    async def org(self) -> Org:
        return self.org_now

    async def case(self, case: CaseId) -> Case | None:
        return self.kept.get(case)

    async def timeline(self, case: CaseId) -> list[Fact]:
        return self.facts_of[case]

    async def cases(self, where: Where) -> list[Case]:
        return sorted(self.kept.values(), key=lambda case: case.id, reverse=True)[: where.limit]

    async def next_due(self) -> datetime | None:
        return min((case.due for case in self.kept.values() if case.due is not None), default=None)

    async def answered(self, key: str) -> Mapping[str, Any] | None:
        return self.answers.get(key)

    async def remember(self, key: str, answer: Mapping[str, Any]) -> None:
        self.answers[key] = answer

    async def save(self, decision: Decision) -> None:
        if decision.case is not None:
            self.kept[decision.case.id] = decision.case
            self.facts_of.setdefault(decision.case.id, []).extend(decision.facts)


REPORT = Form(
    "report/1",
    "Report a problem",
    (
        Field("service", "What is it about?", "select", True, (Option("billing", "Billing"), Option("meters", "Meters"))),
        Field("title", "What is wrong?", "text", True),
        Field("text", "Tell us more", "long"),
        Field("asked_before", "How often did you ask already?", "number", value="0"),
        Field("private", "Only for those on it", "check"),
    ),
)
PROMISE = Form("promise/1", "When will it be done?", (Field("until", "By when?", "time", True),))
BUTTONS = {
    MessageKind.ASSIGNED: (("ack", "Acknowledge", "primary"), ("promise", "Promise", "plain"), ("resolve", "Resolve", "plain")),
    MessageKind.NAG: (("ack", "Acknowledge", "primary"), ("resolve", "Resolve", "plain")),
    MessageKind.BRIEF: (("ack", "Acknowledge", "primary"), ("resolve", "Resolve", "plain")),
    MessageKind.CONFIRM: (("confirm", "Yes, fixed", "primary"), ("reopen", "No, still broken", "danger")),
}


@dataclass
class Office:
    """Everything behind the API, and the desk itself."""

    store: MemoryStore = field(default_factory=MemoryStore)
    clock: WoundClock = field(default_factory=WoundClock)
    letters: MemoryMailbox = field(default_factory=MemoryMailbox)
    events: Events = field(default_factory=Events)
    heard: list[Inbound] = field(default_factory=list)
    settled: int = 0
    story: Sequence[Mapping[str, Any]] = ()
    reply: Callable[[Inbound], Reply] | None = None  # where a test wants to say itself what is answered
    waiting: list[Parcel] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mailbox = Announced(self.letters, self.events)

    @property
    def workspace(self) -> Workspace:
        """The surroundings of the API."""
        return Workspace(
            desk=self,
            store=cast(Store, self.store),
            mailbox=self.mailbox,
            clock=self.clock,
            wind=self.wind,
            settle=self.settle,
            channels=CHANNELS,
            reactions=("🎫",),
            story=lambda: self.story,
            events=self.events,
        )

    async def handle(self, inbound: Inbound) -> Reply:
        """Answer by the test's word, or as a desk of few verbs does."""
        self.heard.append(inbound)
        if self.reply is not None:
            return self.reply(inbound)
        match inbound:
            case Said(text=text) if text.startswith("/"):
                return await self._command(inbound, text.split())
            case Pressed(button="promise", case=case):
                return Reply(form=replace(PROMISE, id=f"promise/{case}"))
            case Pressed(case=case) if case is not None:
                return await self._verb(inbound.button, inbound.by, case)
            case Submitted():
                return await self._form(inbound)
            case Reacted(emoji="🎫"):
                return Reply.say("Thank you, it is a case now.")
            case _:
                return Reply()

    async def _command(self, said: Said, words: list[str]) -> Reply:
        if words[:2] == ["/case", "report"] and len(words) == 2:
            return Reply(form=REPORT)
        if words[:2] == ["/case", "report"]:
            return await self._report(said.by, "billing", " ".join(words[2:]), said.place.conversation)
        if words[:2] == ["/case", "note"]:
            await self._decide(CaseId(int(words[2])), Note(said.by, Text(" ".join(words[3:]))))
            return Reply.say("Noted.", case=CaseId(int(words[2])))
        return Reply.say("I do not know ", Typed(said.text), "; try /case report.", refused=True)

    async def _form(self, sent: Submitted) -> Reply:
        verb, _, about = sent.form.partition("/")
        if verb == "promise":
            if "friday" not in str(sent.values.get("until", "")).lower():
                return Reply(errors={"until": "I cannot read that as a time; write it like Friday 15:00."})
            case = self.store.kept[CaseId(int(about))]
            await self._decide(case.id, MakePromise(sent.by, self.clock.time + timedelta(days=4, hours=6)))
            return Reply.say("Promised for Friday 15:00.", case=case.id)
        if not str(sent.values.get("title") or "").strip():
            return Reply(errors={"title": "Say in a few words what is wrong."})
        return await self._report(
            sent.by, str(sent.values.get("service")), str(sent.values["title"]), None, bool(sent.values.get("private"))
        )

    async def _report(self, by: PersonId, service: str, title: str, channel: str | None, private: bool = False) -> Reply:
        number = CaseId(len(self.store.kept) + 1)
        report = Report(number, by, ServiceId(service), Text(title), Text(title), private=private)
        await self._decide(None, report)
        if channel is not None and not channel.startswith("@"):
            self._send(f"card/{number}", channel, Card(("C-", str(number), " ", Typed(title)), case=number))
        return Reply.say("Thank you. It is ", case_name(number), ".", case=number)

    async def _verb(self, verb: str, by: PersonId, number: CaseId) -> Reply:
        requests: Mapping[str, Request] = {
            "ack": Acknowledge(by),
            "confirm": Confirm(by),
            "resolve": Resolve(by, Text("The reading was mistyped."), "process"),
        }
        decision = await self._decide(number, requests[verb])
        if decision.refusal is not None:
            return Reply.say("Only ", " or ".join(decision.refusal.who), " may do that.", refused=True, case=number)
        return Reply.say("Done.", case=number)

    async def _decide(self, number: CaseId | None, request: Request) -> Decision:
        case = self.store.kept[number] if number is not None else None
        decision = advance(case, request, self.store.org_now, self.clock.time)
        await self.store.save(decision)
        for message in decision.messages:
            about = self.store.kept[message.case]
            title = (case_name(message.case), " · ", Typed(about.title))
            lines = ((message.kind.value.capitalize(), " for you. ", "Due next: ", str(about.due)),)
            buttons = tuple(Button(verb, label, message.case, style=style) for verb, label, style in BUTTONS.get(message.kind, ()))  # type: ignore[arg-type]  # a table of plain words
            self._send(message.key, f"@{message.to}", Card(title, lines, buttons, case=message.case))
        return decision

    def _send(self, key: str, to: str, card: Card) -> None:
        self.waiting.append(Parcel(key, Address("local", "local", to), card, "Europe/London", self.clock.time))

    async def settle(self) -> None:
        """Deliver what is waiting."""
        self.settled += 1
        messenger, parcels = LocalMessenger(self.mailbox), self.waiting[:]
        self.waiting.clear()
        for parcel in parcels:
            await messenger.send(parcel)

    async def wind(self, to: datetime) -> int:
        """Run everything due until then at its own time."""
        fired = 0
        while (due := await self.store.next_due()) is not None and due <= to:
            self.clock.time = max(due, self.clock.time)
            case = min((c for c in self.store.kept.values() if c.due == due), key=lambda c: c.id)
            await self._decide(case.id, Tick())
            await self.settle()
            fired += 1
        self.clock.time = to
        return fired
