"""What happens to a case next, in one sentence: who has it, when the next reminder comes, and to whom it goes when.

It stands at the end of every message, so that nobody is left guessing, and it is made of `bot.escalation.fate` alone: what the
engine would do is what people are told.
"""

from datetime import datetime

from bot.chat import Line, Moment
from bot.escalation.case import Case
from bot.escalation.fate import Fate, fate
from bot.escalation.org import Org
from bot.escalation.probing import by_probe
from bot.escalation.words import Kind, Outcome, PersonId, Status, Why, case_name
from bot.wording.plain import people, say, who


def fate_line(case: Case, org: Org, now: datetime) -> Line:
    """Return what happens next, if nobody does anything: "Ana owns it; next reminder today 14:00; goes to Bruno on ..."."""
    coming = fate(case, org, now)
    match case.status:
        case Status.CLOSED:
            return _closed(case, coming, org)
        case Status.RESOLVED:
            return _sentence(_resolved(case, coming, org, now))
        case Status.WAITING:
            return _sentence(_waiting(case, coming, org, now))
        case _:
            return _sentence(_working(case, coming, org, now))


def _working(case: Case, coming: Fate, org: Org, now: datetime) -> list[Line]:
    clauses = [holders(case, org), _acting(coming, org), _offered(coming, org, now)]
    if coming.promise_until is not None:
        said = "a fix is promised by {at}" if case.kind in (Kind.PROBLEM, Kind.ROUTE) else "it is to be done by {at}"
        clauses.append(say(said, at=Moment(coming.promise_until)))
    clauses += [_reminder(case, coming, org, now), _move(coming, org, now)]
    if coming.at_top:
        clauses.append(_top(case, coming, org))
    return clauses


def holders(case: Case, org: Org) -> Line:
    """Return who owns a case, and who answers for it above."""
    if case.level == 0 or case.accountable == case.owner:
        return say("{owner} owns it", owner=who(case.owner, org))
    return say(
        "{owner} owns it, and {above} answers for it at level {n}",
        owner=who(case.owner, org),
        above=who(case.accountable, org),
        n=str(case.level),
    )


def _acting(coming: Fate, org: Org) -> Line:
    if coming.answering is None or not coming.nag_to:
        return ()
    return say("{deputy} acts for {person}, who is away", deputy=who(coming.answering, org), person=who(coming.nag_to[0], org))


def _offered(coming: Fate, org: Org, now: datetime) -> Line:
    if coming.offered_to is None or coming.offer_lapses_at is None:
        return ()
    return say(
        "{to} is asked to take it over by {at}, else it stays as it is", to=who(coming.offered_to, org), at=_at(coming.offer_lapses_at, now)
    )


def _reminder(case: Case, coming: Fate, org: Org, now: datetime) -> Line:
    """Return the next reminder, unless the case goes up before it."""
    if coming.nag_at is None or not coming.nag_to or (coming.goes_at is not None and coming.goes_at <= coming.nag_at):
        return ()
    if coming.nag_to == (case.owner,) and case.level == 0:
        return say("next reminder {at}", at=_at(coming.nag_at, now))
    return say("next reminder to {to} {at}", to=people(coming.nag_to, org), at=_on(coming.nag_at, now))


def _move(coming: Fate, org: Org, now: datetime) -> Line:
    if coming.goes_at is None or coming.goes_to is None:
        return ()
    to = who(coming.goes_to, org)
    if coming.goes_why is Why.CHASED:
        return say("goes to {to} {at}, having been chased so often", to=to, at=_on(coming.goes_at, now))
    if coming.goes_why is Why.PROMISE_BROKEN:
        return say("goes to {to} then unless fixed", to=to)
    unless = "acknowledged" if coming.goes_why is Why.UNANSWERED else "fixed"
    return say("goes to {to} {at} unless {done}", to=to, at=_on(coming.goes_at, now), done=unless)


def _top(case: Case, coming: Fate, org: Org) -> Line:
    if case.stranded or coming.goes_at is not None or case.level < case.chain.top:
        return ("nobody above can be reached, so reminders go on until it is closed",)
    return say("{above} is the last level, so reminders go on until it is closed", above=who(case.accountable, org))


def _waiting(case: Case, coming: Fate, org: Org, now: datetime) -> list[Line]:
    clauses = [holders(case, org)]
    if coming.waits_until is not None:
        waits = say(
            "it waits for {whose}'s answer until {at}, then goes on without it",
            whose=who(case.reporter, org),
            at=_at(coming.waits_until, now),
        )
        clauses.append(waits)
    return [*clauses, _offered(coming, org, now), _to_reporter(coming, org, now)]


def _resolved(case: Case, coming: Fate, org: Org, now: datetime) -> list[Line]:
    by = case.resolution.by if case.resolution else case.owner
    clauses = [say("{by} says that it is fixed", by="A probe" if by_probe(case) else who(by, org))]
    if coming.nag_to:
        clauses.append(say("only {keys} can confirm it", keys=_some(coming.nag_to, org)))
    clauses.append(_to_reporter(coming, org, now))
    if coming.confirm_by is not None:
        # One of several who said yes is enough to count as fixed when the others keep silent.
        how = "fixed" if case.answered_yes else "unconfirmed"
        clauses.append(say("without an answer it closes as {how} {at}", how=how, at=_on(coming.confirm_by, now)))
    return clauses


def _to_reporter(coming: Fate, org: Org, now: datetime) -> Line:
    if coming.nag_at is None or not coming.nag_to:
        return ()
    return say("next reminder to {to} {at}", to=people(coming.nag_to, org), at=_on(coming.nag_at, now))


def _closed(case: Case, coming: Fate, org: Org) -> Line:
    keys = _some(case.keyholders, org)
    match case.outcome:
        case Outcome.FIXED if coming.recheck_at is not None:
            return say(
                "Closed as fixed; {keys} will be asked on {at} whether it still is.",
                keys=people(case.keyholders, org),
                at=Moment(coming.recheck_at),
            )
        case Outcome.FIXED:
            return say("Closed as fixed; if it breaks again, {keys} can reopen it.", keys=keys)
        case Outcome.UNCONFIRMED:
            return say("Closed as unconfirmed, which does not count as fixed; {keys} can still confirm it or reopen it.", keys=keys)
        case Outcome.WITHDRAWN:
            return say("Closed as withdrawn; {keys} can reopen it.", keys=keys)
        case Outcome.DUPLICATE if case.merged_into is not None:
            return say("Closed as a duplicate of {other}, which goes on.", other=case_name(case.merged_into))
        case Outcome.DECLINED if not case.at_top and case.appeals == 0:
            return say("Closed as declined; {keys} can take it one level up, once.", keys=keys)
        case Outcome.DECLINED:
            return ("Closed as declined; that decision is final.",)
        case _:
            return ("Closed.",)


def _some(persons: tuple[PersonId, ...], org: Org) -> Line:
    return people(persons, org, "or")


def _at(at: datetime, now: datetime) -> Line:
    # A time that has come but that no tick has dealt with yet is not told as if it lay ahead.
    return (Moment(at),) if at > now else ("now",)


def _on(at: datetime, now: datetime) -> Line:
    return ("on ", Moment(at)) if at > now else ("now",)


def _sentence(clauses: list[Line]) -> Line:
    line: Line = ()
    for clause in clauses:
        if clause:
            line = say("{before}; {clause}", before=line, clause=clause) if line else clause
    return say("{line}.", line=line)
