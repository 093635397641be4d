"""What does a person read in a message or a modal, whom does it call, and what can be pressed?"""

from typing import Any

import pytest

from tests.discord.reading import Button, Option, Pinged, Select, buttons, pinged, selects, shown
from tests.discord.words import Json

NAMES = {"1": "Ana", "7": "ops"}
CHANNELS = {"2": "help"}


def text(content: str) -> Json:
    return {"type": 10, "content": content}


def row(*children: Json) -> Json:
    return {"type": 1, "components": list(children)}


def label(text: str, component: Json, **more: Any) -> Json:
    return {"type": 18, "label": text, "component": component, **more}


ACK = {"type": 2, "style": 1, "label": "Acknowledge", "custom_id": "b:ack", "emoji": {"name": "👍"}}
SEE = {"type": 2, "style": 5, "label": "See", "url": "https://x.test"}
GONE = {"type": 2, "style": 4, "label": "Withdraw", "custom_id": "b:withdraw", "disabled": True}
PICK = {
    "type": 3,
    "custom_id": "pick",
    "placeholder": "Which one?",
    "options": [{"label": "A", "value": "a", "description": "the first"}, {"label": "B", "value": "b", "default": True}],
}
WHO = {"type": 5, "custom_id": "who", "min_values": 0, "max_values": 3, "default_values": [{"id": 1, "type": "user"}]}
CARD: Json = {
    "flags": 1 << 15,
    "components": [
        {
            "type": 17,
            "components": [
                text("### **C-1**: it \\*hurts\\*\n"),
                {"type": 14},
                {"type": 9, "components": [text("<@1> has it"), text("-# in <#2>")], "accessory": SEE},
                {"type": 14, "divider": False},
                row(ACK, GONE),
                {"type": 12, "items": [{"media": {"url": "attachment://chart.png"}, "description": "cases by week"}]},
            ],
        },
        row(PICK),
        row(WHO),
        {"type": 13, "file": {"url": "attachment://cases.csv"}},
        {"type": 9, "components": [text("> since Monday")], "accessory": {"type": 11, "media": {"url": "https://x.test/a.png"}}},
    ],
}


def test_a_message_component_by_component() -> None:
    assert shown(CARD, NAMES, CHANNELS).split("\n") == [
        "C-1: it *hurts*",
        "---",
        "@Ana has it",
        "in #help",
        "[cases by week]",
        "[cases.csv]",
        "> since Monday",
        "[https://x.test/a.png]",
    ]


def test_content_and_embeds() -> None:
    embed = {
        "author": {"name": "*ops*"},
        "title": "**t**",
        "description": "d",
        "fields": [{"name": "n", "value": "||v||"}],
        "footer": {"text": "_f_"},
    }

    assert shown({"content": "*hi*\nthere", "embeds": [embed]}).split("\n") == ["hi", "there", "*ops*", "t", "d", "n", "v", "_f_"]


def test_buttons_stand_apart_in_their_order() -> None:
    assert buttons(CARD) == [
        Button("", "See", "link", url="https://x.test"),
        Button("b:ack", "Acknowledge", "primary", emoji="👍"),
        Button("b:withdraw", "Withdraw", "danger", disabled=True),
    ]


def test_selects_stand_apart() -> None:
    assert selects(CARD) == [
        Select("pick", "string", (Option("A", "a", "the first"), Option("B", "b", default=True)), "Which one?", chosen=("b",)),
        Select("who", "user", least=0, most=3, chosen=("1",)),
    ]


