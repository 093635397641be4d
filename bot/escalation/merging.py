"""Two reports of the same thing: one closes as a duplicate, the other carries on its contacts, its age and its people."""

from typing import Any

from bot.escalation.case import Case, paused
from bot.escalation.climbing import afresh
from bot.escalation.closing import close_fixed
from bot.escalation.decision import Decision, FollowUp, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import Confirmed, Merged
from bot.escalation.keys import close_as_duplicate
from bot.escalation.outcomes import ask_outcomes
from bot.escalation.requests import Absorb, Merge
from bot.escalation.roles import needs_owner
from bot.escalation.words import MessageKind, PersonId, Reason, Status


def merge(draft: Draft, request: Merge) -> Decision:
    """Close this case as a duplicate of another one, which is decided next in the same transaction."""
    case, by, into = draft.case, request.by, request.into
    refusal = needs_owner(by, case, draft.org, draft.now, "merge", admin=True) or _cannot(case, into)
    if refusal:
        return Decision.no(case, refusal)
    close_as_duplicate(draft, Merged(into=into.id), by)
    draft.tell(MessageKind.NEWS, *case.keyholders, case.owner, but=by)
    draft.then(FollowUp(into.id, Absorb(by, case)))
    return draft.decided()


def _cannot(case: Case, into: Case) -> Refusal | None:
    about = {"case": into.id}
    if into.id == case.id:
        return Refusal(No.INTO_ITSELF, "merge", about=about)
    if not into.live:
        return Refusal(No.INTO_CLOSED, "merge", about=about)
    if into.kind is not case.kind:
        # Each kind has an owner and a second key of its own (ruling 17), which a merge would mix up.
        return Refusal(No.OTHER_KIND, "merge", about=about)
    if (case.private and not into.private) or into.people & set(case.concerned):
        return Refusal(No.INTO_PUBLIC, "merge", about=about)
    return None


def absorb(draft: Draft, request: Absorb) -> Decision:
    """Take a duplicate in: its reporters hold a key too, the age is the older one's and the level the higher."""
    case, other = draft.case, request.other
    if request.undo:
        return _let_go(draft, request)
    if other.id in case.absorbed:
        return Decision.nothing(case, Reason.ALREADY)
    newcomers = tuple(key for key in other.keyholders if key not in case.keyholders)
    draft.record(
        Merged(absorbed=other.id),
        request.by,
        contacts=case.contacts + other.contacts,
        opened_at=min(case.opened_at, other.opened_at),
        target=min((at for at in (case.target, other.target) if at is not None), default=None),
        keyholders=(*case.keyholders, *newcomers),
        affected=tuple(dict.fromkeys(p for p in (*case.affected, *other.affected) if p not in (*case.keyholders, *newcomers))),
        concerned=tuple(dict.fromkeys((*case.concerned, *other.concerned))),
        absorbed=(*case.absorbed, other.id),
        **_hangs_together(case, other),
    )
    if other.level > case.level:
        _rise_to(draft, other)
    draft.tell(MessageKind.NEWS, case.owner, case.accountable, *case.keyholders, but=request.by)
    if case.status is Status.RESOLVED:
        draft.tell(MessageKind.CONFIRM, *newcomers)
    draft.tell(MessageKind.NEWS, *newcomers, but=request.by)
    return draft.decided()


def _hangs_together(case: Case, other: Case) -> dict[str, Any]:
    """Return what the duplicate hung on, and what hung on it: it goes on here, but not between what is private and what is not."""
    if case.kind is not other.kind or case.private is not other.private:
        return {}
    under = case.under if case.under is not None else other.under
    return {"linked": tuple(dict.fromkeys((*case.linked, *other.linked))), "under": under}


def _apart(case: Case, other: Case, before: Case | None) -> dict[str, Any]:
    """Return what a case hangs together with once a duplicate has left it; what it had before, or has got since, it keeps."""
    if before is None:
        return {}
    leaving = set(other.linked) - set(before.linked)
    under = before.under if case.under == other.under else case.under
    return {"linked": tuple(number for number in case.linked if number not in leaving), "under": under}


def _rise_to(draft: Draft, other: Case) -> None:
    case = draft.case
    tried = tuple(dict.fromkeys((*case.tried, case.accountable, *other.tried)))
    draft.amend(level=other.level, accountable=other.accountable, climbed=other.climbed, tried=tried, arrived_at=draft.now)
    draft.amend(
        owners=(case.owner,), chases=0, handovers_here=0, owner_acknowledged=False, escalations=case.escalations + other.escalations
    )
    fresh = afresh(draft.case, draft.org, draft.now)
    if case.status is Status.RESOLVED:
        # The reporters have been asked: the new level's clocks stand still until they have answered.
        org, now = draft.org, draft.now
        clocks = {name: paused(clock, org, now) for name, clock in (("resolution_clock", fresh.resolution_clock),) if clock}
        draft.amend(response=None, answer_by=fresh.answer_by, **clocks)
    else:
        draft.amend(**{name: getattr(fresh, name) for name in Case.__dataclass_fields__ if name != "version"})
    draft.tell(MessageKind.BRIEF, other.accountable)


def _let_go(draft: Draft, request: Absorb) -> Decision:
    case, other = draft.case, request.other
    if other.id not in case.absorbed:
        return Decision.nothing(case, Reason.ALREADY)
    own: set[PersonId] = {case.reporter}
    leaving = {key for key in other.keyholders if key not in own}
    draft.record(
        Merged(absorbed=other.id, undone=True),
        request.by,
        contacts=max(1, case.contacts - other.contacts),
        keyholders=tuple(key for key in case.keyholders if key not in leaving),
        answered_yes=tuple(key for key in case.answered_yes if key not in leaving),
        absorbed=tuple(number for number in case.absorbed if number != other.id),
        affected=tuple(person for person in case.affected if person not in other.affected),
        **_apart(case, other, request.before),
    )
    if not _closed_by_the_rest(draft):
        draft.tell(MessageKind.NEWS, case.owner, *case.keyholders, but=request.by)
    return draft.decided()


def _closed_by_the_rest(draft: Draft) -> bool:
    """Only those who left had kept silent: whoever is left has said yes already, and would not be asked again."""
    case = draft.case
    if case.status is not Status.RESOLVED or not all(key in case.answered_yes for key in case.keyholders):
        return False
    draft.record(Confirmed(closes=True), case.keyholders[0])
    close_fixed(draft)
    ask_outcomes(draft)
    draft.tell(MessageKind.NEWS, case.owner, case.accountable, *case.keyholders)
    return True
