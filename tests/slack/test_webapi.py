"""Does the Web API answer the real client as Slack would?"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.client import FakeSlack, Workspace
from tests.slack.words import Json

BUTTONS: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*C-1*: <@U0ANA>, it is yours"}},
    {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Acknowledge"}, "action_id": "ack"}]},
]
KEY = {"event_type": "delivery", "event_payload": {"key": "C-1/1/new/ana"}}


async def test_who_am_i(client: AsyncWebClient, ws: Workspace) -> None:
    answer = await client.auth_test()

    assert answer.data == {
        "ok": True,
        "url": "https://acme.slack.com/",
        "team": "Acme",
        "team_id": ws.team,
        "user": "buckstop",
        "user_id": "U0BUCKSTOP",
        "bot_id": "B0BUCKSTOP",
        "is_enterprise_install": False,
    }
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


async def test_a_message_and_its_change(client: AsyncWebClient, ws: Workspace) -> None:
    posted = await client.chat_postMessage(channel="C0HELP", text="C-1 is yours", blocks=BUTTONS, metadata=KEY)
    assert posted["message"]["metadata"] == KEY
    await client.chat_update(channel="C0HELP", ts=posted["ts"], text="C-1 is ana's")

    [message] = await ws.messages("help")
    assert message.shown == "C-1: @ana, it is yours", "a change of the text alone keeps the blocks"
    assert message.text == "C-1 is ana's"
    assert [button.label for button in message.buttons] == ["Acknowledge"]
    assert message.notified == ["U0ANA"]
    assert message.metadata == KEY
    assert message.edited is not None
    assert [version["text"] for version in message.versions] == ["C-1 is yours"]


async def test_a_change_notifies_nobody(client: AsyncWebClient, ws: Workspace) -> None:
    posted = await client.chat_postMessage(channel="C0HELP", text="nothing yet")
    await client.chat_update(channel="C0HELP", ts=posted["ts"], text="<@U0ANA> <!here>")

    [message] = await ws.messages("help")
    assert message.mentions == ["U0ANA", "!here"]
    assert message.notified == []


async def test_a_broadcast_notifies_who_is_there(client: AsyncWebClient, ws: Workspace) -> None:
    await client.chat_postMessage(channel="C0SECRET", text="<!channel>")
    await client.chat_postMessage(channel="C0HELP", text="<!here>")

    assert (await ws.messages("secret"))[0].notified == ["U0ANA"]
    assert (await ws.messages("help"))[0].notified == ["U0ANA", "U0BRUNO", "U0RITA"]


async def test_names_are_words_unless_the_app_asks(client: AsyncWebClient, ws: Workspace) -> None:
    posted = await client.chat_postMessage(channel="C0HELP", text="@ana")
    await client.chat_postMessage(channel="C0HELP", text="@ana", link_names=True)
    await client.chat_postEphemeral(channel="C0HELP", user="U0ANA", text="@ana")
    await client.chat_update(channel="C0HELP", ts=posted["ts"], text="@ana @bruno")

    assert [message.mentions for message in await ws.messages("help")] == [[], ["U0ANA"]]
    assert [message.mentions for message in await ws.ephemeral("help")] == [[]]
    await client.chat_update(channel="C0HELP", ts=posted["ts"], text="@bruno", parse="full")
    assert (await ws.messages("help"))[0].mentions == ["U0BRUNO"]


async def test_direct_messages_by_user_and_by_channel(client: AsyncWebClient, ws: Workspace) -> None:
    opened = await client.conversations_open(users="U0ANA")
    await client.chat_postMessage(channel=opened["channel"]["id"], text="one")
    await client.chat_postMessage(channel="U0ANA", text="two")

    assert [message.shown for message in await ws.messages("@ana")] == ["one", "two"]


async def test_only_for_your_eyes(client: AsyncWebClient, ws: Workspace) -> None:
    await client.chat_postEphemeral(channel="C0HELP", user="U0ANA", text="no")

    assert [message.shown for message in await ws.ephemeral("help", "ana")] == ["no"]
    assert await ws.ephemeral("help", "bruno") == []
    assert await ws.messages("help") == []


async def test_history_pages_bounds_and_metadata(client: AsyncWebClient) -> None:
    ts = [(await client.chat_postMessage(channel="C0HELP", text=str(n), metadata=KEY))["ts"] for n in range(5)]
    await client.chat_postMessage(channel="C0HELP", text="answer", thread_ts=ts[0])

    async def texts(**bounds: Any) -> list[str]:
        return [message["text"] for message in (await client.conversations_history(channel="C0HELP", **bounds))["messages"]]

    assert await texts() == ["4", "3", "2", "1", "0"]
    assert await texts(oldest=ts[1], latest=ts[3]) == ["2"]
    assert await texts(oldest=ts[1], latest=ts[3], inclusive=True) == ["3", "2", "1"]
    first = await client.conversations_history(channel="C0HELP", limit=3)
    assert first["has_more"]
    assert "metadata" not in first["messages"][0]
    rest = await client.conversations_history(
        channel="C0HELP", limit=3, cursor=first["response_metadata"]["next_cursor"], include_all_metadata=True
    )
    assert [message["text"] for message in rest["messages"]] == ["1", "0"]
    assert rest["messages"][0]["metadata"] == KEY
    assert rest["messages"][1]["reply_count"] == 1
    assert not rest["has_more"]


async def test_a_thread(client: AsyncWebClient, ws: Workspace) -> None:
    start = await ws.say("ana", "the lights are out", "help")
    answer = await client.chat_postMessage(channel="C0HELP", text="C-1", thread_ts=start.ts)
    await client.chat_postMessage(channel="C0HELP", text="in the same thread", thread_ts=answer["ts"])

    thread = await client.conversations_replies(channel="C0HELP", ts=str(start.ts))

    assert [message["text"] for message in thread["messages"]] == ["the lights are out", "C-1", "in the same thread"]
    assert {message["thread_ts"] for message in thread["messages"]} == {start.ts}


async def test_a_thread_whose_beginning_is_gone(client: AsyncWebClient, ws: Workspace) -> None:
    start = await ws.say("ana", "the lights are out", "help")
    await ws.delete("ana", "help", str(start.ts))

    answer = await client.chat_postMessage(channel="C0HELP", text="C-1", thread_ts=start.ts)
    assert "thread_ts" not in answer["message"], "Slack posts it outside any thread without an error"

    await ws.set(settings={"lost_thread_error": "thread_not_found"})
    with pytest.raises(SlackApiError, match="thread_not_found"):
        await client.chat_postMessage(channel="C0HELP", text="C-1", thread_ts=start.ts)


async def test_a_deactivated_account_takes_messages_unless_set(client: AsyncWebClient, ws: Workspace) -> None:
    await ws.do("change_user", user="ana", deleted=True)

    await client.chat_postMessage(channel="U0ANA", text="<@U0ANA>")
    assert (await ws.messages("@ana"))[0].notified == []

    await ws.set(settings={"deactivated_error": "user_disabled"})
    with pytest.raises(SlackApiError, match="user_disabled"):
        await client.chat_postMessage(channel="U0ANA", text="x")


async def test_people(client: AsyncWebClient, ws: Workspace) -> None:
    told = (await client.users_info(user="U0BRUNO"))["user"]
    assert (told["name"], told["tz"], told["profile"]["email"]) == ("bruno", "Europe/Lisbon", "bruno@example.com")
    assert (await client.users_lookupByEmail(email="RITA@example.com"))["user"]["id"] == "U0RITA"

    first = await client.users_list(limit=3)
    rest = await client.users_list(limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert [user["name"] for user in [*first["members"], *rest["members"]]] == ["buckstop", "ana", "bruno", "rita"]

    await ws.do("change_scopes", without=["users:read.email"])
    assert "email" not in (await client.users_info(user="U0BRUNO"))["user"]["profile"]


async def test_channels(client: AsyncWebClient, ws: Workspace) -> None:
    await ws.do("add_channel", name="hidden", private=True, with_bot=False)
    await ws.do("add_channel", name="old", archived=True)

    async def names(**which: Any) -> list[str]:
        return [channel["name"] for channel in (await client.conversations_list(**which))["channels"]]

    assert await names() == ["help", "old"]
    assert await names(types="public_channel,private_channel", exclude_archived=True) == ["help", "secret"]
    assert (await client.conversations_members(channel="C0SECRET"))["members"] == ["U0ANA", "U0BUCKSTOP"]
    told = (await client.conversations_info(channel="C0HELP", include_num_members=True))["channel"]
    assert (told["is_member"], told["num_members"]) == (True, 4)
    assert (told["is_channel"], told["is_group"], told["is_private"]) == (True, False, False)
    told = (await client.conversations_info(channel="C0SECRET"))["channel"]
    assert (told["is_channel"], told["is_group"], told["is_private"]) == (False, True, True)


async def test_joining_lets_the_bot_post(client: AsyncWebClient, ws: Workspace) -> None:
    await ws.do("add_channel", name="new", with_bot=False)
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.chat_postMessage(channel="C0NEW", text="x")

    await client.conversations_join(channel="C0NEW")

    await client.chat_postMessage(channel="C0NEW", text="x")


async def test_a_permalink(client: AsyncWebClient, ws: Workspace) -> None:
    start = await ws.say("ana", "look", "help")
    answer = await client.chat_postMessage(channel="C0HELP", text="x", thread_ts=start.ts)

    link = await client.chat_getPermalink(channel="C0HELP", message_ts=answer["ts"])

    there = f"https://acme.slack.com/archives/C0HELP/p{answer['ts'].replace('.', '')}"
    assert link["permalink"] == f"{there}?thread_ts={start.ts}&cid=C0HELP"
    await client.chat_delete(channel="C0HELP", ts=answer["ts"])
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_getPermalink(channel="C0HELP", message_ts=answer["ts"])


async def test_a_reaction(client: AsyncWebClient, ws: Workspace) -> None:
    said = await ws.say("ana", "look", "help")
    await client.reactions_add(channel="C0HELP", timestamp=str(said.ts), name="eyes")

    assert (await ws.messages("help"))[0].reactions == {"eyes": ["U0BUCKSTOP"]}
    with pytest.raises(SlackApiError, match="already_reacted"):
        await client.reactions_add(channel="C0HELP", timestamp=str(said.ts), name="eyes")


Call = Callable[[AsyncWebClient], Awaitable[Any]]
REFUSED: dict[str, tuple[Call, str]] = {
    "no such channel": (lambda c: c.chat_postMessage(channel="C9", text="x"), "channel_not_found"),
    "nothing said": (lambda c: c.api_call("chat.postMessage", json={"channel": "C0HELP"}), "no_text"),
    "an archived channel": (lambda c: c.chat_postMessage(channel="C0OLD", text="x"), "is_archived"),
    "a bot": (lambda c: c.conversations_open(users="U0BUCKSTOP"), "cannot_dm_bot"),
    "nobody known": (lambda c: c.conversations_open(users="U9"), "user_not_found"),
    "somebody who is gone": (lambda c: c.conversations_open(users="U0GONE"), "user_disabled"),
    "somebody who takes none": (lambda c: c.chat_postMessage(channel="U0SHY", text="x"), "messages_tab_disabled"),
    "nobody to look up": (lambda c: c.users_lookupByEmail(email="x@x.test"), "users_not_found"),
    "somebody gone to look up": (lambda c: c.users_lookupByEmail(email="gone@example.com"), "users_not_found"),
    "no such user": (lambda c: c.users_info(user="U9"), "user_not_found"),
    "not there to see it": (lambda c: c.chat_postEphemeral(channel="C0SECRET", user="U0SHY", text="x"), "user_not_in_channel"),
    "a message that is not there": (lambda c: c.chat_update(channel="C0HELP", ts="1.0", text="x"), "message_not_found"),
    "a thread that is not there": (lambda c: c.conversations_replies(channel="C0HELP", ts="1.0"), "thread_not_found"),
    "too long": (lambda c: c.chat_postMessage(channel="C0HELP", text="x" * 40_001), "msg_too_long"),
    "too much": (
        lambda c: c.chat_postMessage(
            channel="C0HELP", text="x", blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}} for _ in range(5)]
        ),
        "msg_blocks_too_long",
    ),
    "no blocks at all": (
        lambda c: c.api_call("chat.postMessage", json={"channel": "C0HELP", "blocks": {"blocks": []}}),
        "invalid_blocks_format",
    ),
    "metadata of another form": (
        lambda c: c.chat_postMessage(channel="C0HELP", text="x", metadata={"event_type": "x"}),
        "invalid_metadata_format",
    ),
    "metadata without a type": (
        lambda c: c.chat_postMessage(channel="C0HELP", text="x", metadata={"event_type": "", "event_payload": {}}),
        "invalid_metadata_format",
    ),
    "metadata with something more": (
        lambda c: c.chat_postMessage(channel="C0HELP", text="x", metadata={"event_type": "x", "event_payload": {}, "more": 1}),
        "invalid_metadata_format",
    ),
    "too much metadata": (
        lambda c: c.chat_postMessage(channel="C0HELP", text="x", metadata={"event_type": "x", "event_payload": {"x": "y" * 9000}}),
        "metadata_too_large",
    ),
    "a reaction that is none": (lambda c: c.reactions_add(channel="C0HELP", timestamp="1.0", name="no reaction"), "invalid_name"),
    "a page without an end": (lambda c: c.users_list(limit=1001), "invalid_limit"),
    "a page of none": (lambda c: c.users_list(limit=0), "invalid_limit"),
    "a page of nothing": (lambda c: c.users_list(cursor="x"), "invalid_cursor"),
    "joining a private channel": (lambda c: c.conversations_join(channel="C0SECRET"), "method_not_supported_for_channel_type"),
    "a method that is none": (lambda c: c.api_call("chat.shout"), "unknown_method"),
    "a socket with the bot's token": (lambda c: c.api_call("apps.connections.open"), "not_allowed_token_type"),
}


@pytest.mark.parametrize(("call", "error"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_refused(slack: FakeSlack, call: Call, error: str) -> None:
    ws = await slack.workspace(
        users=["ana", {"name": "gone", "deleted": True}, {"name": "shy", "dm_closed": True}],
        channels=["help", {"name": "old", "archived": True}, {"name": "secret", "private": True, "members": ["ana"]}],
    )

    with pytest.raises(SlackApiError) as refused:
        await call(AsyncWebClient(token=ws.bot_token, base_url=ws.api_url))

    assert refused.value.response["error"] == error
    assert refused.value.response.status_code == 200
    assert await ws.messages("help") == []


async def test_somebody_elses_message_stays_as_it_is(client: AsyncWebClient, ws: Workspace) -> None:
    said = await ws.say("ana", "mine", "help")

    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel="C0HELP", ts=str(said.ts), text="x")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        await client.chat_delete(channel="C0HELP", ts=str(said.ts))


async def test_a_change_may_be_less_long(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="C0HELP", text="x" * 4001)

    with pytest.raises(SlackApiError, match="msg_too_long"):
        await client.chat_update(channel="C0HELP", ts=posted["ts"], text="x" * 4001)


async def test_wrong_blocks_are_named(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0HELP", text="x", blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": ""}}])

    assert refused.value.response["error"] == "invalid_blocks"
    messages = ["[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"]
    assert refused.value.response["response_metadata"]["messages"] == messages


async def test_what_is_missing_is_named(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.api_call("chat.postEphemeral", json={"channel": "C0HELP", "text": "x"})

    assert refused.value.response["error"] == "invalid_arguments"
    assert refused.value.response["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]


async def test_attachments_alone_are_a_message(client: AsyncWebClient, ws: Workspace) -> None:
    # The library warns of a message without a text, so these go past it.
    said = {"channel": "C0HELP", "user": "U0ANA", "attachments": [{"title": "C-1", "text": "no *light*"}]}
    await client.api_call("chat.postMessage", json=said)
    await client.api_call("chat.postEphemeral", json=said)

    assert [message.shown for message in await ws.messages("help")] == ["C-1\nno light"]


async def test_a_scope_that_is_missing(client: AsyncWebClient, ws: Workspace) -> None:
    await ws.do("change_scopes", only=["chat:write"])

    with pytest.raises(SlackApiError) as refused:
        await client.conversations_history(channel="C0HELP")

    assert refused.value.response.data == {"ok": False, "error": "missing_scope", "needed": "channels:history", "provided": "chat:write"}


async def test_tokens(client: AsyncWebClient, ws: Workspace) -> None:
    async def error(token: str | None) -> str:
        with pytest.raises(SlackApiError) as refused:
            await AsyncWebClient(token=token, base_url=ws.api_url).auth_test()
        return str(refused.value.response["error"])

    assert await error(None) == "not_authed"
    assert await error("xoxb-1-2-3") == "invalid_auth"
    await ws.do("revoke")
    assert await error(ws.bot_token) == "token_revoked"
    await ws.do("uninstall")
    assert await error(ws.bot_token) == "account_inactive"
    await ws.do("reinstall")
    assert (await client.auth_test())["ok"]


async def test_a_form_and_json_are_both_read(ws: Workspace) -> None:
    async with ClientSession() as http:
        form = {"token": ws.bot_token, "channel": "C0HELP", "blocks": '[{"type": "divider"}]', "text": "form"}
        async with http.post(f"{ws.api_url}chat.postMessage", data=form) as response:
            assert (await response.json())["ok"]
        header = {"Authorization": f"Bearer {ws.bot_token}"}
        async with http.post(f"{ws.api_url}chat.postMessage", json={"channel": "C0HELP", "text": "json"}, headers=header) as response:
            assert (await response.json())["ok"]
        async with http.post(f"{ws.api_url}auth.test", json={"token": ws.bot_token}) as response:
            assert (await response.json())["error"] == "not_authed", "with JSON the token goes into the header"

    assert [message.text for message in await ws.messages("help")] == ["form", "json"]


async def test_workspaces_never_mix(slack: FakeSlack) -> None:
    one = await slack.workspace(users=["ana"], channels=["help"])
    two = await slack.workspace(users=["ana"], channels=["help", "only"])
    assert one.channels["help"] == two.channels["help"]
    client = AsyncWebClient(token=one.bot_token, base_url=one.api_url)

    posted = await client.chat_postMessage(channel="C0HELP", text="one")

    assert await two.messages("help") == []
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client.chat_postMessage(channel=two.channels["only"], text="x")
    with pytest.raises(SlackApiError, match="message_not_found"):
        await AsyncWebClient(token=two.bot_token, base_url=two.api_url).chat_update(channel="C0HELP", ts=posted["ts"], text="x")


async def test_the_journal_keeps_every_call_but_no_token(client: AsyncWebClient, ws: Workspace) -> None:
    await client.chat_postMessage(channel="C0HELP", text="x")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C9", text="x")

    good, bad = await ws.calls("chat.postMessage")
    assert (good["ok"], good["accepted"], good["args"]) == (True, True, {"channel": "C0HELP", "text": "x"})
    assert (bad["ok"], bad["accepted"], bad["error"]) == (False, False, "channel_not_found")
    assert ws.bot_token not in str(await ws.journal())


async def test_a_tombstone_where_there_were_answers(client: AsyncWebClient, ws: Workspace) -> None:
    start = await client.chat_postMessage(channel="C0HELP", text="x")
    await client.chat_postMessage(channel="C0HELP", text="y", thread_ts=start["ts"])

    await client.chat_delete(channel="C0HELP", ts=start["ts"])

    [tombstone, _] = await ws.messages("help")
    assert (tombstone.subtype, tombstone.shown) == ("tombstone", "This message was deleted.")
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_update(channel="C0HELP", ts=start["ts"], text="x")
