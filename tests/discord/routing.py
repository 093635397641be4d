"""Which routes has the API, and what is handed to the function that answers one?"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.discord.words import Json, wrong
from tests.discord.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """One call by the application of one world."""

    world: World
    where: Mapping[str, str]
    query: Mapping[str, str]
    body: Json
    now: float

    def number(self, name: str, default: int, most: int) -> int:
        """Return a number of the query within its bounds."""
        text = self.query.get(name, str(default))
        if not text.isdigit() or not 1 <= int(text) <= most:
            raise wrong(name, f"int value should be between 1 and {most}.", "NUMBER_TYPE_MAX")
        return int(text)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered, when it is not simply 200 and JSON."""

    status: int
    body: Any = None


Handler = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Route:
    """A route: its name as in the documentation, and what it does. `by_token` ones need no Authorization."""

    verb: str
    path: str
    handler: Handler
    by_token: bool = False
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)))

    @property
    def name(self) -> str:
        """The name under which faults, limits and the journal know it."""
        return f"{self.verb} {self.path}"


ROUTES: list[Route] = []


def route(verb: str, path: str, by_token: bool = False) -> Callable[[Handler], Handler]:
    """Let a function answer a route."""

    def add(handler: Handler) -> Handler:
        ROUTES.append(Route(verb, path, handler, by_token))
        return handler

    return add


def find(verb: str, path: str) -> tuple[Route | None, dict[str, str]]:
    """Return the route of a request, and what its path says."""
    for one in ROUTES:
        match = one.pattern.fullmatch(path) if one.verb == verb else None
        if match:
            return one, match.groupdict()
    return None, {}
