"""Every scene that a reviewer should read, whatever the platform: what is said, when, and under which heading it is kept."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.chat import Button, Form, Home, Reply
from bot.escalation.decision import No
from bot.escalation.requests import Acknowledge, Ask, Escalate, Resolve
from bot.escalation.words import CaseId, MessageKind, PersonId, Text
from bot.wording import cards, faults, forms, replies
from bot.wording.digest import split
from bot.wording.helping import COMMANDS
from bot.wording.home import home
from bot.wording.plain import in_full
from tests.wording.digests import EMPTY, END, FULL, SMALL, huge
from tests.wording.office import MONDAY, ORG, ZONE, Play, report
from tests.wording.samples import stories
from tests.wording.stories import ANA, BRUNO, CLEO, RITA
from tests.wording.templates import Neutral, Template, templates

CASE = Play().do(report()).there
UNASKED = "Tick|Reckon|Absorb|RouteProbed"


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that is said, under its heading; `call` is who is called by name, where others read along."""

    heading: str
    said: Neutral
    now: datetime = MONDAY
    call: PersonId | None = None


def of(*kinds: str) -> Iterator[Scene]:
    """The templates whose name begins with one of these words, in that order; time passes without anybody having asked for it."""
    for kind in kinds:
        for template in templates():
            if re.match(rf"{kind}\b", template.name) and not re.match(rf"answer to ({UNASKED})\b", template.name):
                yield Scene(_heading(template), template.draw(None), template.now)


def _heading(template: Template) -> str:
    name = re.sub(r" \(\w+( \d+)?\)$", "", template.name)
    name = re.sub(r" to ([a-z]+)$", lambda found: f", to {ORG.name_of(PersonId(found[1]))}", name)
    return f"{name}, {in_full(template.now, ZONE)}" if template.now != MONDAY else name


def messages() -> Iterator[Scene]:
    """What comes in direct messages, in threads and in channels."""
    yield from of(*MessageKind, "ten reminders", "card")
    yield from in_threads()
    yield from of("notice")


def digests() -> Iterator[Scene]:
    """What leadership reads in the morning: everything there can be, little, nothing, and far too much."""
    for name, content in {"everything": FULL, "little": SMALL, "nothing": EMPTY}.items():
        parts = split(content, ORG) or (content,)
        for number, part in enumerate(parts, start=1):
            of_many = f", message {number} of {len(parts)}" if len(parts) > 1 else ""
            yield Scene(f"digest with {name}{of_many}", cards.digest(part, ORG), END)
    parts = split(huge(), ORG)
    for number in (1, 2, len(parts)):
        yield Scene(f"digest with far too much, message {number} of {len(parts)}", cards.digest(parts[number - 1], ORG), END)
    yield Scene("digest that an older version had queued", cards.digest(SMALL, ORG), END)


def in_threads() -> Iterator[Scene]:
    """To somebody who takes no direct messages: in the case's thread, where others read along."""
    play = Play().do(report()).wait()
    nag = next(told for told in play.told if told.message.kind is MessageKind.BRIEF)
    card = cards.message(nag.message.kind, nag.fact, nag.case, nag.org, nag.message.to, nag.now)
    yield Scene("brief in the case's thread, to Bruno", card, nag.now, BRUNO)


def answers() -> Iterator[Scene]:
    """What only the one who asked sees."""
    yield from of("answer", "show", "list", "which case", "stale", "looks the same")
    yield Scene("help", Reply(replies.help_lines(None)))
    yield Scene("help about one command", Reply(replies.help_lines("promise")))
    yield from of("digest asked for")


def refusals() -> Iterator[Scene]:
    yield from of("refused", "words")
    yield Scene("refused: already reported", Reply((faults.already_reported("C-1"),), refused=True))
    yield Scene("refused: not a case of theirs", Reply((faults.may_not_undo(),), refused=True))
    yield Scene("refused: too late to undo", Reply((faults.too_late_to_undo(timedelta(minutes=10)),), refused=True))
    yield Scene("refused: too many reports", Reply((faults.too_many_reports(300, MONDAY + timedelta(minutes=20)),), refused=True))
    yield Scene("refused: nothing to report", Reply((faults.nothing_to_report(),), refused=True))
    yield Scene("refused: no form of ours", Reply((faults.no_such_form(),), refused=True))
    yield Scene("refused: sent already", Reply((faults.already_sent(), *replies.reported(CASE, ORG, MONDAY))))
    yield Scene("refused: pressed already", Reply((faults.already_pressed(), *replies.stale(CASE, ORG, MONDAY)[1:])))
    yield Scene("refused: which of several", Reply((faults.which_button(),), refused=True))


