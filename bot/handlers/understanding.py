"""What does somebody want who said, pressed, sent or reacted with something? Pure: nothing is looked up yet.

Commands begin with `/`, with a mention, or (in direct messages) with a verb. A reply in a thread is talk about the thread's case.
Anything else in a channel is none of Buckstop's business.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.chat import Inbound, Pointed, Pressed, Reacted, Said, Submitted
from bot.escalation.case import Place
from bot.escalation.words import CaseId
from bot.handlers.parse import Command, NoCase, NoVerb, begins_with_verb, case_named, parse, slash, verb_named
from bot.handlers.settings import Settings


@dataclass(frozen=True, slots=True)
class Wish:
    """A verb, perhaps its case, and its values: of a form, or in words that are still to be read."""

    verb: str
    case: CaseId | None = None
    words: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    form: str | None = None
    pressed: bool = False
    version: int | None = None  # of the case, when the button or the form was made


@dataclass(frozen=True, slots=True)
class Talk:
    """Said in a thread: a note, if it is a case's thread and the speaker is on that case. Otherwise it was not meant for us."""

    text: str


@dataclass(frozen=True, slots=True)
class Chat:
    """Said to Buckstop, and no command: perhaps somebody wants to report it."""

    text: str


@dataclass(frozen=True, slots=True)
class Capture:
    """A message that somebody reports, by a reaction or by pointing at it."""


@dataclass(frozen=True, slots=True)
class NoForm:
    """A form's id that no form of ours has."""


# Buttons that say more than their verb.
_VALUED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "remedy-yes": ("remedy", {"helped": "yes"}),
    "remedy-no": ("remedy", {"helped": "no"}),
    "cause-yes": ("cause", {"one": "yes"}),
    "cause-no": ("cause", {"one": "no"}),
    **{
        f"{question}-{said}": ("outcome", {"question": question, "answer": answer})
        for question in ("needed", "prevented")
        for said, answer in (("yes", "1"), ("no", "0"))
    },
    **{f"process-{mark}": ("outcome", {"question": "process", "answer": str(mark)}) for mark in range(1, 6)},
}

_AGAIN = re.compile(r"again-([0-9]{1,9})")  # the closed case that a new one is again

_DEAD = re.compile(r"dead-([a-z][a-z0-9_-]{0,29})")  # a contact route that does not work
# An announced change that is called off, or moved, as it was when the button was made.
_PLANNED = re.compile(r"announce-(off|move)-([0-9]{1,9})(?:-([0-9]{1,9}))?")

Meant = Wish | Talk | Chat | Capture | NoVerb | NoCase | NoForm | None


def meant(inbound: Inbound, settings: Settings) -> Meant:
    """Return what is wanted; None if nothing is."""
    match inbound:
        case Said():
            return _said(inbound, settings)
        case Pressed(button=button) if button in _VALUED:
            valued, values = _VALUED[button]
            return Wish(valued, inbound.case, given=values, pressed=True, version=inbound.version)
        case Pressed(button=button) if (other := _AGAIN.fullmatch(button)) is not None:
            return Wish("again", inbound.case, given={"to": other[1]}, pressed=True, version=inbound.version)
        case Pressed(button=button) if (route := _DEAD.fullmatch(button)) is not None:
            return Wish("dead", given={"route": route[1]}, pressed=True)
        case Pressed(button=button) if (planned := _PLANNED.fullmatch(button)) is not None:
            given = {"announcement": f"A-{planned[2]}", "off": "yes" if planned[1] == "off" else ""}
            return Wish("announce", given=given, pressed=True, version=int(planned[3] or 0))
        case Pressed():
            verb = verb_named(inbound.button)
            if verb is None:
                return NoVerb(inbound.button)
            return Wish(verb, inbound.case, pressed=True, version=inbound.version)
        case Submitted():
            return _submitted(inbound)
        case Reacted():
            return _reacted(inbound, settings)
        case Pointed():
            return Capture()


def direct(place: Place) -> bool:
    """Tell whether something was said to Buckstop alone."""
    return place.conversation.startswith("@")


def form_id(verb: str, case: CaseId | None, version: int, nonce: str) -> str:
    """Return a form's id, which says what the form is for."""
    return f"{verb}:{case or '-'}:{version}:{nonce}"


def _said(said: Said, settings: Settings) -> Meant:
    if said.edited:
        # What a changed message says now goes on record; what it commanded was done already.
        return Talk(said.text) if said.text.strip() and slash(said.text) is None else None
    command = slash(said.text)
    if command is not None:
        return _command(*command, settings)
    text, mentioned = _without_mention(said.text, settings)
    if mentioned:
        return _to_us(text, said.place, said.place.thread is not None)
    if not text:
        return None
    if said.place.thread is not None:
        return _to_us(text, said.place, threaded=True) if direct(said.place) else Talk(text)
    return _to_us(text, said.place, threaded=False) if direct(said.place) else None


def _command(name: str, rest: str, settings: Settings) -> Meant:
    verb = settings.commands.get(name, verb_named(name))
    if verb is None:
        return NoVerb(name[:40])
    read = parse(f"{verb} {rest}")
    return Wish(read.verb, read.case, read.words) if isinstance(read, Command) else read


def _to_us(text: str, place: Place, threaded: bool) -> Meant:
    """Read what was said to Buckstop. In a thread "ask him yourself" is talk: there, only a verb alone, or with its case, is a command."""
    if not text:
        return Wish("help")
    begins = begins_with_verb(text)
    named = case_named(text.split(maxsplit=1)[0]) is not None and not text[0].isdigit()
    if begins == "bare" or named or (begins == "words" and not threaded):
        read = parse(text)
        if isinstance(read, Command):
            return Wish(read.verb, read.case, read.words)
        return Chat(text) if isinstance(read, NoVerb) else read
    return Talk(text) if threaded else Chat(text)


def _without_mention(text: str, settings: Settings) -> tuple[str, bool]:
    words = "|".join(re.escape(mention) for mention in settings.mentions)
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)[:,]?\s*", re.IGNORECASE)
    rest, count = pattern.subn("", text) if words else (text, 0)
    return rest.strip(), count > 0


def _submitted(sent: Submitted) -> Meant:
    """Take a form's id apart. It is only a hint, like a button: what it names is judged as it stands now."""
    verb, _, rest = sent.form.partition(":")
    case, _, rest = rest.partition(":")
    version, _, _ = rest.partition(":")
    known = verb_named(verb)
    if known is None:
        return NoForm()
    if case != "-" and case_named(case) is None:
        return NoCase(case)
    number = int(version) if re.fullmatch("[0-9]{1,9}", version) else None
    return Wish(known, case_named(case), given=sent.values, form=sent.form, version=number)


def _reacted(reacted: Reacted, settings: Settings) -> Meant:
    if settings.reports(reacted.place.platform, reacted.emoji):
        return Capture()
    return Wish("undo") if settings.undoes(reacted.emoji) else None
