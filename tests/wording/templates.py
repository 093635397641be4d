"""Everything that Buckstop says, each as a function of what somebody typed: what is checked here is checked of all of it.

The cases come from the stories of the wording's tests, so they are what the engine decides. None in place of a text leaves everything as
it was typed in the story.
"""

import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from bot.chat import Card, Form, Home, Line, Reply
from bot.escalation.case import Case
from bot.escalation.decision import Decision, No, Refusal
from bot.escalation.facts import Fact
from bot.escalation.org import Org
from bot.escalation.requests import Request
from bot.escalation.span import Span
from bot.escalation.words import CaseId, Text
from bot.wording import cards, faults, forms, likely, people, refusals, replies, undelivered
from bot.wording.digest import split
from bot.wording.home import home
from tests.wording.digests import BRIEF, END, FULL
from tests.wording.office import MONDAY, ORG, Play, Told, report
from tests.wording.samples import lines_of, ours, steps, stories
from tests.wording.stories import ANA, RITA
from tests.wording.test_digest import bewitched

Neutral = Card | Reply | Form | Home


@dataclass(frozen=True, slots=True)
class Template:
    """One thing that is said, at a time."""

    name: str
    now: datetime
    draw: Callable[[str | None], Neutral]


# --- the same value with every text in it that somebody typed replaced by another

_BY_PEOPLE = ("cause", "cause_of", "lacked", "budget")  # plain strings in the core, but typed all the same


@cache
def _typed_in(kind: type) -> tuple[tuple[str, bool], ...]:
    """The fields of a class that hold what was typed: its name, and whether it is a text itself or something with texts in it."""
    hints = typing.get_type_hints(kind)
    texts = [(field.name, True) for field in fields(kind) if hints[field.name] in (Text, Text | None) or field.name in _BY_PEOPLE]
    inside = ("question", "offer", "resolution", "costs", "what", "case", "facts", "severity_wish")
    others = [(field.name, False) for field in fields(kind) if field.name in inside]
    return (*texts, *(other for other in others if (other[0], True) not in texts))


