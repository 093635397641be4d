"""How is a long answer cut into pages?"""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from tests.slack.calling import Args
from tests.slack.words import ApiError

Thing = TypeVar("Thing")


def page(args: Args, things: Sequence[Thing], default: int = 100, most: int = 1000) -> tuple[Sequence[Thing], str]:
    """Return the things of the page that is asked for, and the cursor of the next."""
    limit = args.number("limit", default, most)
    cursor = args.text("cursor")
    first = _read(cursor) if cursor else 0
    rest = first + limit
    return things[first:rest], _written(rest) if rest < len(things) else ""


def _written(place: int) -> str:
    return base64.b64encode(f"next:{place}".encode()).decode()


def _read(cursor: str) -> int:
    try:
        word, _, place = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word != "next":
            raise ApiError("invalid_cursor")
        return int(place)
    except (binascii.Error, ValueError) as wrong:
        raise ApiError("invalid_cursor") from wrong
