"""What is wrong with a configuration, where, and how to mend it. All of it at once, so that nobody mends the file line by line."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. The place is a path through the file (`chains.standard.levels[1].to`), empty for the whole of it."""

    file: str
    place: str
    what: str

    def __str__(self) -> str:
        # Some sentences quote the file's text as it stands, and a terminal would obey what is in it.
        return printable(": ".join(part for part in (self.file, self.place, self.what) if part))


class ConfigFaults(Exception):
    """The configuration cannot be used; `faults` holds everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class Faults:
    """Where the faults of one file are gathered. The same one is kept once: several checks may stumble over it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[Fault, None] = {}

    def add(self, place: str, what: str) -> None:
        """Keep one more fault."""
        self._found[Fault(self.file, place, what)] = None

    def sorted_by(self, sections: Iterable[str]) -> tuple[Fault, ...]:
        """Return the faults in the order in which the sections stand in the file, missing sections last."""
        order = {section: n for n, section in enumerate(sections)}
        return tuple(sorted(self._found, key=lambda fault: order.get(fault.place.partition(".")[0].partition("[")[0], len(order))))

    def __bool__(self) -> bool:
        return bool(self._found)


def under(place: str, key: object) -> str:
    """Return the place of a key; one that is no plain word stands in quotes, as it does in the file."""
    word = str(key)
    return f"{place}.{word if re.fullmatch(r'[A-Za-z0-9_-]{1,60}', word) else shown(word)}".lstrip(".")


def printable(text: str) -> str:
    """Return a text on one line, without what no reader can see."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def shown(value: object) -> str:
    """Return a value of the file as a fault quotes it: short, and on one line."""
    match value:
        case str():
            plain = printable(value)
            return f'"{plain}"' if len(plain) <= 40 else f'"{plain[:39]}…"'
        case bool():
            return str(value).lower()
        case int() | float():
            return repr(value) if isinstance(value, float) or abs(value) < 10**20 else "a number of over 20 digits"
        case date() | datetime() | time():
            return value.isoformat()
        case list():
            return "a list"
        case _:
            return "a table"


def did_you_mean(word: object, known: Iterable[str], otherwise: str) -> str:
    """Return the question with the nearest known word, or what else would help."""
    if isinstance(word, str):
        nearest = get_close_matches(word[:80].lower(), known := sorted(set(known)), n=1, cutoff=0.6)
        if nearest:
            return f"did you mean {shown(nearest[0])}?"
    return otherwise


def listed(words: Iterable[str], most: int = 12) -> str:
    """Return words for a sentence, not all of them if there are many: `"a", "b" and 3 more`."""
    quoted = [shown(word) for word in words]
    if len(quoted) > most:
        return f"{', '.join(quoted[: most - 1])} and {len(quoted) - most + 1} more"
    return " and ".join(filter(None, (", ".join(quoted[:-1]), *quoted[-1:])))
