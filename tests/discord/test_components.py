"""What does Discord take as a message or a modal, what does it refuse, and where does it say the fault is?"""

from typing import Any

import discord
import pytest
from discord.http import handle_message_parameters
from hypothesis import given
from hypothesis import strategies as st

from tests.discord.components import faults_in_message, faults_in_modal
from tests.discord.words import Json

V2 = 1 << 15


def text(content: str = "x", **more: Any) -> Json:
    return {"type": 10, "content": content, **more}


def button(custom_id: str = "go", **more: Any) -> Json:
    return {"type": 2, "style": 2, "label": "Go", "custom_id": custom_id, **more}


def link(url: str = "https://x.test", **more: Any) -> Json:
    return {"type": 2, "style": 5, "label": "See", "url": url, **more}


def row(*children: Json, **more: Any) -> Json:
    return {"type": 1, "components": list(children), **more}


def option(value: str = "a", **more: Any) -> Json:
    return {"label": value or "?", "value": value, **more}


def select(*options: Json, **more: Any) -> Json:
    return {"type": 3, "custom_id": "pick", "options": list(options) or [option()], **more}


def people(**more: Any) -> Json:
    return {"type": 5, "custom_id": "who", **more}


def section(*children: Json, accessory: Json | None = None) -> Json:
    return {"type": 9, "components": list(children) or [text()], "accessory": accessory or button()}


def container(*children: Json, **more: Any) -> Json:
    return {"type": 17, "components": list(children) or [text()], **more}


def message(*components: Json, **more: Any) -> Json:
    return {"flags": V2, "components": list(components) or [text()], **more}


def field(component: Json | None = None, **more: Any) -> Json:
    return {"type": 18, "label": "What?", "component": component or entry(), **more}


def entry(custom_id: str = "t", **more: Any) -> Json:
    return {"type": 4, "custom_id": custom_id, "style": 1, **more}


def choices(kind: int, *options: Json, **more: Any) -> Json:
    return {"type": kind, "custom_id": "c", "options": list(options) or [option("a"), option("b")], **more}


def modal(*components: Json, **more: Any) -> Json:
    return {"title": "Report", "custom_id": "m", "components": list(components) or [field()], **more}


def defaults(*ids: str, kind: str = "user") -> list[Json]:
    return [{"id": one, "type": kind} for one in ids]


PICTURE = {"media": {"url": "attachment://a.png"}}
UPLOADED = [{"id": 0, "filename": "a.png"}]
EMBED = {"title": "t", "description": "d", "fields": [{"name": "n", "value": "v"}], "footer": {"text": "f"}}

RIGHT_MESSAGES: dict[str, Json] = {
    "content": {"content": "x" * 2000},
    "content with buttons": {"content": "x", "components": [row(button())]},
    "embeds of 6000 characters": {"embeds": [{"description": "x" * 3000}, {"description": "x" * 3000}]},
    "an upload alone": {"attachments": UPLOADED},
    "a text of 4000": message(text("x" * 4000)),
    "forty components": message(container(*(text() for _ in range(39)))),
    "a card": message(container(text(id=2), {"type": 14}, row(button("a"), button("b"), link()), id=1, accent_color=0xFFFFFF)),
    "a colour that is none": message(container(accent_color=None)),
    "ids of nothing": message(text(id=0), text(id=0)),
    "the largest id": message(text(id=2**31 - 1)),
    "five buttons": message(row(*(button(str(n)) for n in range(5)))),
    "a button with an emoji alone": message(row({"type": 2, "style": 1, "custom_id": "a", "emoji": {"name": "👍"}})),
    "a button of 80 and 100": message(row(button("x" * 100, label="x" * 80, disabled=True))),
    "a premium button": message(row({"type": 2, "style": 6, "sku_id": "12"})),
    "three texts beside a picture": message(section(text(), text(), text(), accessory={"type": 11, **PICTURE}), attachments=UPLOADED),
    "pictures": message({"type": 12, "items": [PICTURE | {"description": None}]}, attachments=UPLOADED),
    "a file": message({"type": 13, "file": {"url": "attachment://a.png"}}, attachments=UPLOADED),
    "twenty-five options": message(row(select(*(option(str(n)) for n in range(25)), min_values=0, max_values=25))),
    "an option with everything": message(row(select(option("x" * 100, description="x" * 100, emoji={"name": "👍"}, default=True)))),
    "somebody chosen beforehand": message(row(people(default_values=defaults("1"), placeholder="x" * 150))),
    "a nonce of 25": message(nonce="x" * 25, enforce_nonce=True),
    "a nonce that is a number": message(nonce=12),
    "nobody called": message(allowed_mentions={"parse": []}),
    "some called": message(allowed_mentions={"parse": ["roles"], "users": ["1", 2], "replied_user": True}),
    "an empty list beside the word": message(allowed_mentions={"parse": ["users"], "users": []}),
    "what is unknown is passed over": message(text(colour="red"), sound="loud"),
}


