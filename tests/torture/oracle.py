"""Who must have been told what? A plain slow model of a case, written from DESIGN.md, which shares no code with Buckstop.

It is given what people did and when that was accepted, as they saw it, and it knows that a process may be dead for some time. Where two
orders of things were possible (somebody acknowledged in the very second in which the case went up), it follows both: each is a *world*,
and Buckstop is right if it did all of one of them, and nothing else.

Times are seconds since 1970.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import floor

Key = tuple[str, str]
"""What, and who was told it: ("nag", "ana")."""

PATIENCE = 25.0
"""Seconds that something may be late while processes are killed all the time, before a later one may stand for it."""
GRACE = 10.0
"""Seconds that a message may be on its way: what was wanted when it was sent may no longer be when it comes."""
BREATH = 0.25
"""Seconds that two clocks of one machine, and the rounding of a timestamp, may make something look early."""


@dataclass(frozen=True)
class Staff:
    """Who is who."""

    reporters: tuple[str, ...]
    owners: Mapping[str, str]  # of services
    managers: Mapping[str, str]
    chief: str

    def at(self, owner: str, level: int) -> str:
        """Return who is accountable at a level."""
        return (owner, self.managers[owner], self.chief)[level]


@dataclass(frozen=True)
class Rules:
    """How long things take, in seconds."""

    nag_every: float
    respond_within: float
    confirm_within: float


@dataclass(frozen=True)
class Span:
    """Something happened at some time from `lo` to `hi`."""

    lo: float
    hi: float

    def later(self, by: float, at_most: float) -> "Span":
        """Return when something happens that comes so much later, or later still by `at_most`."""
        return Span(self.lo + by, self.hi + by + at_most)


@dataclass(frozen=True)
class Act:
    """What somebody did. `sure`: Buckstop said that it is done; otherwise it died over it, and nobody can know."""

    verb: str
    by: str
    when: Span
    sure: bool = True


@dataclass(frozen=True)
class Case:
    """What is known of a case from outside."""

    reporter: str
    service: str
    opened: Span
    acts: Sequence[Act]
    cards: Sequence[str] = ()  # the channels in which it stands


@dataclass(frozen=True)
class Nags:
    """A stretch of time in which somebody is reminded."""

    who: str
    when: Span
    least: int
    most: int


@dataclass(frozen=True)
class World:
    """One way in which it can have gone: what must have been told, what may have been, who was reminded when, and when it was over."""

    must: Counter[Key] = field(default_factory=Counter)
    may: Counter[Key] = field(default_factory=Counter)
    nags: tuple[Nags, ...] = ()
    due: tuple[tuple[Key, float], ...] = ()  # what happened by itself, and when it was due at the earliest
    closed: float | None = None


@dataclass(frozen=True)
class _Now:
    """A case as it stands, on the way through its life."""

    world: World
    status: str
    level: int
    since: Span  # of the reminders
    arrived: Span
    answered: bool = False  # at this level: nothing goes up any more
    owner_knows: bool = False
    climbed: bool = False
    asked_outcome: bool = False
    resolver: str = ""
    asked: Span | None = None
    confirm_by: Span | None = None
    told_if_lasting: tuple[tuple[Key, float], ...] = ()  # need not be told any more once the case has moved on


class Oracle:
    """Computes worlds."""

    def __init__(self, staff: Staff, rules: Rules, patience: float = PATIENCE) -> None:
        """`patience` is how long something may be late, in seconds: as long as processes were killed all the time, at least."""
        self._staff = staff
        self._patience = patience
        self._rules = rules

    def worlds(self, case: Case, until: float) -> list[World]:
        """Return every way in which a case can have gone up to a time."""
        owner = self._staff.owners[case.service]
        first = World(Counter({("receipt", case.reporter): 1, ("assigned", owner): 1, **{("card", place): 1 for place in case.cards}}))
        start = _Now(first, "open", 0, case.opened, case.opened)
        return list(self._on(case, start, 0, until))

    def _on(self, case: Case, now: _Now, n: int, until: float) -> Iterator[World]:
        """Go on with the next act, or with what happens by itself before it; both, if nobody can know."""
        act = case.acts[n] if n < len(case.acts) else None
        itself = self._by_itself(now)
        next_act = act.when if act is not None else Span(until, until)
        if itself is not None and itself.lo <= next_act.hi:
            moment = Span(itself.lo, min(itself.hi, next_act.hi))
            yield from self._on(case, self._moved(case, now, moment), n, until)
        if itself is not None and itself.hi < next_act.lo:
            return  # it was overdue: it cannot have waited for the act
        if act is None:
            yield self._over(case, now, until)
            return
        yield from self._on(case, self._done(case, now, act), n + 1, until)
        if not act.sure:
            yield from self._on(case, now, n + 1, until)

    def _by_itself(self, now: _Now) -> Span | None:
        if now.status == "open" and not now.answered and now.level < 2:
            return now.arrived.later(self._rules.respond_within, self._patience)
        return now.confirm_by if now.status == "resolved" else None

    def _moved(self, case: Case, now: _Now, when: Span) -> _Now:
        owner = self._staff.owners[case.service]
        now = self._moved_on(case, now, when)
        if now.status == "resolved":
            told = _told(now.world, "news", case.reporter, owner)
            return replace(now, world=replace(told, closed=when.hi), status="unconfirmed")
        return self._up(case, now, when, by=None)

    def _up(self, case: Case, now: _Now, when: Span, by: str | None) -> _Now:
        owner, level = self._staff.owners[case.service], now.level + 1
        accountable = self._staff.at(owner, level)
        world = _told(now.world, "news", *(who for who in (case.reporter, owner) if who != by))
        if by is None:
            world = replace(world, due=(*world.due, (("brief", accountable), when.lo)))
        there = replace(now, status="open", level=level, since=when, arrived=when, answered=False, owner_knows=False, climbed=True)
        return _if_it_lasts(replace(there, world=world), "brief", accountable, when)

    def _moved_on(self, case: Case, now: _Now, end: Span) -> _Now:
        """Count the reminders from the last change up to this one, and what had the time to be told in between."""
        lasted = Counter(key for key, since in now.told_if_lasting if end.lo - since > self._patience)
        others = Counter(key for key, _ in now.told_if_lasting) - lasted
        now = replace(now, world=replace(now.world, must=now.world.must + lasted, may=now.world.may + others), told_if_lasting=())
        who = self._who_owes(case, now)
        if who is None:
            return now
        every, most = (self._rules.nag_every, 10_000) if now.status != "resolved" else (self._rules.confirm_within / 3, 2)
        fewest = max(0, floor((end.lo - now.since.hi) / (every + self._patience)))
        greatest = max(0, floor((end.hi - now.since.lo + BREATH) / every))
        nags = Nags(who, Span(now.since.lo + every, end.hi), min(fewest, most), min(greatest, most))
        return replace(now, world=replace(now.world, nags=(*now.world.nags, nags)))

    def _who_owes(self, case: Case, now: _Now) -> str | None:
        owner = self._staff.owners[case.service]
        of = {"open": self._staff.at(owner, now.level), "acknowledged": owner, "resolved": case.reporter}
        return of.get(now.status)

    def _done(self, case: Case, now: _Now, act: Act) -> _Now:
        """Do what somebody did, and tell whom it concerns."""
        owner = self._staff.owners[case.service]
        accountable = self._staff.at(owner, now.level)
        if now.status in ("closed", "unconfirmed") and act.verb not in ("note", "confirm"):
            return now  # it came too late, and was refused
        others = [who for who in dict.fromkeys((owner, accountable)) if who != act.by]
        match act.verb:
            case "note":
                above = [accountable] if now.level else []
                whom = [who for who in dict.fromkeys((case.reporter, owner, *above)) if who != act.by]
                if now.status == "waiting" and act.by == case.reporter:
                    now = _run_on(self._moved_on(case, now, act.when), act.when)
                    return self._paced(now, act, _told(now.world, "news", *others), "acknowledged" if now.answered else "open")
                return replace(now, world=_told(now.world, "news", *whom))
            case "chase":
                return replace(now, world=_told(now.world, "news", *others))
            case "remedy":  # what fixed another case is offered to whoever reported this one
                return replace(now, world=_told(now.world, "remedy", case.reporter))
            case "ack":
                return self._acknowledged(case, now, act)
            case "ask":
                now = self._moved_on(case, now, act.when)
                answered = now.answered or act.by == accountable
                there = replace(now, world=_told(now.world, "news", *others), status="waiting", answered=answered, asked=act.when)
                return _if_it_lasts(there, "question", case.reporter, act.when)
            case "help":
                return self._up(case, self._moved_on(case, now, act.when), act.when, act.by) if now.level < 2 else now
            case "resolve":
                return self._resolved(case, self._moved_on(case, now, act.when), act, others)
            case "reopen":
                now = self._moved_on(case, now, act.when)
                return self._paced(replace(now, answered=True, confirm_by=None), act, _told(now.world, "news", *others), "acknowledged")
            case "confirm" | "withdraw":
                return self._closed(case, now if now.status == "unconfirmed" else self._moved_on(case, now, act.when), act, others)
            case _:
                raise ValueError(f"the oracle knows nothing of {act.verb}")

    def _acknowledged(self, case: Case, now: _Now, act: Act) -> _Now:
        owner = self._staff.owners[case.service]
        accountable = self._staff.at(owner, now.level)
        stops = act.by == accountable and not now.answered
        first = act.by == owner and not now.owner_knows and now.status == "open"
        if not stops and not first:
            return replace(now, owner_knows=now.owner_knows or act.by == owner)
        now = self._moved_on(case, now, act.when)
        world = _told(now.world, "news", *(who for who in dict.fromkeys((case.reporter, owner, accountable)) if who != act.by))
        now = self._paced(replace(now, owner_knows=now.owner_knows or act.by == owner), act, world, "acknowledged" if stops else "open")
        return replace(now, answered=now.answered or stops)

    def _paced(self, now: _Now, act: Act, world: World, status: str) -> _Now:
        return replace(now, world=world, status=status, since=act.when)

    def _resolved(self, case: Case, now: _Now, act: Act, others: Sequence[str]) -> _Now:
        caps = act.when.later(self._rules.confirm_within, self._patience)
        there = replace(now, world=_told(now.world, "news", *others), status="resolved", since=act.when, confirm_by=caps)
        there = replace(there, resolver=act.by)
        if now.climbed:
            there = _if_it_lasts(there, "lacked", act.by, act.when)
        return _if_it_lasts(there, "confirm", case.reporter, act.when)

    def _closed(self, case: Case, now: _Now, act: Act, others: Sequence[str]) -> _Now:
        world = _told(now.world, "news", *others)
        if act.verb == "confirm" and not now.asked_outcome:
            world = _told(world, "outcome", case.reporter)
            now = replace(now, asked_outcome=True)
            if now.climbed:  # others may have had the same and not shouted: that depends on all cases, not on this one
                world = replace(world, may=world.may + Counter({("silent", who): 1 for who in {now.resolver, self._staff.chief}}))
        return replace(now, world=replace(world, closed=act.when.hi), status="closed", confirm_by=None)

    def _over(self, case: Case, now: _Now, until: float) -> World:
        if now.status in ("closed", "unconfirmed"):
            return now.world
        return self._moved_on(case, now, Span(until, until)).world


def _run_on(now: _Now, when: Span) -> _Now:
    """Let the time to answer go on where it stood when the reporter was asked."""
    assert now.asked is not None
    stood = Span(max(0.0, when.lo - now.asked.hi), when.hi - now.asked.lo)
    return replace(now, arrived=Span(now.arrived.lo + stood.lo, now.arrived.hi + stood.hi), asked=None)


def _if_it_lasts(now: _Now, what: str, who: str, when: Span) -> _Now:
    return replace(now, told_if_lasting=(*now.told_if_lasting, ((what, who), when.hi)))


def _told(world: World, what: str, *whom: str) -> World:
    return replace(world, must=world.must + Counter({(what, who): 1 for who in dict.fromkeys(whom)}))
