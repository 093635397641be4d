"""What the inside needs of the outside, named for the need. Adapters and the store fulfil it; tests run every implementation
through one contract suite."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, Protocol

from bot.chat import Button, Card, Line
from bot.escalation.announcing import Announcement
from bot.escalation.case import Case, Place
from bot.escalation.decision import Decision
from bot.escalation.facts import Fact
from bot.escalation.org import Absence, Account, Org
from bot.escalation.probing import Seen, Watch
from bot.escalation.words import CaseId, Kind, MessageKind, PersonId, RouteId, ServiceId


class Clock(Protocol):
    """Where the time of the cases comes from. Leases and back-off use machine time instead (DESIGN.md section 11.23)."""

    kind: Literal["manual", "real", "fast"]

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""


# --- the store -------------------------------------------------------------------------------------------------------------


LEASE = timedelta(seconds=60)
"""How long a conversation is one process's to send to, unless the configuration says otherwise."""
BEHIND = timedelta(seconds=2)
"""Of the cases' time. What is due for longer than this was not decided in its turn: there is a backlog."""


class NotSaved(Exception):
    """Nothing of this transaction was kept: it took too long, or another one came first. The same again may work."""

    def __init__(self, sentence: str = "Not saved, please try again.") -> None:
        super().__init__(sentence)


class Away(NotSaved):
    """The database does not answer, or the connection to it broke: nothing was kept, or could be read."""

    def __init__(self) -> None:
        super().__init__("The database does not answer, please try again.")


class Unsure(NotSaved):
    """The database went away in the middle of the commit: all of this transaction was kept, or nothing of it."""

    def __init__(self) -> None:
        super().__init__("The database went away, so I cannot tell whether this was saved. Please look before you try again.")


@dataclass(frozen=True, slots=True)
class Where:
    """Which cases to list. Fields that are None do not restrict; the newest come first."""

    live: bool | None = None
    owner: PersonId | None = None
    accountable: PersonId | None = None
    reporter: PersonId | None = None
    on_it: PersonId | None = None  # reporter, keyholder, affected, owner, accountable or asked to take it over
    service: ServiceId | None = None
    kind: Kind | None = None
    cause: str | None = None  # as `cause_key` writes it; together with a service
    origin: CaseId | None = None  # what came of this case
    climbed: bool | None = None  # above level 0, or not
    thread: Place | None = None  # its card or its report is in this thread (platform, workspace, conversation, thread)
    closed_from: datetime | None = None
    closed_until: datetime | None = None
    opened_until: datetime | None = None
    before: CaseId | None = None  # with a smaller number: to read on where a limit cut off
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class Pause:
    """The emergency brake is on: nothing happens by itself."""

    why: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """How late the oldest work is, for `/healthz` and the metrics."""

    oldest_due: datetime | None  # business time
    deliveries_waiting: int
    oldest_delivery: datetime | None  # machine time: since when it could have gone out
    parked: int
    live: int
    paused: Pause | None = None


@dataclass(frozen=True, slots=True)
class DigestRecord:
    """A digest as it was sent: never computed again."""

    channel: str  # "local:leadership"
    day: date  # the local date it belongs to
    start: datetime
    end: datetime
    content: Mapping[str, Any]  # the JSON of DESIGN.md section 9
    parts: tuple[Mapping[str, Any], ...] = ()  # what each of its messages draws, the first one first; none if it is one message


@dataclass(frozen=True, slots=True)
class Known:
    """What a platform told about a person; what is None stays as it is known.

    Who is not in the configuration is a newcomer: they can report, and own nothing yet. With `accounts`, `gone` says that these
    accounts were deactivated (or are there again); somebody with several is gone only when all of them are.
    """

    id: PersonId
    name: str | None = None
    zone: str | None = None
    gone: bool | None = None
    reachable: bool | None = None
    accounts: tuple[Account, ...] = ()  # beside those known already
    email: str | None = None  # by which these accounts were found: they count as long as the configuration gives this address
    named: bool = False  # these accounts are known to be theirs already: only `gone` is told
    same_as: PersonId | None = None  # who they turned out to be; themselves again, where that is taken back
    prefers: str | None = None  # the platform on which they like to be written to


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A code by which two accounts become one person's: who asked for it where, and until when it counts. Never the code itself."""

    person: PersonId
    digest: str
    platform: str
    workspace: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Overdue:
    """A case whose due time has come, as far as must be known to decide what to do first."""

    case: CaseId
    due: datetime
    level: int
    accountable: PersonId | None


