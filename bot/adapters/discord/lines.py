"""How does a line become Discord's markdown, and what becomes of more lines than a message holds? Pure.

What somebody typed reads exactly as it was typed: every sign that Discord would read something into gets a backslash, which is not shown,
and a web address stands in `<` and `>`, so that it is a link that shows nothing but itself. What does not fit is counted, never silently
dropped.

Times are said in words, in the reader's zone, as on every platform, and not as Discord's own `<t:...>`: what one person reads out in
Discord is what the other has before them in Slack, and what a notification shows as well, which leaves `<t:...>` as it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, takewhile

from bot.adapters.discord.pieces import Piece, begun, joined, of_ours, of_typed, size, written
from bot.chat import Line, Part, Typed, Who
from bot.escalation.words import PersonId
from bot.wording.plain import counted, shown, timed

AccountOf = Callable[[PersonId], str | None]

_COUNT = 40  # room for the words that say how much was left out


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom something is drawn: their zone, the time, and how the account is found of people who are to be called."""

    zone: str
    now: datetime
    account_of: AccountOf = lambda _person: None


def markdown(line: Line, reader: Reader) -> str:
    """Return a line as Discord's markdown."""
    return written(_pieces(line, reader))


def fitted(lines: Sequence[Line], reader: Reader, room: int, *, bold_first: bool = False) -> str:
    """Return lines under each other, in at most `room` characters; headings stand out."""
    longest = (room if len(lines) == 1 else room // 2) - 2 * _COUNT
    drawn: list[str] = []
    for number, line in enumerate(lines):
        heads = bold_first if number == 0 else _is_heading(line)
        if pieces := _cut(_pieces(line, reader), longest):
            text = _bold(written(pieces)) if heads else written(pieces)
            drawn.append(f"\n{text}" if number and heads else text)
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
            return of_ours(shown(part))


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
    """Return the lines, or as many of the first and of the last as fit: what it is stands above, and what happened last below."""
    if sum(map(_taken, lines)) <= room:
        return lines
    head = _how_many(lines, room // 2)
    tail = _how_many(lines[:head:-1], room - _COUNT - sum(map(_taken, lines[:head])))
    between = f"… {counted(len(lines) - head - tail, 'more line')} …"
    return [*lines[:head], between, *lines[len(lines) - tail :]]


def _how_many(lines: Sequence[str], room: int) -> int:
    return sum(1 for _ in takewhile(lambda taken: taken <= room, accumulate(map(_taken, lines))))


def _taken(line: str) -> int:
    """Return how many characters a line takes, its end included."""
    return 1 + size(line)
