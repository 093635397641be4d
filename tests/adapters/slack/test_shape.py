"""Is whatever Slack sends let in, and what is no request of Slack's refused before anything is looked up?"""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.slack.shape import is_slacks

RECORDED = sorted((Path(__file__).parents[2] / "payloads" / "slack").glob("*.json"))


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_what_slack_sends_is_let_in(file: Path) -> None:
    assert is_slacks(json.loads(file.read_text("utf-8")))


ABSURD: dict[str, tuple[str, str, Any]] = {
    "an event that is no table": ("message", "event", ["C-1"]),
    "an event without a type": ("message", "event.type", None),
    "a text that is a table": ("message", "event.text", {"a": 1}),
    "a text with half a sign": ("command", "text", "\ud800"),
    "files that are a number": ("message_with_files", "event.files", 7),
    "an account that is a list": ("command", "user_id", ["U0RITA"]),
    "an account that is a story": ("command", "user_id", "x" * 5000),
    "an account that leads elsewhere": ("command", "user_id", "../../etc/passwd"),
    "no trigger": ("press_in_a_channel", "trigger_id", None),
    "no button": ("press_in_a_channel", "actions", []),
    "a button that is a word": ("press_in_a_channel", "actions", ["ack"]),
    "a value that is a table": ("press_in_a_channel", "actions", [{"action_id": "ack", "type": "button", "value": {}}]),
    "a thread that is a list": ("press_in_a_thread", "container.thread_ts", ["1.2"]),
    "a form without blocks": ("submission", "view.blocks", None),
    "values that are a word": ("submission", "view.state.values", {"explanation": "all"}),
    "a message without its time": ("message_shortcut", "message.ts", None),
    "a reaction to nothing": ("reaction_added", "event.item", None),
    "a kind that is a list": ("press_in_a_channel", "type", ["block_actions"]),
    "a view that is a word, in what nobody asked for": ("command", "view", "home"),
}


@pytest.mark.parametrize(("name", "path", "value"), ABSURD.values(), ids=ABSURD.keys())
def test_what_is_no_request_of_slacks_is_not(name: str, path: str, value: Any) -> None:
    payload = json.loads(next(file for file in RECORDED if file.stem == name).read_text("utf-8"))
    *way, last = path.split(".")
    holder = payload
    for step in way:
        holder = holder[step]
    holder[last] = value

    assert not is_slacks(payload)
