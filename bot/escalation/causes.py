"""When are several cases one cause, and who sees to it? A case of kind `cause` is proposed to the service's owner, and opened by one tap.

Which other cases there are is looked up by the handlers. Cases that were proposed once are spoken for: whoever says "not one cause" is
asked again only when as many have come anew.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from bot.escalation.calendar import add
from bot.escalation.case import Case
from bot.escalation.chain import Climb, arrive
from bot.escalation.decision import Decision, FollowUp, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import CauseAnswered, CauseProposed
from bot.escalation.lasting import LONGEST_TITLE, cause_of, next_up
from bot.escalation.org import Org
from bot.escalation.pace import calendar_of
from bot.escalation.requests import AnswerCause, OfferRemedy, ProposeCause, Report
from bot.escalation.roles import acts_for, is_accountable, is_owner
from bot.escalation.words import CaseId, FixKind, Kind, MessageKind, Outcome, PersonId, Reason, ServiceId, Text, case_name

_NO_PROBLEM = (Outcome.DUPLICATE, Outcome.WITHDRAWN, Outcome.DECLINED)
MOST_NAMED = 20


def one_cause(case: Case, others: Iterable[Case], org: Org, now: datetime) -> tuple[CaseId, ...]:
    """Return the cases that one cause may be behind, the oldest first; nothing, as long as they are too few.

    Args:
        case: the one whose cause was just said.
        others: the problems of the same service and cause.
    """
    every = {other.id: other for other in (*others, case)}
    spoken_for = {number for other in every.values() for number in other.cause_proposed}
    since = now - org.rules.cause_within
    found = sorted(number for number, other in every.items() if number not in spoken_for and _counts(other, case, since))
    return tuple(found) if case.id in found and len(found) >= org.rules.cause_cases else ()


def _counts(other: Case, case: Case, since: datetime) -> bool:
    said = other.resolution
    alike = other.service == case.service and cause_of(other) == cause_of(case) != ""
    public_problem = other.kind is Kind.PROBLEM and not other.private and other.outcome not in _NO_PROBLEM
    return alike and public_problem and other.under is None and said is not None and said.at >= since


def may_hang(case: Case, cases: Iterable[Case]) -> list[Case]:
    """Return those of the proposed cases that can still hang under one cause, which is that of `case`."""
    return [other for other in cases if _counts(other, case, datetime.min.replace(tzinfo=UTC))]


def none_to_hang(cases: Iterable[Case]) -> Refusal:
    """Return why there is nothing to open a cause for: another cause has them, or none of them counts any more."""
    under = next((other.under for other in cases if other.under is not None), None)
    return Refusal(No.HAS_CAUSE, "cause", about={"case": under}) if under is not None else Refusal(No.NONE_LEFT, "cause")


def propose_cause(draft: Draft, request: ProposeCause) -> Decision:
    """Ask the service's owner whether one cause is behind several cases; this one is the last of them."""
    case, org = draft.case, draft.org
    if case.cause_proposed or case.under is not None:
        return Decision.nothing(case, Reason.ALREADY)
    owner = owner_of(case.service, org, draft.now) or case.owner
    draft.record(CauseProposed(request.cases), None, cause_proposed=request.cases, cause_asks=_asks(case, owner, org, draft.now))
    draft.tell(MessageKind.CAUSE, owner)
    return draft.decided()


def _asks(case: Case, owner: PersonId, org: Org, now: datetime) -> tuple[datetime, ...]:
    """Return when to ask again: the owner once their time to answer is over, and, as long again after that, the second key of a cause."""
    within = case.chain.levels[0].stretched(case.stretch).respond_within
    first = add(calendar_of(case, owner, org, now), now, within)
    return first, add(calendar_of(case, second_key(case.service, owner, org, now), org, first), first, within)


def ask_again(draft: Draft) -> Decision:
    """Ask once more whether it is one cause; the last time, whoever would have the cause's second key, who may answer from then on."""
    case, org, now = draft.case, draft.org, draft.now
    later = tuple(at for at in case.cause_asks if at > now)
    owner = owner_of(case.service, org, now) or case.owner
    draft.record(CauseProposed(case.cause_proposed, again=True), None, cause_asks=later)
    draft.tell(MessageKind.CAUSE, owner if later else second_key(case.service, owner, org, now))
    return draft.decided(Reason.CAUSE_ASKED)


