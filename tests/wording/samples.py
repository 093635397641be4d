"""What the checks of the wording look at: every message and fact of the stories, and texts that somebody might type on purpose."""

import re
import typing
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from bot.chat import Card, Line, Typed
from bot.escalation.case import Case
from bot.escalation.facts import Fact, apply
from bot.escalation.words import Text
from tests.wording.office import Play
from tests.wording.stories import all_stories

MARK = "typed-by-somebody"
NASTY = f"{MARK} @everyone\n<!channel> <@U123> <@&9> <#C1> <!subteam^S1>\t*bold* `code` \u202eabc\u2066 \x00\x1b[31m\u2028 {{case}} %s"

_ACTIVE = re.compile(r"@(everyone|here|channel)|<!(channel|here|everyone|subteam)|<@|<#", re.IGNORECASE)
_BY_PEOPLE = ("cause", "cause_of", "lacked", "budget")  # plain strings in the core, but typed all the same


@cache
def stories() -> tuple[tuple[str, Play], ...]:
    return tuple(all_stories())


def steps(play: Play) -> Iterator[tuple[Case | None, Fact, Case]]:
    """Every fact with the case before and after it."""
    case: Case | None = None
    for fact in play.facts:
        before, case = case, apply(case, fact)
        yield before, fact, case


def typed(text: str, value: Any) -> Any:
    """The same value with every text in it that a person typed replaced by another."""
    if not is_dataclass(value) or isinstance(value, type):
        return value
    hints = typing.get_type_hints(type(value))
    changes: dict[str, Any] = {}
    for field in fields(value):
        now = getattr(value, field.name)
        is_text = hints[field.name] in (Text, Text | None) or field.name in _BY_PEOPLE
        if is_text and now is not None:
            changes[field.name] = Text(text)
        elif field.name in ("question", "offer", "resolution") and is_dataclass(now):
            changes[field.name] = typed(text, now)
        elif field.name == "costs" and now:
            changes[field.name] = tuple(replace(cost, budget=text) for cost in now)
    return replace(value, **changes)


def fact_typed(text: str, fact: Fact) -> Fact:
    return replace(fact, what=typed(text, fact.what))


def lines_of(card: Card) -> tuple[Line, ...]:
    return (card.title, *card.lines)


def ours(lines: Iterable[Line]) -> str:
    """Only what we say ourselves, without what people typed, names and times."""
    return " ".join(part for line in lines for part in line if isinstance(part, str))


def typed_parts(lines: Iterable[Line]) -> list[str]:
    return [part.text for line in lines for part in line if isinstance(part, Typed)]


def harmless(said: str) -> None:
    """Check that a text is one line that calls nobody and turns nothing round."""
    assert not _ACTIVE.search(said), said
    assert not re.search("[\u202a-\u202e\u2066\u2067]", said), ascii(said)
    assert said.count("\u2068") == said.count("\u2069")
    assert not [sign for sign in said if unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs")], ascii(said)
    said.encode("utf-8")
