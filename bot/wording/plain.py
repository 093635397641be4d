"""How is a line said as plain text, and how is a time said?

A line keeps its parts apart: what people typed (`Typed`), people (`Who`), times (`Moment`) and our own words. Here they become one
line of text in which nothing that anybody typed can call everybody, break the line or turn it around.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from string import Formatter
from zoneinfo import ZoneInfo

from bot.chat import Card, Line, Moment, Part, Typed, Who
from bot.escalation.org import Org
from bot.escalation.words import PersonId

LONGEST_TITLE = 200

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}

# Embeddings, overrides and isolates: with them a name could be made to read backwards.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MENTION = re.compile(r"@(?=everyone|here|channel)|<(?=!(?:channel|here|everyone|subteam)|@|#)", re.IGNORECASE)
_OPEN, _CLOSE, _NOTHING = "\u2068", "\u2069", "\u200b"  # first strong isolate, its end, a zero-width space


def plain(line: Line, zone: str, now: datetime) -> str:
    """Say a line as one line of text, with times as they are in `zone`."""
    said = "".join(shown(part) for part in timed(line, zone, now))
    # Once more over the whole: "@" at the end of one part and "everyone" at the beginning of the next are a mention too.
    return harmless(said).strip()


def harmless(text: str) -> str:
    """Return text in which nothing calls everybody, on whatever platform it is pasted: a space without width breaks the call up."""
    return _MENTION.sub(lambda found: found[0] + _NOTHING, text)


def timed(line: Line, zone: str, now: datetime) -> Line:
    """Return the line with its times as words. "on Tuesday 09:00", but "today 14:00": an "on " before such a time goes."""
    done: list[Part] = []
    for part in line:
        if not isinstance(part, Moment):
            done.append(part)
            continue
        said = said_time(part.at, zone, now)
        if done and isinstance(done[-1], str) and said.startswith(tuple(_NEAR.values())):
            done[-1] = re.sub(r"(^|\s)on $", r"\1", done[-1])
        done.append(said)
    return tuple(part for part in done if part != "")


def text_of(card: Card, zone: str, now: datetime) -> str:
    """Say a card as text: its title and its lines, without the buttons."""
    return "\n".join(plain(line, zone, now) for line in (card.title, *card.lines))


def said_time(at: datetime, zone: str, now: datetime) -> str:
    """Say a time as people do: "today 14:00", "tomorrow 09:00", "Tuesday 09:00", "Tuesday 8 December 09:00"."""
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    ahead = (local.date() - today.date()).days
    if ahead in _NEAR:
        return f"{_NEAR[ahead]} {_hour(local)}"
    day = _DAYS[local.weekday()]
    if 1 < ahead <= 6:
        return f"{day} {_hour(local)}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{day} {local.day} {_MONTHS[local.month - 1]}{year} {_hour(local)}"


def in_full(at: datetime, zone: str) -> str:
    """Say a time so that nobody can misread it: "Friday 27 November 2026, 15:00 (Europe/London)"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}, {_hour(local)} ({zone})"


def say(template: str, **parts: Part | Line) -> Line:
    """Fill a template of our own words: `say("{case} has come to you: {title}", case="C-1", title=Typed(...))`.

    Raises:
        ValueError: a part is missing, or nobody uses it.
    """
    line: list[Part] = []
    used = set()
    for words, name, _, _ in Formatter().parse(template):
        line.append(words)
        if name is not None:
            used.add(name)
            part = parts.get(name, "")
            line.extend(part if isinstance(part, tuple) else (part,))
    if used != parts.keys():
        raise ValueError(f"{template!r} and its parts do not fit: {', '.join(sorted(used ^ parts.keys()))}")
    return _joined(line)


def shortened(text: str, longest: int = LONGEST_TITLE) -> Typed:
    """Return typed text as one line of at most so many characters."""
    one = _one_line(text)
    if len(one) <= longest:
        return Typed(one)
    cut = one[: longest - 1]
    # Not between a letter and its accent, nor inside an emoji that is made of several.
    while cut and (unicodedata.combining(one[len(cut)]) or one[len(cut)] in "\u200d\ufe0f" or cut[-1] == "\u200d"):
        cut = cut[:-1]
    return Typed(cut.rstrip() + "…")


def who(person: PersonId, org: Org) -> Who:
    """Return a person as a part of a line."""
    return Who(person, org.name_of(person))


def people(persons: Sequence[PersonId], org: Org, last: str = "and") -> Line:
    """Return several people as parts of a line: "Ana, Ben and Cleo"."""
    return listed([who(person, org) for person in persons], last)


def listed(parts: Sequence[Part], last: str = "and") -> Line:
    """Return "a, b and c"."""
    line: list[Part] = []
    for n, part in enumerate(parts):
        line += ["" if n == 0 else f" {last} " if n == len(parts) - 1 else ", ", part]
    return _joined(line)


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return "1 contact", "2 contacts"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def begun(line: Line) -> Line:
    """Return a sentence with its first letter large, where that is ours."""
    first = line[0] if line else ""
    return (first[0].upper() + first[1:], *line[1:]) if isinstance(first, str) and first else line


def times(count: int) -> str:
    """Return "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _joined(parts: Sequence[Part]) -> Line:
    line: list[Part] = []
    for part in parts:
        if isinstance(part, str) and line and isinstance(line[-1], str):
            line[-1] += part
        elif part != "":
            line.append(part)
    return tuple(line)


def _hour(local: datetime) -> str:
    # In the hour that comes twice in autumn, "01:30" alone could be either.
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    there = local.astimezone(ZoneInfo("UTC")).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)
    return f"{local:%H:%M} {local.tzname()}" if twice and there else f"{local:%H:%M}"


def shown(part: Part) -> str:
    """Say one part of a line: on one line, and turning nothing around."""
    match part:
        case Typed(text):
            return _isolated(_one_line(text, keep_ends=True))
        case Who(name=name):
            return _isolated(_one_line(name))
        case _:
            return str(part)


def _one_line(text: str, *, keep_ends: bool = False) -> str:
    """Return the text without line ends, control characters, characters that turn it round, and halves of pairs."""
    clean = _TURNING.sub("", text)
    signs = (" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in clean)
    whole = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in signs)
    single = re.sub(r"\s+", " ", whole)
    return single if keep_ends else single.strip()


def _isolated(text: str) -> str:
    turns = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)
    return f"{_OPEN}{text}{_CLOSE}" if turns else text
