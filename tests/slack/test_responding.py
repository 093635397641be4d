"""What may be said through a response URL, and how often?"""

from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.slack.client import Outcome, Workspace
from tests.slack.words import Json


async def address(ws: Workspace, out: Outcome) -> str:
    sent = (await ws.journal("sent", since=out.since))[0]
    return str(sent["payload"]["response_url"])


async def webhook(ws: Workspace) -> AsyncWebhookClient:
    """Let ana type a command and return what may be answered through."""
    return AsyncWebhookClient(await address(ws, await ws.command("ana", "/case report", "help")))


CARD: list[Json] = [
    {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}]},
]


async def test_to_one_and_to_all(ws: Workspace) -> None:
    hook = await webhook(ws)

    assert (await hook.send(text="only you")).status_code == 200
    assert (await hook.send(text="everybody", response_type="in_channel")).body == "ok"

    assert [(entry["ok"], entry["error"]) for entry in await ws.journal("response_url")] == [(True, None)] * 2
    assert [message.shown for message in await ws.ephemeral("help", "ana")] == ["only you"]
    assert [message.shown for message in await ws.messages("help")] == ["everybody"]


async def test_five_times(ws: Workspace) -> None:
    hook = await webhook(ws)

    answers = [await hook.send(text="x") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert "used_url" in answers[-1].body


async def test_for_half_an_hour(ws: Workspace) -> None:
    hook = await webhook(ws)
    await ws.set(settings={"response_url_life": 0.0})

    answer = await hook.send(text="x")

    assert (answer.status_code, "expired_url" in answer.body) == (404, True)


async def test_nothing_and_wrong_blocks(ws: Workspace) -> None:
    hook = await webhook(ws)

    assert "no_text" in (await hook.send(text="")).body
    assert "invalid_blocks" in (await hook.send(blocks=[{"type": "banner"}])).body
    told = [(entry["ok"], entry["error"]) for entry in await ws.journal("response_url")]
    assert told == [(False, "no_text"), (False, "invalid_blocks")]


async def test_replacing_and_deleting_what_was_pressed(ws: Workspace) -> None:
    hook = await webhook(ws)
    await hook.send(text="card", blocks=CARD)
    pressed = AsyncWebhookClient(await address(ws, await ws.press("ana", "go", "help")))

    await pressed.send(text="done", blocks=[], replace_original=True)
    [message] = await ws.ephemeral("help", "ana")
    assert (message.text, message.buttons) == ("done", [])

    await pressed.send(delete_original=True)
    assert await ws.ephemeral("help", "ana") == []


async def test_mentions_in_what_only_one_sees(ws: Workspace) -> None:
    hook = await webhook(ws)

    await hook.send(text="<@U0BRUNO> <@U0ANA> <!here>")

    [message] = await ws.ephemeral("help", "ana")
    assert message.mentions == ["U0BRUNO", "U0ANA", "!here"]
    assert message.notified == ["U0ANA"]