@dataclass(frozen=True, slots=True)
class Coming:
    """What happens next by itself, digests apart. Times that have passed are those of what is due now."""

    paused: Pause | None  # then nothing does
    case: datetime | None
    reminder: datetime | None  # of an announcement
    postponed: datetime | None  # of a message that was put off, later than now


class Reading(Protocol):
    """What can be read without writing."""

    async def org(self) -> Org:
        """Return the configured organisation with absences and accounts as they are now laid over it."""

    async def case(self, case: CaseId) -> Case | None:
        """Return a case; inside a transaction it stays locked until the end."""

    async def timeline(self, case: CaseId) -> list[Fact]:
        """Return a case's facts, the first first."""

    async def facts(self, refs: Sequence[tuple[CaseId, int]]) -> dict[tuple[CaseId, int], Fact]:
        """Return single facts by case and number."""

    async def cases(self, where: Where) -> list[Case]:
        """Return the cases that fit, the newest first."""

    async def reported_since(self, person: PersonId, since: datetime, most: int) -> list[datetime]:
        """Return when this person reported something after `since`, the latest `most` times."""

    async def like(self, case: Case, closed_since: datetime | None, most: int) -> dict[CaseId, tuple[str, str]]:
        """Return title and beginning of the text of public problems of its service whose words are most like a case's, the likeliest first.

        They are live, or closed as fixed or unconfirmed since a time (None: live only). Nothing private is among them, nor the case itself.
        """

    async def on_live(self) -> frozenset[PersonId]:
        """Return everybody who is on a live case."""

    async def routes(self) -> dict[RouteId, Watch]:
        """Return what is known of the contact routes that were looked at or reported."""

    async def announcements(self, until_after: datetime) -> list[Announcement]:
        """Return the announcements that are not withdrawn and end after this time, the earliest first."""

    async def announcement(self, number: int) -> Announcement | None:
        """Return an announcement, also one that was withdrawn; inside a transaction it stays locked until the end."""

    async def posting(self, place: Place) -> bool:
        """Tell whether a card was sent to this conversation a moment ago of which it is not known yet as which message it stands."""

    async def unasked(self, case: CaseId, since: datetime, *, surely: bool) -> bool:
        """Tell whether nobody has had the question whether a case is fixed, or a reminder of it, queued from `since` on, and it waits.

        What was given up does not wait. `surely`: it is certain that it is not there; else it may be, and nobody knows.
        """

    async def next_reminder(self) -> datetime | None:
        """Return when the next announcement is to be told of again."""

    async def concerned(self, service: ServiceId) -> frozenset[PersonId]:
        """Return everybody who is on a live case of a service."""

    async def next_due(self) -> datetime | None:
        """Return the earliest due time of any case that is not parked."""

    async def overdue(self, now: datetime, after: Overdue | None, limit: int) -> list[Overdue]:
        """Return which cases are due at this time, the earliest first, from the one after `after` on."""

    async def paused(self) -> Pause | None:
        """Return why nothing happens by itself, and since when; None if all goes its way."""

    async def last_digest(self, channel: str) -> DigestRecord | None:
        """Return the latest digest of a channel."""

    async def digest(self, channel: str, day: date) -> DigestRecord | None:
        """Return the digest of a channel and local date, if it was sent."""

    async def of_note(self, since: datetime, end: datetime) -> list[CaseId]:
        """Return the cases that a digest may tell of: something happened to them, or they may have been at the top, a change or a debt."""

    async def timelines(self, cases: Sequence[CaseId]) -> dict[CaseId, list[Fact]]:
        """Return the facts of several cases, the first first."""

    def sketches(self, cases: Sequence[CaseId]) -> AsyncIterator[list[Fact]]:
        """Yield the timelines of these cases as far as a digest looks at them, without names and texts; a few at a time."""

    async def told_facts(self, start: datetime, end: datetime) -> int:
        """Return how many facts of a span a digest has something to tell of."""


