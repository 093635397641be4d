"""Every screen as somebody in Slack has it before them, in files that a reviewer can read aloud: `tests/adapters/slack/screens/`.

They are read back from the Block Kit that is sent. After a change of words or of drawing, look at what changed and keep it:

    BUCKSTOP_UPDATE=1 .venv/bin/pytest tests/adapters/slack/test_screens.py
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest

from bot.adapters.slack import views
from bot.adapters.slack.answering import Answers, Asked
from bot.adapters.slack.blocks import Block, of_card, with_picture
from bot.adapters.slack.people import People
from bot.chat import Card, Reply
from bot.escalation.org import Account, Org
from bot.escalation.words import PersonId
from bot.wording.plain import in_full
from tests.adapters.slack.templates import ACCOUNTS, ORIGIN, Drawn, in_slack, reader
from tests.slack import forms_shown
from tests.slack.blockkit import faults_in_message, faults_in_view
from tests.slack.reading import shown
from tests.slack.words import Json
from tests.wording import screens
from tests.wording.office import MONDAY, ORG, ZONE, Play, report
from tests.wording.screens import Scene
from tests.wording.stories import RITA

KEPT = Path(__file__).parent / "screens"
NAMES = {account: ORG.people[PersonId(person)].name for person, account in ACCOUNTS.items()}
CASE = Play().do(report()).there

LEGEND = "Read back from what is sent to Slack. [label] is a button, [[label]] a green one, [!label] a red one."
UNASKED = "Tick|Reckon|Absorb|RouteProbed"
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


def told(scene: Scene) -> Screen:
    if scene.call is not None:
        assert isinstance(scene.said, Card)
        return Screen(scene.heading, Drawn(*of_card(scene.said, reader(scene.now), scene.call)))
    return Screen(scene.heading, in_slack(scene.said, scene.now))


# --- the screens


def answers() -> Iterator[Screen]:
    """What only the one who asked sees."""
    yield from map(told, screens.answers())
    for scene in screens.with_a_button():
        assert isinstance(scene.said, Reply)
        yield said(scene.heading, scene.said)


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


def modals() -> Iterator[Screen]:
    """Every verb's form, and what comes in its place once it is sent."""
    yield from map(told, screens.forms_())
    for scene in screens.results():
        assert isinstance(scene.said, Reply)
        view = views.answer(scene.said, reader(), ORIGIN)
        yield Screen(scene.heading, Drawn("", view["blocks"], view))


def digests() -> Iterator[Screen]:
    """Digests, each with its picture, as Slack gives it to those who do not see it."""
    for scene in screens.digests():
        drawn = told(scene).drawn
        chart = scene.said.chart if isinstance(scene.said, Card) else None
        yield Screen(scene.heading, replace(drawn, blocks=with_picture(drawn.blocks, "F0CHART", chart.alt)) if chart else drawn)


FILES: Mapping[str, Callable[[], Iterator[Screen]]] = {
    "messages": lambda: map(told, screens.messages()),
    "answers": answers,
    "refusals": lambda: map(told, screens.refusals()),
    "modals": modals,
    "homes": lambda: map(told, screens.homes()),
    "digests": digests,
}


def written(all_: Iterator[Screen]) -> str:
    lines = [LEGEND]
    for each in all_:
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
    headings = {name: [each.heading for each in screens_()] for name, screens_ in FILES.items()}

    assert list(screens.missing(headings)) == []


def test_no_file_is_left_over() -> None:
    assert {file.stem for file in KEPT.iterdir()} == FILES.keys()