@pytest.mark.parametrize("payload", RIGHT_MESSAGES.values(), ids=RIGHT_MESSAGES.keys())
def test_what_a_message_may_be(payload: Json) -> None:
    assert faults_in_message(payload) == []


WRONG_MESSAGES: dict[str, tuple[Json, list[str]]] = {
    "nothing": ({}, ["message: the message is empty"]),
    "white space": ({"content": " \n"}, ["message: the message is empty"]),
    "content too long": ({"content": "x" * 2001}, ["content: has 2001 characters, at most 2000 are allowed"]),
    "content beside components": (message(content="x"), ["content: cannot be used with the flag of Components V2"]),
    "embeds beside components": (message(embeds=[EMBED]), ["embeds: cannot be used with the flag of Components V2"]),
    "a poll beside components": (message(poll={"question": {}}), ["poll: cannot be used with the flag of Components V2"]),
    "no components": ({"flags": V2}, ["components: has 0 entries, must have from 1 to 40"]),
    "components without the flag": (
        {"components": [text()]},
        ["components.0.type: a text display cannot stand in a message without the flag of Components V2"],
    ),
    "six rows without the flag": (
        {"content": "x", "components": [row(button(str(n))) for n in range(6)]},
        ["components: has 6 entries, must have from 0 to 5"],
    ),
    "an embed without anything": ({"embeds": [{}]}, ["embeds.0: the embed is empty"]),
    "embeds too long together": (
        {"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]},
        ["embeds: have 6001 characters in all, at most 6000 are allowed"],
    ),
    "a field without a value": ({"embeds": [{"fields": [{"name": "n"}]}]}, ["embeds.0.fields.0.value: is required"]),
    "an empty text": (message(text(" ")), ["components.0.content: must not be empty"]),
    "no text": (message({"type": 10}), ["components.0.content: is required"]),
    "texts too long together": (
        message(text("x" * 2000), container(text("x" * 2001))),
        ["components: the text displays have 4001 characters in all, at most 4000 are allowed"],
    ),
    "forty-one components": (
        message(*(row(button(str(n))) for n in range(20)), text()),
        ["components: there are 41 components in all, at most 40 are allowed"],
    ),
    "an accessory counts": (
        message(*(section(accessory=button(str(n))) for n in range(13)), text(), text()),
        ["components: there are 41 components in all, at most 40 are allowed"],
    ),
    "a container in a container": (
        message(container(container())),
        ["components.0.components.0.type: a container cannot stand in a container"],
    ),
    "an empty container": (message({"type": 17, "components": []}), ["components.0.components: has 0 entries, must have from 1 to 40"]),
    "a button by itself": (message(button()), ["components.0.type: a button cannot stand in a message"]),
    "a text input": (message(row(entry())), ["components.0.components.0.type: a text input cannot stand in an action row"]),
    "an unknown type": (message({"type": 99}), ["components.0.type: 99 is no type of component"]),
    "no type": (message({}), ["components.0.type: is required"]),
    "an empty row": (message(row()), ["components.0.components: has 0 entries, must have from 1 to 5"]),
    "six buttons": (
        message(row(*(button(str(n)) for n in range(6)))),
        ["components.0.components: has 6 entries, must have from 1 to 5"],
    ),
    "a select beside a button": (message(row(select(), button())), ["components.0.components: a select stands alone in its row"]),
    "a section of four": (
        message(section(text(), text(), text(), text())),
        ["components.0.components: has 4 entries, must have from 1 to 3"],
    ),
    "a section without accessory": (message({"type": 9, "components": [text()]}), ["components.0.accessory: is required"]),
    "a select as accessory": (
        message(section(accessory=select())),
        ["components.0.accessory.type: a select cannot stand in a section's accessory"],
    ),
    "a label too long": (
        message(row(button(label="x" * 81))),
        ["components.0.components.0.label: has 81 characters, at most 80 are allowed"],
    ),
    "no label": (
        message(row({"type": 2, "style": 1, "custom_id": "a"})),
        ["components.0.components.0: must have a label or an emoji"],
    ),
    "an id too long": (
        message(row(button("x" * 101))),
        ["components.0.components.0.custom_id: has 101 characters, at most 100 are allowed"],
    ),
    "no custom id": (
        message(row({"type": 2, "style": 1, "label": "Go"})),
        ["components.0.components.0.custom_id: is required for a button of this style"],
    ),
    "a doubled custom id": (
        message(row(button("a")), container(row(button("a")))),
        ["components.1.components.0.components.0.custom_id: 'a' is there already, at components.0.components.0"],
    ),
    "a link with a custom id": (
        message(row(link(custom_id="a"))),
        ["components.0.components.0.custom_id: is not allowed for a button of this style"],
    ),
    "a link to nowhere": (
        message(row(link("javascript:alert(1)"))),
        ["components.0.components.0.url: must begin with https://, http:// or discord://"],
    ),
    "an address on a button that is no link": (
        message(row(button(url="https://x.test"))),
        ["components.0.components.0.url: is not allowed for a button of this style"],
    ),
    "a style that is none": (message(row(button(style=7))), ["components.0.components.0.style: is 7, must be from 1 to 6"]),
    "a premium button with words": (
        message(row({"type": 2, "style": 6, "sku_id": "1", "label": "Buy"})),
        ["components.0.components.0: a premium button has no label and no emoji of its own"],
    ),
    "an emoji without a name": (
        message(row(button(emoji={"id": None}))),
        ["components.0.components.0.emoji: must have a name or an id"],
    ),
    "no options": (
        message(row({"type": 3, "custom_id": "a", "options": []})),
        ["components.0.components.0.options: has 0 entries, must have from 1 to 25"],
    ),
    "options too many": (
        message(row(select(*(option(str(n)) for n in range(26))))),
        ["components.0.components.0.options: has 26 entries, must have from 1 to 25"],
    ),
    "an option too long": (
        message(row(select(option("x" * 101, description="x" * 101)))),
        [
            "components.0.components.0.options.0.label: has 101 characters, at most 100 are allowed",
            "components.0.components.0.options.0.value: has 101 characters, at most 100 are allowed",
            "components.0.components.0.options.0.description: has 101 characters, at most 100 are allowed",
        ],
    ),
    "a doubled value": (
        message(row(select(option("a"), option("a")))),
        ["components.0.components.0.options: the value 'a' is there 2 times"],
    ),
    "more than there are": (
        message(row(select(option("a"), max_values=2))),
        ["components.0.components.0.max_values: is 2, and there are only 1 to choose from"],
    ),
    "least above most": (
        message(row(select(option("a"), option("b"), min_values=2))),
        ["components.0.components.0.min_values: must not be more than max_values"],
    ),
    "two chosen where one may be": (
        message(row(select(option("a", default=True), option("b", default=True)))),
        ["components.0.components.0: 2 are chosen beforehand, at most 1 may be chosen"],
    ),
    "a placeholder too long": (
        message(row(people(placeholder="x" * 151))),
        ["components.0.components.0.placeholder: has 151 characters, at most 150 are allowed"],
    ),
    "a role for a person": (
        message(row(people(default_values=defaults("1", kind="role")))),
        ["components.0.components.0.default_values.0.type: must be one of user"],
    ),
    "fewer chosen than must be": (
        message(row(people(default_values=defaults("1"), min_values=2, max_values=3))),
        ["components.0.components.0.default_values: are fewer than min_values"],
    ),
    "an id below nothing": (message(text(id=-1)), ["components.0.id: is -1, must be from 0 to 2147483647"]),
    "an id too large": (message(text(id=2**31)), ["components.0.id: is 2147483648, must be from 0 to 2147483647"]),
    "a doubled id": (
        message(container(text(id=7), id=7)),
        ["components.0.components.0.id: 7 is there already, at components.0"],
    ),
    "a colour too bright": (
        message(container(accent_color=0x1000000)),
        ["components.0.accent_color: is 16777216, must be from 0 to 16777215"],
    ),
    "a picture that is nowhere": (
        message({"type": 12, "items": [PICTURE]}),
        ["components.0.items.0.media.url: no file 'a.png' is uploaded with the message"],
    ),
    "a file from elsewhere": (
        message({"type": 13, "file": {"url": "https://x.test/a.zip"}}),
        ["components.0.file.url: must begin with attachment://"],
    ),
    "a wide separator": (message({"type": 14, "spacing": 3}), ["components.0.spacing: must be one of 1, 2"]),
    "a nonce too long": (message(nonce="x" * 26), ["nonce: has 26 characters, at most 25 are allowed"]),
    "people allowed twice": (
        message(allowed_mentions={"parse": ["users"], "users": ["1"]}),
        ["allowed_mentions: parse names users, and so does the list of users; only one of them may"],
    ),
    "here is no word of it": (
        message(allowed_mentions={"parse": ["here"]}),
        ["allowed_mentions.parse.0: must be one of users, roles, everyone"],
    ),
    "a name for an id": (message(allowed_mentions={"users": ["ana"]}), ["allowed_mentions.users.0: must be an id"]),
    "too many called": (
        message(allowed_mentions={"users": [str(n) for n in range(101)]}),
        ["allowed_mentions.users: has 101 entries, must have from 0 to 100"],
    ),
    "called twice": (
        message(allowed_mentions={"users": ["1", 1]}),
        ["allowed_mentions.users: the id '1' is there 2 times"],
    ),
}


@pytest.mark.parametrize(("payload", "faults"), WRONG_MESSAGES.values(), ids=WRONG_MESSAGES.keys())
def test_what_a_message_may_not_be(payload: Json, faults: list[str]) -> None:
    assert faults_in_message(payload) == faults


def test_a_change_may_leave_out_what_stays() -> None:
    assert faults_in_message({"allowed_mentions": {"parse": []}}, edit=True) == []
    assert faults_in_message({"flags": V2}, edit=True) == []
    assert faults_in_message(message({"type": 12, "items": [PICTURE]}), edit=True) == []


def test_a_message_keeps_the_flag_that_it_has() -> None:
    assert faults_in_message({"content": "x"}, edit=True, was_v2=True) == ["content: cannot be used with the flag of Components V2"]
    assert faults_in_message({"components": [text()], "content": None}, edit=True, was_v2=True) == []


RIGHT_MODALS: dict[str, Json] = {
    "five fields": modal(*(field(entry(str(n))) for n in range(5))),
    "the longest": modal(field(entry("x" * 100, placeholder="x" * 100), label="x" * 45, description="x" * 100), title="x" * 45),
    "a text above a field": modal(text(), field()),
    "a value as long as it may be": modal(field(entry(style=2, value="x" * 10, max_length=10, min_length=10, required=False))),
    "a select": modal(field(select(required=False, min_values=0, disabled=False))),
    "somebody": modal(field(people(default_values=defaults("1")))),
    "radio buttons": modal(field(choices(21, option("a", default=True), option("b")))),
    "checkboxes": modal(field(choices(22, option("a", default=True), option("b", default=True), min_values=1))),
    "one checkbox": modal(field({"type": 23, "custom_id": "a", "default": True})),
    "a file": modal(field({"type": 19, "custom_id": "a", "min_values": 1, "max_values": 10})),
    "a row, as it used to be": modal(row(entry(label="What?"))),
}


@pytest.mark.parametrize("payload", RIGHT_MODALS.values(), ids=RIGHT_MODALS.keys())
def test_what_a_modal_may_be(payload: Json) -> None:
    assert faults_in_modal(payload) == []


WRONG_MODALS: dict[str, tuple[Json, list[str]]] = {
    "no title": (modal(title=""), ["title: must not be empty"]),
    "a title too long": (modal(title="x" * 46), ["title: has 46 characters, at most 45 are allowed"]),
    "an id too long": (modal(custom_id="x" * 101), ["custom_id: has 101 characters, at most 100 are allowed"]),
    "nothing to fill in": ({"title": "x", "custom_id": "m", "components": []}, ["components: has 0 entries, must have from 1 to 5"]),
    "six fields": (modal(*(field(entry(str(n))) for n in range(6))), ["components: has 6 entries, must have from 1 to 5"]),
    "a doubled field": (
        modal(field(), field()),
        ["components.1.component.custom_id: 't' is there already, at components.0.component"],
    ),
    "a label too long": (modal(field(label="x" * 46)), ["components.0.label: has 46 characters, at most 45 are allowed"]),
    "a description too long": (
        modal(field(description="x" * 101)),
        ["components.0.description: has 101 characters, at most 100 are allowed"],
    ),
    "a field without a label": (modal(entry()), ["components.0.type: a text input cannot stand in a modal"]),
    "a button": (modal(field(button())), ["components.0.component.type: a button cannot stand in a label"]),
    "a container": (modal(container()), ["components.0.type: a container cannot stand in a modal"]),
    "a row without a label": (modal(row(entry())), ["components.0.components.0.label: is required outside a label"]),
    "a style that is none": (modal(field(entry(style=3))), ["components.0.component.style: must be one of 1, 2"]),
    "longer than may be": (
        modal(field(entry(max_length=4001))),
        ["components.0.component.max_length: is 4001, must be from 1 to 4000"],
    ),
    "a value too long": (
        modal(field(entry(value="x" * 11, max_length=10))),
        ["components.0.component.value: has 11 characters, max_length is 10"],
    ),
    "least above most": (
        modal(field(entry(min_length=5, max_length=4))),
        ["components.0.component.min_length: must not be more than max_length"],
    ),
    "a placeholder too long": (
        modal(field(entry(placeholder="x" * 101))),
        ["components.0.component.placeholder: has 101 characters, at most 100 are allowed"],
    ),
    "disabled": (
        modal(field(select(disabled=True))),
        ["components.0.component.disabled: nothing can be disabled in a modal"],
    ),
    "required and nothing of it": (
        modal(field(select(min_values=0))),
        ["components.0.component.min_values: must be at least 1 where an answer is required"],
    ),
    "two of one": (
        modal(field(choices(21, option("a", default=True), option("b", default=True)))),
        ["components.0.component.options: only one may be chosen beforehand"],
    ),
    "one radio button": (
        modal(field(choices(21, option("a")))),
        ["components.0.component.options: has 1 entries, must have from 2 to 10"],
    ),
    "more checked than may be": (
        modal(field(choices(22, option("a", default=True), option("b", default=True), max_values=1))),
        ["components.0.component: 2 are chosen beforehand, at most 1 may be chosen"],
    ),
    "eleven files": (
        modal(field({"type": 19, "custom_id": "a", "max_values": 11})),
        ["components.0.component.max_values: is 11, must be from 1 to 10"],
    ),
}


@pytest.mark.parametrize(("payload", "faults"), WRONG_MODALS.values(), ids=WRONG_MODALS.keys())
def test_what_a_modal_may_not_be(payload: Json, faults: list[str]) -> None:
    assert faults_in_modal(payload) == faults


View = discord.ui.LayoutView


def test_discord_py_draws_nothing_that_is_refused() -> None:
    view = View(timeout=None)
    beside = discord.ui.Section[View](discord.ui.TextDisplay("x"), accessory=discord.ui.Thumbnail("https://x.test/a.png"))
    gallery = discord.ui.MediaGallery[View](discord.MediaGalleryItem("https://x.test/a.png"))
    buttons = discord.ui.ActionRow[View](
        discord.ui.Button(label="Go"), discord.ui.Button(url="https://x.test", label="See"), discord.ui.Button(emoji="👍")
    )
    lists: list[discord.ui.Item[View]] = [
        discord.ui.UserSelect(default_values=[discord.Object(1)]),
        discord.ui.ChannelSelect(),
        discord.ui.Select(options=[discord.SelectOption(label="a")]),
        discord.ui.MentionableSelect(),
    ]
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("x"), discord.ui.Separator(), beside, gallery, buttons))
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("y"), accent_colour=0x123456, id=1))
    for one in lists:
        view.add_item(discord.ui.ActionRow(one))
    sent = handle_message_parameters(view=view, nonce=2**64, allowed_mentions=discord.AllowedMentions(users=[discord.Object(1)]))

    assert sent.payload is not None
    assert sent.payload["flags"] == V2
    assert faults_in_message(sent.payload) == []


