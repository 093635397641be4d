"""How does a line become Discord's markdown, and what becomes of more lines than a message holds? Pure.

What somebody typed reads exactly as it was typed: every sign that Discord would read something into gets a backslash, which is not shown,
and a web address stands in `<` and `>`, so that it is a link that shows nothing but itself. What does not fit is counted, never silently
dropped.

Times are said in words, in the reader's zone, as on every platform, and not as Discord's own `<t:...>`: what one person reads out in
Discord is what the other has before them in Slack, and what a notification shows as well, which leaves `<t:...>` as it is.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, pairwise, takewhile

from bot.adapters.discord.pieces import Piece, begun, joined, of_ours, of_typed, size, written
from bot.adapters.discord.spelling import spelled
from bot.chat import Line, Part, Typed, Who
from bot.escalation.words import PersonId
from bot.wording.plain import counted, shown, timed

AccountOf = Callable[[PersonId], str | None]

_COUNT = 40  # room for the words that say how much was left out
_SECTION = 200  # what a section needs at least, to be of use to anybody


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom something is drawn: their zone, the time, and how the account is found of people who are to be called."""

    zone: str
    now: datetime
    account_of: AccountOf = lambda _person: None


def markdown(line: Line, reader: Reader) -> str:
    """Return a line as Discord's markdown."""
    return written(_pieces(line, reader))


def fitted(lines: Sequence[Line], reader: Reader, room: int, *, bold_first: bool = False, heads: Collection[int] = ()) -> str:
    """Return lines under each other, in at most `room` characters; headings, and `heads` by number, stand out."""
    longest = (room if len(lines) == 1 else room // 2) - 2 * _COUNT
    drawn: list[str] = []
    for number, line in enumerate(lines):
        bold = number in heads or (bold_first if number == 0 else _is_heading(line))
        if pieces := _cut(_pieces(line, reader), longest):
            text = _bold(written(pieces)) if bold else written(pieces)
            under_heading = number in heads and number > 0 and _is_heading(lines[number - 1])
            drawn.append(f"\n{text}" if number and bold and not under_heading else text)
    return "\n".join(_fitting(drawn, room))


def each_fitted(lines: Sequence[Line], reader: Reader, room: int) -> list[str]:
    """Return lines, each by itself, in at most `room` characters together: only the longest are cut."""
    drawn = [_pieces(line, reader) for line in lines]
    longest = _level([size(written(pieces)) for pieces in drawn], room)
    return [written(_cut(pieces, longest)) for pieces in drawn]


def _level(sizes: Sequence[int], room: int) -> int:
    """Return to what length all have to be cut so that they fit."""
    for number, each in enumerate(sorted(sizes)):
        left = len(sizes) - number
        if each * left > room:
            return room // left
        room -= each
    return max(sizes, default=0)


def _pieces(line: Line, reader: Reader) -> list[Piece]:
    return _trimmed(joined(piece for part in timed(line, reader.zone, reader.now) for piece in _part(part, reader)))


def _part(part: Part, reader: Reader) -> list[Piece]:
    match part:
        case Who(person=person, name=name, notify=True) if (account := reader.account_of(person)) is not None:
            return [Piece(f"@{name}", "mention", account)]
        case Typed() | Who():
            # A name is typed by somebody, too.
            return of_typed(shown(part))
        case _:
            return of_ours(spelled(shown(part)))


def _trimmed(line: list[Piece]) -> list[Piece]:
    """Return a line without the spaces at its ends, as it is said everywhere else."""
    for end, stripped in ((0, str.lstrip), (-1, str.rstrip)):
        if line and line[end].kind == "text":
            line[end] = Piece(stripped(line[end].words))
    return [piece for piece in line if piece.words]


def _bold(text: str) -> str:
    return f"**{text}**" if text else ""


def _is_heading(line: Line) -> bool:
    """Tell whether a line of our own words announces those that follow it: "Stuck at the top:"."""
    return len(line) == 1 and isinstance(line[0], str) and line[0].endswith(":")


def _cut(line: list[Piece], longest: int) -> list[Piece]:
    """Return a line of at most so many characters, and how many more there are."""
    if size(written(line)) <= longest:
        return line
    kept: list[Piece] = []
    left = longest - _COUNT
    for piece in line:
        taken = begun(piece, left)
        kept += [taken] if taken is not None else []
        if taken != piece:
            break
        left -= size(written([piece]))
    more = sum(len(piece.words) for piece in line) - sum(len(piece.words) for piece in kept)
    return [*kept, Piece(f"… ({counted(more, 'more character')})")]


def _fitting(lines: list[str], room: int) -> list[str]:
    """Return the lines, or as many as fit: of a digest some of each section, else the first (what it is) and the last (how it stands)."""
    if sum(map(_taken, lines)) <= room:
        return lines
    sections = _sections(lines)
    each = _level([sum(map(_taken, section)) for section in sections], room)
    if len(sections) == 1 or each < _SECTION:
        return _counting(lines, room, head=room // 2)
    return [line for section in sections for line in _counting(section, each, head=each - _COUNT)]


def _sections(lines: list[str]) -> list[list[str]]:
    """Return the lines of each heading together. A heading has space above it."""
    starts = [0, *(number for number, line in enumerate(lines) if number and line.startswith("\n"))]
    return [lines[start:end] for start, end in pairwise([*starts, len(lines)])]


def _counting(lines: list[str], room: int, head: int) -> list[str]:
    """Return the lines, or of the first as many as `head` holds, and of the last as many as fit then, with the count of the others."""
    if sum(map(_taken, lines)) <= room:
        return lines
    first = _how_many(lines, head)
    last = _how_many(lines[:first:-1], room - _COUNT - sum(map(_taken, lines[:first])))
    between = f"… {counted(len(lines) - first - last, 'more line')} …"
    return [*lines[:first], between, *lines[len(lines) - last :]]


def _how_many(lines: Sequence[str], room: int) -> int:
    return sum(1 for _ in takewhile(lambda taken: taken <= room, accumulate(map(_taken, lines))))


def _taken(line: str) -> int:
    """Return how many characters a line takes, its end included."""
    return 1 + size(line)
