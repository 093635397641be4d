"""Do to a case what somebody asked: read the values, let the engine decide, keep it, and say what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.chat import Line, Reply, Said
from bot.escalation.case import Case
from bot.escalation.decision import Decision, Refusal
from bot.escalation.facts import Answered, Fact, HandoverOffered, Noted, RemedyOffered, Resolved, SeverityChanged
from bot.escalation.requests import Again, AnswerCause, Merge, Note, Request
from bot.escalation.roles import on_it
from bot.escalation.words import PersonId, Status, Text
from bot.handlers import causes
from bot.handlers.finding import case_meant, hindrance, in_thread, seen
from bot.handlers.parse import case_named
from bot.handlers.standing import show_at_home
from bot.handlers.turn import Scene, Turn
from bot.handlers.typed import values_of
from bot.handlers.understanding import Wish, direct
from bot.handlers.values import LONGEST_TEXT
from bot.handlers.verbs import Faults, request_of
from bot.wording import faults, plain, refusals, replies
from bot.wording.lasting import beside
from bot.wording.timeline import changed

# A button of these speaks of one resolution, one offer or one wish: it must not turn the key to a later one.
_SPEAKS_OF = {
    "confirm": Resolved,
    "reopen": Resolved,
    "accept": HandoverOffered,
    "decline": HandoverOffered,
    "consent": SeverityChanged,
    "remedy": RemedyOffered,
}

# Verbs about two cases, both locked; the other one is named by the value `to`.
_OF_TWO: Mapping[str, Callable[[PersonId, Case], Request]] = {"merge": Merge, "again": Again}


async def act(turn: Turn, wish: Wish) -> Reply:
    """Carry out a verb on one case."""
    case = await case_meant(turn, wish.verb, wish.case)
    if isinstance(case, Reply):
        return case
    if await _outlived(turn, wish, case):
        return Reply(lines=replies.stale(case, turn.org, turn.now), refused=True, case=case.id)
    given = wish.given or values_of(wish.verb, wish.words, turn.org)
    made = await _request(turn, wish.verb, given, case)
    if isinstance(made, Reply):
        return made
    if isinstance(made, Faults):
        hindered = hindrance(wish.verb, case, turn.by, turn.org, turn.now)
        return _refused(turn, wish, hindered, case) if hindered else faulty(turn, wish, case, given, made)
    if isinstance(made, AnswerCause):
        made, decision = await causes.answered(turn, case, made)
    else:
        decision = await turn.decide(case, made)
    if decision.case is not None and decision.case.service != case.service:
        await show_at_home(turn, decision.case, await turn.tx.cards(case.id))
    for other in turn.beside:
        await show_at_home(turn, other, await turn.tx.cards(other.id))
    return answer(turn, wish, made, decision)


async def talk(turn: Turn, text: str) -> Reply:
    """Note what somebody said in a thread, if they are on its case; what others say there is between them."""
    cases = [case for case in await in_thread(turn) if on_it(turn.by, case, turn.org, turn.now)]
    live = [case for case in cases if case.live] or cases
    if not live:
        return Reply()
    if len(live) > 1:
        return Reply(lines=replies.which_case("note", live, turn.org, turn.now), refused=True)
    case = live[0]
    if len(text) > LONGEST_TEXT:
        return Reply(lines=(faults.too_long(len(text), LONGEST_TEXT),), refused=True, case=case.id)
    (held,) = await turn.lock(case.id)
    words = f"{changed()}{text}" if isinstance(turn.inbound, Said) and turn.inbound.edited else text
    request = Note(turn.by, Text(words.replace("\0", "")))
    decision = await turn.decide(held, request)
    if not direct(turn.place) and not case.private:
        await _echo(turn, decision)
    noted = all(isinstance(fact.what, Noted) for fact in decision.facts)
    return replace(answer(turn, Wish("note"), request, decision), quiet=noted and decision.refusal is None)


async def _echo(turn: Turn, decision: Decision) -> None:
    """Let those who read along in another of the case's threads have it too."""
    for fact in decision.facts:
        if isinstance(fact.what, Noted | Answered) and fact.by == turn.by:
            await turn.tx.echo(fact.case, fact.n, turn.place)


def answer(turn: Turn, wish: Wish, request: Request, decision: Decision) -> Reply:
    """Say what was decided."""
    number = decision.case.id if decision.case else None
    if decision.refusal is None:
        *said, fate = replies.done(request, decision, turn.org, turn.now)
        return Reply(lines=(*said, *(beside(case, turn.org) for case in turn.beside), fate), case=number)
    return _refused(turn, wish, decision.refusal, decision.case)


def _refused(turn: Turn, wish: Wish, refusal: Refusal, case: Case | None) -> Reply:
    late = case is not None and wish.version is not None and wish.version < case.version
    # Somebody who was overtaken wants to know by what.
    since = replies.stale(case, turn.org, turn.now) if late and case is not None else ()
    return Reply(lines=(*refusals.refused(refusal, case, turn.org, turn.now), *since), refused=True, case=case.id if case else None)


def faulty(turn: Scene, wish: Wish, case: Case | None, given: Mapping[str, Any], made: Faults) -> Reply:
    """Say what is wrong with the values; where they are only missing, ask for them."""
    if wish.form is not None:
        every: dict[str, Line] = {name: faults.empty() for name in made.missing} | dict(made.errors)
        zone = turn.org.calendar(turn.by).zone
        return Reply(errors={name: plain.plain(line, zone, turn.now) for name, line in every.items()}, refused=True)
    if not made.errors:
        return turn.form(wish.verb, case, given)
    return Reply(lines=(*made.errors.values(), *replies.help_lines(wish.verb)), refused=True, case=case.id if case else None)


async def _request(turn: Turn, verb: str, given: Mapping[str, Any], case: Case) -> Request | Faults | Reply:
    if verb not in _OF_TWO:
        return request_of(verb, given, case, turn.by, turn.org, turn.now)
    raw = str(given.get("to") or "").strip()
    number = case_named(raw)
    if number is None:
        return Faults({"to": faults.not_a_case(raw)}, ()) if raw else Faults({}, ("to",))
    (into,) = await turn.lock(number)
    found = seen(turn, number, into)
    return found if isinstance(found, Reply) else _OF_TWO[verb](turn.by, found)


async def _outlived(turn: Turn, wish: Wish, case: Case) -> bool:
    """Tell whether what a button or form spoke of has been replaced since by another of its kind."""
    spoken_of = _SPEAKS_OF.get(wish.verb)
    if spoken_of is None or wish.version is None or not 0 < wish.version < case.version:
        return False
    if wish.verb == "decline" and case.offer is None and case.status is not Status.CLOSED:
        return False  # the case itself is declined, not an offer
    timeline: Sequence[Fact] = await turn.tx.timeline(case.id)
    return any(fact.n > wish.version and isinstance(fact.what, spoken_of) for fact in timeline)
