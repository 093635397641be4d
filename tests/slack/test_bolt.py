"""Do people and a real bolt app understand each other, over Socket Mode and over HTTP?"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from tests.slack.apps import TRANSPORTS, bolt, running
from tests.slack.client import Impossible, Workspace
from tests.slack.words import Json


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def entry(block_id: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element | {"action_id": "it"}, **more}


def options(*values: str) -> list[Json]:
    return [{"text": plain(value.capitalize()), "value": value} for value in values]


FORM: Json = {
    "type": "modal",
    "callback_id": "report",
    "private_metadata": '{"case": "C-1"}',
    "notify_on_close": True,
    "title": plain("Report"),
    "submit": plain("Send"),
    "blocks": [
        entry("what", {"type": "plain_text_input", "max_length": 20}),
        entry("due", {"type": "datetimepicker", "initial_date_time": 1700000000}, optional=True),
        entry("who", {"type": "users_select"}, optional=True),
        entry("bad", {"type": "static_select", "options": options("low", "high"), "initial_option": options("low")[0]}),
        entry("tags", {"type": "checkboxes", "options": options("a", "b")}, optional=True),
    ],
}
SURE = {name: plain(name) for name in ("title", "text", "confirm", "deny")}
CARD: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*C-1*"}},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "text": plain("Acknowledge"), "action_id": "ack", "value": "C-1", "style": "primary"},
            {"type": "static_select", "action_id": "pick", "options": options("low", "high")},
            {"type": "overflow", "action_id": "pick_more", "options": options("one", "two")},
            {"type": "button", "text": plain("Close"), "action_id": "pick_close", "confirm": SURE},
        ],
    },
]


class Heard(list[Json]):
    """Every payload that the app has heard."""


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def app(ws: Workspace, heard: Heard, transport: str) -> AsyncIterator[AsyncApp]:
    app = bolt(ws)

    @app.middleware
    async def keep(body: Json, next: Any) -> None:
        heard.append(body)
        await next()

    app.command("/case")(case)
    app.view("report")(report)
    app.view_closed("report")(agree)
    app.action("ack")(acknowledge)
    app.action(re.compile("^pick"))(agree)
    app.shortcut("anywhere")(anywhere)
    app.shortcut("this_message")(this_message)
    app.event("app_home_opened")(show_home)
    for kind in ("message", "app_mention", "reaction_added", "member_joined_channel"):
        app.event(kind)(listen)
    async with running(ws, app, transport):
        yield app


async def case(ack: Any, command: Json, client: Any) -> None:
    match command["text"].split(" ")[0]:
        case "form":
            await client.views_open(trigger_id=command["trigger_id"], view=FORM)
            await ack()
        case "card":
            await client.chat_postMessage(channel=command["channel_id"], text="C-1", blocks=CARD)
            await ack()
        case "all":
            await ack(text="everybody reads this", response_type="in_channel")
        case "wrong":
            await ack(blocks=[{"type": "banner"}])
        case _:
            await ack(f"you said {command['text']}")


async def report(ack: Any, view: Json) -> None:
    match view["state"]["values"]["what"]["it"]["value"]:
        case "bad":
            await ack(response_action="errors", errors={"what": "Not like this."})
        case "unknown field":
            await ack(response_action="errors", errors={"where": "There is no such field."})
        case "update":
            await ack(response_action="update", view=FORM | {"title": plain("Again")})
        case "push":
            await ack(response_action="push", view=FORM | {"title": plain("More")})
        case "clear":
            await ack(response_action="clear")
        case _:
            await ack()


async def agree(ack: Any) -> None:
    await ack()


async def acknowledge(ack: Any, respond: Any, action: Json) -> None:
    await respond(f"{action['value']} is yours", replace_original=False)
    await ack()


async def anywhere(ack: Any, shortcut: Json, client: Any) -> None:
    await client.views_open(trigger_id=shortcut["trigger_id"], view=FORM)
    await ack()


async def this_message(ack: Any, respond: Any, shortcut: Json) -> None:
    await respond(shortcut["message"]["text"])
    await ack()


async def show_home(event: Json, client: Any) -> None:
    button = {"type": "actions", "elements": [{"type": "button", "text": plain("Go"), "action_id": "ack", "value": "home"}]}
    await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [button]})


async def listen() -> None:
    pass


@pytest.mark.usefixtures("app")
class TestCommands:
    async def test_an_answer_for_your_eyes_only(self, ws: Workspace, heard: Heard) -> None:
        out = await ws.command("ana", "/case report @bruno: a < b & #help", "help")

        assert out.ok
        assert out.text == "you said report @bruno: a < b & #help"
        assert heard[0]["text"] == "report <@U0BRUNO|bruno>: a &lt; b &amp; <#C0HELP|help>"
        assert (heard[0]["channel_id"], heard[0]["channel_name"]) == ("C0HELP", "help")
        assert await ws.messages("help") == []

    async def test_in_direct_messages_and_in_private(self, ws: Workspace, heard: Heard) -> None:
        await ws.command("ana", "/case x")
        await ws.command("ana", "/case x", "secret")

        assert [body["channel_name"] for body in heard] == ["directmessage", "privategroup"]

    async def test_an_answer_for_all(self, ws: Workspace) -> None:
        out = await ws.command("ana", "/case all", "help")

        assert out.ephemeral == []
        assert [message.shown for message in await ws.messages("help")] == ["everybody reads this"]

    async def test_an_answer_that_cannot_be_shown(self, ws: Workspace) -> None:
        out = await ws.command("ana", "/case wrong", "help")

        assert out.failure == "The app's answer cannot be shown: invalid_blocks"
        assert [entry["error"] for entry in await ws.journal("app_error")] == ["invalid_blocks"]

    async def test_a_command_that_nobody_handles(self, ws: Workspace) -> None:
        await ws.set(settings={"interactive_timeout": 0.2})

        out = await ws.command("ana", "/other", "help")

        assert not out.ok
        assert out.failure in {'/other failed with the error "operation_timeout"', '/other failed with the error "http_service_error"'}


@pytest.mark.usefixtures("app")
class TestForms:
    async def test_every_kind_of_field(self, ws: Workspace, heard: Heard) -> None:
        assert (await ws.command("ana", "/case form", "help")).view is not None
        due = datetime(2030, 1, 2, 3, 4, tzinfo=UTC)

        out = await ws.submit("ana", {"what": "lights", "due": due, "who": "bruno", "bad": "High", "tags": ["a", "b"]})

        assert out.ok
        assert await ws.form("ana") is None
        view = heard[-1]["view"]
        assert view["private_metadata"] == '{"case": "C-1"}'
        states = {block: state["it"] for block, state in view["state"]["values"].items()}
        assert states["what"] == {"type": "plain_text_input", "value": "lights"}
        assert states["due"] == {"type": "datetimepicker", "selected_date_time": int(due.timestamp())}
        assert states["who"] == {"type": "users_select", "selected_user": "U0BRUNO"}
        assert states["bad"]["selected_option"]["value"] == "high"
        assert [option["value"] for option in states["tags"]["selected_options"]] == ["a", "b"]

    async def test_what_stands_there_at_first(self, ws: Workspace, heard: Heard) -> None:
        await ws.command("ana", "/case form", "help")
        await ws.submit("ana", {"what": "x"})

        values = heard[-1]["view"]["state"]["values"]
        assert values["due"]["it"]["selected_date_time"] == 1700000000
        assert values["who"]["it"]["selected_user"] is None
        assert values["bad"]["it"]["selected_option"]["value"] == "low"
        assert values["tags"]["it"]["selected_options"] == []

    async def test_a_required_field_that_is_empty_is_not_sent(self, ws: Workspace, heard: Heard) -> None:
        await ws.command("ana", "/case form", "help")

        out = await ws.submit("ana", {"what": ""})
        assert (out.sent, out.errors) == (False, {"what": "Please complete this required field."})
        out = await ws.submit("ana", {"what": "x" * 21})
        assert (out.sent, out.errors) == (False, {"what": "Must be less than 21 characters."})
        assert len(heard) == 1

    async def test_an_error_at_a_field_then_success(self, ws: Workspace) -> None:
        await ws.command("ana", "/case form", "help")

        out = await ws.submit("ana", {"what": "bad", "who": "rita"})
        assert (out.ok, out.errors) == (True, {"what": "Not like this."})
        form = await ws.form("ana")
        assert form is not None
        assert form.values["who"]["it"]["selected_user"] == "U0RITA", "what was entered stays"

        assert (await ws.submit("ana", {"what": "good"})).errors == {}
        assert await ws.form("ana") is None

    async def test_an_error_at_a_field_that_is_not_there(self, ws: Workspace) -> None:
        await ws.command("ana", "/case form", "help")

        out = await ws.submit("ana", {"what": "unknown field"})

        assert (out.ok, out.failure) == (False, "We had some trouble connecting. Try again?")
        assert [entry["error"] for entry in await ws.journal("app_error")] == ["unknown_block_ids"]
        assert await ws.form("ana") is not None

    async def test_another_view_in_its_place(self, ws: Workspace) -> None:
        await ws.command("ana", "/case form", "help")

        out = await ws.submit("ana", {"what": "update", "who": "rita"})

        assert out.view is not None
        assert out.view.title == "Again"
        assert out.view.values["who"]["it"]["selected_user"] == "U0RITA"

    async def test_a_view_on_top_and_all_away(self, ws: Workspace, heard: Heard) -> None:
        await ws.command("ana", "/case form", "help")
        below = await ws.form("ana")
        await ws.submit("ana", {"what": "push"})
        on_top = await ws.form("ana")
        assert below is not None
        assert on_top is not None
        assert (on_top.title, on_top.raw["previous_view_id"], on_top.raw["root_view_id"]) == ("More", below.id, below.id)

        await ws.submit("ana", {"what": "fine"})
        assert (await ws.form("ana") or on_top).title == "Report"

        await ws.submit("ana", {"what": "clear"})
        assert await ws.form("ana") is None
        assert [body["type"] for body in heard[1:]] == ["view_submission"] * 3

    async def test_closing_all_is_told_of_each(self, ws: Workspace, heard: Heard) -> None:
        await ws.command("ana", "/case form", "help")
        await ws.submit("ana", {"what": "push"})

        await ws.close_view("ana", all=True)

        assert [(body["type"], body["view"]["title"]["text"], body["is_cleared"]) for body in heard[2:]] == [
            ("view_closed", "More", True),
            ("view_closed", "Report", True),
        ]

    async def test_closing_is_told(self, ws: Workspace, heard: Heard) -> None:
        await ws.command("ana", "/case form", "help")

        await ws.close_view("ana")

        assert (heard[-1]["type"], heard[-1]["is_cleared"]) == ("view_closed", False)
        with pytest.raises(Impossible, match="ana has no modal open"):
            await ws.submit("ana", {"what": "x"})


@pytest.mark.usefixtures("app")
class TestPressing:
    async def test_a_button_in_a_message(self, ws: Workspace, heard: Heard) -> None:
        await ws.command("ana", "/case card", "help")
        [card] = await ws.messages("help")

        out = await ws.press("bruno", card.button("Acknowledge").action_id, "help", card.ts)

        assert out.ok
        assert out.text == "C-1 is yours"
        body = heard[-1]
        assert body["container"] == {"type": "message", "message_ts": card.ts, "channel_id": "C0HELP", "is_ephemeral": False}
        assert (body["message"]["ts"], body["user"]["id"], body["team"]["id"]) == (card.ts, "U0BRUNO", ws.team)
        action = body["actions"][0]
        assert (action["type"], action["value"], action["style"], action["block_id"]) == (
            "button",
            "C-1",
            "primary",
            card.blocks[1]["block_id"],
        )

    async def test_one_of_several_alike(self, ws: Workspace, app: AsyncApp, heard: Heard) -> None:
        rows = [{"type": "actions", "elements": [CARD[1]["elements"][0] | {"value": case}]} for case in ("C-1", "C-2")]
        await app.client.chat_postMessage(channel="C0HELP", text="both", blocks=rows)

        with pytest.raises(Impossible, match="there are 2 elements 'ack'"):
            await ws.press("bruno", "ack", "help")
        await ws.press("bruno", "ack", "help", value="C-2")

        assert heard[-1]["actions"][0]["value"] == "C-2"

    async def test_a_choice_in_a_message(self, ws: Workspace, heard: Heard) -> None:
        await ws.command("ana", "/case card", "help")

        await ws.press("bruno", "pick", "help", value="high")

        assert heard[-1]["actions"][0]["selected_option"]["value"] == "high"
        await ws.press("bruno", "pick_more", "help", value="Two")
        assert heard[-1]["actions"][0]["selected_option"]["value"] == "two"

    async def test_whoever_is_asked_may_think_better_of_it(self, ws: Workspace, heard: Heard) -> None:
        await ws.command("ana", "/case card", "help")

        await ws.press("bruno", "pick_close", "help", confirm=False)
        assert len(heard) == 1
        await ws.press("bruno", "pick_close", "help")
        assert heard[-1]["actions"][0]["action_id"] == "pick_close"

    async def test_a_button_that_is_no_longer_there(self, ws: Workspace, app: AsyncApp, heard: Heard) -> None:
        await ws.command("ana", "/case card", "help")
        [card] = await ws.messages("help")
        await app.client.chat_update(channel="C0HELP", ts=card.ts, text="done", blocks=[])

        with pytest.raises(Impossible, match="sees nothing with the action 'ack'"):
            await ws.press("bruno", "ack", "help")
        assert (await ws.press("bruno", "ack", "help", stale=True)).ok
        assert heard[-1]["actions"][0]["value"] == "C-1"

    async def test_a_button_that_only_one_can_see(self, ws: Workspace, app: AsyncApp, heard: Heard) -> None:
        await app.client.chat_postEphemeral(channel="C0HELP", user="U0ANA", text="C-1", blocks=CARD)

        with pytest.raises(Impossible):
            await ws.press("bruno", "ack", "help")
        assert (await ws.press("ana", "ack", "help")).ok
        assert heard[-1]["container"]["is_ephemeral"]
        assert "message" not in heard[-1]

    async def test_a_button_in_the_home_tab(self, ws: Workspace, heard: Heard) -> None:
        await ws.open_home("ana")
        home = await ws.until(lambda: ws.home("ana"))
        assert home is not None

        # Bolt has no response URL to answer with there, so this app fails and says nothing in time.
        await ws.set(settings={"interactive_timeout": 0.2})
        out = await ws.press("ana", "ack", home=True)

        assert not out.ok
        assert heard[-1]["view"]["id"] == home.id
        assert "response_url" not in heard[-1]

    async def test_a_forged_press(self, ws: Workspace, heard: Heard) -> None:
        await ws.command("ana", "/case card", "help")

        await ws.press("bruno", "ack", "help", forge={"team": "T9", "payload": {"user.id": "U9", "actions.0.value": "C-9"}})

        body = heard[-1]
        assert (body["team"]["id"], body["user"]["id"], body["actions"][0]["value"]) == ("T9", "U9", "C-9")

    async def test_the_same_press_again(self, ws: Workspace, heard: Heard) -> None:
        await ws.command("ana", "/case card", "help")
        out = await ws.press("bruno", "ack", "help")

        await ws.do("replay", n=out.n)

        assert heard[-1] == heard[-2]


@pytest.mark.usefixtures("app")
class TestShortcuts:
    async def test_from_anywhere(self, ws: Workspace) -> None:
        out = await ws.shortcut("ana", "anywhere")

        assert out.view is not None
        assert out.view.title == "Report"

    async def test_on_a_message(self, ws: Workspace, heard: Heard) -> None:
        said = await ws.say("bruno", "no light", "help")

        out = await ws.message_shortcut("ana", "help", str(said.ts), "this_message")

        assert out.text == "no light"
        assert (heard[-1]["message"]["user"], heard[-1]["message_ts"]) == ("U0BRUNO", said.ts)


@pytest.mark.usefixtures("app")
class TestEvents:
    async def test_a_message_and_a_mention_are_two_events(self, ws: Workspace, heard: Heard) -> None:
        out = await ws.say("ana", "@buckstop a < b, @bruno!", "help")

        assert [event["ok"] for event in out.events] == [True, True]
        kinds = {body["event"]["type"]: body for body in heard}
        message, mention = kinds["message"], kinds["app_mention"]
        assert message["event_id"] != mention["event_id"]
        assert message["event"]["ts"] == mention["event"]["ts"] == out.ts
        assert message["event"]["text"] == "<@U0BUCKSTOP> a &lt; b, <@U0BRUNO>!"
        assert (message["event"]["channel_type"], message["team_id"]) == ("channel", ws.team)
        assert message["authorizations"][0]["user_id"] == "U0BUCKSTOP"

    async def test_somebody_writes_to_the_bot(self, ws: Workspace, heard: Heard) -> None:
        await ws.say("ana", "help me")

        assert (heard[-1]["event"]["channel"], heard[-1]["event"]["channel_type"]) == ("D0ANA", "im")

    async def test_a_reaction(self, ws: Workspace, heard: Heard) -> None:
        said = await ws.say("ana", "no light", "help")

        await ws.react("bruno", "help", str(said.ts), "sos")

        event = heard[-1]["event"]
        assert (event["type"], event["user"], event["reaction"], event["item_user"]) == ("reaction_added", "U0BRUNO", "sos", "U0ANA")
        assert event["item"] == {"type": "message", "channel": "C0HELP", "ts": said.ts}
