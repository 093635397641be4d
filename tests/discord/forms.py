"""Is the form of a message right, and what does it set?

The same for a message that is posted, an edit, an answer to an interaction, and what follows it.
"""

from tests.discord.components import faults_in_message, faults_in_modal
from tests.discord.components_message import empty
from tests.discord.entities import EPHEMERAL, SILENT, V2, Message
from tests.discord.words import ApiError, Json

_SETTABLE = 1 << 2 | EPHEMERAL | SILENT | V2
_CONTENT = ("content", "components", "embeds")


def checked(form: Json, before: Message | None = None) -> Json:
    """Return what a form sets of a message: `content`, `components`, `embeds`, `flags`. `before` is the message that it changes."""
    if before is None and empty(form):
        raise ApiError(50006)
    was_v2 = bool(before and before.flags & V2)
    _refuse(faults_in_message(form, edit=before is not None, was_v2=was_v2))
    new = {name: form[name] for name in _CONTENT if name in form}
    new = {name: value if value is not None else "" if name == "content" else [] for name, value in new.items()}
    flags = int(form.get("flags") or 0) & _SETTABLE
    if before is None:
        return new | {"flags": flags}
    now = {name: getattr(before, name) for name in _CONTENT} | new
    if empty(now):
        raise ApiError(50006)
    return new | {"flags": before.flags | flags & V2}


def checked_modal(form: Json) -> Json:
    """Return a modal that Discord would show."""
    _refuse(faults_in_modal(form))
    return form


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
