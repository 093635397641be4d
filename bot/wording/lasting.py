"""What is said of changes, workarounds, causes and remedies: on the timeline, and as a message."""

from datetime import datetime
from typing import assert_never

from bot.chat import Button, Card, Line, Moment, Typed
from bot.escalation import facts as f
from bot.escalation.case import Case
from bot.escalation.org import Org
from bot.escalation.roles import acts_for, holds_key, is_accountable, is_owner
from bot.escalation.words import CaseId, Kind, PersonId, Why, case_name
from bot.wording import buttons as b
from bot.wording import pieces as p
from bot.wording.fate import fate_line
from bot.wording.forms import LACKED
from bot.wording.plain import counted, say, times, who

About = f.Lacked | f.Renewed | f.Linked | f.TimeSpent | f.RemedyOffered | f.RemedyAnswered | f.OutcomeSaid

QUESTIONS = {
    "needed": "Should you have needed to contact us at all?",
    "process": "How well did our rules and process help to solve it?",
    "prevented": "Have we done anything to stop it from happening again?",
}


def entry(what: About, by: Line) -> Line:
    """Return the sentence of one fact on a timeline."""
    match what:
        case f.Lacked():
            return _lacked(what, by)
        case f.Renewed(until=until, why=why):
            return say("{by} let the workaround stand until {at}: {why}", by=by, at=Moment(until), why=Typed(why))
        case f.Linked():
            return _linked(what, by)
        case f.TimeSpent(level=level, minutes=minutes):
            return say("{by} spent {time} on it at level {n}.", by=by, time=counted(minutes, "minute"), n=str(level))
        case f.RemedyOffered(of=of):
            return say("{by} offered what fixed {case}.", by=by, case=_name(of))
        case f.RemedyAnswered(of=of, helped=helped):
            how = "fixed this one too" if helped else "does not help here"
            return say("{by} said that what fixed {case} {how}.", by=by, case=_name(of), how=how)
        case f.OutcomeSaid(question=question, answer=answer):
            return say(
                "{by} was asked: {question} The answer: {answer}.", by=by, question=QUESTIONS[question], answer=said(question, answer)
            )
        case _:
            assert_never(what)


def _lacked(what: f.Lacked, by: Line) -> Line:
    if what.lacked is None:
        return say("{by} said what must change: {words}", by=by, words=Typed(what.change or ""))
    missing = say("{by} said what level 0 lacked: {what}", by=by, what=lack(what.lacked))
    if what.change is None:
        return say("{missing}.", missing=missing)
    return say("{missing}; and what must change: {words}", missing=missing, words=Typed(what.change))


def lack(lacked: str) -> Typed:
    """Return what was lacking, as it stands inside a sentence."""
    return Typed(LACKED[lacked].lower() if lacked in LACKED else lacked)


def _linked(what: f.Linked, by: Line) -> Line:
    other = _name(what.case if what.case is not None else what.under)
    match what.kind:
        case Kind.CHANGE:
            return say("What must change is {other}.", other=other)
        case Kind.DEBT:
            return say("Its workaround is put right in {other}.", other=other)
        case Kind.CAUSE:
            return say("The cause behind it is {other}.", other=other)
        case Kind.PROBLEM:
            return say("{other} hangs on it too.", other=other)
        case _:
            return say("{by} linked it with {other}.", by=by, other=other)


def said(question: str, answer: int) -> str:
    """Return an answer to one of the three questions as a word."""
    return f"{answer} of 5" if question == "process" else "yes" if answer else "no"


def _name(case: CaseId | None) -> str:
    return case_name(case) if case is not None else "another case"


# --- a case that came of another ------------------------------------------------------------------------------------------------

OF_ANOTHER = (Kind.CHANGE, Kind.DEBT, Kind.CAUSE)


def came_of(kind: Kind, origin: CaseId | None, title: str, owner: Line) -> Line:
    """Return the first entry of the timeline of a change or a debt, which nobody reported."""
    if kind is Kind.DEBT:
        return say("{of} got a workaround, and {owner} is to put it right: {title}", of=_name(origin), owner=owner, title=Typed(title))
    if kind is Kind.CAUSE:
        return say(
            "{of} and others have one cause, and {owner} is to put it right: {title}", of=_name(origin), owner=owner, title=Typed(title)
        )
    return say("It came of {of}; {owner} is to make this change: {title}", of=_name(origin), owner=owner, title=Typed(title))


def why_yours(case: Case) -> Line:
    """Tell an owner why they have a change or a debt."""
    if case.kind is Kind.DEBT:
        return say("You own it, because {of} is yours and has only been got round.", of=_name(case.origin))
    if case.kind is Kind.CAUSE:
        return say("You own it, because the service is yours. {leaning}", leaning=_behind(case))
    return say("You own this change: with it, a case like {of} need not be escalated again.", of=_name(case.origin))


