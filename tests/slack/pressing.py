"""What happens when a person presses a button or picks something, in a message, a modal or their Home tab?"""

from dataclasses import dataclass

from tests.slack import stacks
from tests.slack.acting import Actor, verb
from tests.slack.entered import SLOTS
from tests.slack.filling import filled
from tests.slack.messages import Message
from tests.slack.outcomes import NO_ANSWER, Start, about, outcome, response_url, trigger
from tests.slack.signed import Forgery
from tests.slack.views import View
from tests.slack.words import Impossible, Json
from tests.slack.workspace import Channel, User


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pressed thing is: in a message or in a view."""

    blocks: list[Json]
    channel: Channel | None = None
    message: Message | None = None
    view: View | None = None


@verb
async def press(
    act: Actor,
    user: str,
    action_id: str,
    channel: str | None = None,
    ts: str | None = None,
    home: bool = False,
    view: str | None = None,
    block_id: str | None = None,
    value: object = None,
    confirm: bool = True,
    stale: bool = False,
    forge: Json | None = None,
) -> Json:
    """Press a button, or pick `value` in another element.

    In a message of a channel (the newest that has it, or the one named by `ts`; ephemeral ones too), else in the Home tab, else in
    the modal that the person sees. With `stale` it may also be a button that the message no longer has: a client that has not seen
    the change yet.
    """
    person = act.person(user)
    place = _place(act, person, channel, ts, home, view, action_id, stale)
    block, element = _element(place.blocks, action_id, block_id, value)
    if element.get("confirm") and not confirm:
        return outcome(act.ws, person, Start.of(act.ws), None, None)
    action = _action(act, block, element, value)
    if place.view is not None and element["type"] in SLOTS:
        place.view.typed[block["block_id"], element["action_id"]] = filled(act.ws, element, value)
    payload = _payload(act, person, place) | {"actions": [action]}
    start = Start.of(act.ws)
    answer, n = await act.courier.send(act.ws, "interactive", payload, Forgery.of(forge))
    return outcome(act.ws, person, start, answer, n, None if answer.ok else NO_ANSWER)


def _place(
    act: Actor, person: User, channel: str | None, ts: str | None, home: bool, view: str | None, action_id: str, stale: bool
) -> Place:
    ws = act.ws
    if channel is not None or ts is not None:
        return _in_message(act, person, act.place(person, channel), ts, action_id, stale)
    modal = ws.views.get(view) if view else stacks.top(ws, person.id)
    shown = ws.homes.get(person.id) if home else modal
    if shown is None or shown.user != person.id:
        raise Impossible(f"{person.name} has no {'Home tab' if home else 'modal'} open")
    return Place(shown.blocks, view=shown)


def _in_message(act: Actor, person: User, place: Channel, ts: str | None, action_id: str, stale: bool) -> Place:
    visible = [*place.living(), *(one for one in place.ephemerals if one.ephemeral_to == person.id and not one.deleted)]
    for message in sorted(visible, key=lambda one: one.ts, reverse=True):
        if ts is not None and message.ts != ts:
            continue
        for blocks in [message.blocks, *([version["blocks"] for version in reversed(message.versions)] if stale else [])]:
            if any(element.get("action_id") == action_id for _, element in _elements(blocks)):
                return Place(blocks, place, message)
    raise Impossible(f"{person.name} sees nothing with the action {action_id!r} in {place.name}{f' at {ts}' if ts else ''}")


def _elements(blocks: list[Json]) -> list[tuple[Json, Json]]:
    found = []
    for block in blocks:
        inside = [block.get("element"), block.get("accessory"), *(block.get("elements", []) if block["type"] == "actions" else [])]
        found += [(block, element) for element in inside if element and element.get("action_id")]
    return found


def _element(blocks: list[Json], action_id: str, block_id: str | None, value: object) -> tuple[Json, Json]:
    there = [(block, element) for block, element in _elements(blocks) if element["action_id"] == action_id]
    found = [(block, element) for block, element in there if block_id in {None, block["block_id"]}]
    if len(found) > 1 and value is not None:
        found = [(block, element) for block, element in found if element.get("value") == value]
    if len(found) != 1:
        raise Impossible(f"there are {len(found)} elements {action_id!r}: name the block_id or the value; there is {there}")
    return found[0]


def _action(act: Actor, block: Json, element: Json, value: object) -> Json:
    action = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"], "action_ts": act.ws.ts()}
    if element["type"] == "button":
        return action | {name: element[name] for name in ("text", "value", "style") if element.get(name) is not None}
    if element["type"] == "overflow":
        chosen = [option for option in element["options"] if value in (option["value"], option["text"]["text"])]
        if not chosen:
            raise Impossible(f"there is no option {value!r}")
        return action | {"selected_option": chosen[0]}
    return action | {name: what for name, what in filled(act.ws, element, value).items() if name != "type"}


def _payload(act: Actor, person: User, place: Place) -> Json:
    ws = act.ws
    payload = about(ws, person) | {"type": "block_actions"}
    if place.view is not None:
        told = stacks.told(ws, place.view)
        return payload | {
            "container": {"type": "view", "view_id": place.view.id},
            "view": told,
            "trigger_id": trigger(ws, person, place.view.id),
        }
    channel, message = place.channel, place.message
    assert channel is not None
    assert message is not None
    ephemeral = message.ephemeral_to is not None
    _, url = response_url(ws, person, channel, message.ts, ephemeral, message.thread_ts)
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id, "is_ephemeral": ephemeral}
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload |= {
        "container": container,
        "channel": {"id": channel.id, "name": channel.called},
        "state": {"values": stacks.state_of(place.blocks, {})},
        "response_url": url,
        "trigger_id": trigger(ws, person),
    }
    # An app is not told what an ephemeral message said.
    return payload if ephemeral else payload | {"message": message.slack(ws.team, ws.bot_profile)}