class Tx(Reading, Protocol):
    """One transaction: all of it happens, or none."""

    async def answered(self, key: str) -> Mapping[str, Any] | None:
        """Return what was answered to this inbound event before, if it was handled already."""

    async def remember(self, key: str, answer: Mapping[str, Any]) -> None:
        """Keep the answer to an inbound event, so that the same event again has no second effect."""

    async def due_of(self, cases: Sequence[CaseId], now: datetime) -> list[Case]:
        """Return those of these cases whose due time has come, locked; those that others hold are left out."""

    async def next_case(self) -> CaseId:
        """Return the number for a new case. Numbers are never used twice."""

    async def locked(self, cases: Sequence[CaseId]) -> dict[CaseId, Case]:
        """Return several cases, locked in number order."""

    async def save(self, decision: Decision) -> None:
        """Write the case, its facts (linked into the hash chain), a delivery for each message, and mark its cards as wanted anew."""

    async def due(self, now: datetime, limit: int) -> list[Case]:
        """Return cases whose due time has come, the earliest first, locked; those that others hold are left out."""

    async def park(self, case: CaseId, why: str) -> None:
        """Take a case that the engine cannot decide out of the due list, and tell the admins."""

    async def show_card(self, case: CaseId, place: Place) -> None:
        """Keep a card of this case in this place: posted once, then edited in place whenever the case changes."""

    async def cards(self, case: CaseId) -> list[Place]:
        """Return where this case has a card."""

    async def echo(self, case: CaseId, fact: int, said: Place) -> None:
        """Queue what a fact says for the threads of the case's other cards; in the one where it was said, everybody has read it."""

    async def notify(self, key: str, to: PersonId, line: Line) -> None:
        """Queue one line to one person that no case's fact stands behind (an admin's notice)."""

    async def notify_channel(self, key: str, channel: str, line: Line) -> None:
        """Queue one line for a channel that the configuration names."""

    async def route(self, route: RouteId) -> Watch:
        """Return what is known of a route, locked until the end, also where nothing is."""

    async def keep_route(self, watch: Watch) -> None:
        """Keep what is known of a route."""

    async def announce(self, announcement: Announcement) -> Announcement:
        """Keep a new announcement and return it with its number."""

    async def reannounce(self, announcement: Announcement) -> None:
        """Keep what has become of an announcement."""

    async def due_reminders(self, now: datetime, limit: int) -> list[Announcement]:
        """Return the announcements that are to be told of again at this time, locked; those that others hold are left out."""

    async def post_digest(self, record: DigestRecord) -> bool:
        """Keep a digest and queue its delivery; False if this channel has one for this day already."""

    async def know(self, person: Known) -> None:
        """Keep what a platform told about a person."""

    async def keep_code(self, code: LinkCode) -> None:
        """Keep a code, in place of an earlier one of the same person."""

    async def use_code(self, digest: str) -> LinkCode | None:
        """Return the code with this digest, which nobody can use a second time."""

    async def guessed(self, person: PersonId, since: datetime, now: datetime) -> int:
        """Count one more code that this person entered and nobody has; return how many that makes since a time."""

    async def guesses(self, person: PersonId, since: datetime) -> int:
        """Return how many codes that nobody has this person entered since a time."""

    async def add_absence(self, absence: Absence) -> None:
        """Record that a person is away."""

    async def end_absences(self, person: PersonId, at: datetime) -> int:
        """End the absences that were added at run time and are running or to come; return how many."""

    async def touched_by(self, people: Sequence[PersonId]) -> list[CaseId]:
        """Return the live cases that these people own, answer for, reported, or were asked to take over."""

    async def forget_report(self, case: CaseId) -> None:
        """Take back a report that was never a case (`Not a case`, within ten minutes): it leaves lists, figures and the due list."""


