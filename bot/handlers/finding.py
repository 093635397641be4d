"""Which case is meant? The one that is named, else the thread's, else the only one of theirs that the verb fits (DESIGN.md 11.31).

What a person may not see does not exist for them: a private case is answered for like a number that was never given.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from bot.chat import Reply
from bot.escalation.advance import advance
from bot.escalation.case import Case, Place
from bot.escalation.decision import No, Refusal
from bot.escalation.org import Org
from bot.escalation.requests import (
    Accept,
    Acknowledge,
    Answer,
    AnswerRemedy,
    Ask,
    Chase,
    Confirm,
    Decline,
    Escalate,
    GiveTime,
    MakePromise,
    Note,
    RecordCost,
    RecordTime,
    Renew,
    Reopen,
    Request,
    Resolve,
    SayLacked,
    SayOutcome,
    SetSeverity,
    Take,
    Withdraw,
)
from bot.escalation.roles import needs_owner, on_it
from bot.escalation.span import Span
from bot.escalation.words import CaseId, PersonId, Reason, Status, Text, case_name
from bot.handlers.turn import Scene, Turn
from bot.ports import Store, Where
from bot.wording import replies

MOST_TRIED = 200
CLOSED_LATELY = timedelta(days=60)
_WORD = Text("-")


def may_see(case: Case, by: PersonId, org: Org, now: datetime) -> bool:
    """Tell whether somebody may know of a case: a private one only who is on it, and whoever acts for its owner or accountable."""
    return not case.private or on_it(by, case, org, now)


def stands_in_for(by: PersonId, org: Org, now: datetime) -> tuple[PersonId, ...]:
    """Return whoever this person answers for now, themselves first."""
    away = (absence.person for absence in org.absences if absence.start <= now < absence.end)
    return tuple(dict.fromkeys([by, *(person for person in away if org.acting(person, now) == by)]))


async def case_meant(turn: Turn, verb: str, number: CaseId | None) -> Case | Reply:
    """Return the case, locked, or the answer to give instead."""
    found = await number_meant(turn, verb) if number is None else number
    if isinstance(found, Reply):
        return found
    (case,) = await turn.lock(found)
    return seen(turn, found, case)


async def number_meant(scene: Scene, verb: str) -> CaseId | Reply:
    """Return which case is meant when none is named."""
    here = await in_thread(scene)
    if len(here) == 1:
        return here[0].id
    possible = here or await candidates(scene, verb)
    fitting = [case for case in possible if fits(verb, case, scene.by, scene.org, scene.now)]
    # Where none fits and there is but one, its refusal says what is in the way.
    only = fitting or possible
    if len(only) == 1:
        return only[0].id
    return Reply(lines=replies.which_case(verb, fitting, scene.org, scene.now), refused=True)


def seen(scene: Scene, number: CaseId, case: Case | None) -> Case | Reply:
    """Return a case that the speaker may see, else the answer for a number that nobody has."""
    if case is None or not may_see(case, scene.by, scene.org, scene.now):
        return Reply(lines=(replies.unknown_case(case_name(number)),), refused=True)
    return case


async def in_thread(scene: Scene) -> list[Case]:
    """Return the cases of the thread in which something was said, as far as the speaker may see them."""
    if scene.place.thread is None:
        return []
    found = await scene.reading.cases(Where(thread=scene.place, limit=MOST_TRIED))
    return [case for case in found if may_see(case, scene.by, scene.org, scene.now)]


async def is_of_a_case(store: Store, place: Place) -> bool | None:
    """Tell whether what is said in this thread is about a case; None: not to be known yet, its root may be a card that was just sent."""
    async with store.read() as reading:
        if await reading.cases(Where(thread=place, limit=1)):
            return True
        return None if await reading.posting(place) else False


async def theirs(scene: Scene) -> list[Case]:
    """Return the live cases that the speaker is on, for themselves or as a deputy, the newest first."""
    found: dict[CaseId, Case] = {}
    for person in stands_in_for(scene.by, scene.org, scene.now):
        mine = (Where(live=True, on_it=person, limit=MOST_TRIED),)
        as_deputy = (Where(live=True, owner=person, limit=MOST_TRIED), Where(live=True, accountable=person, limit=MOST_TRIED))
        for where in mine if person == scene.by else as_deputy:
            found |= {case.id: case for case in await scene.reading.cases(where)}
    return sorted(found.values(), key=lambda case: -case.id)


async def candidates(scene: Scene, verb: str) -> list[Case]:
    """Return the cases that somebody may mean with a verb, as far as they may see them."""
    found = await theirs(scene)
    if verb in ("confirm", "stillfixed", "reopen", "cost", "time", "lacked", "remedy", "outcome", "show", "undo"):
        since = scene.now - CLOSED_LATELY
        found += await scene.reading.cases(Where(live=False, on_it=scene.by, closed_from=since, limit=MOST_TRIED))
    if verb == "take":
        found += await _of_their_team(scene)
    return list({case.id: case for case in found if may_see(case, scene.by, scene.org, scene.now)}.values())


async def _of_their_team(scene: Scene) -> list[Case]:
    known = scene.org.people.get(scene.by)
    services = [s.id for s in scene.org.services.values() if known and s.team is not None and s.team == known.team]
    return [case for service in services for case in await scene.reading.cases(Where(live=True, service=service, limit=MOST_TRIED))]


def fits(verb: str, case: Case, by: PersonId, org: Org, now: datetime) -> bool:
    """Tell whether this person could do this with that case now. The engine is asked, so that there is one list of permissions."""
    if verb in ("handover", "merge"):
        return case.live and needs_owner(by, case, org, now, verb, admin=verb == "merge") is None
    if verb == "again":
        return case.live and by in case.keyholders
    if verb == "answer":
        return case.status is Status.WAITING and by in case.keyholders
    probe = _PROBES.get(verb)
    if probe is None:
        return True
    decision = advance(case, probe(by, case, org, now), org, now)
    return decision.refusal is None and bool(decision.facts)


def hindrance(verb: str, case: Case, by: PersonId, org: Org, now: datetime) -> Refusal | None:
    """Return what would be refused to this person now whatever they fill in: nobody should have to write first and hear it then."""
    if verb in ("handover", "merge"):
        return needs_owner(by, case, org, now, verb, admin=verb == "merge")
    probe = _PROBES.get(verb)
    if probe is None:
        return None
    decision = advance(case, probe(by, case, org, now), org, now)
    return decision.refusal or (Refusal(No.ALREADY_DONE, verb) if decision.reason is Reason.ALREADY else None)


def _another(case: Case, org: Org) -> str:
    return next((severity for severity in org.severities if severity != case.severity), case.severity)


_PROBES: Mapping[str, Callable[[PersonId, Case, Org, datetime], Request]] = {
    "chase": lambda by, *_: Chase(by),
    "note": lambda by, *_: Note(by, _WORD),
    "ack": lambda by, *_: Acknowledge(by),
    "promise": lambda by, case, org, now: MakePromise(by, now + timedelta(hours=1)),
    "ask": lambda by, *_: Ask(by, _WORD),
    "answer": lambda by, *_: Answer(by, _WORD),
    "accept": lambda by, *_: Accept(by),
    "decline": lambda by, *_: Decline(by, _WORD),
    "take": lambda by, *_: Take(by),
    "resolve": lambda by, *_: Resolve(by, _WORD, "-"),
    "confirm": lambda by, *_: Confirm(by),
    "stillfixed": lambda by, *_: Confirm(by),
    "reopen": lambda by, *_: Reopen(by),
    "escalate": lambda by, *_: Escalate(by, _WORD),
    "moretime": lambda by, *_: GiveTime(by, more=Span(days=Fraction(1))),
    "withdraw": lambda by, *_: Withdraw(by, _WORD),
    "severity": lambda by, case, org, now: SetSeverity(by, _another(case, org)),
    "consent": lambda by, case, org, now: SetSeverity(by, case.severity_wish.severity if case.severity_wish else case.severity),
    "cost": lambda by, *_: RecordCost(by, Decimal(0), "-"),
    "time": lambda by, *_: RecordTime(by, 1),
    "lacked": lambda by, *_: SayLacked(by, "-"),
    "renew": lambda by, case, org, now: Renew(by, max(now, case.wanted_by or now) + timedelta(hours=1), _WORD),
    "remedy": lambda by, *_: AnswerRemedy(by, helped=False),
    "outcome": lambda by, case, org, now: SayOutcome(by, "process", 2 if case.outcomes.process == 1 else 1),
}
