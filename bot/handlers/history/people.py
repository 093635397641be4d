"""What do people do next about a case? Some answer, some do not, some shout; nobody here is worse than in real life."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random

from bot.escalation.case import Case
from bot.escalation.lasting import cause_key
from bot.escalation.org import Org
from bot.escalation.requests import (
    Accept,
    Acknowledge,
    Answer,
    AnswerRemedy,
    Ask,
    CameBack,
    Chase,
    Confirm,
    Decline,
    Escalate,
    FindSilent,
    GiveTime,
    HandOver,
    MakePromise,
    Merge,
    MeToo,
    Note,
    OfferRemedy,
    RecordCost,
    RecordTime,
    Renew,
    Reopen,
    Report,
    Request,
    Resolve,
    SayLacked,
    SayOutcome,
    SetSeverity,
    StillFixed,
    Take,
    Withdraw,
)
from bot.escalation.words import CaseId, FixKind, Kind, Outcome, PersonId, ServiceId, Status, Text, Why
from bot.handlers.history.playing import Month
from bot.handlers.history.troubles import Trouble, troubles

LACKED = ("authority", "information", "access", "time", "an owner")
Choice = tuple[float, Request]  # how likely it is beside the others, and what is asked


def new_report(month: Month) -> Report:
    """Return what somebody reports: most of it to a few services, and most of that the same few things."""
    dice, org = month.dice, month.org
    weights = [0.2 if service.private else 2 + 3 * (n == 0) for n, service in enumerate(org.services.values())]
    service = dice.choices(list(org.services), weights)[0]
    about = _one_of(dice, troubles(service))
    asked = dice.choices((0, 1, 2, 5), (6, 2, 1, 1))[0]
    severity = dice.choice([*[None] * 16, *org.severities])
    private = dice.random() < 0.04
    reporter = dice.choice(list(org.people))
    return Report(CaseId(0), reporter, ServiceId(service), Text(about.title), Text(about.title), severity, asked, private)


def _one_of(dice: Random, found: Sequence[Trouble]) -> Trouble:
    return dice.choices(found, [len(found) - n for n in range(len(found))])[0]


def moves(month: Month, case: Case) -> list[tuple[CaseId, Choice]]:
    """Return what somebody may do now about a case, each with its case and how likely it is; waiting is one of them."""
    found = _closed(month, case) if case.status is Status.CLOSED else [*_by_owner(month, case), *_by_reporter(month, case)]
    return [(case.id, choice) for choice in found]


def about(case: Case) -> Trouble:
    """Return the trouble behind a case."""
    return next((one for one in troubles(case.service) if one.title == case.title), troubles(case.service)[0])


def _actor(month: Month, case: Case) -> PersonId:
    """Return who works on it: whom it has come to, now and then its owner."""
    person = case.accountable if month.dice.random() < 0.7 else case.owner
    return month.org.acting(person, month.now) or person


def _by_owner(month: Month, case: Case) -> list[Choice]:
    dice, who = month.dice, _actor(month, case)
    soon = month.now + timedelta(hours=dice.randint(3, 60))
    found: list[Choice] = [
        (0.3, Note(who, Text("Looked into it"))),
        (0.6, Ask(who, Text("Since when?"))),
        (1.0, MakePromise(who, soon)),
        _passed_on(month, case, who),
        (0.2, HandOver(who, None, Text("Wrong desk"), ServiceId(dice.choice(list(month.org.services))))),
        (0.3, Escalate(who, Text("I may not decide that"))),
        (0.2, RecordTime(who, dice.randint(5, 90))),
        (0.15, RecordCost(who, Decimal(dice.randint(1, 40) * 5), case.budget or "")),
        (0.1, SetSeverity(who, dice.choice(list(month.org.severities)))),
        (0.3, Take(dice.choice(list(month.org.people)))),
        (5.0 + case.level + 6 * (case.arrived_by == Why.ASKED_BY_REPORTER), _resolution(month, case, who)),
        (0.15 * bool(case.level), Decline(who, Text("It would cost more than it saves"))),
    ]
    if case.status is Status.OPEN:
        found.append((8.0, Acknowledge(who)))
    if case.offer is not None:
        found += [(40.0, Accept(case.offer.to)), (1.0, Decline(case.offer.to, Text("Not mine either")))]
    if case.kind is Kind.DEBT:
        found.append((0.8, Renew(who, month.now + timedelta(days=dice.randint(8, 30)), Text("The new version is late"))))
    same = [other for other in month.cases.values() if _like(other, case) and other.live and other.id != case.id]
    if same and case.kind is Kind.PROBLEM:
        found.append((0.25, Merge(who, dice.choice(same))))
    return found


def _passed_on(month: Month, case: Case, who: PersonId) -> Choice:
    """Return to whom it is handed over: some cases are nobody's, and come back to whoever had them."""
    anybody = month.dice.choice(list(month.org.people))
    if case.id % 9 != 4:
        return 0.6, HandOver(who, month.dice.choice([anybody, *case.owners]), Text("It is more yours than mine"))
    back = next((before for before in case.owners if before != case.owner), anybody)
    return 25.0, HandOver(month.org.acting(case.owner, month.now) or case.owner, back, Text("It is more yours than mine"))