class Store(Protocol):
    """Where everything is kept."""

    def begin(self) -> AbstractAsyncContextManager[Tx]:
        """Begin a transaction that may write; it commits at the end, and is undone by an exception."""

    def read(self) -> AbstractAsyncContextManager[Reading]:
        """Begin a reading that sees one moment."""

    async def coming(self, now: datetime) -> Coming:
        """Return what happens next by itself. It is asked each second and before each reminder, so it is one question alone."""

    async def health(self, now: datetime) -> Health:
        """Return how late the oldest work is."""

    def export(self) -> AsyncIterator[tuple[Case, list[Fact]]]:
        """Yield every case with its timeline, the first first."""

    async def close(self) -> None:
        """Let go of the database."""


# --- delivering -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """Where on a platform a message goes. Conversation "@ana" is that person's direct messages."""

    platform: str
    workspace: str
    conversation: str
    thread: str | None = None

    @property
    def lane(self) -> str:
        """What at most one message at a time goes to, in order."""
        return f"{self.platform}:{self.workspace}:{self.conversation}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, and the same in words for whoever does not see it."""

    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message, ready for a platform. With `edit` it replaces the message of that id."""

    key: str
    address: Address
    card: Card
    zone: str  # the reader's, for the times in it
    at: datetime  # the time of the cases at which it is said
    edit: str | None = None
    person: PersonId | None = None  # who is meant by it; in a thread they are called by name
    since: datetime | None = None  # machine time before which it cannot have been sent, for whoever looks it up
    picture: Picture | None = None  # its card's chart, where that could be drawn; a message is never kept back for it


@dataclass(frozen=True, slots=True)
class Delivered:
    """It is there; `message` is the platform's id of it. The conversation rests for a while, where the platform wants it to."""

    message: str
    rest: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class TryLater:
    """Nothing wrong with the message: a rate limit, a timeout, a restart. `ambiguous` if it may have arrived all the same.

    `alone` where only this message waits and its conversation goes on: a limit on edits holds up no post. `vanished` where there is
    nothing left to edit: it is to be posted anew.
    """

    why: str
    after: timedelta | None = None
    ambiguous: bool = False
    alone: bool = False
    vanished: bool = False


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Sending again would fail again: an account that is gone, a deleted channel.

    `dead` if nothing gets there any more. `mendable` if nothing is wrong with the message or its address, and somebody can mend what
    is: it takes another route if there is one, and waits if there is none. `expected` if this was only worth a try: the next route is
    taken without telling anybody.
    """

    why: str
    dead: bool = False
    mendable: bool = False
    expected: bool = False


Outcome = Delivered | TryLater | GiveUp


@dataclass(frozen=True, slots=True)
class Limit:
    """`at_once` calls, and from then on one `every` so often, for all processes together.

    `alone` where only what exceeds it waits; otherwise its conversation waits with it, so that nothing overtakes it.
    """

    name: str  # "slack:T1:chat.update"
    every: timedelta
    at_once: int = 1
    alone: bool = False


class LookedUpInVain(Exception):
    """A platform does not let us look whether a message arrived, until somebody mends it."""


class Messenger(Protocol):
    """One platform, as the outbox sees it."""

    platform: str

    def limits(self, address: Address, *, edit: bool) -> tuple[Limit, ...]:
        """Return which limits a sending to this address counts against."""

    async def send(self, parcel: Parcel) -> Outcome:
        """Post or edit a message. Never raises for what a platform may answer."""

    async def find(self, parcel: Parcel) -> str | None:
        """Return the id of the message with this parcel's key, if an earlier, ambiguous sending got there after all."""


class Directory(Protocol):
    """Which way to a person on one platform."""

    def addresses(self, person: PersonId, org: Org, thread: Place | None) -> tuple[Address, ...]:
        """Return the routes to a person, the preferred one first; the last one may be the thread of the case that it is about."""


class Routes(Protocol):
    """Which ways to a person, over all platforms."""

    def addresses(self, person: PersonId, org: Org, threads: Sequence[Place]) -> tuple[Address, ...]:
        """Return the routes to a person, the preferred one first; threads of the case that it is about are the last ones."""


class Places(Protocol):
    """Channels that the configuration names, as `platform:channel`."""

    def address(self, channel: str) -> Address | None:
        """Return the address of `local:leadership`; None if no platform here has it."""


