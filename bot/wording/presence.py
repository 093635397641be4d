"""What is said about an absence: until when, who answers meanwhile, and what that means for the cases."""

from datetime import datetime

from bot.chat import Line
from bot.escalation.org import Absence, Org
from bot.escalation.words import PersonId
from bot.wording.plain import counted, in_full, who


def away(absence: Absence, cases: int, org: Org, now: datetime) -> tuple[Line, ...]:
    """Say back when somebody is away, in full, and who answers for them."""
    zone = org.calendar(absence.person).zone
    start: Line = ("from ", in_full(absence.start, zone), " ") if absence.start > now else ()
    said: Line = (who(absence.person, org), " is away ", *start, "until ", in_full(absence.end, zone), ".")
    deputy = deputy_of(absence, org)
    if deputy is None:
        return said, _nobody_covers(cases)
    return said, (who(deputy, org), " answers meanwhile. ", _looked_at(cases))


def back(person: PersonId, ended: int, cases: int, org: Org) -> tuple[Line, ...]:
    """Say that somebody is there again."""
    if not ended:
        return ((who(person, org), " is not away by `/case away`; absences of the configuration end there."),)
    return ((who(person, org), " is back. ", _looked_at(cases)),)


def covering(absence: Absence, reader: PersonId, org: Org, now: datetime) -> Line:
    """Tell somebody that they answer for somebody else, before the first case does."""
    zone = org.calendar(reader).zone
    start: Line = ("from ", in_full(absence.start, zone), " ") if absence.start > now else ()
    end: Line = ("until ", in_full(absence.end, zone), ".")
    return (
        "You answer for ",
        who(absence.person, org),
        ", who is away ",
        *start,
        *end,
        " What waits for them comes to you; `/case mine` lists it.",
    )


def deputy_of(absence: Absence, org: Org) -> PersonId | None:
    """Return who answers during an absence."""
    known = org.people.get(absence.person)
    return absence.covered_by or (known.deputy if known else None)


def _nobody_covers(cases: int) -> Line:
    their = "Whoever reported the live ones can send them up; their clocks stand still meanwhile. " if cases else ""
    return (f"Nobody covers: new cases go straight to the next level. {their}To name who covers: /case back, then /case away again.",)


def _looked_at(cases: int) -> str:
    return (
        f"{counted(cases, 'live case')} {'takes' if cases == 1 else 'take'} account of it." if cases else "No live case is touched by that."
    )
