"""How is JSON held against rules, with every fault named by its place?

A rule looks at a value and notes its faults in the words that Slack uses, with a JSON pointer. Rules are put together from smaller ones.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the JSON, and what is known around it."""

    pointer: str
    surface: str
    users: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    faults: list[str] = field(default_factory=list)

    def at(self, step: str | int) -> "Spot":
        """Return a place inside."""
        return Spot(f"{self.pointer}/{step}", self.surface, self.users, self.channels, self.faults)

    def fault(self, what: str) -> None:
        """Note a fault of this place."""
        self.faults.append(f"{what} [json-pointer:{self.pointer}]")


Rule = Callable[[Any, Spot], None]
Check = Callable[[dict[str, Any], Spot], None]


def string(least: int = 1, most: int = 3000) -> Rule:
    """A text of so many characters."""

    def rule(value: Any, spot: Spot) -> None:
        if not isinstance(value, str):
            spot.fault("must be a string")
        elif len(value) < least:
            spot.fault(f"must be more than {least - 1} characters")
        elif len(value) > most:
            spot.fault(f"must be less than {most + 1} characters")

    return rule


def matching(fits: Callable[[str], bool], what: str, most: int = 3000) -> Rule:
    """A text of some form."""
    length = string(1, most)

    def rule(value: Any, spot: Spot) -> None:
        length(value, spot)
        if isinstance(value, str) and value and not fits(value):
            spot.fault(f"must be {what}")

    return rule


def boolean(value: Any, spot: Spot) -> None:
    """Yes or no."""
    if not isinstance(value, bool):
        spot.fault("must be a boolean")


def whole(least: int, most: int) -> Rule:
    """A whole number within bounds."""

    def rule(value: Any, spot: Spot) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            spot.fault("must be an integer")
        elif not least <= value <= most:
            spot.fault(f"must be between {least} and {most}")

    return rule


def one_of(*words: str) -> Rule:
    """One of these words."""

    def rule(value: Any, spot: Spot) -> None:
        if value not in words:
            spot.fault(f"must be one of: {', '.join(words)}")

    return rule


def many(each: Rule, least: int = 1, most: int | None = None) -> Rule:
    """A list."""

    def rule(value: Any, spot: Spot) -> None:
        if not isinstance(value, list):
            spot.fault("must be an array")
            return
        if len(value) < least:
            spot.fault(f"no fewer than {least} items allowed")
        if most is not None and len(value) > most:
            spot.fault(f"no more than {most} items allowed")
        for place, one in enumerate(value):
            each(one, spot.at(place))

    return rule


def thing(required: Mapping[str, Rule], optional: Mapping[str, Rule], check: Check | None = None) -> Rule:
    """An object with these properties and no others; `check` looks at how they go together, once each is right."""

    def rule(value: Any, spot: Spot) -> None:
        if not isinstance(value, dict):
            spot.fault("must provide an object")
            return
        before = len(spot.faults)
        for name in value:
            if name not in required and name not in optional:
                spot.fault(f"invalid additional property: {name}")
        for name in required:
            if name not in value:
                spot.fault(f"missing required field: {name}")
        for name, of in [*required.items(), *optional.items()]:
            if name in value:
                of(value[name], spot.at(name))
        if check is not None and len(spot.faults) == before:
            check(value, spot)

    return rule


def any_type(_value: Any, _spot: Spot) -> None:
    """For `type`, by which the rule was chosen."""


def of_type(kinds: Mapping[str, Rule], allowed: Collection[str] | None = None) -> Rule:
    """An object whose `type` says which rule it has to meet."""

    def rule(value: Any, spot: Spot) -> None:
        if not isinstance(value, dict):
            spot.fault("must provide an object")
        elif "type" not in value:
            spot.fault("missing required field: type")
        elif not isinstance(value["type"], str) or value["type"] not in kinds or (allowed is not None and value["type"] not in allowed):
            spot.at("type").fault(f"unsupported type: {value['type']}")
        else:
            kinds[value["type"]](value, spot)

    return rule
