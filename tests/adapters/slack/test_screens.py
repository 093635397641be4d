"""Every screen as somebody in Slack has it before them, in files that a reviewer can read aloud: `tests/adapters/slack/screens/`.

They are read back from the Block Kit that is sent. After a change of words or of drawing, look at what changed and keep it:

    BUCKSTOP_UPDATE=1 .venv/bin/pytest tests/adapters/slack/test_screens.py
"""

import asyncio
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.adapters.slack import views
from bot.adapters.slack.answering import Answers, Asked
from bot.adapters.slack.blocks import Block, of_card
from bot.adapters.slack.people import People
from bot.chat import Button, Card, Form, Home, Reply
from bot.escalation.decision import No
from bot.escalation.org import Account, Org
from bot.escalation.requests import Acknowledge, Ask, Escalate, Resolve
from bot.escalation.words import CaseId, MessageKind, PersonId, Text
from bot.wording import cards, faults, forms, replies
from bot.wording.helping import COMMANDS
from bot.wording.home import home
from bot.wording.plain import in_full
from tests.adapters.slack.templates import ACCOUNTS, ORIGIN, Drawn, Template, in_slack, reader, templates
from tests.slack import forms_shown
from tests.slack.blockkit import faults_in_message, faults_in_view
from tests.slack.reading import shown
from tests.slack.words import Json
from tests.wording.office import MONDAY, ORG, ZONE, Play, report
from tests.wording.samples import stories
from tests.wording.stories import ANA, BRUNO, CLEO, RITA

KEPT = Path(__file__).parent / "screens"
NAMES = {account: ORG.people[PersonId(person)].name for person, account in ACCOUNTS.items()}
CASE = Play().do(report()).there

LEGEND = "Read back from what is sent to Slack. [label] is a button, [[label]] a green one, [!label] a red one."
UNASKED = "Tick|Reckon|Absorb"
KINDS = {
    "plain_text_input": "words",
    "number_input": "a number",
    "static_select": "one of",
    "users_select": "one of the workspace's people",
    "datetimepicker": "a date and a time",
    "checkboxes": "to tick",
}


# --- how a screen is read


def screen(drawn: Drawn) -> Iterator[str]:
    """The lines of a message or a view, with its fields and its buttons."""
    view: Json = dict(drawn.view or {})
    if view.get("title"):
        yield f"[ {view['title']['text']} ]"
    for block in drawn.blocks:
        match block["type"]:
            case "input":
                yield from field(block)
            case "actions":
                yield " ".join(button(element) for element in block["elements"])
            case _:
                yield shown({"blocks": [block]}, NAMES)
    ends = [view[name]["text"] for name in ("close", "submit") if view.get(name)]
    if ends:
        yield " ".join(f"[{end}]" for end in ends)


def button(element: Block) -> str:
    mark = {"primary": "[[{}]]", "danger": "[!{}]"}.get(str(element.get("style")), "[{}]")
    return mark.format(element["text"]["text"])


def field(block: Block) -> Iterator[str]:
    element = block["element"]
    kind = "several lines" if element.get("multiline") else KINDS[element["type"]]
    yield f"{block['label']['text']}{' (may be left out)' if block['optional'] else ''}"
    there = forms_shown.field(_readable(element))
    yield f"    {kind}: {there if kind == 'one of' or len(there) < 100 else there[:80] + '…]'}"
    if "hint" in block:
        yield f"    {block['hint']['text']}"


