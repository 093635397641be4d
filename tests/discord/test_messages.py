"""Are messages posted, changed, listed and refused as Discord does it?"""

from typing import Any

import aiohttp
import discord
import pytest
from discord import ui

from tests.discord.bots import Start
from tests.discord.client import FakeDiscord, Impossible, World
from tests.discord.rest import Rest

Json = dict[str, Any]


@pytest.fixture
def posts(world: World) -> str:
    """The address of the messages in #help."""
    return f"/channels/{world.channels['help']}/messages"


async def test_the_same_nonce_gives_back_the_first_message(world: World, rest: Rest, posts: str) -> None:
    first = await rest.post(posts, content="one", nonce="n1", enforce_nonce=True)
    second = await rest.post(posts, content="two", nonce="n1", enforce_nonce=True)
    elsewhere = await rest.post(f"/channels/{world.channels['secret']}/messages", content="three", nonce="n1", enforce_nonce=True)
    unenforced = await rest.post(posts, content="four", nonce="n1")

    assert second["id"] == first["id"]
    assert (second["content"], second["nonce"]) == ("one", "n1")
    assert len({first["id"], elsewhere["id"], unenforced["id"]}) == 3
    assert [message.shown for message in await world.messages("help")] == ["one", "four"]


async def test_a_nonce_is_forgotten_after_its_window(world: World, rest: Rest, posts: str) -> None:
    await world.set(settings={"nonce_window": 0.0})

    await rest.post(posts, content="one", nonce="n1", enforce_nonce=True)
    await rest.post(posts, content="two", nonce="n1", enforce_nonce=True)

    assert [message.shown for message in await world.messages("help")] == ["one", "two"]


async def test_history_leaves_the_nonce_out(rest: Rest, posts: str) -> None:
    sent = await rest.post(posts, content="one", nonce="n1", enforce_nonce=True)

    (listed,) = await rest.get(posts)

    assert sent["nonce"] == "n1"
    assert "nonce" not in listed
    assert "nonce" not in await rest.get(f"{posts}/{sent['id']}")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "98765432"),
        ({"limit": 2}, "98"),
        ({"before": 5}, "432"),
        ({"before": 5, "limit": 2}, "43"),
        ({"after": 5}, "9876"),
        ({"after": 5, "limit": 2}, "76"),
        ({"around": 5, "limit": 3}, "654"),
    ],
)
async def test_history_comes_in_pages_newest_first(rest: Rest, posts: str, query: Json, found: str) -> None:
    sent = {number: (await rest.post(posts, content=f"{number}"))["id"] for number in range(2, 10)}
    asked = {name: value if name == "limit" else sent[value] for name, value in query.items()}

    there = await rest.get(posts, **asked)

    assert "".join(message["content"] for message in there) == found


BUTTON = {"type": 2, "style": 1, "label": "Take", "custom_id": "take"}
ROW = {"type": 1, "components": [BUTTON]}
V2 = 1 << 15


