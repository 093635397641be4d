"""A report of what was closed already: it joins that case's line, which goes on with its age, its contacts and its level.

Two decisions in one transaction: the new case closes as a duplicate, the old one is taken up again, one level higher (ruling 11.9), and
takes the new one in. Whoever reported it anew holds a key to the old one from then on (ruling 11.18).
"""

from bot.escalation.case import Case
from bot.escalation.decision import Decision, FollowUp, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import Merged
from bot.escalation.keys import close_as_duplicate
from bot.escalation.likeness import COMES_BACK
from bot.escalation.merging import absorb
from bot.escalation.reopening import over_again
from bot.escalation.requests import Absorb, Again, Recur
from bot.escalation.roles import needs_key
from bot.escalation.words import Kind, MessageKind, Reason


def again(draft: Draft, request: Again) -> Decision:
    """Say that this case is another one, which is not over: whoever reported it may."""
    case, by, of = draft.case, request.by, request.of
    refusal = needs_key(by, case, "again") or _cannot(case, of) or _too_old(of, draft)
    if refusal:
        return Decision.no(case, refusal)
    close_as_duplicate(draft, Merged(into=of.id), by)
    draft.tell(MessageKind.NEWS, *case.keyholders, case.owner, but=by)
    draft.then(FollowUp(of.id, Recur(by, case)))
    return draft.decided()


def _cannot(case: Case, of: Case) -> Refusal | None:
    about = {"case": of.id}
    if of.id == case.id:
        return Refusal(No.INTO_ITSELF, "again", about=about)
    if case.private or of.private or of.people & set(case.concerned) or case.people & set(of.concerned):
        return Refusal(No.PRIVATE, "again")
    # Another service has another owner and another chain: whether that is the same is for its owner to say, by a merge.
    alike = of.service == case.service and {of.kind, case.kind} == {Kind.PROBLEM}
    if not alike or not (of.live or of.outcome in COMES_BACK):
        return Refusal(No.NOT_AGAIN, "again", about=about)
    return None


def _too_old(of: Case, draft: Draft) -> Refusal | None:
    """Return why what was closed long ago is not the same problem again: nobody remembers it, and its level would be out of place."""
    last = of.closed_at + draft.org.rules.again_within if of.closed_at is not None and not of.live else None
    return Refusal(No.TOO_LONG_AGO, "again", when=last, about={"case": of.id}) if last is not None and last < draft.now else None


def recur(draft: Draft, request: Recur) -> Decision:
    """Take a closed case up again for whoever reported it anew, and take their report in; a live one takes it in as it is."""
    case, other = draft.case, request.other
    if other.id in case.absorbed:
        return Decision.nothing(case, Reason.ALREADY)
    if not case.live:
        over_again(draft, request.by)
    return absorb(draft, Absorb(request.by, other))
