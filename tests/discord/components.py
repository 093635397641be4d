"""Would Discord take this message, this modal?

Pure functions that return every fault as `place: sentence`; an empty list means yes. The rules are those of Discord's reference of
components and messages. Where it is silent they are those of its API as clients' authors found them: doubled values, say.
"""

from typing import Any

from tests.discord.components_layout import LEGACY, MESSAGE, MODAL, TEXT, placed
from tests.discord.components_message import ENVELOPE, V2, empty, legacy_beside_v2
from tests.discord.components_rules import Spot
from tests.discord.words import Json

MOST_COMPONENTS = 40
LONGEST_TEXT = 4000


def faults_in_message(payload: Any, edit: bool = False, was_v2: bool = False, files: frozenset[str] | None = None) -> list[str]:
    """Return what Discord would refuse about a message.

    `edit` is for a change of one, which may leave out what stays; `was_v2` says that it has the flag already. `files` are the names of
    what is uploaded along with it, told by `attachments` where nothing else is said.
    """
    if not isinstance(payload, dict):
        return ["message: must be an object"]
    spot = Spot(files=_files(payload, edit) if files is None else files)
    ENVELOPE(payload, spot)
    flags = payload.get("flags")
    if was_v2 or (isinstance(flags, int) and flags & V2):
        legacy_beside_v2(payload, spot)
        if "components" in payload or not edit:
            MESSAGE(payload.get("components", []), spot.at("components"))
    else:
        if not edit and empty(payload):
            spot.fault("the message is empty")
        if payload.get("components"):
            LEGACY(payload["components"], spot.at("components"))
    _together(payload.get("components"), spot)
    return spot.faults


def faults_in_modal(payload: Any) -> list[str]:
    """Return what Discord would refuse about a modal: the `data` of the answer that opens it."""
    spot = Spot(modal=True)
    MODAL(payload, spot)
    if isinstance(payload, dict):
        _together(payload.get("components"), spot)
    return spot.faults


def _files(payload: Json, edit: bool) -> frozenset[str] | None:
    attachments = payload.get("attachments")
    if edit and attachments is None:
        return None
    listed = attachments if isinstance(attachments, list) else []
    return frozenset(str(one.get("filename")) for one in listed if isinstance(one, dict))


def _together(components: Any, spot: Spot) -> None:
    """Look at all components at once, those within others too."""
    found = list(placed(components))
    if len(found) > MOST_COMPONENTS:
        spot.at("components").fault(f"there are {len(found)} components in all, at most {MOST_COMPONENTS} are allowed")
    total = sum(len(one["content"]) for _, one in found if one.get("type") == TEXT and isinstance(one.get("content"), str))
    if total > LONGEST_TEXT:
        spot.at("components").fault(f"the text displays have {total} characters in all, at most {LONGEST_TEXT} are allowed")
    _unique(found, "custom_id", spot)
    _unique(found, "id", spot)


def _unique(found: list[tuple[str, Json]], name: str, spot: Spot) -> None:
    seen: dict[Any, str] = {}
    for path, one in found:
        value = one.get(name)
        # An id of 0 stands for none.
        if isinstance(value, int | str) and value:
            if value in seen:
                spot.faults.append(f"{path}.{name}: {value!r} is there already, at {seen[value]}")
            seen.setdefault(value, path)
