"""Lines and buttons as JSON, exactly as they were."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, assert_never

from bot.chat import Button, Line, Moment, Part, Typed, Who
from bot.escalation.words import CaseId, PersonId


def line_to_json(line: Line) -> list[Any]:
    """Return a line as JSON."""
    return [_part_to_json(part) for part in line]


def line_from_json(stored: Sequence[Any]) -> Line:
    """Return the line that was stored."""
    return tuple(_part_from_json(part) for part in stored)


def _part_to_json(part: Part) -> Any:
    match part:
        case str():
            return part
        case Typed(text):
            return {"typed": text}
        case Who(person, name, notify):
            return {"who": person, "name": name, "notify": notify}
        case Moment(at):
            return {"at": at.isoformat()}
        case _:
            assert_never(part)


def _part_from_json(stored: Any) -> Part:
    match stored:
        case str():
            return stored
        case {"typed": text}:
            return Typed(text)
        case {"who": person, "name": name, "notify": notify}:
            return Who(PersonId(person), name, notify)
        case {"at": at}:
            return Moment(datetime.fromisoformat(at))
        case _:
            raise ValueError(f"not a part of a line: {stored!r}")


def button_to_json(button: Button) -> dict[str, Any]:
    """Return a button as JSON."""
    return {"id": button.id, "label": button.label, "case": button.case, "version": button.version, "style": button.style}


def button_from_json(stored: Mapping[str, Any]) -> Button:
    """Return the button that was stored."""
    case = None if stored["case"] is None else CaseId(stored["case"])
    return Button(stored["id"], stored["label"], case, stored["version"], stored["style"])
