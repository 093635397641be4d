"""What keeps the next case from needing to be escalated: the change that was promised, the workaround that is put right.

Each of these is a case of its own, with a name and a next time. Here it is decided when one is opened, and what happens to it; which other
cases are concerned is looked up by the handlers, and comes as a request.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.escalation.answering import keep_pace
from bot.escalation.calendar import HORIZON
from bot.escalation.case import Case, Resolution
from bot.escalation.climbing import go_up, held_to
from bot.escalation.closing import NOTHING_OWED
from bot.escalation.decision import Decision, FollowUp, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import Escalated, Fact, Lacked, Linked, Renewed, Reopened, What
from bot.escalation.org import Org, Service
from bot.escalation.reopening import clocks_again
from bot.escalation.requests import CameBack, Link, Renew, Report, SayLacked
from bot.escalation.roles import acts_for, needs_owner
from bot.escalation.words import CaseId, FixKind, Kind, MessageKind, Outcome, PersonId, Reason, Status, Text, Why, case_name

LONGEST_TITLE = 120
MADE = (Outcome.FIXED, Outcome.UNCONFIRMED)


def cause_key(cause: str) -> str:
    """Return what makes two causes the same: people write one in several ways."""
    return " ".join(cause.casefold().split())


class Caused(Protocol):
    """What a cause may be known of: a case as it is, or as it stood."""

    @property
    def cause_of(self) -> str: ...
    @property
    def resolution(self) -> Resolution | None: ...


def cause_of(case: Caused) -> str:
    """Return the cause of a problem once it was said, or what a change, a debt or a cause is about; empty if nobody knows."""
    return case.cause_of or cause_key(case.resolution.cause if case.resolution else "")


# --- opened by a resolution ----------------------------------------------------------------------------------------------------


def date_refused(at: datetime | None, now: datetime, verb: str) -> Refusal | None:
    """Return why a date by which something is to be done cannot be taken."""
    if at is not None and at <= now:
        return Refusal(No.IN_THE_PAST, verb, when=at)
    if at is not None and at > now + HORIZON / 2:
        return Refusal(No.TOO_LATE, verb, when=now + HORIZON / 2)
    return None


def open_change(draft: Draft, resolution: Resolution) -> None:
    """Have the change opened that a resolution names: its second key is the owner's of this case (ruling 11.17)."""
    case, org = draft.case, draft.org
    if resolution.change is None or case.kind is not Kind.PROBLEM:
        return
    service = _service(case, org)
    owner = resolution.change_owner or org.whose_turn(service.owner, draft.now)
    draft.then(_opened(case, Kind.CHANGE, resolution.change, owner, case.owner, service, org, resolution.cause, resolution.change_by))


def open_debt(draft: Draft, resolution: Resolution, expires: datetime | None) -> None:
    """Have a workaround that was found opened as a debt: its second key is the reporter's (ruling 11.17)."""
    case = draft.case
    if resolution.kind is not FixKind.WORKAROUND or case.kind is not Kind.PROBLEM:
        return
    by = expires or draft.now + draft.org.rules.workaround_expires
    service = _service(case, draft.org)
    draft.then(_opened(case, Kind.DEBT, resolution.explanation, case.owner, case.reporter, service, draft.org, resolution.cause, by))


def _service(case: Case, org: Org) -> Service:
    """Return the case's service; if that is no more, the one that takes what nobody else does: it must not stop a resolution."""
    usual = (service for service in org.services.values() if service.default)
    return org.services.get(case.service) or next(usual, None) or next(iter(org.services.values()))


def _opened(
    case: Case, kind: Kind, text: Text, owner: PersonId, key: PersonId, service: Service, org: Org, cause: str, by: datetime | None
) -> FollowUp:
    second = key if key != owner else next_up(owner, org)
    # Of the usual severity: how urgent the problem was says nothing of what is to be done about it in peace.
    report = Report(
        CaseId(0),
        second,
        service.id,
        Text(_first_line(text)),
        text,
        private=case.private,
        concerned=case.concerned,
        kind=kind,
        owner=owner,
        origin=case.id,
        cause_of=cause_key(cause),
        linked=(case.id,),
        wanted_by=by,
    )
    return FollowUp(CaseId(0), report)


def next_up(person: PersonId, org: Org) -> PersonId:
    """Return the next person up who can turn a key: the manager, else an admin, else the person themselves."""
    known = org.people.get(person)
    above = known.manager if known else None
    others = (above, *org.admins, *org.leaders)
    return next((other for other in others if other is not None and other != person and other in org.people), person)


def _first_line(text: str) -> str:
    line = text.strip().partition("\n")[0].strip()
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"


# --- what level 0 lacked ---------------------------------------------------------------------------------------------------------