DeliveryKind = MessageKind | Literal["notice", "digest", "card", "echo"]


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom a delivery goes: a person by whatever route, a channel that the configuration names, or the place of a card or its thread."""

    person: PersonId | None = None
    channel: str | None = None
    place: Place | None = None
    threads: tuple[Place, ...] = ()  # where the case's cards stand: ways to a person whose direct messages are closed
    thread: str | None = None  # in the channel: under which message


LaneOf = Callable[[Recipient, int], str]  # the lane of a recipient's address, by the number of the route


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a card has come: what it should show, what it shows, and the platform's id of it once it is posted."""

    wanted: int
    drawn: int | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one place, with its case and its fact as they are when it is claimed."""

    id: int
    key: str
    kind: DeliveryKind
    to: Recipient
    lane: str
    route: int = 0  # which of the person's addresses; the next one only after the one before has refused
    attempts: int = 0
    ambiguous: bool = False  # an earlier sending may have arrived: look before sending again
    bundle: str | None = None  # the key under which it was sent together with others
    case: Case | None = None
    fact: Fact | None = None
    line: Line | None = None  # a notice's
    digest: Mapping[str, Any] | None = None
    card: Standing | None = None
    said_in: str | None = None  # an echo's: the platform on which it was said
    since: datetime | None = None  # machine time at which it could have gone out first
    unreadable: bool = False  # its case is there, but damaged: it can be neither judged nor drawn


@dataclass(frozen=True, slots=True)
class Load:
    """What one lane has ready: its most urgent delivery and, where that is a nag, the person's other nags."""

    lane: str
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of a lane's load, fixed before anything is sent. Without `flying` the lane is free again."""

    lane: str
    flying: tuple[int, ...] = ()
    bundle: str | None = None
    dropped: Mapping[int, str] = field(default_factory=dict)  # not wanted any more, and why
    postponed: Mapping[int, datetime] = field(default_factory=dict)  # not before this time of the cases
    rerouted: tuple[int, ...] = ()  # the way to them has changed since the lane was chosen
    limits: tuple[Limit, ...] = ()  # what flies must fit into these, or waits


@dataclass(frozen=True, slots=True)
class Arrived:
    """It is there. `drawn` is the version that a card shows now: 0 where that is not known, None for what is no card."""

    message: str
    drawn: int | None = None
    rest: timedelta = timedelta()  # how long the lane rests


@dataclass(frozen=True, slots=True)
class Held:
    """To be tried again after `wait`. The lane waits for `lane_wait`, so that one bad message does not block it for ever."""

    why: str
    wait: timedelta
    lane_wait: timedelta
    ambiguous: bool = False
    notices: tuple[tuple[str, PersonId, Line], ...] = ()
    vanished: bool = False  # the card that it should edit is not there any more


