"""Who may show whom a view, and when?"""

import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.client import FakeSlack, Workspace
from tests.slack.words import Json


def modal(title: str = "Report", **more: Any) -> Json:
    text = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
    return {"type": "modal", "title": {"type": "plain_text", "text": title}, "blocks": [text], **more}


HOME: Json = {"type": "home", "blocks": [{"type": "divider"}]}


async def trigger(ws: Workspace, user: str = "ana") -> str:
    """Let somebody do something of which nobody hears."""
    out = await ws.shortcut(user, "anywhere")
    [sent] = await ws.journal("sent", since=out.since)
    return str(sent["payload"]["trigger_id"])


async def error(call: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


async def test_opening(client: AsyncWebClient, ws: Workspace) -> None:
    opened = await client.views_open(trigger_id=await trigger(ws), view=modal(private_metadata="C-1", callback_id="c"))

    view = opened["view"]
    assert (view["private_metadata"], view["callback_id"], view["state"]) == ("C-1", "c", {"values": {}})
    assert (view["root_view_id"], view["previous_view_id"], view["team_id"]) == (view["id"], None, ws.team)
    form = await ws.form("ana")
    assert form is not None
    assert form.id == view["id"]
    assert await ws.form("bruno") is None


async def test_a_trigger_is_good_once(client: AsyncWebClient, ws: Workspace) -> None:
    permit = await trigger(ws)
    await client.views_open(trigger_id=permit, view=modal())

    assert await error(client.views_open(trigger_id=permit, view=modal())) == "exchanged_trigger_id"


async def test_a_trigger_that_came_to_nothing_is_still_good(client: AsyncWebClient, ws: Workspace) -> None:
    permit = await trigger(ws)
    assert await error(client.views_open(trigger_id=permit, view=modal("x" * 25))) == "invalid_arguments"

    await client.views_open(trigger_id=permit, view=modal())


async def test_a_trigger_expires(client: AsyncWebClient, ws: Workspace) -> None:
    await ws.set(settings={"trigger_life": 0.0})

    assert await error(client.views_open(trigger_id=await trigger(ws), view=modal())) == "expired_trigger_id"


async def test_a_trigger_of_another_workspace(client: AsyncWebClient, slack: FakeSlack) -> None:
    other = await slack.workspace(users=["ana"])

    assert await error(client.views_open(trigger_id=await trigger(other), view=modal())) == "invalid_trigger_id"


async def test_wrong_views_are_named(client: AsyncWebClient, ws: Workspace) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.views_open(trigger_id=await trigger(ws), view=modal("x" * 25))

    messages = ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"]
    assert refused.value.response["response_metadata"]["messages"] == messages


async def test_a_view_that_is_too_large(client: AsyncWebClient, ws: Workspace) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}} for _ in range(90)]

    assert await error(client.views_open(trigger_id=await trigger(ws), view=modal(blocks=blocks))) == "view_too_large"


async def test_three_on_top_of_each_other_at_most(client: AsyncWebClient, ws: Workspace) -> None:
    root = await client.views_open(trigger_id=await trigger(ws), view=modal("1"))
    used = await trigger(ws)
    second = await client.views_push(trigger_id=used, view=modal("2"))
    await client.views_push(trigger_id=await trigger(ws), view=modal("3"))
    assert await error(client.views_push(trigger_id=used, view=modal())) == "exchanged_trigger_id"
    assert (second["view"]["root_view_id"], second["view"]["previous_view_id"]) == (root["view"]["id"], root["view"]["id"])

    assert await error(client.views_push(trigger_id=await trigger(ws), view=modal("4"))) == "push_limit_reached"

    titles = []
    while (form := await ws.form("ana")) is not None:
        titles.append(form.title)
        await ws.close_view("ana")
    assert titles == ["3", "2", "1"]


async def test_nothing_to_push_onto(client: AsyncWebClient, ws: Workspace) -> None:
    assert await error(client.views_push(trigger_id=await trigger(ws), view=modal())) == "not_found"


async def test_updating(client: AsyncWebClient, ws: Workspace) -> None:
    opened = (await client.views_open(trigger_id=await trigger(ws), view=modal(external_id="report-1")))["view"]

    updated = await client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal("New", external_id="report-1"))
    assert updated["view"]["hash"] != opened["hash"]
    assert await error(client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal())) == "hash_conflict"
    await client.views_update(external_id="report-1", view=modal("Newer"))
    assert await error(client.views_update(view_id="V9", view=modal())) == "not_found"

    form = await ws.form("ana")
    assert form is not None
    assert form.title == "Newer"
    await ws.close_view("ana")
    assert await error(client.views_update(view_id=opened["id"], view=modal())) == "not_found"


async def test_an_external_id_is_taken(client: AsyncWebClient, ws: Workspace) -> None:
    await client.views_open(trigger_id=await trigger(ws), view=modal(external_id="e"))

    other = await trigger(ws, "bruno")

    assert await error(client.views_open(trigger_id=other, view=modal(external_id="e"))) == "duplicate_external_id"


async def test_a_home_tab(client: AsyncWebClient, ws: Workspace) -> None:
    published = (await client.views_publish(user_id="U0ANA", view=HOME))["view"]
    again = (await client.views_publish(user_id="U0ANA", view=HOME, hash=published["hash"]))["view"]
    assert again["id"] == published["id"]
    assert await error(client.views_publish(user_id="U0ANA", view=HOME, hash=published["hash"])) == "hash_conflict"
    assert await error(client.views_publish(user_id="U9", view=HOME)) == "user_not_found"
    assert await error(client.views_publish(user_id="U0ANA", view=modal())) == "invalid_arguments"
    assert await error(client.views_open(trigger_id=await trigger(ws), view=HOME)) == "invalid_arguments"

    home = await ws.home("ana")
    assert home is not None
    assert home.shown == "---"
    # Whoever opens it again hears what is there.
    opening = asyncio.create_task(ws.open_home("ana"))
    await opening
    sent = (await ws.journal("sent"))[-1]["payload"]["event"]
    assert sent["view"]["id"] == published["id"]
