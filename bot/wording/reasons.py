"""Why did it move, why was a level passed over, and what is owed? The short clauses that several sentences are made of.

Nobody is blamed: what did not happen is told, not who did not do it.
"""

from datetime import datetime

from bot.chat import Line, Typed
from bot.escalation.case import Case
from bot.escalation.facts import Escalated, Skipped
from bot.escalation.org import Org
from bot.escalation.words import NagFor, PersonId, ServiceId, SkipWhy, Why
from bot.wording.plain import say, who

WHY = {
    Why.UNANSWERED: "nobody answered in time",
    Why.UNRESOLVED: "it was not fixed in time",
    Why.PROMISE_BROKEN: "the promised date was not kept",
    Why.CHASED: "it had to be asked about again and again",
    Why.HANDOVER_LOOP: "it kept changing hands",
    Why.ASKED_BY_REPORTER: "the reporter asked for it",
    Why.HELP_WANTED: "help is wanted",
    Why.STILL_BROKEN: "it is still broken",
    Why.RECHECK_FAILED: "it broke again after it had been fixed",
    Why.RENEWED: "a workaround is to stand longer than was said",
    Why.CAME_BACK: "what was changed did not keep the next case away",
}

OWED = {
    NagFor.ACKNOWLEDGEMENT: "acknowledge it",
    NagFor.FIX: "get it fixed",
    NagFor.HANDOVER: "answer the hand-over",
    NagFor.ANSWER: "answer the question",
    NagFor.CONFIRMATION: "say whether it is fixed",
}


def why_up(what: Escalated, by: PersonId | None, org: Org, case: Case | None = None) -> Line:
    """Return why a case moved up, as the end of a sentence; with the case, how long the level had."""
    if by is not None and what.why is Why.ASKED_BY_REPORTER:
        line = say("{by} asked for it", by=who(by, org))
    elif by is not None and what.why is Why.HELP_WANTED:
        line = say("{by} asked for help", by=who(by, org))
    elif case is not None and what.why is Why.STILL_BROKEN and case.appeals > case.still_broken:
        line = ("it had been declined, and that was not accepted",)
    else:
        line = (_within(what, case) or WHY[what.why],)
    return say("{why}: {words}", why=line, words=Typed(what.words)) if what.words else say("{why}.", why=line)


def _within(what: Escalated, case: Case | None) -> str | None:
    if case is None or what.before > case.chain.top:
        return None
    rung = case.chain.levels[what.before].stretched(case.stretch)
    match what.why:
        case Why.UNANSWERED:
            return f"nobody answered within {rung.respond_within.words(always=case.chain.always)}"
        case Why.UNRESOLVED:
            return f"it was not fixed within {rung.resolve_within.words(always=case.chain.always)}"
        case _:
            return None


def why_skipped(what: Skipped, org: Org) -> Line:
    """Return why a level was passed over, as a whole sentence or two."""
    level = str(what.level)
    if what.why is SkipWhy.CONCERNED or (what.person is None and what.why is not SkipWhy.NOBODY):
        # Not a word more: whoever is named as concerned must not learn of it from what stands here.
        return say("Level {n} was skipped.", n=level)
    if what.person is None:
        return say("Level {n} was skipped: nobody is named there.", n=level)
    said = say(_SKIPPED[what.why], who=who(what.person, org))
    return say("Level {n} was skipped: {why} That is nobody's silence.", n=level, why=said)


_SKIPPED = {
    SkipWhy.AWAY: "{who} was away, and nobody else could answer there.",
    SkipWhy.GONE: "{who} has left.",
    SkipWhy.UNREACHABLE: "no message reaches {who}.",
    SkipWhy.TRIED: "{who} has had the case already.",
    SkipWhy.NOBODY: "{who} could not be asked.",
    SkipWhy.CIRCULAR: "the manager there, {who}, has had the case already.",
}


def dead_route(why: SkipWhy, person: PersonId, org: Org) -> Line:
    """Return what is wrong with the way to a person, as a clause."""
    return say("{who} has left" if why is SkipWhy.GONE else "no message reaches {who}", who=who(person, org))


def service_name(service: ServiceId, org: Org) -> Typed:
    """Return what a service is called; it was typed too, by whoever wrote the configuration."""
    known = org.services.get(service)
    return Typed(known.name if known else str(service))


def acting_for(by: PersonId | None, case: Case, org: Org, at: datetime) -> PersonId | None:
    """Return for whom a person acted, if that was not themselves."""
    if by is None or by in (case.owner, case.accountable) or by in case.keyholders:
        return None
    away = (p for p in (case.accountable, case.owner) if org.acting(p, at) == by)
    return next(away, None)