FIELDS: dict[str, discord.ui.Item[discord.ui.Modal]] = {
    "a text": discord.ui.TextInput(min_length=1, max_length=10, default="x"),
    "a select": discord.ui.Select(options=[discord.SelectOption(label="a", default=True)], required=True),
    "people": discord.ui.UserSelect(default_values=[discord.Object(1)], required=False),
    "radio buttons": discord.ui.RadioGroup(options=[discord.RadioGroupOption(label="a"), discord.RadioGroupOption(label="b")]),
    "checkboxes": discord.ui.CheckboxGroup(options=[discord.CheckboxGroupOption(label="a")]),
    "a checkbox": discord.ui.Checkbox(default=True),
    "a file": discord.ui.FileUpload(),
}


@pytest.mark.parametrize("one", FIELDS.values(), ids=FIELDS.keys())
def test_discord_py_opens_nothing_that_is_refused(one: discord.ui.Item[discord.ui.Modal]) -> None:
    opened = discord.ui.Modal(title="x")
    opened.add_item(discord.ui.Label(text="x", description="y", component=one))

    assert faults_in_modal(opened.to_dict()) == []


LEAVES = st.none() | st.booleans() | st.integers(-3, 99) | st.text(max_size=3) | st.sampled_from([2**31, "x" * 101, 1.5])
NAMES = st.sampled_from(
    ["type", "components", "accessory", "component", "content", "custom_id", "options", "style", "id", "label", "flags"]
)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=20)


@given(JSON)
def test_whatever_comes_is_judged(payload: Any) -> None:
    assert all(": " in fault for fault in faults_in_message(payload) + faults_in_modal(payload))


@given(st.sampled_from(list(RIGHT_MESSAGES.values())), JSON, st.data())
def test_a_right_message_with_something_wrong_in_it_is_judged(payload: Json, other: Any, data: st.DataObject) -> None:
    changed = data.draw(st.sampled_from(sorted(payload)))

    assert all(": " in fault for fault in faults_in_message({**payload, changed: other}))