@dataclass(frozen=True, slots=True)
class NextRoute:
    """Refused here: the address that is so many `further` in the person's list; `notices` tell the admins."""

    why: str
    notices: tuple[tuple[str, PersonId, Line], ...] = ()
    further: int = 1


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Refused everywhere; `notices` tell the admins, each by its own key. `lost` is who cannot be reached at all any more."""

    why: str
    notices: tuple[tuple[str, PersonId, Line], ...] = ()
    lost: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """How a lane's sending ended."""

    lane: str
    deliveries: tuple[int, ...]
    end: Arrived | Held | NextRoute | GivenUp


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits to be delivered, for `/healthz`: how much could go now, and since when (machine time)."""

    waiting: int
    oldest: datetime | None


class Outbox(Protocol):
    """The queue of deliveries. Leases, back-off and the lanes' free times run on machine time, the database's own."""

    async def claim(self, token: str, now: datetime, platforms: Collection[str], lane_of: LaneOf, limit: int) -> list[Load]:
        """Take up to `limit` free lanes of these platforms that have something to deliver, the most urgent first.

        A lane is held by one token at a time, until it is marked or its lease ends. What was in flight when a lease ended comes
        back as ambiguous.
        """

    async def commit(self, token: str, plans: Sequence[Plan]) -> set[str]:
        """Fix what will be sent and by which key, before it is sent; return the lanes that this token still holds and that may send.

        Those whose limits are used up are let go, their deliveries to be claimed again when the limits allow it.
        """

    async def mark(self, token: str, marks: Sequence[Mark], now: datetime) -> int:
        """Write down how sendings ended and free their lanes; return how many counted. An old token marks nothing."""

    async def release(self, token: str) -> None:
        """Free the lanes of this token that have nothing in flight."""

    async def nags_sent(self, since: Mapping[PersonId, datetime]) -> dict[PersonId, int]:
        """Return how many nag messages (a bundle is one) each person got since a time of the cases."""

    async def backlog(self, now: datetime) -> Backlog:
        """Return what waits and could go at `now`."""

    async def rests(self) -> timedelta | None:
        """Return how long (machine time) until the first conversation that rests or is leased is free again; None if all are."""


# --- looking outside --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """What a probe saw of a contact route, in a few words that may be shown to anybody.

    `silent` says that nothing was heard from there: that may also be the fault of the machine that looks.
    """

    seen: Seen
    what: str
    silent: bool = False


class Prober(Protocol):
    """Looks whether a web address answers."""

    async def probe(self, address: str) -> Look:
        """Look once, within a few seconds. Never raises for what the outside may answer."""


# --- the local workspace ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of the local workspace. `to` is "@ana" for direct messages, else a channel."""

    id: str
    key: str
    at: datetime
    sender: str  # a person's id, or "buckstop"
    to: str
    text: str
    thread: str | None = None
    case: CaseId | None = None
    cases: tuple[CaseId, ...] = ()
    buttons: tuple[Button, ...] = ()
    edited: datetime | None = None
    reactions: tuple[tuple[str, str], ...] = ()  # emoji, person


class Mailbox(Protocol):
    """Where the local workspace keeps its messages: by key, so that the same one sent twice is there once."""

    async def post(self, letter: Letter) -> Letter:
        """Keep a letter (its id is given here) and return it; if its key is there already, return that one unchanged."""

    async def edit(self, letter: str, text: str, buttons: Sequence[Button], at: datetime) -> None:
        """Replace the text and the buttons of a letter."""

    async def letter(self, letter: str) -> Letter | None:
        """Return one letter."""

    async def by_key(self, key: str) -> Letter | None:
        """Return the letter with this key."""

    async def letters(self, to: str) -> list[Letter]:
        """Return what is in a channel, or in a person's direct messages ("@ana"), oldest first."""

    async def react(self, letter: str, emoji: str, person: str) -> None:
        """Add a reaction, once per person and emoji."""

    async def remembered_time(self) -> datetime | None:
        """Return the manual clock's time, as it was kept."""

    async def remember_time(self, now: datetime) -> None:
        """Keep the manual clock's time; it never goes back."""


# The kinds that are worth more than a reminder when a platform's limit lets only some through, the smallest number first.
PRIORITY: Mapping[DeliveryKind, int] = {
    MessageKind.BRIEF: 0,
    MessageKind.CONFIRM: 1,
    MessageKind.QUESTION: 1,
    MessageKind.RECEIPT: 1,
    MessageKind.ASSIGNED: 1,
    MessageKind.OFFER: 1,
    MessageKind.ADMIN: 2,
    "notice": 2,
    MessageKind.NEWS: 3,
    "echo": 3,
    MessageKind.RECHECK: 3,
    MessageKind.CONSENT: 3,
    MessageKind.LACKED: 3,
    MessageKind.OUTCOME: 3,
    MessageKind.REMEDY: 1,
    MessageKind.CAUSE: 3,
    MessageKind.SILENT: 3,
    "digest": 3,
    MessageKind.NAG: 4,
    "card": 5,
}


# --- what comes in ----------------------------------------------------------------------------------------------------------


class Heard(Protocol):
    """Up to when a platform's events have been heard: what it told of later is asked for after a break. Machine time."""

    async def until(self, name: str) -> datetime | None:
        """Return up to when; None if nothing was ever heard."""

    async def keep(self, name: str, at: datetime) -> None:
        """Keep up to when; it never goes back."""

    async def under(self, beginning: str) -> Mapping[str, datetime]:
        """Return up to when, for every name that begins like this."""
