"""Opening a case: it has an owner, a level and a due time from its first fact on."""

from datetime import datetime

from bot.escalation.case import Case
from bot.escalation.chain import Arrival, Climb, arrive
from bot.escalation.climbing import landing, record_skips, strand
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import Reported
from bot.escalation.org import Org, Service
from bot.escalation.pace import fresh_clock
from bot.escalation.requests import Report
from bot.escalation.span import Span
from bot.escalation.words import Kind, MessageKind, PersonId, SkipWhy, Status


def report(request: Report, org: Org, now: datetime) -> Decision:
    """Open a case with the service's owner, or at the first level above at which somebody can answer."""
    service = org.services.get(request.service)
    if service is None:
        return Decision.no(None, Refusal(No.UNKNOWN_SERVICE, "report", about={"service": request.service}))
    severity = request.severity or org.default_severity().id
    if severity not in org.severities and request.severity is not None:
        return Decision.no(None, Refusal(No.UNKNOWN_SEVERITY, "report", about={"severity": severity, "known": tuple(org.severities)}))
    named = request.owner if request.owner is not None and request.owner in org.people else None
    owner = named or org.whose_turn(service.owner, now)
    if request.asked_before < 0:
        return Decision.no(None, Refusal(No.BAD_AMOUNT, "report"))
    draft = Draft(_blank(request, service, severity, owner, org, now), org, now)
    _land(draft, owner, request)
    return draft.decided()


def _land(draft: Draft, owner: PersonId, request: Report) -> None:
    """Find level 0's owner, or who comes first above; the first fact holds the result, the skips follow it."""
    case, org, now = draft.case, draft.org, draft.now
    arrival = arrive(Climb(case.chain, 0, owner, None, (), case.concerned), org, now)
    stranded = arrival.accountable is None
    if stranded:
        arrival = _whoever_is_left(case, arrival, org, now)
    assert arrival.accountable is not None
    lost = any(skip.level == 0 and skip.why is not SkipWhy.AWAY for skip in arrival.skips)
    if lost:
        owner = arrival.accountable
    draft.begin(owner=owner)
    draft.begin(**landing(draft, arrival, None))
    if case.kind is Kind.PROBLEM:
        first = case.chain.levels[0].stretched(case.stretch)
        # Also where level 0 is skipped: then in the working time of whoever has it instead.
        draft.begin(target=fresh_clock(draft.case, first.resolve_within, org, now).deadline)
    draft.open_with(Reported(request.title, case.service, owner, request.asked_before), request.by)
    draft.tell(MessageKind.RECEIPT, case.reporter, *([case.author] if case.author else []))
    draft.tell(MessageKind.ASSIGNED if arrival.level == 0 else MessageKind.BRIEF, arrival.accountable)
    if arrival.level > 0:
        draft.tell(MessageKind.ASSIGNED, owner)
    record_skips(draft, arrival.skips)
    if stranded:
        strand(draft)


def _whoever_is_left(case: Case, arrival: Arrival, org: Org, now: datetime) -> Arrival:
    """Nobody on the whole chain can answer: an admin gets it, so that it still has a name."""
    candidates = [*org.admins, *org.leaders, *(skip.person for skip in arrival.skips if skip.person), case.owner]
    allowed = [person for person in candidates if person not in case.concerned] or [case.owner]
    there = next((person for person in allowed if org.acting(person, now) is not None), allowed[0])
    return Arrival(case.chain.top, there, there, arrival.tried, arrival.skips)


def _blank(request: Report, service: Service, severity: str, owner: PersonId, org: Org, now: datetime) -> Case:
    chain, stretch = org.chain_for(service.id, severity)
    author = request.author if request.author != request.by else None
    return Case(
        id=request.id,
        version=0,
        kind=request.kind,
        status=Status.OPEN,
        outcome=None,
        title=request.title,
        text=request.text,
        service=service.id,
        team=service.team,
        budget=service.budget,
        severity=severity,
        private=request.private or service.private,
        concerned=tuple(dict.fromkeys(person for person in request.concerned if person != request.by)),
        place=request.place,
        reporter=request.by,
        keyholders=(request.by,),
        answered_yes=(),
        affected=tuple(dict.fromkeys(person for person in (*request.affected, request.author) if person not in (None, request.by))),
        author=author,
        opened_at=now,
        chain=chain,
        stretch=stretch,
        owner=owner,
        level=0,
        accountable=owner,
        arrived_at=now,
        arrived_by=None,
        answer_by=now,
        climbed=owner,
        tried=(),
        stranded=False,
        response=None,
        resolution_clock=None,
        owner_acknowledged=False,
        nag_at=None,
        nags=0,
        promise=None,
        offer=None,
        question=None,
        waited=Span(),
        resolution=None,
        confirm_by=None,
        severity_wish=None,
        contacts=1 + request.asked_before,
        chases=0,
        owners=(owner,),
        handovers=0,
        handovers_here=0,
        broken_promises=0,
        kept_promises=0,
        still_broken=0,
        escalations=0,
        appeals=0,
        closed_at=None,
        rechecks=(),
        recheck_asked=None,
        costs=(),
        merged_into=None,
        absorbed=(),
        due=None,
        origin=request.origin,
        cause_of=request.cause_of,
        linked=request.linked,
        wanted_by=request.wanted_by,
        announced=request.announced,
        route=request.route,
        probed=request.probed,
    )