def _resolution(month: Month, case: Case, who: PersonId) -> Resolve:
    dice, trouble, up = month.dice, about(case), case.escalations > 0
    paid = dice.random() < (0.5 if up else 0.1)
    budget = dice.choice([case.budget, case.budget, "goodwill"]) or ""
    said = up and dice.random() < 0.7
    return Resolve(
        who,
        Text(trouble.fix),
        trouble.cause if dice.random() < 0.9 else trouble.cause.upper(),
        FixKind.WORKAROUND if dice.random() < 0.25 else FixKind.FIX,
        Decimal(dice.randint(1, 60) * 10) / (4 if dice.random() < 0.3 else 1) if paid else None,
        budget if paid else None,
        dice.choice(LACKED) if said else None,
        Text(trouble.change) if said and dice.random() < 0.35 else None,
        case.owner if said else None,
        month.now + timedelta(days=dice.randint(2, 20)) if said else None,
        dice.randint(5, 240) if dice.random() < 0.8 else None,
        month.now + timedelta(days=dice.randint(3, 25)),
    )


def _by_reporter(month: Month, case: Case) -> list[Choice]:
    dice, who = month.dice, dice_key(month, case)
    if case.status is Status.RESOLVED and case.id % 8 == 0:
        return []  # some never answer
    if case.status is Status.RESOLVED:
        return [(7.0, Confirm(who)), (1.2, Reopen(who, Text("Still the same"))), (0.1, Withdraw(who, Text("Found it myself")))]
    found: list[Choice] = [
        # Some ask again and again.
        (20.0 if case.id % 7 == 0 else 0.5, Chase(who)),
        # Some shout as soon as they may. Most do not.
        (8.0 if case.id % 5 == 0 else 0.1, Escalate(who, Text("I have waited long enough"))),
        (0.12, Withdraw(who, Text("No longer needed"))),
        (0.1, GiveTime(who, until=month.now + timedelta(days=2))),
        (0.1, SetSeverity(who, dice.choice(list(month.org.severities)))),
        (0.2, MeToo(dice.choice(list(month.org.people)))),
    ]
    if case.status is Status.WAITING:
        found.append((5.0, Answer(who, Text("Since Monday"))))
    if case.remedy is not None and case.remedy.helped is None:
        found.append((4.0, AnswerRemedy(who, helped=dice.random() < 0.6)))
    return found


def dice_key(month: Month, case: Case) -> PersonId:
    """Return one of those who may say that it is fixed."""
    return month.dice.choice(case.keyholders)


def _closed(month: Month, case: Case) -> list[Choice]:
    dice, who, owner = month.dice, dice_key(month, case), _actor(month, case)
    found: list[Choice] = [
        (0.4, RecordCost(owner, Decimal(dice.randint(1, 20) * 5), dice.choice(["goodwill", case.budget or ""]))),
        (0.3, RecordTime(owner, dice.randint(5, 60))),
        (0.3, Reopen(who, Text("It is back"))),
    ]
    if case.outcome is Outcome.UNCONFIRMED:
        found.append((0.5, Confirm(who)))
    if case.outcome is Outcome.FIXED:
        question = dice.choice(("needed", "process", "prevented"))
        found += [
            (3.0, SayOutcome(who, question, dice.randint(1, 5) if question == "process" else dice.randint(0, 1))),
            (
                1.0,
                SayLacked(
                    case.resolution.by if case.resolution else owner,
                    dice.choice(LACKED),
                    Text(about(case).change),
                    owner,
                    month.now + timedelta(days=14),
                ),
            ),
        ]
    if case.recheck_asked is not None:
        found.append((6.0, StillFixed(who)))
    return found


def follow(month: Month, case: Case) -> list[tuple[CaseId, Request]]:
    """Return what follows from a case's escalation or its fix in others like it: a change that did not work, a remedy for the silent."""
    key = cause_key(about(case).cause)
    made = [
        (other.id, CameBack(case.id))
        for other in month.cases.values()
        if other.kind is Kind.CHANGE
        and other.service == case.service
        and other.cause_of == key
        and other.outcome is Outcome.FIXED
        and month.dice.random() < 0.2
    ]
    if case.outcome is not Outcome.FIXED:
        return list(made) if case.escalations else []
    silent = [
        other for other in month.cases.values() if _like(other, case) and other.escalations == 0 and other.id != case.id and _open(other)
    ]
    found = [(case.id, FindSilent(tuple(other.id for other in silent)))] if silent and not case.private else []
    return [*found, *((other.id, OfferRemedy(_leader(month.org), case.id)) for other in silent if month.dice.random() < 0.3)]


def _open(case: Case) -> bool:
    return case.live or case.outcome is Outcome.UNCONFIRMED


def _leader(org: Org) -> PersonId | None:
    return org.leaders[0] if org.leaders else None


def _like(one: Case, other: Case) -> bool:
    return one.kind is Kind.PROBLEM and (one.service, one.title, one.private) == (other.service, other.title, other.private)