def cause_refused(case: Case, by: PersonId, org: Org, now: datetime) -> Refusal | None:
    """Return why this person may not say whether it is one cause: the service's owner may, the case's, whoever it has come to, an admin."""
    of_service = owner_of(case.service, org, now)
    if not (
        is_owner(by, case, org, now)
        or is_accountable(by, case, org, now)
        or (of_service is not None and acts_for(by, of_service, org, now))
        or by in org.admins
        or (of_service is not None and not case.cause_asks and acts_for(by, second_key(case.service, of_service, org, now), org, now))
    ):
        who = tuple(dict.fromkeys(person for person in (of_service, case.owner) if person is not None))
        return Refusal(No.NOT_YOURS, "cause", who=who, roles=("the owner", "an admin"))
    return None if case.cause_proposed else Refusal(No.NO_CAUSE, "cause", who=(case.owner,))


def answer_cause(draft: Draft, request: AnswerCause) -> Decision:
    """Say whether one cause is behind the cases that were proposed; if so, `cause` is the case that was opened for it."""
    case = draft.case
    refusal = cause_refused(case, request.by, draft.org, draft.now)
    if refusal:
        return Decision.no(case, refusal)
    if case.cause_one is True or case.cause_one is request.one:
        return Decision.nothing(case, Reason.ALREADY)
    draft.record(CauseAnswered(request.one, request.cause), request.by, cause_one=request.one, cause_asks=())
    return draft.decided()


def cause_report(number: CaseId, last: Case, cases: Sequence[Case], org: Org, now: datetime) -> Report:
    """Return what opens the case of kind `cause` behind these: the service's owner owns it, who is accountable above has the second key."""
    owner = owner_of(last.service, org, now) or last.owner
    said = last.resolution.cause if last.resolution else cause_of(last)
    named = [f"{case_name(case.id)}: {case.title}" for case in cases[-MOST_NAMED:]]
    more = [f"and {len(cases) - MOST_NAMED} more"] if len(cases) > MOST_NAMED else []
    title = f"The cause behind {len(cases)} {'case' if len(cases) == 1 else 'cases'}: {said}"
    return Report(
        number,
        second_key(last.service, owner, org, now),
        last.service,
        Text(title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"),
        Text("\n".join([title, *named, *more])),
        kind=Kind.CAUSE,
        owner=owner,
        origin=last.id,
        cause_of=cause_of(last),
        linked=tuple(case.id for case in cases),
    )


def owner_of(service: ServiceId, org: Org, now: datetime) -> PersonId | None:
    """Return whose turn it is to own what a service gets; None if there is no such service any more."""
    known = org.services.get(service)
    return org.whose_turn(known.owner, now) if known is not None else None


def second_key(service: ServiceId, owner: PersonId, org: Org, now: datetime) -> PersonId:
    """Return who says that a cause is gone: the accountable at level 1; if that is its owner, or nobody, the next person up."""
    if service not in org.services:
        return next_up(owner, org)
    chain, _ = org.chain_for(service, org.default_severity().id)
    above = arrive(Climb(chain, 1, owner, owner, (owner,), ()), org, now).accountable
    return above if above is not None and above != owner else next_up(owner, org)


def offer_to_linked(draft: Draft, by: PersonId | None) -> None:
    """Have everybody whose case hangs on a cause asked, now that it is gone, whether theirs is fixed too."""
    case = draft.case
    if case.kind is Kind.CAUSE:
        for number in case.linked:
            draft.then(FollowUp(number, OfferRemedy(by, case.id)))


def workaround(cases: Iterable[Case]) -> Case | None:
    """Return the case whose workaround is the latest one of these; None if nobody has found any."""
    got_round = [case for case in cases if case.resolution is not None and case.resolution.kind is FixKind.WORKAROUND and not case.private]
    return max(got_round, key=lambda case: case.resolution.at if case.resolution else case.opened_at, default=None)
