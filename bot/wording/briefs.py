"""What somebody needs whom a case has come to: what, since when, what was tried, and what is asked of them. One card."""

from datetime import datetime

from bot.chat import Card, Line, Moment
from bot.escalation.case import Case
from bot.escalation.facts import Escalated, Fact, Merged
from bot.escalation.org import Org
from bot.escalation.words import Kind, PersonId, Why, case_name
from bot.wording import buttons as b
from bot.wording import pieces as p
from bot.wording.fate import fate_line
from bot.wording.plain import people, say, who
from bot.wording.reasons import WHY, why_up


def brief(fact: Fact, case: Case, org: Org, reader: PersonId, now: datetime) -> Card:
    """Draw the card for whoever a case has come to."""
    lines = [
        *p.standing_in((case.accountable,), org, reader, now),
        p.about(case, org),
        *p.details(case),
        p.reported(case, org),
        _before_you(case, org, now),
        _promised(case),
        _asked_of_you(case, org, now),
        fate_line(case, org, now),
    ]
    headline = say("{case} has come to you: {why}", case=p.name(case), why=p.quoted(_why(fact, case, org)))
    return p.card(case, headline, lines, b.for_reader(case, org, reader, now))


def _why(fact: Fact, case: Case, org: Org) -> Line:
    what = fact.what
    if isinstance(what, Escalated):
        return why_up(what, fact.by, org, case)
    if isinstance(what, Merged) and what.absorbed is not None:
        return say("{other}, which you have already, turned out to be the same.", other=case_name(what.absorbed))
    if case.arrived_by is not None:
        return (f"{WHY[Why(case.arrived_by)]}.",)
    return ("the level below could not be reached. That is nobody's silence.",)


def _before_you(case: Case, org: Org, now: datetime) -> Line:
    # Whoever cannot be reached was passed over and never had it; that must not look like their silence.
    asked = (person for person in case.tried if org.acting(person, now) is not None and person not in case.concerned)
    had = tuple(person for person in dict.fromkeys((*asked, *case.owners)) if person != case.accountable)
    return say("Before you it was with {people}.", people=people(had, org)) if had else ()


def _promised(case: Case) -> Line:
    if case.promise is None:
        return ()
    said = "A fix is promised by {at}." if case.kind in (Kind.PROBLEM, Kind.ROUTE) else "It is to be done by {at}."
    return say(said, at=Moment(case.promise.until))


def _asked_of_you(case: Case, org: Org, now: datetime) -> Line:
    """Return what is asked: an answer soon, and then that it gets fixed, by whatever means a level has."""
    within: Line = (f"within {case.rung.resolve_within.words(always=case.chain.always)}",)
    if case.kind is not Kind.PROBLEM and case.promise is not None:
        within = ("by then",)
    owner = who(case.owner, org)
    others = "hand it over, take it yourself" if case.owner != case.accountable else "hand it over"
    means = say("help {owner}, {others}, or decline it with a reason", owner=owner, others=others)
    if case.owner == case.accountable:
        means = ("fix it, hand it over, or decline it with a reason",)
    due = p.to_acknowledge(case, org, now)
    return say(
        "{due} Then see to it that it is {done} {within}: {means}.",
        due=due or ("Read this.",),
        done="fixed" if case.kind in (Kind.PROBLEM, Kind.ROUTE) else "done",
        within=within,
        means=means,
    )
