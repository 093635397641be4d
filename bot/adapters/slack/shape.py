"""Is this a request as Slack sends them? What is not is refused at the door, before anything is looked up or done.

A signature only says who sent it. Past this check, whatever the listeners reach for is there, and is of the kind that they take it for.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Test = Callable[[Any], bool]

_ID = re.compile(r"[\w.:-]{1,255}", re.ASCII)


def kind_of(body: Mapping[str, Any]) -> str:
    """Return what kind of request this is."""
    if "command" in body:
        return "command"
    return "event" if "event" in body else str(body.get("type") or "")


def is_slacks(body: Mapping[str, Any]) -> bool:
    """Tell whether everything that is looked at in a request of this kind is as Slack has it."""
    kind = kind_of(body)
    shape = _ANY | SHAPES.get(kind, {})
    if kind == "event":
        event = body["event"]
        shape = shape | EVENTS.get(str(event.get("type")) if isinstance(event, Mapping) else "", {})
    return all(_fits(body, path, test) for path, test in shape.items())


def _fits(body: Any, path: str, test: Test) -> bool:
    optional = path.endswith("?")
    value = body
    for step in path.removesuffix("?").split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
        if value is None:
            return optional
    return test(value)


def _id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _text(value: Any) -> bool:
    # Half of a pair of signs is no text: no database takes it.
    return isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)


def _table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _action(value: Any) -> bool:
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, Mapping) and all(_fits(first, path, _text) for path in ("action_id", "type", "value?"))


def _blocks(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(block, Mapping) and _fits(block, "block_id?", _text) for block in value)


def _inputs(value: Any) -> bool:
    """The state of a form: a table of blocks, each a table of elements."""
    return isinstance(value, Mapping) and all(isinstance(block, Mapping) and all(map(_table, block.values())) for block in value.values())


def _files(value: Any) -> bool:
    return isinstance(value, list)


_WHO: dict[str, Test] = {"user": _table, "user.id": _id, "trigger_id": _id}
_VIEW: dict[str, Test] = {"view.id?": _id, "view.type?": _text, "view.private_metadata?": _text, "view.blocks?": _blocks}
_WHERE: dict[str, Test] = {
    "container?": _table,
    "container.channel_id?": _id,
    "container.message_ts?": _id,
    "container.thread_ts?": _id,
    "channel?": _table,
    "channel.id?": _id,
    "message?": _table,
    "message.thread_ts?": _id,
}
_MESSAGE: dict[str, Test] = {"message": _table, "message.ts": _id, "message.text?": _text, "message.files?": _files, "channel.id": _id}
_SAID: dict[str, Test] = {
    "event.channel?": _id,
    "event.channel_type?": _text,
    "event.subtype?": _text,
    "event.user?": _id,
    "event.ts?": _id,
    "event.event_ts?": _id,
    "event.thread_ts?": _id,
    "event.text?": _text,
    "event.files?": _files,
    "event.previous_message?": _table,
    "event.message?": _table,
    "event.message.user?": _id,
    "event.message.ts?": _id,
    "event.message.thread_ts?": _id,
    "event.message.text?": _text,
    "event.message.subtype?": _text,
    "event.message.files?": _files,
    "event.message.edited?": _table,
    "event.message.edited.ts?": _id,
}

# What the library looks at in any request, one that nothing of ours is there for too: it says in the log what it was.
_ANY: dict[str, Test] = {"type?": _text, "view?": _table, "event?": _table}
# What is looked at in each kind of request; after a question mark may be nothing.
SHAPES: Mapping[str, dict[str, Test]] = {
    "command": {"command": _text, "user_id": _id, "channel_id": _id, "trigger_id": _id, "text?": _text, "thread_ts?": _id},
    "block_actions": _WHO | _WHERE | _VIEW | {"view?": _table, "actions": _action},
    "view_submission": _WHO
    | _VIEW
    | {"view": _table, "view.type": _text, "view.blocks": _blocks, "view.state?": _table, "view.state.values?": _inputs},
    "shortcut": _WHO,
    "message_action": _WHO | _WHERE | _MESSAGE,
    "event": {"event": _table, "event.type": _text},
}
EVENTS: Mapping[str, dict[str, Test]] = {
    "message": _SAID,
    "app_mention": _SAID,
    "reaction_added": {
        "event_id": _id,
        "event.user": _id,
        "event.reaction": _text,
        "event.item": _table,
        "event.item.type": _text,
        "event.item.channel?": _id,
        "event.item.ts?": _id,
    },
    "app_home_opened": {"event.user": _id, "event.tab?": _text},
    "user_change": {"event.user": _table, "event.user.id": _id},
    "team_join": {"event.user": _table, "event.user.id": _id},
    "channel_archive": {"event.channel": _id},
    "group_archive": {"event.channel": _id},
}