def receipt(case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    """Tell whoever holds the second key to a change or a debt that there is one."""
    owner = who(case.owner, org)
    if case.kind is Kind.DEBT:
        headline = say(
            "{case}: the workaround of {of} is to be put right, and {owner} owns that.",
            case=p.name(case),
            of=_name(case.origin),
            owner=owner,
        )
    elif case.kind is Kind.CAUSE:
        headline = say("{case}: one cause is behind several cases, and {owner} owns it.", case=p.name(case), owner=owner)
    else:
        headline = say("{case}: a change came of {of}, and {owner} owns it.", case=p.name(case), of=_name(case.origin), owner=owner)
    lines = (p.about(case, org), ("You will be asked whether it is done, and only you can say so.",), fate_line(case, org, now))
    return p.card(case, headline, lines, b.for_reader(case, org, reader, now))


def _behind(case: Case) -> str:
    return f"It is behind {counted(len(case.linked), 'case')}."


def beside(case: Case, org: Org) -> Line:
    """Tell whoever resolves a case what becomes of another one by it."""
    name, owner = p.name(case), who(case.owner, org)
    by = say(" by {at}", at=Moment(case.wanted_by)) if case.wanted_by is not None else ()
    if case.kind is Kind.DEBT:
        return say("{case}: {owner} is to put the workaround right{by}. {leaning}", case=name, owner=owner, by=by, leaning=_leaning(case))
    if case.kind is Kind.CAUSE:
        return say("{case}: {owner} is to put the cause right. {leaning}", case=name, owner=owner, leaning=_behind(case))
    if case.arrived_by == Why.CAME_BACK or case.still_broken:
        return say("{case}: that change did not keep this case away, and is taken up again. {owner} owns it.", case=name, owner=owner)
    return say("{case}: {owner} is to make the change{by}.", case=name, owner=owner, by=by)


def shown(case: Case) -> tuple[Line, ...]:
    """Return what a case hangs together with, for whoever looks at it."""
    others = [_name(other) for other in case.linked if other != case.origin]
    lines = (
        say("It is to be done by {at}.", at=Moment(case.wanted_by)) if case.wanted_by is not None and case.live else (),
        (f"{_leaning(case)}{_renewed(case)}",) if case.kind is Kind.DEBT else (),
        (f"See also {', '.join(others)}.",) if others and case.kind is not Kind.DEBT else (),
        say("The cause behind it is {of}.", of=_name(case.under)) if case.under is not None else (),
        _worked(case),
    )
    return tuple(line for line in lines if line)


def _leaning(case: Case) -> str:
    if not case.linked:
        return "No case leans on this workaround any more."
    names = ", ".join(map(_name, case.linked))
    lean = "leans" if len(case.linked) == 1 else "lean"
    return f"{counted(len(case.linked), 'case')} {lean} on this workaround: {names}."


def _renewed(case: Case) -> str:
    return f" It has been renewed {times(case.renewals)}." if case.renewals else ""


def _worked(case: Case) -> Line:
    minutes = sum(effort.minutes for effort in case.efforts)
    return say("It took {time} so far.", time=counted(minutes, "minute")) if minutes else ()


# --- messages -------------------------------------------------------------------------------------------------------------------


def lacked(case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    """Ask whoever fixed an escalated case what the level below lacked, and what must change."""
    done = case.resolution
    if done is None or (done.lacked and done.change):
        settled = say("{case}: what was missing need not be said any more.", case=p.name(case))
        return p.card(case, settled, (p.about(case, org), fate_line(case, org, now)), (b.button("show", case),))
    asks = "what must change, so that it need not come up again" if done.lacked else "what did level 0 lack, so that it had to come up"
    lines = (
        *p.standing_in((done.by,), org, reader, now),
        p.about(case, org),
        ("What must change becomes a case of its own, with a name and a date on it. This is about what a level has, and nobody in it.",),
        fate_line(case, org, now),
    )
    may = acts_for(reader, done.by, org, now) or is_owner(reader, case, org, now) or is_accountable(reader, case, org, now)
    say_it = (Button("lacked", "Say what was missing", case.id, case.version, "primary"),) if may else ()
    return p.card(case, say("{case}: {asks}?", case=p.name(case), asks=asks), lines, (*say_it, b.button("show", case)))


def outcome(case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    """Ask whoever confirmed the three questions. The buttons of the third begin a row of their own where a row holds five."""
    yes_no = tuple(
        Button(f"{name}-{answer}", f"{label}: {answer}", case.id, case.version)
        for name, label in (("needed", "Needed"), ("prevented", "Prevented"))
        for answer in ("yes", "no")
    )
    marks = tuple(Button(f"process-{mark}", f"Process: {mark}", case.id, case.version) for mark in range(1, 6))
    lines = (
        p.about(case, org),
        (f"Needed: {QUESTIONS['needed']}",),
        (f"Prevented: {QUESTIONS['prevented']}",),
        (f"Process: {QUESTIONS['process']} From 1, not at all, to 5, very well.",),
        ("Only if you like. The answers measure the system, and nobody in it.",),
        fate_line(case, org, now),
    )
    headline = say("{case} is closed as fixed. What came of it? Three questions, one tap each.", case=p.name(case))
    asked = (*yes_no, b.button("show", case), *marks) if holds_key(reader, case) else (b.button("show", case),)
    return p.card(case, headline, lines, asked)


def remedy(case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    """Tell a reporter how another case of the same cause was fixed, and ask whether that helps here."""
    offered = case.remedy
    if offered is None or offered.helped is not None:
        settled = say("{case}: nothing is offered any more.", case=p.name(case))
        return p.card(case, settled, (p.about(case, org), fate_line(case, org, now)), (b.button("show", case),))
    of = _name(offered.of)
    lines = (
        p.about(case, org),
        say("What fixed {of} may fix yours; /case show {of} says what was done. Does it?", of=of),
        ("If it does, yours is closed as fixed; if not, it goes on as before.",),
        fate_line(case, org, now),
    )
    answers = (
        Button("remedy-yes", "Yes, it is fixed", case.id, case.version, "primary"),
        Button("remedy-no", "No, it goes on", case.id, case.version),
    )
    headline = say("{case}: {of} had the same cause, and is fixed.", case=p.name(case), of=of)
    return p.card(case, headline, lines, answers if holds_key(reader, case) else (b.button("show", case),))
