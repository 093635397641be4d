"""Who may do what, and who answers for whom. Every verb asks here, on every platform, each time."""

from datetime import datetime

from bot.escalation.case import Case
from bot.escalation.decision import No, Refusal
from bot.escalation.org import Org
from bot.escalation.words import PersonId


def answering(org: Org, person: PersonId, now: datetime) -> PersonId:
    """Return who answers for a person now: themselves, or the deputy who acts. The name on the case stays."""
    return org.acting(person, now) or person


def acts_for(by: PersonId, person: PersonId, org: Org, now: datetime) -> bool:
    """Tell whether `by` is that person, or their deputy while they are away."""
    return by in (person, org.acting(person, now))


def is_owner(by: PersonId, case: Case, org: Org, now: datetime) -> bool:
    """Tell whether `by` owns the case, or acts for its owner."""
    return by == case.owner or (acts_for(by, case.owner, org, now) and by not in case.concerned)


def is_accountable(by: PersonId, case: Case, org: Org, now: datetime) -> bool:
    """Tell whether `by` is accountable at the present level, or acts for them."""
    return by == case.accountable or (acts_for(by, case.accountable, org, now) and by not in case.concerned)


def holds_key(by: PersonId, case: Case) -> bool:
    """Tell whether `by` is one of those who may say that it is fixed."""
    return by in case.keyholders


def on_it(by: PersonId, case: Case, org: Org, now: datetime) -> bool:
    """Tell whether `by` is on the case: what private cases are shown to, and who may add notes."""
    return by in case.people or is_owner(by, case, org, now) or is_accountable(by, case, org, now)


def in_team(by: PersonId, case: Case, org: Org) -> bool:
    """Tell whether `by` is in the team of the case's service, and may know of the case."""
    known = org.people.get(by)
    seen = (not case.private or by in case.people) and by not in case.concerned
    return seen and case.team is not None and known is not None and known.team == case.team


def needs_owner(by: PersonId, case: Case, org: Org, now: datetime, verb: str, *, admin: bool = False) -> Refusal | None:
    """Return the refusal for anyone but the owner and the accountable (and the admins, where they may)."""
    if is_owner(by, case, org, now) or is_accountable(by, case, org, now) or (admin and by in org.admins and by not in case.concerned):
        return None
    roles = ("the owner", "whoever it has been escalated to", *(("an admin",) if admin else ()))
    return Refusal(No.NOT_YOURS, verb, who=tuple(dict.fromkeys((case.owner, case.accountable))), roles=roles)


def needs_key(by: PersonId, case: Case, verb: str) -> Refusal | None:
    """Return the refusal for anyone but those who reported it."""
    if holds_key(by, case):
        return None
    return Refusal(No.NOT_YOURS, verb, who=case.keyholders, roles=("whoever reported it",))
