"""Who may do what: DESIGN.md section 4's second column, written down once more, so that the engine is not compared with itself."""

from collections.abc import Callable
from datetime import datetime

from bot.escalation.case import Case
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
    HandOver,
    MakePromise,
    Merge,
    MeToo,
    Note,
    RecordCost,
    RecordTime,
    Renew,
    Reopen,
    Resolve,
    SayLacked,
    SayOutcome,
    SetSeverity,
    StillFixed,
    Take,
    TakeKey,
    Withdraw,
)
from bot.escalation.words import Outcome, PersonId

Roles = set[str]


def stands_in(org: Org, person: PersonId, now: datetime) -> PersonId:
    """Return who answers for a person: nobody but themselves, or, while they are away, the last one down the line of deputies."""
    line = [person]
    while True:
        who = org.people.get(line[-1])
        absence = next((a for a in sorted(org.absences, key=lambda a: a.start) if a.person == line[-1] and a.start <= now < a.end), None)
        if who is not None and not who.gone and who.reachable and absence is None:
            return line[-1]
        deputy = (absence.covered_by or (who.deputy if who else None)) if absence else None
        if deputy is None or deputy in line:
            return person
        line.append(deputy)


def roles(case: Case, org: Org, by: PersonId, now: datetime) -> Roles:
    """Return every role that a person has on a case."""
    offered = case.offer.to if case.offer else None
    known = org.people.get(by)
    gone = [p for p in case.keyholders if p not in org.people or org.people[p].gone]
    fixer = case.resolution.by if case.resolution else None
    has = {
        "whoever fixed it": fixer is not None and by in (fixer, stands_in(org, fixer, now)),
        "owner": by == case.owner or (by == stands_in(org, case.owner, now) and by not in case.concerned),
        "accountable": by == case.accountable or (by == stands_in(org, case.accountable, now) and by not in case.concerned),
        "offered": offered is not None and by in (offered, stands_in(org, offered, now)),
        "asked": by == offered,
        "reporter": by in case.keyholders,
        "first reporter": by == case.reporter,
        "affected": by in case.affected,
        "author": by == case.author,
        "team": known is not None and known.team is not None and known.team == case.team and by not in case.concerned,
        "admin": by in org.admins,
        "admin who may know": by in org.admins and by not in case.concerned,
        "for one who is gone": by in org.admins and any(p not in case.answered_yes for p in gone),
    }
    return {role for role, held in has.items() if held}


def _any(*wanted: str) -> Callable[[Case, Roles], bool]:
    return lambda _, held: bool(held & set(wanted))


OWNERS = _any("owner", "accountable")
KEYS = _any("reporter")
ON_IT = _any("owner", "accountable", "asked", "reporter", "first reporter", "affected")
WITH_ADMIN = _any("owner", "accountable", "admin who may know")

MAY: dict[type, Callable[[Case, Roles], bool]] = {
    MeToo: lambda case, held: not case.private or ON_IT(case, held),
    TakeKey: _any("author", "reporter"),  # who has it already is told so
    Chase: _any("reporter", "affected"),
    Note: ON_IT,
    Answer: KEYS,
    Acknowledge: OWNERS,
    MakePromise: OWNERS,
    Ask: OWNERS,
    HandOver: OWNERS,
    Accept: _any("offered"),
    Decline: lambda case, held: "offered" in held or ("accountable" in held and case.level > 0),
    SetSeverity: _any("reporter", "owner", "accountable"),
    Take: lambda case, held: "accountable" in held or ("team" in held and (not case.private or ON_IT(case, held))),
    Resolve: OWNERS,
    Confirm: _any("reporter", "for one who is gone"),
    Reopen: lambda case, held: KEYS(case, held) or (case.outcome is Outcome.DUPLICATE and WITH_ADMIN(case, held)),
    StillFixed: KEYS,
    Escalate: _any("reporter", "owner", "accountable"),
    GiveTime: KEYS,
    Withdraw: KEYS,
    Merge: WITH_ADMIN,
    RecordCost: WITH_ADMIN,
    RecordTime: WITH_ADMIN,
    SayLacked: _any("owner", "accountable", "whoever fixed it"),
    Renew: OWNERS,
    AnswerRemedy: KEYS,
    SayOutcome: KEYS,
}


def may(case: Case, org: Org, by: PersonId, verb: type, now: datetime) -> bool:
    """Tell whether the table lets this person use this verb on this case."""
    return MAY[verb](case, roles(case, org, by, now))
