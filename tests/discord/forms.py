"""Is the form of a message right, and what does it set?

The same for a message that is posted, an edit, an answer to an interaction, and what follows it.
"""

import copy
from itertools import count

from tests.discord.components import faults_in_message, faults_in_modal
from tests.discord.components_message import empty
from tests.discord.entities import EPHEMERAL, SILENT, V2, Message
from tests.discord.reading import walk
from tests.discord.words import ApiError, Json

_SETTABLE = 1 << 2 | EPHEMERAL | SILENT | V2
_CONTENT = ("content", "components", "embeds", "attachments")


def checked(form: Json, before: Message | None = None) -> Json:
    """Return what a form sets of a message: its content, components, embeds, attachments and flags; `before` is what it changes."""
    if before is None and empty(form):
        raise ApiError(50006)
    was_v2 = bool(before and before.flags & V2)
    _refuse(faults_in_message(form, edit=before is not None, was_v2=was_v2))
    new: Json = {name: form[name] or [] for name in _CONTENT if name in form}
    if "content" in new:
        new["content"] = str(form["content"] or "").strip()
    if "components" in new:
        new["components"] = numbered(new["components"])
    flags = int(form.get("flags") or 0) & _SETTABLE
    if before is None:
        return new | {"flags": flags}
    now = {name: getattr(before, name) for name in _CONTENT} | new
    if empty(now):
        raise ApiError(50006)
    return new | {"flags": before.flags | flags & V2}


def numbered(components: list[Json]) -> list[Json]:
    """Return components as Discord keeps them: each with an id, its own or the next that is free."""
    told: list[Json] = copy.deepcopy(components)
    taken = {one.get("id") for one in walk(told)}
    free = (number for number in count(1) if number not in taken)
    for one in walk(told):
        if not one.get("id"):
            one["id"] = next(free)
    return told


def checked_modal(form: Json) -> Json:
    """Return a modal that Discord would show."""
    _refuse(faults_in_modal(form))
    return form | {"components": numbered(form["components"])}


def _refuse(faults: list[str]) -> None:
    if not faults:
        return
    tree: Json = {}
    for fault in faults:
        place, _, words = fault.partition(": ")
        at = tree
        for part in [] if place == "message" else place.split("."):
            at = at.setdefault(part, {})
        at.setdefault("_errors", []).append({"code": "BASE_TYPE_BAD_VALUE", "message": words})
    raise ApiError(50035, tree)
