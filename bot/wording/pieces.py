"""The lines that several messages share: what a case is about, since when, what it has cost its reporter, and who is stood in for."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.chat import Button, Card, Line, Moment, Typed
from bot.escalation.case import Case
from bot.escalation.org import Org
from bot.escalation.words import PersonId, Status, case_name
from bot.wording.plain import counted, say, shortened, who
from bot.wording.reasons import service_name

LONGEST_QUOTE = 600  # of a text that somebody typed, inside a message; the timeline has the whole
_JUST_NOW = timedelta(minutes=5)


def card(case: Case, title: Line, lines: Sequence[Line], buttons: tuple[Button, ...]) -> Card:
    """Return a card about one case, which shows how the case stands; lines with nothing in them are left out."""
    return Card(title, tuple(line for line in lines if line), buttons, case=case.id, status=status(case))


def status(case: Case) -> str:
    """Return a case's status in one word; once it is closed, how it ended."""
    return case.outcome or case.status


def name(case: Case) -> str:
    """Return what people call a case."""
    return case_name(case.id)


def title(case: Case) -> Typed:
    """Return a case's title, not too long."""
    return shortened(case.title)


def about(case: Case, org: Org) -> Line:
    """Return the service and the title."""
    return say("{service}: {title}", service=service_name(case.service, org), title=title(case))


def state(case: Case) -> str:
    """Return how a case stands, in a few words."""
    if case.status is Status.CLOSED:
        return f"closed as {case.outcome}" if case.outcome else "closed"
    return f"{case.status} at level {case.level}"


def details(case: Case, longest: int | None = LONGEST_QUOTE) -> tuple[Line, ...]:
    """Return the text of the report, where it says more than its title."""
    said = " ".join(case.text.split())
    if said in ("", " ".join(case.title.split())):
        return ()
    return ((Typed(case.text) if longest is None else shortened(case.text, longest),),)


def reported(case: Case, org: Org) -> Line:
    """Return since when, by whom, and what it took so far."""
    if case.origin is not None:
        return say("It came of {of} on {at}.", of=case_name(case.origin), at=Moment(case.opened_at))
    usual = org.default_severity().id == case.severity
    severe: Line = () if usual else say(", severity {s}", s=Typed(case.severity))
    who_else = f", and {counted(len(case.affected), 'other person has', 'other people have')} the same problem" if case.affected else ""
    if case.probed:
        return say(
            "Found by a probe on {at}{severe}{others}. So far: {n}.",
            at=Moment(case.opened_at),
            severe=severe,
            others=who_else,
            n=counts(case),
        )
    line = say(
        "Reported on {at} by {who}{severe}{others}.", at=Moment(case.opened_at), who=who(case.reporter, org), severe=severe, others=who_else
    )
    return say("{line} So far: {counts}.", line=line, counts=counts(case))


def counts(case: Case) -> str:
    """Return "4 contacts, 2 hand-overs, 1 broken promise", leaving out what there was none of."""
    parts = [counted(case.contacts, "contact")]
    parts += [counted(case.handovers, "hand-over")] if case.handovers else []
    parts += [counted(case.broken_promises, "broken promise")] if case.broken_promises else []
    parts += [f"{case.still_broken} times still broken" if case.still_broken > 1 else "once still broken"] if case.still_broken else []
    return ", ".join(parts)


def standing_in(candidates: Iterable[PersonId], org: Org, reader: PersonId, now: datetime) -> tuple[Line, ...]:
    """Return for whom somebody gets a message, if not for themselves."""
    people = tuple(dict.fromkeys(candidates))
    if reader in people:
        return ()
    away = next((person for person in people if org.acting(person, now) == reader), None)
    return () if away is None else (say("You get this for {who}, who is away.", who=who(away, org)),)


def to_acknowledge(case: Case, org: Org, now: datetime) -> Line:
    """Return by when an acknowledgement is wanted: "within 1 hour" just after it came, else the time itself."""
    clock = case.response
    if clock is None or clock.since is None or clock.deadline is None:
        return ()
    if now - clock.since <= _JUST_NOW and clock.spent.is_zero:
        return say("Acknowledge within {span}.", span=clock.allowance.words(always=case.chain.always))
    if clock.deadline <= now:
        return ("Please acknowledge it now.",)
    return say("Acknowledge by {at}.", at=Moment(clock.deadline))


def quoted(line: Line) -> Line:
    """Return a line with long texts that somebody typed cut short."""
    return tuple(shortened(part.text, LONGEST_QUOTE) if isinstance(part, Typed) else part for part in line)


def after_colon(line: Line) -> Line:
    """Return a sentence as it goes on after "C-42: ": our own first word in lower case, names as they are."""
    first = line[0] if line else ""
    return (first[0].lower() + first[1:], *line[1:]) if isinstance(first, str) and first and not first.startswith("Buckstop") else line