def typed(text: str | None, value: Any) -> Any:
    if text is None:
        return value
    if isinstance(value, tuple):
        return tuple(typed(text, each) for each in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changes = {name: Text(text) if is_text else typed(text, getattr(value, name)) for name, is_text in _typed_in(type(value))}
    return replace(value, **{name: new for name, new in changes.items() if getattr(value, name) is not None})


def named(text: str | None, org: Org) -> Org:
    """The same organisation, in which everybody has this name."""
    if text is None:
        return org
    return replace(org, people={person.id: replace(person, name=text) for person in org.people.values()})


def digest_of(text: str | None, content: Any = BRIEF) -> Any:
    """A digest in which this was typed."""
    return content if text is None else bewitched(content, text)


# --- what is said


@cache
def templates() -> tuple[Template, ...]:
    """Everything, each once."""
    found = (
        *_messages(),
        *_names(),
        *_standing(),
        *_bundle(),
        *_answers(),
        *_refusals(),
        *_shown(),
        *_words(),
        *_forms(),
        *_homes(),
        *_notices(),
    )
    assert len({template.name for template in found}) == len(found)
    return found


def _messages() -> Iterator[Template]:
    """Each kind of message about each kind of fact, once for each way in which it is worded."""
    seen: set[tuple[str, str]] = set()
    for story, play in stories():
        for number, told in enumerate(play.told):
            kind, what = told.message.kind, type(told.fact.what).__name__
            card = cards.message(kind, told.fact, told.case, told.org, told.message.to, told.now)
            if (f"{kind}{what}", ours(lines_of(card))) not in seen:
                seen.add((f"{kind}{what}", ours(lines_of(card))))
                yield Template(f"{kind} of {what} to {told.message.to} ({story} {number})", told.now, _message(told))


def _message(told: Told) -> Callable[[str | None], Card]:
    def draw(text: str | None) -> Card:
        return cards.message(told.message.kind, typed(text, told.fact), typed(text, told.case), told.org, told.message.to, told.now)

    return draw


def _names() -> Iterator[Template]:
    """Newcomers bring their name along, so it is typed by somebody as well: once for each kind of message, answer and refusal."""
    seen: set[str] = set()
    for _, play in stories():
        for told in play.told:
            if told.message.kind not in seen:
                seen.add(told.message.kind)
                yield Template(f"names in {told.message.kind}", told.now, _with_names(told))
        for request, decision, now in play.decisions:
            kind = type(request).__name__
            if decision.refusal is None and kind not in seen:
                seen.add(kind)
                yield Template(f"names in the answer to {kind}", now, _answer_with_names(request, decision, play.org, now))
    case = Play().do(report()).there
    for no in No:
        yield Template(f"names in the refusal {no}", MONDAY, _refusal_with_names(no, case))


def _with_names(told: Told) -> Callable[[str | None], Card]:
    return lambda text: cards.message(told.message.kind, told.fact, told.case, named(text, told.org), told.message.to, told.now)


def _answer_with_names(request: Request, decision: Decision, org: Org, now: datetime) -> Callable[[str | None], Reply]:
    return lambda text: Reply(replies.done(request, decision, named(text, org), now))


def _refusal_with_names(no: No, case: Case) -> Callable[[str | None], Reply]:
    refusal = Refusal(no, "handover", who=(ANA, RITA), when=MONDAY + timedelta(hours=1), about={"person": "x", "service": "y"})
    return lambda text: Reply(refusals.refused(refusal, case, named(text, ORG), MONDAY), refused=True)


def _standing() -> Iterator[Template]:
    seen = set()
    for story, play in stories():
        for _, fact, case in steps(play):
            kind = f"{case.status} {case.outcome or ''}".strip()
            if kind not in seen and not case.private:
                seen.add(kind)
                yield Template(f"card of a case that is {kind} ({story})", fact.at, _card(case, play.org, fact.at))


def _card(case: Case, org: Org, now: datetime) -> Callable[[str | None], Card]:
    return lambda text: cards.standing(typed(text, case), org, now)


def _bundle() -> Iterator[Template]:
    plays = [Play().do(report(f"Problem {n}", id=CaseId(n))).wait() for n in range(1, 11)]
    items = [(play.there, play.facts[-1]) for play in plays]
    now = plays[0].now
    yield Template("ten reminders in one", now, lambda text: cards.nags(typed(text, tuple(items)), ORG, ANA, now, 4))


def _answers() -> Iterator[Template]:
    seen: set[tuple[str, str]] = set()
    for story, play in stories():
        for number, (request, decision, now) in enumerate(play.decisions):
            kind = type(request).__name__
            lines = _answer(request, decision, play.org, now)("")
            if decision.refusal is None and (kind, ours(lines.lines)) not in seen:
                seen.add((kind, ours(lines.lines)))
                yield Template(f"answer to {kind} ({story} {number})", now, _answer(request, decision, play.org, now))


def _answer(request: Request, decision: Decision, org: Org, now: datetime) -> Callable[[str | None], Reply]:
    def draw(text: str | None) -> Reply:
        return Reply(replies.done(typed(text, request), typed(text, decision), org, now), case=CaseId(1))

    return draw


def _refusals() -> Iterator[Template]:
    case = Play().do(report()).there
    for no in No:
        yield Template(f"refused: {no}", MONDAY, _refused(no, case))


_CAP = Span.parse("3d")


def _refused(no: No, case: Case) -> Callable[[str | None], Reply]:
    def draw(text: str | None) -> Reply:
        about = {"person": text or "anna", "service": text or "biling", "severity": text or "critcal", "case": 7, "cap": _CAP}
        refusal = Refusal(no, "handover", who=(ANA,), when=MONDAY + timedelta(hours=1), about=about)
        return Reply(refusals.refused(refusal, typed(text, case), ORG, MONDAY), refused=True)

    return draw


def _shown() -> Iterator[Template]:
    for story, play in stories():
        case, facts, org, now = play.there, tuple(play.facts), play.org, play.now
        yield Template(f"show {story}", now, _show(case, facts, org, now))
    play = Play().do(report())
    case, now = play.there, play.now
    other = replace(case, id=CaseId(2))
    yield Template("list", now, lambda text: Reply(replies.listing(f"Open: {text or 'Billing'}", [typed(text, case)] * 3, ORG, now)))
    yield Template("which case", now, lambda text: Reply(replies.which_case("ack", [typed(text, case)] * 12, ORG, now), refused=True))
    yield Template("stale", now, lambda text: Reply(replies.stale(typed(text, case), named(text, ORG), now), refused=True))
    yield Template(
        "looks the same",
        now,
        lambda text: Reply((likely.looks_the_same(typed(text, case), other),), case=other.id, buttons=(likely.join(case),)),
    )


def _show(case: Case, facts: tuple[Fact, ...], org: Org, now: datetime) -> Callable[[str | None], Reply]:
    return lambda text: Reply(replies.show(typed(text, case), typed(text, facts), org, now), case=case.id)


def _words() -> Iterator[Template]:
    """What is answered to words that mean nothing here."""
    lines: Mapping[str, tuple[str, Callable[[str], Line]]] = {
        "no such case": ("C-99", replies.unknown_case),
        "no such verb": ("acknoledge", lambda text: replies.unknown_verb(text, "ack")[0]),
        "no such time": ("when it rains", lambda text: replies.not_understood_time(text, ("Friday 15:00", "2d"))),
        "no such person": ("anna", lambda text: faults.unknown_person(text, "ana")),
        "no such desk": ("the roof", lambda text: faults.unknown_desk(text, None)),
        "no such service": ("biling", lambda text: faults.unknown_service(text, ("billing", "metering"))),
        "no such severity": ("huge", lambda text: faults.unknown_severity(text, ("low", "normal", "critical"))),
        "no amount": ("a lot", faults.not_an_amount),
        "no count": ("often", faults.not_a_count),
        "no case": ("the other one", faults.not_a_case),
        "no choice": ("magic", lambda text: faults.not_a_choice(text, ("fix", "workaround"))),
        "past": ("today 8:00", lambda text: faults.past(text, MONDAY - timedelta(hours=1))),
        "away before": ("yesterday", faults.away_before),
        "away too long": ("2099", faults.away_too_long),
        "no digest": ("lobby", lambda text: faults.no_digest(text, ("slack:leadership",))),
    }
    for name, (sample, line) in lines.items():
        yield Template(f"words: {name}", MONDAY, _lines(sample, line))


def _lines(sample: str, line: Callable[[str], Line]) -> Callable[[str | None], Reply]:
    return lambda text: Reply((line(sample if text is None else text),), refused=True)


def _forms() -> Iterator[Template]:
    case = Play().do(report()).there
    up = replace(case, escalations=1)  # then it is asked as well what was lacking
    for verb in forms._FORMS:
        yield Template(f"form of {verb}", MONDAY, _form(verb, up))


def _form(verb: str, case: Case) -> Callable[[str | None], Form]:
    def draw(text: str | None) -> Form:
        about = case if verb in forms.OF_A_CASE else None
        empty = forms.form(verb, about, ORG, ANA, MONDAY, f"{verb}:1:7:a1b2c3", {})
        assert empty is not None
        preset = {field.name: text for field in empty.fields} if text is not None else {}
        drawn = forms.form(verb, about, ORG, ANA, MONDAY, empty.id, preset)
        assert drawn is not None
        return drawn

    return draw


def _homes() -> Iterator[Template]:
    cases = tuple(Play().do(report(f"Problem {n}", id=CaseId(n))).there for n in range(1, 13))

    def draw(text: str | None) -> Home:
        theirs: Any = typed(text, cases)
        return home(theirs, theirs, theirs, ORG, ANA, MONDAY)

    yield Template("home", MONDAY, draw)


def _notices() -> Iterator[Template]:
    lines: Mapping[str, tuple[str, Callable[[str, str], Line]]] = {
        "could not reach": ("the account was deactivated", undelivered.unreached),
        "takes another way": ("they take no direct messages", undelivered.rerouted),
        "shut out": ("the bot token was revoked", lambda _who, why: undelivered.shut_out("slack:T0NORTH1:@ana", why)),
        "account gone": ("", lambda who, _why: people.gone(who, "slack")),
        "account unknown": ("there is no such account", lambda who, why: people.unknown_account(who, "slack", why)),
        "channel dead": ("the channel is archived", lambda _who, why: people.dead_channel("leadership", "slack", why)),
        "taken back": ("Meter swapped, bill is 9,000", lambda who, title: faults.taken_back("C-1", Text(title), who)),
    }
    for name, (sample, line) in lines.items():
        yield Template(f"notice: {name}", MONDAY, _notice(sample, line))
    yield Template("digest", END, lambda text: cards.digest(digest_of(text), ORG))
    for number in range(len(_cut())):
        yield Template(f"digest, message {number + 1}", END, partial(_message_of_digest, number))
    yield Template("digest asked for", END, _digest_reply)


def _notice(sample: str, line: Callable[[str, str], Line]) -> Callable[[str | None], Card]:
    return lambda text: cards.notice(line("Ana", sample) if text is None else line(text, text))


@cache
def _cut() -> tuple[Any, ...]:
    """The messages of a digest, cut so that whatever is typed fits: each is the same ones whatever that is."""
    return split(bewitched(FULL, "[🔥]" * 3000), ORG)


def _message_of_digest(number: int, text: str | None) -> Card:
    return cards.digest(bewitched(_cut()[number], text if text is not None else "Meter swapped"), ORG)


def _digest_reply(text: str | None) -> Reply:
    card = cards.digest(digest_of(text), ORG)
    return Reply((card.title, *card.lines))
