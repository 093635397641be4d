"""What is said of changes, workarounds, causes and remedies: on the timeline, as an answer, and as a message."""

from typing import assert_never

from bot.chat import Button, Card, Line, Moment, Part, Typed
from bot.escalation import facts as f
from bot.escalation.case import Case
from bot.escalation.org import Org
from bot.escalation.words import CaseId, PersonId, case_name
from bot.wording.forms import LACKED
from bot.wording.plain import counted, say, shortened, who

About = f.Lacked | f.Renewed | f.Linked | f.TimeSpent | f.RemedyOffered | f.RemedyAnswered | f.OutcomeSaid

QUESTIONS = {
    "needed": "Should you have needed to contact us at all?",
    "process": "How well did our rules and process help to solve it?",
    "prevented": "Have we done anything to stop it from happening again?",
}


def entry(what: About, by: PersonId | None, org: Org) -> Line:
    """Return the sentence of one fact on a timeline."""
    whose: Part = who(by, org) if by is not None else "Buckstop"
    match what:
        case f.Lacked(lacked=lacked, change=change):
            missing = say("level 0 lacked: {what}", what=Typed(_lack(lacked))) if lacked else ("what has to change",)
            must: Line = say("; what must change: {words}", words=Typed(change)) if change else ()
            return say("{by} said what the level below needs: {missing}{must}", by=whose, missing=missing, must=must)
        case f.Renewed(until=until, why=why):
            return say("{by} let the workaround stand until {at}: {why}", by=whose, at=Moment(until), why=Typed(why))
        case f.Linked(case=case, under=under):
            return say("{by} linked it with {case}.", by=whose, case=_name(case if case is not None else under))
        case f.TimeSpent(level=level, minutes=minutes):
            return say("{by} spent {time} on it at level {n}.", by=whose, time=counted(minutes, "minute"), n=str(level))
        case f.RemedyOffered(of=of):
            return say("{by} offered what fixed {case}.", by=whose, case=_name(of))
        case f.RemedyAnswered(of=of, helped=helped):
            return say(
                "{by} said that what fixed {case} {helped} here.", by=whose, case=_name(of), helped="helps" if helped else "does not help"
            )
        case f.OutcomeSaid(question=question, answer=answer):
            return say("{by} answered “{question}”: {answer}.", by=whose, question=QUESTIONS[question], answer=said(question, answer))
        case _:
            assert_never(what)


def said(question: str, answer: int) -> str:
    """Return an answer to one of the three questions as a word."""
    return f"{answer} of 5" if question == "process" else "yes" if answer else "no"


def _lack(lacked: str) -> str:
    return LACKED.get(lacked, lacked).lower()


def _name(case: CaseId | None) -> str:
    return case_name(case) if case is not None else "another case"


def lacked(case: Case, org: Org) -> Card:
    """Ask whoever fixed an escalated case what the level below lacked, and what must change."""
    resolution = case.resolution
    missing = resolution is None or not resolution.lacked
    asks = "what did level 0 lack, so that it had to come up" if missing else "what must change, so that it need not come up again"
    lines: tuple[Line, ...] = (
        (Typed(shortened(case.title, 200).text),),
        ("What you say becomes a case of its own with a name and a date on it, and stands in the digest. Nobody is blamed by it.",),
    )
    button = Button("lacked", "Say what was missing", case.id, case.version, "primary")
    return _card(case, say("{case}: {asks}?", case=case_name(case.id), asks=asks), lines, (button,))


def outcome(case: Case, org: Org) -> Card:
    """Ask whoever confirmed the three questions."""
    yes_no = tuple(
        Button(f"{name}-{answer}", f"{label}: {answer}", case.id, case.version)
        for name, label in (("needed", "Needed"), ("prevented", "Prevented"))
        for answer in ("yes", "no")
    )
    marks = tuple(Button(f"process-{mark}", f"Process: {mark}", case.id, case.version) for mark in range(1, 6))
    lines: tuple[Line, ...] = (
        *((text,) for text in (f"Needed: {QUESTIONS['needed']}", f"Process, from 1 (not at all) to 5 (well): {QUESTIONS['process']}")),
        (f"Prevented: {QUESTIONS['prevented']}",),
        ("One tap each, and only if you like. They measure the system, nobody in it.",),
    )
    headline = say("{case} is closed as fixed. Three questions about what came of it:", case=case_name(case.id))
    return _card(case, headline, lines, (*yes_no, *marks))


def remedy(case: Case, org: Org) -> Card:
    """Tell a reporter how another case of the same cause was fixed, and ask whether that helps here."""
    offered = case.remedy
    of = _name(offered.of if offered else None)
    lines: tuple[Line, ...] = (
        (Typed(shortened(case.title, 200).text),),
        say("What fixed {of} may fix yours: `/case show {of}` says what was done. Does it?", of=of),
        ("If it does, your case is closed as fixed; if not, it goes on as before. You need not have shouted for this.",),
    )
    buttons = (
        Button("remedy-yes", "Yes, it is fixed", case.id, case.version, "primary"),
        Button("remedy-no", "No, it goes on", case.id, case.version),
    )
    return _card(case, say("{case}: {of} had the same cause, and is fixed.", case=case_name(case.id), of=of), lines, buttons)


def _card(case: Case, headline: Line, lines: tuple[Line, ...], buttons: tuple[Button, ...]) -> Card:
    return Card(headline, lines, buttons, case=case.id, status=case.outcome or case.status)
