"""Who suffers from what somebody else had escalated and fixed, and did not shout? (docs/figures.md, `silent_sufferers`)

Plain functions of cases: which ones come into question is looked up by the handlers.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.escalation.case import Case
from bot.escalation.causes import owner_of
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import SilentFound
from bot.escalation.lasting import cause_of
from bot.escalation.org import Org
from bot.escalation.requests import FindSilent
from bot.escalation.roles import acts_for, is_accountable
from bot.escalation.story import Stood
from bot.escalation.words import CaseId, Kind, MessageKind, Outcome, PersonId, Reason, Status

Either = Case | Stood


@dataclass(frozen=True, slots=True)
class Sufferers:
    """The cases like one that was escalated and fixed: still to be offered its remedy, offered one, settled. Never a private one."""

    waiting: tuple[CaseId, ...] = ()
    offered: tuple[CaseId, ...] = ()  # and not answered yet: no other remedy is offered meanwhile
    settled: tuple[CaseId, ...] = ()  # answered, or closed as anything but unconfirmed since

    @property
    def unsettled(self) -> tuple[CaseId, ...]:
        """Return those that somebody still waits for."""
        return tuple(sorted((*self.waiting, *self.offered)))


def offered(case: Either) -> tuple[CaseId, ...]:
    """Return the cases whose remedies were offered, in their order."""
    return (*case.remedies_had, *((case.remedy.of,) if case.remedy is not None else ()))


def unanswered(case: Either) -> bool:
    """Tell whether a remedy was offered and its reporter has not said yet whether it helps."""
    return case.remedy is not None and case.remedy.helped is None


def kin(fix: Either) -> tuple[object, ...]:
    """Return what the fixes that are told as one have in common: service and cause; if none was said, the cause that they hang under."""
    if cause_of(fix):
        return (fix.service, cause_of(fix))
    return ("under", fix.under) if fix.under is not None else ("alone", fix.id)


def sufferers(fixes: Sequence[Either], candidates: Iterable[Either], alike: Collection[CaseId], loud: Collection[CaseId] = ()) -> Sufferers:
    """Return who suffers silently from what was escalated and fixed.

    Args:
        fixes: the escalated fixes of one cause (`kin`), the newest first: its remedy is the one to offer.
        candidates: the cases that come into question, each once or more.
        alike: which of them said the same as one of the fixes when that was confirmed (`bot.handlers.likely.alike`).
        loud: which of them their reporters had escalated.
    """
    every = {case.id: case for case in candidates}
    every = {number: case for number, case in every.items() if any(_may_be(case, of) and _same(case, of, alike) for of in fixes)}
    of = {fix.id for fix in fixes}
    found = [case for number, case in sorted(every.items()) if number not in of and number not in loud]
    asked = [case for case in found if _is_open(case) and unanswered(case)]
    waiting = [case for case in found if case not in asked and _suffers(case) and fixes[0].id not in offered(case)]
    settled = [case for case in found if case not in asked and case not in waiting and of & {*offered(case)}]
    return Sufferers(*(tuple(case.id for case in which) for which in (waiting, asked, settled)))


def _may_be(case: Either, of: Either) -> bool:
    there_then = of.closed_at is None or case.opened_at < of.closed_at
    # Of private ones not even a number is told beside a service and a cause: whoever knows both would know whose it is.
    return case.id != of.id and case.kind is Kind.PROBLEM and not case.private and there_then and case.id not in of.absorbed


def _same(case: Either, of: Either, alike: Collection[CaseId]) -> bool:
    if case.under is not None and case.under == of.under:
        return True
    if case.service != of.service:
        return False
    said = cause_of(case)
    # Once somebody has said what the cause is, that counts, and not how the report sounds.
    return said == cause_of(of) if said else case.id in alike


def _is_open(case: Either) -> bool:
    return case.live or case.outcome is Outcome.UNCONFIRMED


def _suffers(case: Either) -> bool:
    # Whoever is asked already whether it is fixed is not asked a second thing.
    return _is_open(case) and case.status is not Status.RESOLVED


def fixed_above(case: Case) -> bool:
    """Tell whether a problem that went up was confirmed as fixed: whether it did so before its fix, its timeline says (`Story.went_up`)."""
    return case.kind is Kind.PROBLEM and case.outcome is Outcome.FIXED and case.escalations > 0


def find_silent(draft: Draft, request: FindSilent) -> Decision:
    """Put on record who had the same without shouting, and tell whoever fixed it, and those who lead."""
    case, resolution = draft.case, draft.case.resolution
    if not fixed_above(case) or case.private or not request.cases:
        return Decision.nothing(case, Reason.ALREADY)
    draft.record(SilentFound(request.cases))
    draft.tell(MessageKind.SILENT, *((resolution.by,) if resolution is not None else ()), *draft.org.leaders)
    return draft.decided()


def remedies_refused(case: Case, by: PersonId, org: Org, now: datetime) -> Refusal | None:
    """Return why somebody may not offer a case's remedy: whoever fixed it may, the service's owner, the accountable, leaders, admins."""
    fixed_by = case.resolution.by if case.resolution is not None else case.owner
    of_service = owner_of(case.service, org, now)
    theirs = (fixed_by, *((of_service,) if of_service is not None else ()))
    may = (
        any(acts_for(by, person, org, now) for person in theirs) or is_accountable(by, case, org, now) or by in (*org.leaders, *org.admins)
    )
    if not may or by in case.concerned:
        return Refusal(No.NOT_YOURS, "remedies", who=tuple(dict.fromkeys(theirs)), roles=("a leader", "an admin"))
    if case.private:
        # Its number alone, told to others, would tell of it.
        return Refusal(No.PRIVATE_FIX, "remedies", who=(case.owner,))
    return None if fixed_above(case) else Refusal(No.NO_FIX, "remedies", who=(case.owner,))