@pytest.mark.parametrize(
    ("form", "code", "place"),
    [
        ({}, 50006, None),
        ({"content": "  "}, 50006, None),
        ({"content": "a" * 2001}, 50035, "content"),
        ({"content": "a", "nonce": "n" * 26}, 50035, "nonce"),
        ({"content": "a", "flags": V2}, 50035, "content"),
        ({"flags": V2, "components": [{"type": 10, "content": "a" * 4001}]}, 50035, "components"),
        ({"flags": V2, "components": [{"type": 10, "content": "a"}] * 41}, 50035, "components"),
        ({"flags": V2, "components": [ROW, ROW]}, 50035, "components"),
        ({"flags": V2, "components": [BUTTON]}, 50035, "components"),
        ({"components": [{"type": 10, "content": "a"}]}, 50035, "components"),
        ({"content": "a", "components": [{"type": 1, "components": [BUTTON | {"label": "l" * 81}]}]}, 50035, "components"),
        ({"content": "a", "components": [{"type": 1, "components": [BUTTON | {"custom_id": "c" * 101}]}]}, 50035, "components"),
        ({"content": "a", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, 50035, "allowed_mentions"),
        ({"content": "a", "message_reference": {"message_id": "1"}}, 50035, "message_reference"),
    ],
)
async def test_a_wrong_form_is_refused(rest: Rest, posts: str, form: Json, code: int, place: str | None) -> None:
    status, body = await rest.call("POST", posts, form)

    assert (status, body["code"]) == (400, code)
    assert place is None or place in body["errors"]


async def test_components_get_the_ids_that_they_lack(rest: Rest, posts: str) -> None:
    texts = [
        {"type": 10, "content": "a"},
        {"type": 10, "content": "b", "id": 2},
        {"type": 17, "components": [{"type": 10, "content": "c"}]},
    ]

    sent = await rest.post(posts, flags=V2, components=texts)

    assert [one["id"] for one in sent["components"]] == [1, 2, 3]
    assert sent["components"][2]["components"][0]["id"] == 4


async def test_only_the_bots_own_messages_can_be_edited(world: World, rest: Rest, posts: str) -> None:
    out = await world.say("ana", "mine", "help")
    sent = await rest.post(posts, content="one")

    assert await rest.code("PATCH", f"{posts}/{out.message}", {"content": "two"}) == 50005
    assert await rest.code("PATCH", f"{posts}/{sent['id']}", {"content": ""}) == 50006
    edited = await rest.patch(f"{posts}/{sent['id']}", content="two")
    assert edited["edited_timestamp"]
    assert [message.shown for message in await world.messages("help")] == ["mine", "two"]


async def test_a_message_with_components_stays_one(rest: Rest, posts: str) -> None:
    sent = await rest.post(posts, flags=V2, components=[{"type": 10, "content": "a"}])

    assert await rest.code("PATCH", f"{posts}/{sent['id']}", {"content": "words"}) == 50035
    edited = await rest.patch(f"{posts}/{sent['id']}", components=[{"type": 10, "content": "b"}])
    assert edited["flags"] & V2


async def test_old_messages_are_edited_only_so_often(world: World, rest: Rest, posts: str) -> None:
    await world.set(settings={"old_message": 0.0, "old_edits": 1})
    sent = await rest.post(posts, content="one")

    await rest.patch(f"{posts}/{sent['id']}", content="two")
    status, body = await rest.call("PATCH", f"{posts}/{sent['id']}", {"content": "three"})

    assert (status, body["code"]) == (429, 30046)


async def test_what_is_gone_is_not_found(world: World, rest: Rest, posts: str) -> None:
    sent = await rest.post(posts, content="one")
    await rest.delete(f"{posts}/{sent['id']}")

    assert await rest.code("GET", f"{posts}/{sent['id']}") == 10008
    assert await rest.code("PATCH", f"{posts}/{sent['id']}", {"content": "two"}) == 10008
    assert await rest.get(posts) == []
    assert [message.deleted for message in await world.messages("help", deleted=True)] == [True]
    await world.do("delete_channel", channel="help")
    assert await rest.code("POST", posts, {"content": "one"}) == 10003


async def test_direct_messages_may_be_closed(world: World, rest: Rest) -> None:
    direct = await rest.post("/users/@me/channels", recipient_id=world.users["ana"])
    await world.do("close_dms", user="ana")
    assert await rest.code("POST", f"/channels/{direct['id']}/messages", {"content": "to you"}) == 50007

    await world.do("close_dms", user="ana", closed=False)
    await rest.post(f"/channels/{direct['id']}/messages", content="to you")
    await world.do("leave", user="ana")
    assert await rest.code("POST", f"/channels/{direct['id']}/messages", {"content": "to you"}) == 50007
    await world.set(settings={"stranger_error": 50278})
    assert await rest.code("POST", f"/channels/{direct['id']}/messages", {"content": "to you"}) == 50278
    assert [message.shown for message in await world.messages("@ana")] == ["to you"]


@pytest.mark.parametrize(
    ("rules", "notified"),
    [
        (None, ["ana", "rita"]),
        ({"parse": []}, []),
        ({"parse": ["users"]}, ["ana"]),
        ({"parse": ["roles"]}, ["rita"]),
        ({"parse": ["everyone"]}, ["ana", "bruno", "rita"]),
        ({"users": ["ana"], "parse": []}, ["ana"]),
    ],
)
async def test_only_the_allowed_are_notified(world: World, rest: Rest, posts: str, rules: Json | None, notified: list[str]) -> None:
    role = (await world.do("add_role", name="desk", members=["rita"]))["id"]
    everyone = "@everyone " if rules and "everyone" in rules["parse"] else ""
    form: Json = {"content": f"{everyone}<@{world.users['ana']}> <@&{role}> `<@{world.users['bruno']}>`"}
    if rules is not None:
        form["allowed_mentions"] = rules | {"users": [world.users[name] for name in rules.get("users", [])]}

    await rest.post(posts, **form)

    (message,) = await world.messages("help")
    assert sorted(message.notified) == sorted(world.users[name] for name in notified)


async def test_an_edit_notifies_nobody(world: World, rest: Rest, posts: str) -> None:
    sent = await rest.post(posts, content="one")
    await rest.patch(f"{posts}/{sent['id']}", content=f"<@{world.users['ana']}>")

    (message,) = await world.messages("help")
    assert message.notified == []
    assert message.mentions == [world.users["ana"]]


async def test_reactions_come_and_go(world: World, start: Start) -> None:
    bot = await start()
    out = await world.say("ana", "help", "help")
    assert out.message is not None
    message = await bot.channel(world.channels["help"]).fetch_message(int(out.message))
    await message.add_reaction("👀")
    await world.react("rita", "help", out.message, "👀")
    await world.react("rita", "help", out.message, "🆘")

    (there,) = await world.messages("help")
    assert there.reactions == {"👀": [world.bot_user_id, world.users["rita"]], "🆘": [world.users["rita"]]}
    seen = await bot.channel(world.channels["help"]).fetch_message(message.id)
    assert [(str(one.emoji), one.count, one.me) for one in seen.reactions] == [("👀", 2, True), ("🆘", 1, False)]
    assert [user.name async for user in seen.reactions[0].users()] == ["rita", "buckstop"]

    await world.unreact("rita", "help", out.message, "🆘")
    assert "🆘" not in (await world.messages("help"))[0].reactions
    with pytest.raises(discord.HTTPException, match="10014"):
        await message.add_reaction("sos")


async def test_people_edit_and_delete_their_own(world: World, start: Start) -> None:
    await start()
    out = await world.say("ana", "hello", "help", files=["meter.png"])
    assert out.message is not None
    for text in ("", "a" * 2001):
        with pytest.raises(Impossible, match="1 to 2000"):
            await world.say("ana", text, "help")
    with pytest.raises(Impossible, match="is a forum"):
        await world.say("ana", "hello", "problems")
    with pytest.raises(Impossible, match="not rita's"):
        await world.edit("rita", "help", out.message, "mine")

    await world.edit("ana", "help", out.message, "hello @bruno")
    (message,) = await world.messages("help")
    assert message.content == f"hello <@{world.users['bruno']}>"
    assert [one["content"] for one in message.versions] == ["hello"]
    assert [one["filename"] for one in message.raw["attachments"]] == ["meter.png"]
    await world.delete("ana", "help", out.message)
    assert await world.messages("help") == []


async def test_an_answer_brings_what_it_answers(world: World, start: Start) -> None:
    bot = await start()
    first = await world.say("ana", "it is down", "help")
    assert first.message is not None
    await world.say("rita", "what is?", "help", reply=first.message)
    await world.delete("ana", "help", first.message)
    await world.say("rita", "well?", "help")

    answer = bot.heard[1].reference
    assert answer is not None
    assert isinstance(answer.resolved, discord.Message)
    assert answer.resolved.content == "it is down"
    assert (await world.messages("help"))[0].notified == [world.users["ana"]]
    read = [message async for message in bot.channel(world.channels["help"]).history()][1].reference
    assert read is not None
    assert isinstance(read.resolved, discord.DeletedReferencedMessage)


async def test_discord_py_reads_back_a_layout(world: World, start: Start) -> None:
    bot = await start()
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(ui.TextDisplay("C-1: new", id=77), ui.ActionRow(ui.Button(label="Take", custom_id="take")), accent_colour=1))
    sent = await bot.channel(world.channels["help"]).send(view=view)

    (read,) = [message async for message in bot.channel(world.channels["help"]).history()]

    assert read.id == sent.id
    assert isinstance(read.components[0], discord.Container)
    assert [child.to_dict().get("id") for child in read.components[0].children] == [77, 2]


