"""Every screen as somebody in Discord has it before them, in files that a reviewer can read aloud: `tests/adapters/discord/screens/`.

They are read back from the components that are sent. After a change of words or of drawing, look at what changed and keep it:

    BUCKSTOP_UPDATE=1 .venv/bin/pytest tests/adapters/discord/test_screens.py
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.adapters.discord import layout
from bot.adapters.discord.layout import again_button, of_card, of_reply
from bot.chat import Card, Field, Form, Reply
from bot.wording import faults
from tests.adapters.discord.templates import NAMES, Drawn, in_discord, message, reader
from tests.discord.reading import buttons, shown
from tests.discord.words import Json
from tests.wording import screens
from tests.wording.screens import Scene

KEPT = Path(__file__).parent / "screens"
LEGEND = (
    "Read back from what is sent to Discord. The bar at the side has the colour in brackets. [label] is a button, [[label]] a blue one, "
    "[!label] a red one; ( ) is to choose, [ ] to tick, [text] to write."
)
LONG = Field("text", "What is there to note?", "long", required=True, value="meter " * 700)
COLOURS = {0x80848E: "grey", 0xE67E22: "amber", 0x3498DB: "blue", 0xF1C40F: "yellow", 0x1ABC9C: "teal", 0x2ECC71: "green", 0xE74C3C: "red"}


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen, under its heading."""

    heading: str
    drawn: Drawn


def drawn(scene: Scene) -> Screen:
    said = scene.said
    return Screen(scene.heading, in_discord(said, scene.now, scene.call))


def with_a_button(scene: Scene) -> Screen:
    """An answer where nothing was pressed, so that its form needs a button."""
    reply, form = scene.said, scene.said.form if isinstance(scene.said, Reply) else None
    assert isinstance(reply, Reply)
    others = tuple(each for each in reply.buttons if form is None or each.id != form.id.partition(":")[0])
    below = [again_button(form.title, "o/a1b2c3")] if form is not None else []
    lines_ = reply.lines or (faults.form_below(),)
    view = of_reply(replace(reply, lines=lines_, form=None, buttons=others), reader(), below)
    return Screen(scene.heading, Drawn((message(view),)))


# --- how a screen is read


def lines(screen: Screen) -> Iterator[str]:
    """The lines of a message, or of all pages of a form."""
    for payload in screen.drawn.payloads:
        if screen.drawn.modal:
            yield from (line if len(line) < 300 else f"{line[:160]} … {line[-80:]}" for line in shown(payload, NAMES).split("\n"))
        else:
            (container,) = payload["components"]
            yield from in_container(container)


def in_container(container: Json) -> Iterator[str]:
    for part in container["components"]:
        row = buttons({"components": [part]})
        yield " ".join(MARKS[button.style].format(button.label) for button in row) if row else shown({"components": [part]}, NAMES)


MARKS = {"primary": "[[{}]]", "secondary": "[{}]", "danger": "[!{}]"}


def colour(screen: Screen) -> str:
    return "" if screen.drawn.modal else f" ({COLOURS[screen.drawn.payloads[0]['components'][0]['accent_color']]})"


# --- the screens


def answers() -> Iterator[Screen]:
    """What only the one who asked sees."""
    yield from map(drawn, screens.answers())
    yield from map(with_a_button, screens.with_a_button())


def modals() -> Iterator[Screen]:
    """Every verb's form, page by page, and what is said once it is sent."""
    yield from map(drawn, screens.forms_())
    yield Screen("form of note, too long for Discord", in_discord(Form("note:1:7:a1b2c3", "C-1: note", (LONG,))))
    yield from map(drawn, screens.results())


def digests() -> Iterator[Screen]:
    """Digests, each with its picture, as Discord gives it to those who do not see it."""
    for scene in screens.digests():
        assert isinstance(scene.said, Card)
        chart = scene.said.chart
        view = of_card(scene.said, reader(scene.now), "digest/x/2026-11-25", picture=chart.alt if chart else None)
        uploaded = {"attachments": [{"id": "0", "filename": layout.PICTURE}]} if chart else {}
        yield Screen(scene.heading, Drawn((message(view) | uploaded,)))


FILES: Mapping[str, Callable[[], Iterator[Screen]]] = {
    "messages": lambda: map(drawn, screens.messages()),
    "answers": answers,
    "refusals": lambda: map(drawn, screens.refusals()),
    "modals": modals,
    "digests": digests,
}


def written(all_: Iterator[Screen]) -> str:
    said = [LEGEND]
    for each in all_:
        assert each.drawn.faults == [], each.heading
        said += ["", f"----- {each.heading}{colour(each)} -----", *lines(each)]
    return "\n".join(said) + "\n"


@pytest.mark.parametrize("name", FILES)
async def test_the_screens_read_as_they_were_read_last(name: str) -> None:
    said = written(FILES[name]())
    kept = KEPT / f"{name}.txt"
    if os.environ.get("BUCKSTOP_UPDATE") == "1":
        KEPT.mkdir(exist_ok=True)
        kept.write_text(said, encoding="utf-8")

    assert said == kept.read_text(encoding="utf-8"), "screens have changed: see this module's docstring"


async def test_every_kind_of_screen_is_there() -> None:
    headings = {name: [each.heading for each in all_()] for name, all_ in FILES.items()}

    assert list(screens.missing(headings)) == []


def test_no_file_is_left_over() -> None:
    assert {file.stem for file in KEPT.iterdir()} == FILES.keys()


async def test_what_was_refused_is_marked_and_red() -> None:
    for each in map(drawn, screens.refusals()):
        (container,) = each.drawn.payloads[0]["components"]
        refused = each.heading not in ("refused: sent already", "refused: pressed already")
        assert (container.get("id") == layout.REFUSED) == refused, each.heading
        assert (COLOURS[container["accent_color"]] == "red") == refused, each.heading
