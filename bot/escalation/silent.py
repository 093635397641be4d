"""Who suffers from what somebody else had escalated and fixed, and did not shout? (docs/figures.md, `silent_sufferers`)

Plain functions of cases: which ones come into question is looked up by the handlers.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.escalation.case import Case
from bot.escalation.causes import owner_of
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import Escalated, Fact, SilentFound
from bot.escalation.lasting import cause_of
from bot.escalation.org import Org
from bot.escalation.requests import FindSilent
from bot.escalation.roles import acts_for, is_accountable
from bot.escalation.words import CaseId, Kind, MessageKind, Outcome, PersonId, Reason, Why

BY_THE_REPORTER = (Why.ASKED_BY_REPORTER, Why.CHASED)


@dataclass(frozen=True, slots=True)
class Sufferers:
    """The cases like one that was escalated and fixed: still to be offered its remedy, offered it, settled; and how many are private."""

    waiting: tuple[CaseId, ...] = ()
    offered: tuple[CaseId, ...] = ()  # and not answered yet
    settled: tuple[CaseId, ...] = ()  # answered, or closed as anything but unconfirmed since
    private: int = 0

    @property
    def unsettled(self) -> tuple[CaseId, ...]:
        """Return those that somebody still waits for."""
        return tuple(sorted((*self.waiting, *self.offered)))


def is_escalated_fix(case: Case) -> bool:
    """Tell whether a case was confirmed as fixed after it had left level 0 by more than a skip."""
    return case.kind is Kind.PROBLEM and case.outcome is Outcome.FIXED and case.escalations > 0


def shouted(timeline: Iterable[Fact]) -> bool:
    """Tell whether whoever reported a case had it escalated: by asking for it, or by asking again and again. Time alone is no shouting."""
    return any(isinstance(fact.what, Escalated) and fact.what.why in BY_THE_REPORTER for fact in timeline)


def sufferers(of: Case, candidates: Iterable[Case], alike: Collection[CaseId], loud: Collection[CaseId] = ()) -> Sufferers:
    """Return who suffers silently from what `of` was about.

    Args:
        of: the escalated fix.
        candidates: the cases that come into question, each once or more.
        alike: which of them say the same as `of` (`bot.handlers.likely.alike`).
        loud: which of them their reporters had escalated (`shouted`).
    """
    every = {case.id: case for case in candidates if case.id not in loud and _may_be(case, of) and _same(case, of, alike)}
    public = [case for case in every.values() if not case.private]
    asked = [case for case in public if case.remedy is not None and case.remedy.of == of.id]
    waiting = [case.id for case in public if case not in asked and _suffers(case)]
    offered = [case.id for case in asked if _suffers(case) and case.remedy is not None and case.remedy.helped is None]
    settled = [case.id for case in asked if case.id not in offered]
    private = sum(_suffers(case) for case in every.values() if case.private)
    return Sufferers(tuple(sorted(waiting)), tuple(sorted(offered)), tuple(sorted(settled)), private)


def _may_be(case: Case, of: Case) -> bool:
    there_then = of.closed_at is None or case.opened_at < of.closed_at
    return case.id != of.id and case.kind is Kind.PROBLEM and there_then and case.id not in of.absorbed


def _same(case: Case, of: Case, alike: Collection[CaseId]) -> bool:
    if case.under is not None and case.under == of.under:
        return True
    if case.service != of.service:
        return False
    said = cause_of(case)
    # Once somebody has said what the cause is, that counts, and not how the report sounds.
    return said == cause_of(of) if said else case.id in alike


def _suffers(case: Case) -> bool:
    return case.live or case.outcome is Outcome.UNCONFIRMED


def find_silent(draft: Draft, request: FindSilent) -> Decision:
    """Put on record who had the same without shouting, and tell whoever fixed it, and those who lead."""
    case, resolution = draft.case, draft.case.resolution
    if not is_escalated_fix(case) or case.private or not request.cases:
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
    return None if is_escalated_fix(case) else Refusal(No.NO_FIX, "remedies", who=(case.owner,))


def within(case: Case, start: datetime, end: datetime) -> bool:
    """Tell whether an escalated fix was confirmed in [start, end)."""
    return is_escalated_fix(case) and case.closed_at is not None and start <= case.closed_at < end
