"""Every message as its reader gets it, in one file that a reviewer can read aloud: `tests/wording/messages.txt`.

After a change of words, look at what changed and keep it:

    BUCKSTOP_UPDATE=1 .venv/bin/pytest tests/wording/test_messages.py
"""

import os
from collections.abc import Iterator
from pathlib import Path

from bot.chat import Button, Card, Line
from bot.escalation.words import PersonId
from bot.wording import cards, replies
from bot.wording.plain import in_full, plain, text_of
from bot.wording.refusals import refused
from bot.wording.timeline import entry
from tests.wording.office import ZONE, Play
from tests.wording.samples import steps, stories

KEPT = Path(__file__).parent / "messages.txt"


def story(name: str, play: Play, read: set[tuple[PersonId, Card]]) -> Iterator[str]:
    yield f"===== {name.replace('_', ' ')} ====="
    for told in play.told:
        card = cards.message(told.message.kind, told.fact, told.case, told.org, told.message.to, told.now)
        if (told.message.to, card) in read:
            continue  # each story begins alike; nobody reads the same twenty times with care
        read.add((told.message.to, card))
        yield f"\n{in_full(told.now, ZONE)}: {told.message.kind} to {told.org.name_of(told.message.to)}"
        yield text_of(card, ZONE, told.now)
        yield from buttons(card.buttons)
    yield "\nthe card in the thread"
    yield text_of(cards.standing(play.there, play.org, play.now), ZONE, play.now)
    yield from buttons(cards.standing(play.there, play.org, play.now).buttons)
    yield "\nwhat was answered to whoever asked"
    for request, decision, now in play.decisions:
        asked = type(request).__name__
        lines: tuple[Line, ...] = replies.done(request, decision, play.org, now)
        if decision.refusal is not None:
            lines = refused(decision.refusal, decision.case, play.org, now)
        yield from (f"{asked}: {plain(line, ZONE, now)}" for line in lines)
    yield "\nthe timeline"
    yield from (plain(entry(fact, play.org, before), ZONE, play.now) for before, fact, _ in steps(play))
    yield ""


def buttons(shown: tuple[Button, ...]) -> Iterator[str]:
    if shown:
        yield " ".join(f"[{button.label}]" for button in shown)


def everything() -> str:
    read: set[tuple[PersonId, Card]] = set()
    lines = [line for name, play in stories() for line in story(name, play, read)]
    lines += ["===== help =====", *(plain(line, ZONE, play.now) for _, play in stories()[:1] for line in replies.help_lines(None))]
    return "\n".join(lines) + "\n"


def test_the_messages_read_as_they_were_read_last() -> None:
    said = everything()
    if os.environ.get("BUCKSTOP_UPDATE") == "1":
        KEPT.write_text(said, encoding="utf-8")

    assert said == KEPT.read_text(encoding="utf-8"), "words have changed: see this module's docstring"
