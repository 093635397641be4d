"""The same remedy for those who did not shout: how one case was fixed is offered to the reporters of others like it."""

from dataclasses import replace

from bot.escalation.case import Remedy
from bot.escalation.closing import close_fixed
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import RemedyAnswered, RemedyOffered
from bot.escalation.requests import AnswerRemedy, OfferRemedy
from bot.escalation.roles import needs_key
from bot.escalation.words import MessageKind, Outcome, Reason


def offer_remedy(draft: Draft, request: OfferRemedy) -> Decision:
    """Tell the reporter how another case of the same cause was fixed, and ask whether that helps here too."""
    case = draft.case
    open_to_it = case.live or case.outcome is Outcome.UNCONFIRMED
    if not open_to_it or request.of == case.id or (case.remedy is not None and case.remedy.of == request.of):
        return Decision.nothing(case, Reason.ALREADY)
    draft.record(RemedyOffered(request.of), request.by, remedy=Remedy(request.of, request.by, draft.now))
    draft.tell(MessageKind.REMEDY, *case.keyholders)
    return draft.decided()


def answer_remedy(draft: Draft, request: AnswerRemedy) -> Decision:
    """The reporter's answer to an offered remedy: yes closes the case as fixed, no lets it go on."""
    case, by = draft.case, request.by
    refusal = needs_key(by, case, "remedy")
    if refusal is None and case.remedy is None:
        refusal = Refusal(No.NO_OFFER, "remedy", who=(case.owner,))
    if refusal or case.remedy is None:
        return Decision.no(case, refusal or Refusal(No.NO_OFFER, "remedy"))
    if case.remedy.helped is not None or case.outcome is Outcome.FIXED:
        return Decision.nothing(case, Reason.ALREADY)
    draft.record(RemedyAnswered(case.remedy.of, request.helped), by, remedy=replace(case.remedy, helped=request.helped))
    if request.helped:
        close_fixed(draft)
    draft.tell(MessageKind.NEWS, case.owner, case.accountable, *case.keyholders, but=by)
    return draft.decided()
