"""Which views are open at whom, and what do they hold?

A person has a stack of modals, of which they see the top, and one Home tab. What they have entered outlives an update that keeps the
ids of the fields.
"""

import json

from tests.slack.blockkit import faults_in_view, filled_in
from tests.slack.entered import initial
from tests.slack.views import SENT, View, new_hash
from tests.slack.wall import wall
from tests.slack.words import ApiError, Json
from tests.slack.workspace import Workspace

LARGEST = 250_000
DEEPEST = 3


def checked(ws: Workspace, view: object, kinds: set[str]) -> Json:
    """Return a view that an app has sent, with all ids filled in."""
    if not isinstance(view, dict):
        raise ApiError("invalid_arguments", {"response_metadata": {"messages": ["[ERROR] must provide an object [json-pointer:/view]"]}})
    if len(json.dumps(view)) > LARGEST:
        raise ApiError("view_too_large")
    faults = faults_in_view(view, frozenset(ws.users), frozenset(ws.channels))
    if not faults and view["type"] not in kinds:
        faults = [
            f"failed to match all allowed schemas: a view of type {view['type']} cannot be opened like this [json-pointer:/view/type]"
        ]
    if faults:
        raise ApiError("invalid_arguments", {"response_metadata": {"messages": [f"[ERROR] {fault}" for fault in faults]}})
    external = view.get("external_id")
    if external and any(other.sent.get("external_id") == external for other in ws.views.values()):
        raise ApiError("duplicate_external_id")
    kept = {name: view[name] for name in SENT if view.get(name) is not None}
    return kept | {"type": view["type"], "blocks": filled_in(view["blocks"])}


def open_(ws: Workspace, user: str, sent: Json) -> View:
    """Show a person a modal; whatever modal they had is gone."""
    close_all(ws, user)
    view = _new(ws, user, sent, previous=None)
    ws.stacks[user] = [view.id]
    seen(ws, "opened", view)
    return view


def push(ws: Workspace, user: str, sent: Json) -> View:
    """Put a modal on top of what a person sees."""
    stack = ws.stacks.get(user, [])
    if not stack:
        raise ApiError("not_found")
    if len(stack) >= DEEPEST:
        raise ApiError("push_limit_reached")
    view = _new(ws, user, sent, previous=stack[-1])
    view.root = stack[0]
    stack.append(view.id)
    seen(ws, "pushed", view)
    return view


def update(ws: Workspace, view: View, sent: Json) -> View:
    """Show something else in the same view."""
    view.sent = sent
    view.hash = new_hash()
    fields = {(block["block_id"], element["action_id"]): element["type"] for block, element in fields_of(sent["blocks"])}
    view.typed = {place: state for place, state in view.typed.items() if fields.get(place) == state["type"]}
    seen(ws, "updated", view)
    return view


def publish(ws: Workspace, user: str, sent: Json) -> View:
    """Show a person this Home tab from now on."""
    before = ws.homes.get(user)
    if before is not None:
        before.sent, before.hash = sent, new_hash()
        view = before
    else:
        view = _new(ws, user, sent, previous=None)
        ws.homes[user] = view
    seen(ws, "published", view)
    return view


def _new(ws: Workspace, user: str, sent: Json, previous: str | None) -> View:
    id_ = ws.new_id("V")
    view = View(id_, user, sent["type"], sent, root=id_, previous=previous)
    ws.views[id_] = view
    return view


def top(ws: Workspace, user: str) -> View | None:
    """Return the modal that a person sees."""
    stack = ws.stacks.get(user, [])
    return ws.views[stack[-1]] if stack else None


def close_top(ws: Workspace, user: str) -> None:
    """Close the modal that a person sees; the one beneath appears."""
    del ws.views[ws.stacks[user].pop()]


def close_all(ws: Workspace, user: str) -> list[View]:
    """Close all modals of a person and return them, the top one first."""
    return [ws.views.pop(id_) for id_ in reversed(ws.stacks.pop(user, []))]


def fields_of(blocks: list[Json]) -> list[tuple[Json, Json]]:
    """Return every element that has a state, with its block."""
    found = [
        (block, element)
        for block in blocks
        for element in [block.get("element"), block.get("accessory"), *(block.get("elements", []) if block["type"] == "actions" else [])]
    ]
    return [
        (block, element)
        for block, element in found
        if element and element["type"] not in {"button", "image", "overflow", "workflow_button"}
    ]


def values(view: View) -> Json:
    """Return what stands in the fields, as `state.values` has it."""
    return state_of(view.blocks, view.typed)


def state_of(blocks: list[Json], typed: dict[tuple[str, str], Json]) -> Json:
    """Return the state of some blocks, with this entered."""
    state: Json = {}
    for block, element in fields_of(blocks):
        place = (block["block_id"], element["action_id"])
        state.setdefault(block["block_id"], {})[element["action_id"]] = typed.get(place) or initial(element)
    return state


def told(ws: Workspace, view: View) -> Json:
    """Return a view as payloads give it, with what is entered."""
    return view.slack(ws.team, ws.app_id, ws.bot_id, values(view))


def bare(ws: Workspace, view: View) -> Json:
    """Return a view as the API's answers give it."""
    return view.slack(ws.team, ws.app_id, ws.bot_id, {})


def seen(ws: Workspace, how: str, view: View) -> None:
    """Write down what a person sees now."""
    ws.journal.add("view", how=how, user=view.user, view=told(ws, view), wall_at=wall())