async def test_nobody_gets_in_without_the_token(world: World, posts: str) -> None:
    async with aiohttp.ClientSession() as http:
        for headers in ({}, {"Authorization": "Bot wrong"}, {"Authorization": f"Bearer {world.token}"}):
            async with http.get(world.api_url + posts, headers=headers) as response:
                assert response.status == 401


async def test_a_revoked_token_is_refused(world: World, rest: Rest, start: Start) -> None:
    await start()
    await world.do("revoke")

    assert await rest.status("GET", "/users/@me") == 401
    assert await world.refused() == 1
    await world.do("revoke", revoked=False)
    assert (await rest.get("/users/@me"))["id"] == world.bot_user_id


async def test_a_message_tells_of_its_authors_membership(world: World, start: Start) -> None:
    bot = await start()
    await world.do("rename", user="ana", nick="Ana of the desk")
    out = await world.say("ana", "hello", "help")
    await world.say("ana", "hello")

    assert [type(message.author) for message in bot.heard] == [discord.Member, discord.User]
    assert bot.heard[0].author.display_name == "Ana of the desk"
    await world.do("delete_message", channel="help", message=out.message)
    assert await world.messages("help") == []


async def test_channels_of_one_name_are_told_apart_by_guild(fake: FakeDiscord) -> None:
    world = await fake.world(users=["ana"], guilds=[{"name": name, "channels": ["help"]} for name in ("north", "south")])

    out = await world.say("ana", "hello", "south/help")

    assert (world.channels["help"], out.channel) == (world.channels["north/help"], world.channels["south/help"])
    await world.close()


async def test_two_worlds_know_nothing_of_each_other(fake: FakeDiscord, world: World, rest: Rest) -> None:
    other = await fake.world(users=["ana"], guilds=[{"name": "northwind", "channels": ["help"]}])

    assert other.users["ana"] != world.users["ana"]
    assert await rest.code("GET", f"/channels/{other.channels['help']}") == 10003
    await other.close()


async def test_what_is_no_route_or_no_id_is_refused(rest: Rest) -> None:
    assert await rest.call("GET", "/nowhere") == (404, {"message": "404: Not Found", "code": 0})
    assert await rest.code("GET", "/channels/help") == 50035
