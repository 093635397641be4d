"""What happened to a case, one sentence for each fact, in the past tense and without blame."""

from typing import assert_never

from bot.chat import Line, Moment, Part, Typed
from bot.escalation import facts as f
from bot.escalation.case import Case
from bot.escalation.org import Org
from bot.escalation.words import FixKind, NagFor, Outcome, SkipWhy, Text, case_name
from bot.wording import causes, lasting, routes
from bot.wording.plain import people, say, times, who
from bot.wording.reasons import OWED, acting_for, dead_route, service_name, why_skipped, why_up


def entry(fact: f.Fact, org: Org, case: Case | None = None) -> Line:
    """Return one entry of the timeline.

    Args:
        fact: what happened.
        org: for the names.
        case: the case as it was then, if it is known: a deputy is then said to act for somebody.
    """
    return _entry(fact, _by(fact, org, case), org, case)


def _by(fact: f.Fact, org: Org, case: Case | None) -> Line:
    if fact.by is None:
        return ("Buckstop",)
    whom = acting_for(fact.by, case, org, fact.at) if case else None
    if whom is None:
        return (who(fact.by, org),)
    return say("{by} (for {whom}, who was away)", by=who(fact.by, org), whom=who(whom, org))


def _entry(fact: f.Fact, by: Line, org: Org, case: Case | None) -> Line:  # noqa: C901 - one line a fact: a table of contents
    what = fact.what
    match what:
        case f.Reported():
            return _reported(what, fact, by, org)
        case f.Joined():
            template = (
                "{who} wrote the message that was reported, and says when it is fixed." if what.keyholder else "{who} has this problem too."
            )
            return say(template, who=who(what.person, org))
        case f.Acknowledged():
            return _acknowledged(what, by)
        case f.Promised():
            return _promised(what, by)
        case f.PromiseKept(until=until):
            return say("The promise for {at} was kept.", at=Moment(until))
        case f.PromiseBroken(until=until, moved=moved):
            how = "was moved a second time, which counts as broken" if moved else "was not kept"
            return say("The promise for {at} {how}.", at=Moment(until), how=how)
        case f.Asked(question=question, cap=cap):
            return say("{by} asked, and it waits for the answer until {at}: {words}", by=by, at=Moment(cap), words=Typed(question))
        case f.Answered(answer=answer):
            if answer is None:
                return ("No answer came in time, so it went on without one.",)
            return say("{by} answered: {words}", by=by, words=Typed(answer))
        case f.Noted(text=text):
            return say("{by} noted: {words}", by=by, words=Typed(text))
        case f.Nagged():
            return _nagged(what, org, case)
        case f.Chased(at_this_level=n, why=why):
            again = f" ({times(n)} at this level)" if n > 1 else ""
            return _because(say("{by} had to ask again{again}", by=by, again=again), why)
        case f.HandoverOffered():
            desk = say(" for {service}", service=service_name(what.service, org)) if what.service else ()
            return _because(say("{by} asked {to} to take it over{desk}", by=by, to=who(what.to, org), desk=desk), what.why)
        case f.HandoverAccepted():
            return _accepted(what, fact, org)
        case f.HandoverDeclined():
            return _declined_offer(what, fact, org)
        case f.HandoverLapsed(to=to, back_to=back):
            return say("The hand-over to {to} was not answered in time, so it stays with {back}.", to=who(to, org), back=who(back, org))
        case f.Taken():
            return _taken(what, fact, org)
        case f.Escalated():
            above, why_ = who(what.accountable, org), why_up(what, fact.by, org, case)
            return say("It went to {to} (level {n}): {why}", to=above, n=str(what.level), why=why_)
        case f.Skipped():
            return why_skipped(what, org)
        case f.TimeGiven(until=until):
            return say("{by} gave it more time, until {at}.", by=by, at=Moment(until))
        case f.SeverityChanged():
            return _severity(what, fact, by)
        case f.Resolved():
            how = "found a way round it" if what.kind is FixKind.WORKAROUND else "said that it is fixed"
            cause: Line = say(" (cause: {cause})", cause=Typed(what.cause)) if what.cause else ()
            return say("{by} {how}{cause}: {words}", by=by, how=how, cause=cause, words=Typed(what.explanation))
        case f.Confirmed():
            return _confirmed(what, by, org)
        case f.Reopened():
            if what.back is not None:
                return say("It was taken up again: {other} had the same cause, and had to be escalated.", other=case_name(what.back))
            return _because(say(_REOPENED[what.before], by=by), what.why)
        case f.Withdrawn(why=why):
            return _because(say("{by} withdrew it", by=by), why)
        case f.Merged():
            return _merged(what, by)
        case f.Declined(why=why, level=level_):
            return _because(say("{by} decided at level {n} that it will not be fixed", by=by, n=str(level_)), why)
        case f.ClosedUnconfirmed():
            return _unconfirmed(fact)
        case f.Rechecked():
            return say(_RECHECKED[what.still_fixed], by=by) if what.still_fixed is not None else (_RECHECKED[None],)
        case f.CostRecorded():
            return _cost(what, by)
        case f.Lacked() | f.Renewed() | f.Linked() | f.TimeSpent() | f.RemedyOffered() | f.RemedyAnswered() | f.OutcomeSaid():
            return lasting.entry(what, by)
        case f.CauseProposed() | f.CauseAnswered() | f.SilentFound():
            return causes.entry(what, by)
        case f.RouteDead():
            return _route_dead(what, org)
        case f.ClockMoved():
            return _clock_moved(what, fact, org)
        case _:
            assert_never(what)


