"""The same remedy for those who did not shout: how one case was fixed is offered to the reporters of others like it."""

from dataclasses import replace

from bot.escalation.case import Remedy
from bot.escalation.climbing import pause_clocks, waited_by
from bot.escalation.closing import close_fixed
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.draft import Draft
from bot.escalation.facts import RemedyAnswered, RemedyOffered
from bot.escalation.outcomes import ask_outcomes
from bot.escalation.requests import AnswerRemedy, OfferRemedy
from bot.escalation.roles import needs_key
from bot.escalation.silent import offered, unanswered
from bot.escalation.words import MessageKind, Outcome, PersonId, Reason


def offer_remedy(draft: Draft, request: OfferRemedy) -> Decision:
    """Tell the reporter how another case of the same cause was fixed, and ask whether that helps here too."""
    case = draft.case
    open_to_it = case.live or case.outcome is Outcome.UNCONFIRMED
    # One that was answered is not offered again; and while one is not, a further one would take its question away.
    if not open_to_it or request.of == case.id or request.of in offered(case) or unanswered(case):
        return Decision.nothing(case, Reason.ALREADY)
    had = offered(case)
    draft.record(RemedyOffered(request.of), request.by, remedy=Remedy(request.of, request.by, draft.now), remedies_had=had)
    draft.tell(MessageKind.REMEDY, *case.keyholders)
    return draft.decided()


def answer_remedy(draft: Draft, request: AnswerRemedy) -> Decision:
    """The reporter's answer to an offered remedy: the yes of all who reported it closes the case as fixed, a no lets it go on."""
    case, by, remedy = draft.case, request.by, draft.case.remedy
    refusal = needs_key(by, case, "remedy")
    if refusal is None and remedy is None:
        refusal = Refusal(No.NO_REMEDY, "remedy", who=(case.owner,))
    if refusal or remedy is None:
        return Decision.no(case, refusal or Refusal(No.NO_REMEDY, "remedy"))
    open_to_it = case.live or case.outcome is Outcome.UNCONFIRMED
    if not open_to_it or remedy.helped is not None or (request.helped and by in case.answered_yes and case.live):
        return Decision.nothing(case, Reason.ALREADY)
    fact = RemedyAnswered(remedy.of, request.helped)
    if not request.helped:
        draft.record(fact, by, remedy=replace(remedy, helped=False))
    else:
        _helped(draft, fact, by, remedy)
    draft.tell(MessageKind.NEWS, case.owner, case.accountable, *case.keyholders, but=by)
    return draft.decided()


def _helped(draft: Draft, fact: RemedyAnswered, by: PersonId, remedy: Remedy) -> None:
    """Close the case once everybody who reported it has said so; until then the others are waited for."""
    case = draft.case
    yes = tuple(dict.fromkeys((*case.answered_yes, by)))
    if not set(case.keyholders) <= set(yes):
        draft.record(fact, by, answered_yes=yes)
        return
    stopped = pause_clocks(draft) | {"waited": waited_by(case, draft.org, draft.now)}
    draft.record(fact, by, remedy=replace(remedy, helped=True), answered_yes=yes, **stopped)
    close_fixed(draft)
    ask_outcomes(draft)
