"""What happens when a person fills the modal that they have before them, and sends or closes it?"""

from typing import Any

from tests.discord.acting import person, verb
from tests.discord.entities import Channel
from tests.discord.interactions import SUBMIT, begin, carry
from tests.discord.outcomes import Start, outcome
from tests.discord.pressing import option_of, picked
from tests.discord.reading import SELECTS
from tests.discord.sending import forged
from tests.discord.words import Impossible, Json
from tests.discord.world import World

LABEL, ROW, INPUT, TEXT, FILE, RADIO, CHECKBOXES, CHECKBOX = 18, 1, 4, 10, 19, 21, 22, 23


@verb
async def form(world: World, user: str) -> Json:
    """Return the modal that a person has before them."""
    opened = world.modals.get(world.user(user).id)
    return {"modal": opened.modal if opened else None}


@verb
async def close_modal(world: World, user: str) -> Json:
    """Close the modal; the application hears nothing of it."""
    return {"closed": world.modals.pop(world.user(user).id, None) is not None}


@verb
async def submit(world: World, user: str, values: Json | None = None, forge: Json | None = None) -> Json:
    """Fill in the modal, by custom id or label, and send it."""
    who, start = person(world, user), Start.of(world)
    opened = world.modals.get(who.id)
    if opened is None or opened.modal is None:
        raise Impossible(f"{who.name} has no modal before them")
    where = world.channels[opened.channel]
    data = Filled(world, where, opened.modal, dict(values or {})).data()
    made = begin(world, SUBMIT, who, where, data, opened.message, opened)
    failure = await carry(world, made, forged(made.payload, forge))
    if failure is None and world.modals.get(who.id) is opened:
        # A failed one stays open, for another try.
        del world.modals[who.id]
    return outcome(world, who, start, made, failure and "Something went wrong. Try again.")


class Filled:
    """A modal with what a person put into it; what is already in its fields counts where nothing is given."""

    def __init__(self, world: World, where: Channel, modal: Json, given: Json) -> None:
        self._world, self._where, self._modal, self._given = world, where, modal, given
        self._resolved: Json = {}
        self._used: set[str] = set()

    def data(self) -> Json:
        """Return it as a payload has it."""
        components = [self._top(one) for one in self._modal["components"]]
        unknown = set(self._given) - self._used
        if unknown:
            raise Impossible(f"the modal has no field {sorted(unknown)}")
        told: Json = {"custom_id": self._modal["custom_id"], "components": components}
        return told | ({"resolved": self._resolved} if self._resolved else {})

    def _top(self, one: Json) -> Json:
        match one["type"]:
            case 18:
                return {"type": LABEL, "id": one.get("id", 0), "component": self._field(one["component"], one["label"])}
            case 1:
                inside = [self._field(child, child.get("label") or "") for child in one["components"]]
                return {"type": ROW, "id": one.get("id", 0), "components": inside}
            case kind:
                return {"type": kind, "id": one.get("id", 0)}

    def _field(self, field: Json, label: str) -> Json:
        told = {"type": field["type"], "id": field.get("id", 0), "custom_id": field["custom_id"]}
        names = [name for name in (field["custom_id"], label) if name in self._given]
        self._used |= {*names}
        return told | self._value(field, self._given[names[0]] if names else None, label or field["custom_id"])

    def _value(self, field: Json, given: Any, label: str) -> Json:
        match field["type"]:
            case 4:
                return {"value": _text(field, given, label)}
            case kind if kind in SELECTS:
                return self._select(field, given, label)
            case 21:
                return {"value": _radio(field, given, label)}
            case 22:
                return {"values": _boxes(field, given)}
            case 23:
                return {"value": bool(field.get("default") if given is None else given)}
            case _:
                raise Impossible(f"nobody can fill in {label!r} here")

    def _select(self, field: Json, given: Any, label: str) -> Json:
        values = _preset(field) if given is None else given if isinstance(given, list) else [given]
        if not values:
            if field.get("required", True) and field.get("min_values", 1):
                raise Impossible(f"{label!r} is required")
            return {"values": []}
        told = picked(self._world, self._where, field, values)
        for kind, found in told.pop("resolved", {}).items():
            self._resolved.setdefault(kind, {}).update(found)
        return told


def _preset(field: Json) -> list[str]:
    chosen = [option["value"] for option in field.get("options") or [] if option.get("default")]
    return chosen or [str(one["id"]) for one in field.get("default_values") or []]


def _text(field: Json, given: Any, label: str) -> str:
    text = str(field.get("value") or "") if given is None else str(given)
    if not text and field.get("required", True):
        raise Impossible(f"{label!r} is required")
    if text and not (field.get("min_length") or 0) <= len(text) <= (field.get("max_length") or 4000):
        raise Impossible(f"{label!r} has {len(text)} characters")
    if field["style"] == 1 and "\n" in text:
        raise Impossible(f"{label!r} is one line")
    return text


def _radio(field: Json, given: Any, label: str) -> str | None:
    if given is not None:
        return option_of(field, str(given))
    chosen = _preset(field)
    if not chosen and field.get("required", True):
        raise Impossible(f"{label!r} is required")
    return chosen[0] if chosen else None


def _boxes(field: Json, given: Any) -> list[str]:
    values = _preset(field) if given is None else [option_of(field, str(value)) for value in given]
    least = field.get("min_values", 1 if field.get("required", True) else 0)
    if not least <= len(values) <= field.get("max_values", len(field.get("options") or [])):
        raise Impossible(f"{field['custom_id']} does not take {len(values)} values")
    return values