_REOPENED = {
    None: "{by} said that it is still broken",
    Outcome.FIXED: "{by} reopened it, because it is broken again",
    Outcome.UNCONFIRMED: "{by} reopened it, because it is not fixed",
    Outcome.WITHDRAWN: "{by} took the withdrawal back",
    Outcome.DECLINED: "{by} did not accept that it was declined, and took it one level up",
    Outcome.DUPLICATE: "{by} reopened it, because it is no duplicate",
}

_RECHECKED = {
    None: "Whoever reported it was asked whether it is still fixed.",
    True: "{by} said that it is still fixed.",
    False: "{by} said that it is not fixed any more.",
}


def _because(sentence: Line, why: Text | None) -> Line:
    """End a sentence, with the words that somebody typed last, so that their punctuation cannot get into ours."""
    return say("{sentence}: {why}", sentence=sentence, why=Typed(why)) if why and why.strip() else say("{sentence}.", sentence=sentence)


def _reported(what: f.Reported, fact: f.Fact, by: Line, org: Org) -> Line:
    kind = fact.sets.get("kind")
    if kind in lasting.OF_ANOTHER:
        return lasting.came_of(kind, fact.sets.get("origin"), what.title, (who(what.owner, org),))
    if fact.sets.get("probed"):
        return routes.found(what.title, by, (who(what.owner, org),))
    before = f", having asked {times(what.asked_before)} before" if what.asked_before else ""
    if what.owner == fact.by:
        return say("{by} reported it{before}, and owns it: {title}", by=by, before=before, title=Typed(what.title))
    return say(
        "{by} reported it{before}; {owner} owns it: {title}", by=by, before=before, owner=who(what.owner, org), title=Typed(what.title)
    )


def _acknowledged(what: f.Acknowledged, by: Line) -> Line:
    if what.stops_response or what.level == 0:
        return say("{by} acknowledged it.", by=by)
    return say("{by} acknowledged it; level {n} has still to answer.", by=by, n=str(what.level))


def _nagged(what: f.Nagged, org: Org, case: Case | None) -> Line:
    asked = case.offer.to if case and case.offer and what.owed is not NagFor.HANDOVER else None
    owing = tuple(person for person in what.to if person != asked) or what.to
    were = "were" if len(owing) > 1 else "was"
    also: Line = ()
    if asked in what.to and asked not in owing and asked is not None:
        also = say(", and {asked} to {answer}", asked=who(asked, org), answer=OWED[NagFor.HANDOVER])
    return say("{to} {were} reminded to {do}{also}.", to=people(owing, org), were=were, do=OWED[what.owed], also=also)


def _promised(what: f.Promised, by: Line) -> Line:
    if what.before is None:
        return say("{by} promised a fix by {at}.", by=by, at=Moment(what.until))
    return say("{by} moved the promise from {before} to {at}.", by=by, before=Moment(what.before), at=Moment(what.until))


def _accepted(what: f.HandoverAccepted, fact: f.Fact, org: Org) -> Line:
    owner, before = who(what.owner, org), who(what.before, org)
    desk = say("; it is a case of {service} now", service=service_name(what.service, org)) if what.service else ()
    if fact.by is None or fact.by == what.owner:
        return say("{owner} took it over from {before}{desk}.", owner=owner, before=before, desk=desk)
    deputy = who(fact.by, org)
    return say(
        "{deputy} accepted it for {owner}, who took it over from {before}{desk}.", deputy=deputy, owner=owner, before=before, desk=desk
    )