def test_a_modal() -> None:
    when = [{"label": "Yes", "value": "y", "default": True}, {"label": "No", "value": "n"}]
    view = {
        "title": "Report",
        "custom_id": "f:report",
        "components": [
            text("**Tell** us"),
            label("What?", {"type": 4, "custom_id": "t", "style": 2, "placeholder": "e.g. no light"}, description="One line"),
            label("Since?", {"type": 4, "custom_id": "s", "style": 1, "value": "Monday", "required": False}),
            label("How bad?", {"type": 3, "custom_id": "p", "placeholder": "Choose", "options": [when[1]]}),
            label("Again?", {"type": 21, "custom_id": "r", "options": when}),
            label("Told whom?", {"type": 22, "custom_id": "g", "options": when, "required": False}),
            label("Private", {"type": 23, "custom_id": "c"}),
            label("Who?", {"type": 5, "custom_id": "w", "default_values": [{"id": "1", "type": "user"}], "required": False}),
            label("Where?", {"type": 8, "custom_id": "h", "placeholder": "a channel"}),
            label("Proof", {"type": 19, "custom_id": "u"}),
            row({"type": 4, "custom_id": "o", "style": 1, "label": "Old"}),
        ],
    }

    assert shown(view, NAMES).split("\n") == [
        "[Report]",
        "Tell us",
        "What?: [e.g. no light]",
        "  One line",
        "Since? (optional): [Monday]",
        "How bad?: [Choose] ( ) No",
        "Again?: (x) Yes  ( ) No",
        "Told whom? (optional): [x] Yes  [ ] No",
        "Private: [ ]",
        "Who? (optional): [Ana]",
        "Where?: [a channel]",
        "Proof: [a file]",
        "Old: []",
    ]


def calling(allowed: Json | None = None) -> Json:
    """Return a message that names everybody it could, in all places that count and in some that do not."""
    called = {"allowed_mentions": allowed} if allowed is not None else {}
    return {
        "content": "<@1> `<@8>` <\\@8>",
        "embeds": [{"description": "<@9>"}],
        "components": [
            {"type": 17, "components": [text("<@!2> <@&7> @here"), row({**ACK, "label": "<@9>"})]},
            {"type": 9, "components": [text("@everyone")], "accessory": SEE},
        ],
        **called,
    }


EVERYTHING = Pinged(frozenset("12"), frozenset("7"), everyone=True, here=True)
CALLED: dict[str, tuple[Json | None, Pinged]] = {
    "nothing is said": (None, EVERYTHING),
    "nobody": ({"parse": []}, Pinged()),
    "nobody, by silence": ({}, Pinged()),
    "people": ({"parse": ["users"]}, Pinged(frozenset("12"))),
    "roles": ({"parse": ["roles"]}, Pinged(roles=frozenset("7"))),
    "everybody": ({"parse": ["everyone"]}, Pinged(everyone=True, here=True)),
    "all kinds": ({"parse": ["users", "roles", "everyone"]}, EVERYTHING),
    "one person": ({"parse": [], "users": [2]}, Pinged(frozenset("2"))),
    "one who is not named": ({"parse": [], "users": ["3"]}, Pinged()),
    "one role": ({"parse": ["users"], "roles": ["7", "6"]}, Pinged(frozenset("12"), frozenset("7"))),
}


@pytest.mark.parametrize(("allowed", "called"), CALLED.values(), ids=CALLED.keys())
def test_whom_a_message_notifies(allowed: Json | None, called: Pinged) -> None:
    assert pinged(calling(allowed)) == called


def test_whoever_is_replied_to_is_called_unless_it_is_forbidden() -> None:
    assert pinged({"content": "x"}, replied_to="5") == Pinged(frozenset("5"))
    assert pinged({"content": "x", "allowed_mentions": {"parse": []}}, replied_to="5") == Pinged()
    assert pinged({"content": "x", "allowed_mentions": {"replied_user": True}}, replied_to="5") == Pinged(frozenset("5"))


def test_a_backslash_is_no_protection() -> None:
    assert pinged({"content": "\\<@1> \\\\@everyone \\@here"}) == Pinged(frozenset("1"), everyone=True, here=True)


def test_nobody_called_is_false() -> None:
    assert not pinged({"content": "<@1>", "allowed_mentions": {"parse": []}})
    assert pinged({"content": "<@1>"})