def _readable(element: Block) -> Block:
    """A field with people and times as Slack shows them."""
    shown_ = dict(element)
    if "initial_user" in shown_:
        shown_["initial_user"] = f"@{NAMES[shown_['initial_user']]}"
    if "initial_date_time" in shown_:
        shown_["initial_date_time"] = in_full(datetime.fromtimestamp(shown_["initial_date_time"], MONDAY.tzinfo), ZONE)
    return shown_


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen, under its heading."""

    heading: str
    drawn: Drawn


def told(heading: str, said: Card | Reply | Form | Home, now: datetime = MONDAY) -> Screen:
    return Screen(heading, in_slack(said, now))


def of(*kinds: str) -> Iterator[Screen]:
    """The templates whose name begins with one of these words, in that order; time passes without anybody having asked for it."""
    for kind in kinds:
        for template in templates():
            if re.match(rf"{kind}\b", template.name) and not re.match(rf"answer to ({UNASKED})\b", template.name):
                yield told(_heading(template), template.draw(None), template.now)


def _heading(template: Template) -> str:
    name = re.sub(r" \(\w+( \d+)?\)$", "", template.name)
    name = re.sub(r" to ([a-z]+)$", lambda found: f", to {ORG.name_of(PersonId(found[1]))}", name)
    return f"{name}, {in_full(template.now, ZONE)}" if template.now != MONDAY else name


# --- the screens


def messages() -> Iterator[Screen]:
    """What comes in direct messages, in threads and in channels."""
    yield from of(*MessageKind, "ten reminders", "card")
    yield from in_threads()
    yield from of("notice")
    yield from of("digest$")
    quiet = {
        "from": (MONDAY - timedelta(days=1)).isoformat(),
        "to": MONDAY.isoformat(),
        "escalated_fixes": [],
        "stuck": [],
        "figures": QUIET,
    }
    yield told("digest when there is nothing", cards.digest(quiet, ORG))


QUIET: Mapping[str, Any] = {"fixes": 3, "escalated_fixes": 0, "declined": [], "private": {"escalated_fixes": 0, "stuck": 0}}


def in_threads() -> Iterator[Screen]:
    """To somebody who takes no direct messages: in the case's thread, where others read along."""
    play = Play().do(report()).wait()
    nag = next(told for told in play.told if told.message.kind is MessageKind.BRIEF)
    card = cards.message(nag.message.kind, nag.fact, nag.case, nag.org, nag.message.to, nag.now)
    yield Screen("brief in the case's thread, to Bruno", Drawn(*of_card(card, reader(nag.now), BRUNO)))


def answers() -> Iterator[Screen]:
    """What only the one who asked sees."""
    yield from of("answer", "show", "list", "which case", "stale", "looks the same")
    yield told("help", Reply(replies.help_lines(None)))
    yield told("help about one command", Reply(replies.help_lines("promise")))
    yield from with_a_button()
    yield from of("digest asked for")


def refusals() -> Iterator[Screen]:
    yield from of("refused", "words")
    yield told("refused: already reported", Reply((faults.already_reported("C-1"),), refused=True))
    yield told("refused: not a case of theirs", Reply((faults.may_not_undo(),), refused=True))
    yield told("refused: too late to undo", Reply((faults.too_late_to_undo(timedelta(minutes=10)),), refused=True))
    yield told("refused: too many reports", Reply((faults.too_many_reports(300, MONDAY + timedelta(minutes=20)),), refused=True))
    yield told("refused: nothing to report", Reply((faults.nothing_to_report(),), refused=True))
    yield told("refused: no form of ours", Reply((faults.no_such_form(),), refused=True))
    yield told("refused: sent already", Reply((faults.already_sent(), *replies.reported(CASE, ORG, MONDAY))))
    yield told("refused: pressed already", Reply((faults.already_pressed(), *replies.stale(CASE, ORG, MONDAY)[1:])))
    yield told("refused: which of several", Reply((faults.which_button(),), refused=True))


def with_a_button() -> Iterator[Screen]:
    """Where nothing was pressed, a form cannot be opened: a button is offered for it."""
    hint = Reply((faults.say_it_here(),), buttons=(Button("report", "Report it", style="primary"),))
    form = _form("report", {"title": "The meter was swapped and now the bill is 9,000"})
    yield said("answer to a greeting", hint)
    yield said("answer to somebody who says what is wrong", replace(hint, form=form))
    yield said(
        "answer to somebody who is asked something",
        Reply((faults.waits_for_you("C-1"),), form=_form("answer", {"text": "4711"}), case=CaseId(1)),
    )
    yield said("the form came too late", Reply(form=_form("ask", {}), case=CaseId(1)))


class _Acquaintance:
    async def org(self) -> Org:
        return replace(ORG, people={p.id: replace(p, accounts=(Account("slack", "T1", ACCOUNTS[p.id]),)) for p in ORG.people.values()})


class _People:
    acquaintance = _Acquaintance()


class _Clock:
    kind = "manual"

    def now(self) -> datetime:
        return MONDAY


def said(heading: str, reply: Reply) -> Screen:
    answering = Answers("T1", cast(Any, None), cast(People, _People()), cast(Any, _Clock()))
    drawn = asyncio.run(answering._said(reply, Asked("U0RITA", RITA, "D0RITA")))
    return Screen(heading, Drawn(drawn["text"], drawn["blocks"]))