def _declined_offer(what: f.HandoverDeclined, fact: f.Fact, org: Org) -> Line:
    asked, back = who(what.by, org), who(what.back_to, org)
    if fact.by is None or fact.by == what.by:
        return _because(say("{asked} declined to take it over, so it stays with {back}", asked=asked, back=back), what.why)
    declined = say("{by} declined for {asked} to take it over, so it stays with {back}", by=who(fact.by, org), asked=asked, back=back)
    return _because(declined, what.why)


def _taken(what: f.Taken, fact: f.Fact, org: Org) -> Line:
    owner, before = who(what.owner, org), who(what.before, org)
    if fact.by is None:
        return say("{before} has left, so {owner} owns it.", before=before, owner=owner)
    return say("{owner} took it from {before}.", owner=owner, before=before)


def _severity(what: f.SeverityChanged, fact: f.Fact, by: Line) -> Line:
    before, after = Typed(what.before), Typed(what.after)
    if what.wish:
        return say(
            "{by} would like its severity to be {after} instead of {before}; the reporter is asked.", by=by, before=before, after=after
        )
    if fact.by is None:
        return say("So many people have this problem that its severity rose from {before} to {after}.", before=before, after=after)
    return say("{by} changed its severity from {before} to {after}.", by=by, before=before, after=after)


def _confirmed(what: f.Confirmed, by: Line, org: Org) -> Line:
    for_whom: Line = say(", for {gone}, who has left,", gone=who(what.for_gone, org)) if what.for_gone else ()
    own = " Both keys were the same person's." if what.self_confirmed else ""
    end = "" if what.closes else " The others who reported it are still asked."
    return say("{by}{for_whom} confirmed that it is fixed.{own}{end}", by=by, for_whom=for_whom, own=own, end=end)


def _merged(what: f.Merged, by: Line) -> Line:
    if what.into is not None:
        template = "{by} undid the merge into {other}" if what.undone else "{by} closed it as a duplicate of {other}"
        return _because(say(template, by=by, other=case_name(what.into)), what.why)
    other: Part = case_name(what.absorbed) if what.absorbed is not None else "another case"
    template = "{by} took {other} out of it again." if what.undone else "{by} merged {other} into it, with its contacts and its people."
    return say(template, by=by, other=other)


def _unconfirmed(fact: f.Fact) -> Line:
    if fact.sets.get("outcome") == Outcome.FIXED:
        return ("Not everybody answered, but somebody who reported it had confirmed it, so it was closed as fixed.",)
    return ("Nobody said whether it is fixed, so it was closed as unconfirmed.",)


def _cost(what: f.CostRecorded, by: Line) -> Line:
    budget = say(", out of the budget of {budget}", budget=Typed(what.budget)) if what.budget else ()
    return say("{by} recorded a cost of {amount}{budget}.", by=by, amount=f"{what.amount:,f}", budget=budget)


def _route_dead(what: f.RouteDead, org: Org) -> Line:
    return say("{what} The admins were told.", what=route(what, org))


def route(what: f.RouteDead, org: Org) -> Line:
    """Return which way is broken, and why."""
    if what.person is None or what.why is SkipWhy.NOBODY:
        return say("Nobody above level {n} could be reached, so it stays there.", n=str(what.level))
    return say("The way to level {n} is broken: {why}.", n=str(what.level), why=dead_route(what.why, what.person, org))


def _clock_moved(what: f.ClockMoved, fact: f.Fact, org: Org) -> Line:
    if fact.sets.keys() <= {"due", "version"}:
        return ("When it is next looked at was worked out again; no deadline moved.",)
    if what.unasked:
        return ("Nobody could be asked yet whether it is fixed, so the time to answer begins anew.",)
    end = say("the deadline is now {at}", at=Moment(what.deadline)) if what.deadline else ("no deadline runs at present",)
    if what.person == what.before:
        whose: Line = say("{who}'s working time", who=who(what.person, org)) if what.person else ("The working time",)
        return say("{whose} changed: {end}, with what was left of it carried over.", whose=whose, end=end)
    runs: Line = say("{who}'s working time", who=who(what.person, org)) if what.person else ("the wall clock",)
    return say("Its clock runs on {runs} from here on: {end}, with what was left of it carried over.", runs=runs, end=end)


def changed() -> str:
    """Return what stands before a note that is a message as somebody changed it."""
    return "Message changed, now: "