def with_a_button() -> Iterator[Scene]:
    """Where nothing was pressed, a form cannot be opened: a button is offered for it."""
    hint = Reply((faults.say_it_here(),), buttons=(Button("report", "Report it", style="primary"),))
    form = _form("report", {"title": "The meter was swapped and now the bill is 9,000"})
    yield Scene("answer to a greeting", hint)
    yield Scene("answer to somebody who says what is wrong", replace(hint, form=form))
    yield Scene(
        "answer to somebody who is asked something",
        Reply((faults.waits_for_you("C-1"),), form=_form("answer", {"text": "4711"}), case=CaseId(1)),
    )
    yield Scene("the form came too late", Reply(form=_form("ask", {}), case=CaseId(1)))


def _form(verb: str, preset: Mapping[str, str], by: PersonId = ANA) -> Form:
    case = None if verb in ("report", "away") else CASE
    drawn = forms.form(verb, case, ORG, by, MONDAY, f"{verb}:1:7:a1b2c3", preset)
    assert drawn is not None
    return drawn


def forms_() -> Iterator[Scene]:
    """Every verb's form, filled in as far as is known."""
    yield from of("form of report")
    yield from (screen_ for screen_ in of("form") if screen_.heading != "form of report")
    yield Scene(
        "form of report, with what was typed", _form("report", {"title": "bill is 9,000", "severity": "critical", "private": "yes"})
    )
    yield Scene("form of handover, with what was typed", _form("handover", {"to": "ben", "why": "it is the meter team's"}))
    yield Scene("form of handover, to somebody without an account", _form("handover", {"to": "zoe of accounts"}))
    yield Scene("form of resolve, with a cause of one's own", _form("resolve", {"cause": "the moon"}))
    yield Scene("form of away, with the usual deputy", _form("away", {}, BRUNO))
    yield Scene("form of cost, with a currency", _form("cost", {"cost": "€120"}))
    yield Scene("form of note, too long", _form("note", {"text": "meter " * 600}))


def results() -> Iterator[Scene]:
    """What comes of a form."""
    yield Scene("what came of a form", Reply(replies.reported(CASE, ORG, MONDAY), case=CASE.id))
    refused = next(each.draw(None) for each in templates() if each.name == "refused: not_yours")
    yield Scene("what came of a form that was refused", refused)
    away = "Ana is away until Friday 27 November 2026, 17:00 (Europe/London)."
    yield Scene("what came of a form that is about no case", Reply.say(away))


def homes() -> Iterator[Scene]:
    """The App Home tab."""
    asked = Play().do(report("Bill is 9,000")).do(Ask(ANA, Text("What is the meter number?")), minutes=10)
    fixed = Play().do(report("The lift is stuck", id=CaseId(2))).do(Resolve(ANA, Text("done"), "equipment"), minutes=30)
    fresh = Play().do(report("No heating in room 12", id=CaseId(3)), minutes=20)
    seen = Play().do(report("Cannot log in", id=CaseId(4))).do(Acknowledge(ANA), minutes=5)
    up = Play().do(report("Refund is late", by="ed", id=CaseId(5))).do(Escalate(ANA, Text("more than I may decide")), minutes=30)
    top = Play().do(report("Wrong address on every letter", by="ed", id=CaseId(6))).wait().wait().do(Acknowledge(CLEO), minutes=5)

    def of_whom(whom: PersonId, yours: list[Play], reported: list[Play], above: list[Play], at: datetime) -> Home:
        waiting, theirs, at_level = ([play.there for play in plays] for plays in (yours, reported, above))
        return home(waiting, theirs, at_level, ORG, whom, at)

    now = MONDAY + timedelta(minutes=40)
    yield Scene("home of somebody new", of_whom(PersonId("ed"), [], [], [], MONDAY))
    yield Scene("home of Rita, who reports", of_whom(RITA, [asked, fixed], [fresh, seen], [], now), now)
    yield Scene("home of Ana, who owns", of_whom(ANA, [fresh, seen], [], [], now), now)
    yield Scene("home of Bruno, to whom one has come up", of_whom(BRUNO, [up], [], [], now), now)
    yield Scene("home of Cleo, where one is stuck", of_whom(CLEO, [], [], [top], top.now), top.now)


def missing(headings: Mapping[str, list[str]]) -> Iterator[str]:
    """What there is no scene of, by the headings of the `messages`, `answers`, `refusals` and `modals`: every kind has to be there."""
    asked = {type(request).__name__ for _, play in stories() for request, decision, _ in play.decisions if not decision.refusal}
    has_form = {verb for verb in COMMANDS if forms.form(verb, CASE, ORG, ANA, MONDAY, "x", {}) is not None}
    wanted = {
        "messages": [f"{kind} of " for kind in MessageKind],
        "answers": [f"answer to {request}" for request in sorted(asked - set(UNASKED.split("|")))],
        "refusals": [f"refused: {no}" for no in No],
        "modals": [f"form of {verb}" for verb in sorted(has_form)],
    }
    for file, beginnings in wanted.items():
        for beginning in beginnings:
            if not any(re.match(rf"{re.escape(beginning)}(\b|(?<= ))", heading) for heading in headings[file]):
                yield f"{file}: {beginning}"
