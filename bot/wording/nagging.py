"""How is somebody reminded? By what they owe, since when, and what happens otherwise; several reminders are one message."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat import Button, Card, Line
from bot.escalation.case import Case
from bot.escalation.facts import Chased, Fact
from bot.escalation.org import Org
from bot.escalation.pace import who_owes
from bot.escalation.probing import by_probe
from bot.escalation.roles import acts_for
from bot.escalation.words import NagFor, PersonId
from bot.wording import buttons as b
from bot.wording import pieces as p
from bot.wording.fate import fate_line
from bot.wording.plain import counted, say, shortened, who
from bot.wording.timeline import entry


def nag(fact: Fact, case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    """Draw one reminder, from what is owed now: that may have changed since it was decided."""
    owed, whose = owes(case, org, reader, now)
    lines = [
        *p.standing_in(whose, org, reader, now),
        p.about(case, org),
        *_reminder(fact, case, owed, org, now),
        fate_line(case, org, now),
    ]
    return p.card(case, _headline(fact, case, owed, org, now), lines, _buttons(case, owed, org, reader, now))


def nags(items: Sequence[tuple[Case, Fact]], org: Org, reader: PersonId, now: datetime, more: int) -> Card:
    """Draw the reminders of one person as one message, the first to move on at the top as they come."""
    if len(items) == 1 and more == 0:
        case, fact = items[0]
        return nag(fact, case, org, reader, now)
    lines = [_row(case, org, reader, now) for case, _ in items]
    if more:
        lines.append(say("And {n} more; /case mine lists them all.", n=str(more)))
    buttons: list[Button] = []
    for case, _ in items:
        owed, _whose = owes(case, org, reader, now)
        buttons += b.few(_buttons(case, owed, org, reader, now), case)
    cases = tuple(case.id for case, _ in items)
    waiting = counted(len(items) + more, "case waits", "cases wait")
    return Card(say("{waiting} for you.", waiting=waiting), tuple(lines), tuple(buttons), cases=cases)


def owes(case: Case, org: Org, reader: PersonId, now: datetime) -> tuple[NagFor, tuple[PersonId, ...]]:
    """Return what somebody owes on a case, and whose duty that is."""
    if case.offer is not None and acts_for(reader, case.offer.to, org, now):
        return NagFor.HANDOVER, (case.offer.to,)
    persons, owed = who_owes(case, now)
    return owed, persons


def _row(case: Case, org: Org, reader: PersonId, now: datetime) -> Line:
    owed, _ = owes(case, org, reader, now)
    return say("{case} ({what}): {title}. {fate}", case=p.name(case), what=_OWED[owed], title=p.title(case), fate=fate_line(case, org, now))


_OWED = {
    NagFor.ACKNOWLEDGEMENT: "acknowledge it",
    NagFor.FIX: "not fixed yet",
    NagFor.HANDOVER: "you are asked to take it over",
    NagFor.ANSWER: "a question for you",
    NagFor.CONFIRMATION: "is it fixed?",
}


def _headline(fact: Fact, case: Case, owed: NagFor, org: Org, now: datetime) -> Line:
    name = p.name(case)
    if isinstance(fact.what, Chased):
        return say("{case}: {said}", case=name, said=p.after_colon(p.quoted(entry(fact, org, case))))
    match owed:
        case NagFor.ACKNOWLEDGEMENT:
            return say("{case} is waiting for you. {due}", case=name, due=p.to_acknowledge(case, org, now) or ("Please acknowledge it.",))
        case NagFor.FIX:
            return say("{case} is not fixed yet.", case=name)
        case NagFor.HANDOVER:
            return say("{case}: you are asked to take it over.", case=name)
        case NagFor.ANSWER:
            return say("{case} is waiting for your answer.", case=name)
        case NagFor.CONFIRMATION:
            return say("Is {case} fixed?", case=name)


def _reminder(fact: Fact, case: Case, owed: NagFor, org: Org, now: datetime) -> tuple[Line, ...]:
    if owed is NagFor.ANSWER and case.question is not None:
        return (say("{by} asked: {words}", by=who(case.question.by, org), words=shortened(case.question.text, p.LONGEST_QUOTE)),)
    if owed is NagFor.HANDOVER and case.offer is not None:
        return (say("{by} says: {words}", by=who(case.offer.by, org), words=shortened(case.offer.why, p.LONGEST_QUOTE)),)
    if owed is NagFor.CONFIRMATION and case.resolution is not None:
        by, words = "A probe" if by_probe(case) else who(case.resolution.by, org), shortened(case.resolution.explanation, p.LONGEST_QUOTE)
        return (say("{by} says that it is: {words}", by=by, words=words),)
    return (p.reported(case, org),)


def _buttons(case: Case, owed: NagFor, org: Org, reader: PersonId, now: datetime) -> tuple[Button, ...]:
    match owed:
        case NagFor.HANDOVER:
            return b.for_offer(case, org, reader, now)
        case NagFor.ANSWER:
            return b.for_question(case, reader)
        case NagFor.CONFIRMATION:
            return b.for_key(case, reader)
        case _:
            return b.for_owner(case, org, reader, now)
