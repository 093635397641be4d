"""What does a person see who opens Buckstop itself? What waits for them first, with the buttons that get it off their list."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat import Button, Card, Home, Section
from bot.escalation.case import Case
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.wording import buttons as b
from bot.wording import pieces as p
from bot.wording.fate import fate_line
from bot.wording.plain import counted, say
from bot.wording.reasons import service_name

MOST = 10  # cases in a section; the rest is counted


def home(yours: Sequence[Case], reported: Sequence[Case], above: Sequence[Case], org: Org, reader: PersonId, now: datetime) -> Home:
    """Return what a person's home shows: their moves, what they reported, and what has been escalated to them."""
    sections = (
        _section("Your move", yours, org, reader, now),
        _section("Reported by you", reported, org, reader, now),
        _section("At your level", above, org, reader, now),
    )
    waiting = f"{counted(len(yours), 'case waits', 'cases wait')} for you." if yours else "Nothing waits for you."
    return Home((waiting,), sections, (Button("report", "Report a problem", style="primary"), Button("help", "What I can type")))


def _section(title: str, cases: Sequence[Case], org: Org, reader: PersonId, now: datetime) -> Section:
    return Section(title, tuple(_entry(case, org, reader, now) for case in cases[:MOST]), max(0, len(cases) - MOST))


def _entry(case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    headline = say("{case}: {title}", case=p.name(case), title=p.title(case))
    state = say("{service}, {state}.", service=service_name(case.service, org), state=p.state(case))
    return p.card(case, headline, (state, fate_line(case, org, now)), b.for_reader(case, org, reader, now))