def say_lacked(draft: Draft, request: SayLacked) -> Decision:
    """Say what level 0 lacked, and what must change: by whoever fixed it, the owner, or the accountable, also after closing."""
    case, by, org, now = draft.case, request.by, draft.org, draft.now
    resolution = case.resolution
    refusal = None if resolution is not None and acts_for(by, resolution.by, org, now) else needs_owner(by, case, org, now, "lacked")
    if refusal is None and resolution is None:
        refusal = Refusal(No.NOT_RESOLVED, "lacked", who=(case.owner,))
    if refusal is None and case.escalations == 0:
        refusal = Refusal(No.NEVER_UP, "lacked")
    refusal = refusal or date_refused(request.change_by, now, "lacked")
    if refusal is not None or resolution is None:
        return Decision.no(case, refusal or Refusal(No.NOT_RESOLVED, "lacked"))
    told = _told(resolution, request)
    if told == resolution:
        return Decision.nothing(case, Reason.ALREADY)
    draft.record(Lacked(told.lacked, told.change), by, resolution=told)
    if resolution.change is None:
        open_change(draft, told)
    return draft.decided()


def _told(resolution: Resolution, request: SayLacked) -> Resolution:
    """Return the resolution with what was said. A change that was named already is a case of its own, where it goes on."""
    told = replace(resolution, lacked=request.lacked or resolution.lacked)
    if resolution.change is not None or not (request.change or "").strip():
        return told
    return replace(told, change=request.change, change_owner=request.change_owner, change_by=request.change_by)


def ask_what_lacked(draft: Draft) -> None:
    """Ask whoever resolved an escalated case what level 0 lacked, unless they said it."""
    case = draft.case
    resolution = case.resolution
    if case.kind is Kind.PROBLEM and case.escalations and resolution is not None and not (resolution.lacked and resolution.change):
        draft.tell(MessageKind.LACKED, resolution.by)


# --- workarounds -----------------------------------------------------------------------------------------------------------------


def renew(draft: Draft, request: Renew) -> Decision:
    """Let a workaround stand longer: its owner or the accountable may, with a reason, and it goes a level up."""
    case, by, org, now = draft.case, request.by, draft.org, draft.now
    refusal = needs_owner(by, case, org, now, "renew")
    if refusal is None and case.kind is not Kind.DEBT:
        refusal = Refusal(No.NOT_A_DEBT, "renew", who=(case.owner,))
    if refusal is None and case.status is Status.RESOLVED:
        refusal = Refusal(No.ALREADY_RESOLVED, "renew", who=case.keyholders)
    if refusal is None and not request.why.strip():
        refusal = Refusal(No.EMPTY, "renew")
    refusal = refusal or date_refused(request.until, now, "renew")
    if refusal is None and case.wanted_by is not None and request.until <= case.wanted_by:
        refusal = Refusal(No.NOT_LATER, "renew", when=case.wanted_by)
    if refusal:
        return Decision.no(case, refusal)
    fact = Renewed(request.until, case.wanted_by, request.why)
    draft.record(fact, by, wanted_by=request.until, renewals=case.renewals + 1)
    go_up(draft, Why.RENEWED, by, request.why)
    draft.amend(**held_to(draft.case, by, org, now))
    draft.tell(MessageKind.NEWS, *case.keyholders, case.owner, case.accountable, but=by)
    return draft.decided(Reason.RENEWED)


# --- what hangs together ---------------------------------------------------------------------------------------------------------


def link(draft: Draft, request: Link) -> Decision:
    """Hang another case on this one, or this one under another."""
    case = draft.case
    if request.case is not None and request.case not in case.linked:
        draft.record(Linked(case=request.case, kind=request.kind), request.by, linked=(*case.linked, request.case))
        return draft.decided()
    if request.under is not None and request.under != case.under:
        draft.record(Linked(under=request.under, kind=request.kind), request.by, under=request.under, cause_asks=())
        return draft.decided()
    return Decision.nothing(case, Reason.ALREADY)


def did_not_help(change: Case, timeline: Sequence[Fact]) -> bool:
    """Tell whether a change was made, and then a case of its cause left level 0 all the same, or came back after it had been closed."""
    if change.outcome not in MADE or change.closed_at is None:
        return False
    return any(fact.at > change.closed_at and _against_it(fact.what) for fact in timeline)


def _against_it(what: What) -> bool:
    return isinstance(what, Escalated) and (what.before == 0 or what.why in (Why.STILL_BROKEN, Why.RECHECK_FAILED))


def came_back(draft: Draft, request: CameBack) -> Decision:
    """Take a change up again that did not keep the next case away: one level higher, with that case as the reason."""
    case = draft.case
    if case.kind is not Kind.CHANGE or case.live or case.outcome not in MADE:
        return Decision.nothing(case, Reason.ALREADY)
    again = case.still_broken + 1
    # Its date is past, and was kept: from here on it has the time of the level that it comes to.
    sets = NOTHING_OWED | dict.fromkeys(("outcome", "closed_at", "resolution", "promise", "wanted_by"))
    sets |= {"rechecks": (), "recheck_asked": None, "answered_yes": (), "still_broken": again, "linked": _with(case.linked, request.case)}
    draft.record(Reopened(case.outcome, again, back=request.case), None, status=Status.ACKNOWLEDGED, **sets | clocks_again(draft))
    keep_pace(draft)
    if not go_up(draft, Why.CAME_BACK, None, Text(case_name(request.case))):
        draft.tell(MessageKind.NEWS, case.owner, case.accountable, *case.keyholders)
    return draft.decided(Reason.CAME_BACK)


def _with(cases: tuple[CaseId, ...], case: CaseId) -> tuple[CaseId, ...]:
    return cases if case in cases else (*cases, case)
