"""How is a payload held against Discord's rules, with every fault told as its place and one sentence?

A rule looks at a value and notes its faults; rules are put together from smaller ones. A place is written as Discord nests its own
errors: `components.0.accessory.label`. Properties that Discord does not know it passes over, and so does this.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.discord.words import Json


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a payload, and what is known around it."""

    path: str = ""
    modal: bool = False
    files: frozenset[str] | None = None  # the names of what is uploaded with it; None where that is not known
    faults: list[str] = field(default_factory=list)

    def at(self, step: str | int) -> "Spot":
        """Return a place inside."""
        return replace(self, path=f"{self.path}.{step}" if self.path else str(step))

    def fault(self, what: str) -> None:
        """Note a fault of this place."""
        self.faults.append(f"{self.path or 'message'}: {what}")


Rule = Callable[[Any, Spot], None]
Check = Callable[[Json, Spot], None]


def text(least: int = 1, most: int = 100) -> Rule:
    """A text of so many characters. White space at its ends is not counted towards the least, since Discord cuts it off."""

    def rule(value: Any, spot: Spot) -> None:
        if not isinstance(value, str):
            spot.fault("must be a string")
        elif len(value.strip()) < least:
            spot.fault(f"must have at least {least} characters" if least > 1 else "must not be empty")
        elif len(value) > most:
            spot.fault(f"has {len(value)} characters, at most {most} are allowed")

    return rule


def whole(least: int, most: int) -> Rule:
    """A whole number within bounds."""

    def rule(value: Any, spot: Spot) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            spot.fault("must be a whole number")
        elif not least <= value <= most:
            spot.fault(f"is {value}, must be from {least} to {most}")

    return rule


def boolean(value: Any, spot: Spot) -> None:
    """Yes or no."""
    if not isinstance(value, bool):
        spot.fault("must be true or false")


def one_of(*values: Any) -> Rule:
    """One of these values."""

    def rule(value: Any, spot: Spot) -> None:
        # True is 1 in Python, and not in JSON.
        if isinstance(value, bool) or value not in values:
            spot.fault(f"must be one of {', '.join(map(str, values))}")

    return rule


def snowflake(value: Any, spot: Spot) -> None:
    """An id, as a number or as its digits."""
    if isinstance(value, bool) or not isinstance(value, int | str) or not re.fullmatch(r"[0-9]{1,20}", str(value)):
        spot.fault("must be an id")


def many(each: Rule, least: int, most: int) -> Rule:
    """A list of so many."""

    def rule(value: Any, spot: Spot) -> None:
        if not isinstance(value, list):
            spot.fault("must be a list")
            return
        if not least <= len(value) <= most:
            spot.fault(f"has {len(value)} entries, must have from {least} to {most}")
        for place, one in enumerate(value):
            each(one, spot.at(place))

    return rule


def thing(required: Mapping[str, Rule], optional: Mapping[str, Rule], nullable: Collection[str] = (), check: Check | None = None) -> Rule:
    """An object with these properties; `check` looks at how they go together, once each is right."""

    def rule(value: Any, spot: Spot) -> None:
        if not isinstance(value, dict):
            spot.fault("must be an object")
            return
        before = len(spot.faults)
        for name in required:
            if name not in value:
                spot.at(name).fault("is required")
        for name, of in {**required, **optional}.items():
            if name in value and not (value[name] is None and name in nullable):
                of(value[name], spot.at(name))
        if check is not None and len(spot.faults) == before:
            check(value, spot)

    return rule


def distinct(values: list[Any], spot: Spot, what: str) -> None:
    """Note each value that stands there more than once."""
    for value in dict.fromkeys(value for value in values if values.count(value) > 1):
        spot.fault(f"{what} {value!r} is there {values.count(value)} times")