def _form(verb: str, preset: Mapping[str, str], by: PersonId = ANA) -> Form:
    case = None if verb in ("report", "away") else CASE
    drawn = forms.form(verb, case, ORG, by, MONDAY, f"{verb}:1:7:a1b2c3", preset)
    assert drawn is not None
    return drawn


def modals() -> Iterator[Screen]:
    """Every verb's form, and what comes in its place once it is sent."""
    yield from of("form of report")
    yield from (screen_ for screen_ in of("form") if screen_.heading != "form of report")
    yield told("form of report, with what was typed", _form("report", {"title": "bill is 9,000", "severity": "critical", "private": "yes"}))
    yield told("form of handover, with what was typed", _form("handover", {"to": "ben", "why": "it is the meter team's"}))
    yield told("form of handover, to somebody without an account", _form("handover", {"to": "zoe of accounts"}))
    yield told("form of resolve, with a cause of one's own", _form("resolve", {"cause": "the moon"}))
    yield told("form of away, with the usual deputy", _form("away", {}, BRUNO))
    yield told("form of cost, with a currency", _form("cost", {"cost": "€120"}))
    yield told("form of note, too long", _form("note", {"text": "meter " * 600}))
    for heading, reply in (
        ("what came of a form", Reply(replies.reported(CASE, ORG, MONDAY), case=CASE.id)),
        ("what came of a form that was refused", next(each.draw(None) for each in templates() if each.name == "refused: not_yours")),
        ("what came of a form that is about no case", Reply.say("Ana is away until Friday 27 November 2026, 17:00 (Europe/London).")),
    ):
        assert isinstance(reply, Reply)
        view = views.answer(reply, reader(), ORIGIN)
        yield Screen(heading, Drawn("", view["blocks"], view))


def homes() -> Iterator[Screen]:
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
    yield told("home of somebody new", of_whom(PersonId("ed"), [], [], [], MONDAY))
    yield told("home of Rita, who reports", of_whom(RITA, [asked, fixed], [fresh, seen], [], now), now)
    yield told("home of Ana, who owns", of_whom(ANA, [fresh, seen], [], [], now), now)
    yield told("home of Bruno, to whom one has come up", of_whom(BRUNO, [up], [], [], now), now)
    yield told("home of Cleo, where one is stuck", of_whom(CLEO, [], [], [top], top.now), top.now)


FILES: Mapping[str, Callable[[], Iterator[Screen]]] = {
    "messages": messages,
    "answers": answers,
    "refusals": refusals,
    "modals": modals,
    "homes": homes,
}


def written(screens: Iterator[Screen]) -> str:
    lines = [LEGEND]
    for each in screens:
        view = each.drawn.view
        assert (faults_in_view(view) if view is not None else faults_in_message(each.drawn.blocks)) == [], each.heading
        lines += ["", f"----- {each.heading} -----", *screen(each.drawn)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", FILES)
def test_the_screens_read_as_they_were_read_last(name: str) -> None:
    said_ = written(FILES[name]())
    kept = KEPT / f"{name}.txt"
    if os.environ.get("BUCKSTOP_UPDATE") == "1":
        KEPT.mkdir(exist_ok=True)
        kept.write_text(said_, encoding="utf-8")

    assert said_ == kept.read_text(encoding="utf-8"), "screens have changed: see this module's docstring"


def test_every_kind_of_screen_is_there() -> None:
    headings = {name: [each.heading for each in screens()] for name, screens in FILES.items()}

    for kind in MessageKind:
        assert any(heading.startswith(f"{kind} of ") for heading in headings["messages"])
    asked = {type(request).__name__ for _, play in stories() for request, decision, _ in play.decisions if not decision.refusal}
    for request in asked - set(UNASKED.split("|")):
        assert any(re.match(rf"answer to {request}\b", heading) for heading in headings["answers"])
    for no in No:
        assert any(re.match(rf"refused: {no}\b", heading) for heading in headings["refusals"])
    for verb in COMMANDS:
        has_form = forms.form(verb, CASE, ORG, ANA, MONDAY, "x", {}) is not None
        assert has_form == (f"form of {verb}" in headings["modals"])


def test_no_file_is_left_over() -> None:
    assert {file.stem for file in KEPT.iterdir()} == FILES.keys()
