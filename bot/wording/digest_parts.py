"""How does a digest become messages? A summary for whoever has two minutes, and the details in its thread, as many messages as they need.

What each message draws is fixed when the digest is posted (`split`), and is small enough for the narrowest platform: so each of them is the
same on all platforms, and sent once by its own key, whatever is configured or crashes in between.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.chat import Button, Card, Line, Moment, Typed, Who
from bot.escalation.org import Org
from bot.wording.digest_items import Content, Item, Section, quiet, topic, with_changes
from bot.wording.digest_sections import HEADINGS, parts_of

# Of Discord's 4,000 letters and 40 components, with room for names that grow until it is drawn. Slack takes more, but two lengths would be
# two digests.
ROOM, _MOST_ITEMS, _MOST_BUTTONS = 3400, 8, 20
_MOMENT = 40  # letters that a time takes at most
DETAILS = tuple(name for name in HEADINGS if name != "figures")  # the figures are in the summary, every one


@dataclass(slots=True)
class _Part:
    """One message to be: which items of which sections, from where to where."""

    taken: int = 0
    items: int = 0
    buttons: int = 0
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)


def split(content: Content, org: Org) -> tuple[Mapping[str, Any], ...]:
    """Return what each message of a digest draws, the summary first; nothing if one line says it all."""
    if quiet(content):
        return ()
    content = with_changes(content)
    parts = _packed(parts_of(content, org, DETAILS))
    of = len(parts) + 1
    return (
        {**content, "part": 1, "of": of},
        *(_sliced(content, part.spans) | {"part": number, "of": of} for number, part in enumerate(parts, start=2)),
    )


def _packed(sections: Iterable[Section]) -> list[_Part]:
    parts: list[_Part] = []
    for section in sections:
        for number, item in enumerate(section.items):
            needed = size(item) + (0 if parts and section.name in parts[-1].spans else len(section.heading) + 2)
            if not parts or not _fits(parts[-1], item, needed):
                parts.append(_Part())
            part = parts[-1]
            part.taken, part.items, part.buttons = part.taken + needed, part.items + 1, part.buttons + len(item.buttons)
            start, _ = part.spans.get(section.name, (number, number))
            part.spans[section.name] = (start, number + 1)
    return parts


def _fits(part: _Part, item: Item, needed: int) -> bool:
    return (
        part.taken + needed <= ROOM and (part.items < _MOST_ITEMS or not item.lines) and part.buttons + len(item.buttons) <= _MOST_BUTTONS
    )


def _sliced(content: Content, spans: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """Return a content with those of its entries only that one message draws."""
    kept: dict[str, Any] = {name: content[name] for name in ("channel", "from", "to")} | {"spans": {k: list(v) for k, v in spans.items()}}
    for name, (start, end) in spans.items():
        match name:
            case "declined":
                kept["figures"] = kept.get("figures", {}) | {"declined": content["figures"]["declined"][start:end]}
            case "more" | "causes":
                kept["figures"] = {**content["figures"], "declined": []} | kept.get("figures", {})
                kept["trends"] = content.get("trends", {})
            case _:
                kept[name] = content[name][start:end]
    return kept


# --- how much room it takes ----------------------------------------------------------------------------------------------------------


def size(item: Item) -> int:
    """Return how many letters an item takes at most, on whatever platform."""
    return sum(map(length, (item.title, *item.lines))) + 1


def length(line: Line) -> int:
    """Return how many letters a line takes at most: what somebody typed may need a backslash before every sign."""
    return 1 + sum(_letters(part) for part in line)


def _letters(part: object) -> int:
    match part:
        case Typed(text=typed) | Who(name=typed):
            return sum(2 if ord(sign) > 0xFFFF or unicodedata.category(sign)[0] in "PS" else 1 for sign in typed) + 2
        case Moment():
            return _MOMENT
        case _:
            return len(str(part))


# --- a message of the thread ---------------------------------------------------------------------------------------------------------


def details(part: Content, org: Org) -> Card:
    """Draw one message of the thread."""
    lines: list[Line] = []
    heads: set[int] = set()
    buttons: list[Button] = []
    title: Line = ()
    for section in _shown(part, org):
        if title:
            lines.append((f"{section.heading}:",))
        title = title or (f"{section.heading} ({part['part']} of {part['of']})",)
        for item in section.items:
            heads |= {len(lines)} if item.lines else set()
            lines += [item.title, *item.lines]
            buttons += item.buttons
    return Card(title or (f"{part['part']} of {part['of']}",), tuple(lines), once(buttons), heads=frozenset(heads), topic=topic(part, org))


def _shown(part: Content, org: Org) -> Iterator[Section]:
    """Yield the sections of a message. What was cut out of the content is drawn whole; of what comes from the figures, its span."""
    for section in parts_of(part, org, [name for name in DETAILS if name in part["spans"]]):
        start, end = part["spans"][section.name]
        whole = section.name not in ("more", "causes")
        yield section if whole else Section(section.name, section.heading, section.items[start:end])


def once(buttons: Iterable[Button]) -> tuple[Button, ...]:
    """Return buttons, each once."""
    return tuple({(button.id, button.case, button.label): button for button in buttons}.values())
