"""Is a message still wanted, now that it could be sent?

Between the decision and the sending lie outages, rate limits and nights. What nobody owes or asks any more is not said, so that
an outage ends without a volley of yesterday's reminders.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.escalation.case import Case
from bot.escalation.facts import Escalated, Fact, Nagged
from bot.escalation.org import Org
from bot.escalation.pace import quiet_until, who_owes
from bot.escalation.roles import acts_for, is_accountable, is_owner
from bot.escalation.words import MessageKind, NagFor, PersonId, Status
from bot.ports import Delivery

WORKING = (Status.OPEN, Status.ACKNOWLEDGED)


def unwanted(delivery: Delivery, org: Org, now: datetime) -> str | None:
    """Return why a delivery need not be made any more, None if it must."""
    if delivery.kind == "notice" or delivery.unreadable:
        return None
    if delivery.kind == "digest":
        return "its first message could be posted nowhere" if is_detail(delivery.digest) and delivery.to.thread is None else None
    case, fact = delivery.case, delivery.fact
    if case is None:
        return "there is no such case any more"
    if delivery.kind in ("card", "echo"):
        return _unwanted_there(delivery, case)
    person = delivery.to.person
    if fact is None or person is None:
        return "its fact is gone"
    return None if _wanted(MessageKind(delivery.kind), person, case, fact, org, now) else f"the case is {case.status} and has moved on"


def is_detail(digest: Mapping[str, Any] | None) -> bool:
    """Tell whether this is one of the messages in the thread of a digest, not the first one."""
    return digest is not None and int(digest.get("part", 1)) > 1


def _unwanted_there(delivery: Delivery, case: Case) -> str | None:
    place = delivery.to.place
    if case.private and place is not None and not place.conversation.startswith("@"):
        return "a private case has no card in a channel"
    if delivery.kind == "echo" and (place is None or place.thread is None):
        return "its card could be posted nowhere, so it has no thread"
    if delivery.kind == "echo" and delivery.fact is None:
        return "its fact is gone"
    return None


def _wanted(kind: MessageKind, person: PersonId, case: Case, fact: Fact, org: Org, now: datetime) -> bool:
    match kind:
        case MessageKind.NAG:
            return case.live and _owes(person, case, fact, org, now)
        case MessageKind.BRIEF:
            return case.live and level_of(fact) in (None, case.level) and is_accountable(person, case, org, now)
        case MessageKind.QUESTION:
            return case.status is Status.WAITING and _stands(case.question, fact)
        case MessageKind.CONFIRM:
            return case.status is Status.RESOLVED and _stands(case.resolution, fact) and person not in case.answered_yes
        case MessageKind.OFFER:
            return _stands(case.offer, fact) and _was_asked(person, case, org, now)
        case MessageKind.RECHECK:
            return not case.live
        case MessageKind.LACKED:
            return case.resolution is not None and not (case.resolution.lacked and case.resolution.change)
        case MessageKind.REMEDY:
            return case.remedy is not None and case.remedy.helped is None
        case MessageKind.CAUSE:
            return case.cause_one is None and case.under is None
        case MessageKind.CONSENT:
            return case.severity_wish is not None
        case _:
            return True


def _owes(person: PersonId, case: Case, fact: Fact, org: Org, now: datetime) -> bool:
    """Tell whether what the nag is about is still owed by that person, or by the one whom they stand in for."""
    if not isinstance(fact.what, Nagged):
        # Asked for by somebody, not by the clock: no promise quiets it.
        return case.status in WORKING and (is_owner(person, case, org, now) or is_accountable(person, case, org, now))
    if _stands(case.offer, fact) and _was_asked(person, case, org, now):
        return True  # whoever was asked to take it over is nagged along with those who owe the move
    people, owed = who_owes(case, now)
    theirs = any(acts_for(person, whom, org, now) for whom in people)
    return owed is fact.what.owed and theirs and _round_of(fact, case, owed) and not _promised(case, owed, now)


def _round_of(fact: Fact, case: Case, owed: NagFor) -> bool:
    """Tell whether a nag belongs to the present level, question or resolution, not to an earlier one."""
    match owed:
        case NagFor.ANSWER:
            return _stands(case.question, fact)
        case NagFor.CONFIRMATION:
            return _stands(case.resolution, fact)
        case _:
            return case.arrived_at <= fact.at


def _promised(case: Case, owed: NagFor, now: datetime) -> bool:
    return owed in (NagFor.ACKNOWLEDGEMENT, NagFor.FIX) and quiet_until(case, now) is not None


def level_of(fact: Fact) -> int | None:
    """Return the level that a fact brought the case to, None if it moved nothing."""
    if isinstance(fact.what, Escalated):
        return fact.what.level
    level = fact.sets.get("level")
    return level if isinstance(level, int) else None


def _stands(matter: object, fact: Fact) -> bool:
    """Tell whether a question, offer or resolution is still the one of that fact, not a later one in its place."""
    since: datetime | None = getattr(matter, "at", None)
    return since is not None and since <= fact.at


def _was_asked(person: PersonId, case: Case, org: Org, now: datetime) -> bool:
    return case.offer is not None and acts_for(person, case.offer.to, org, now)
