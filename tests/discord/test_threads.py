"""Do threads and the posts of forums do as Discord's do?"""

from typing import Any

import discord
import pytest

from tests.discord.bots import Bot, Start
from tests.discord.client import Impossible, World
from tests.discord.rest import Rest

Json = dict[str, Any]


async def _said(world: World, rest: Rest, channel: str = "help") -> tuple[str, str]:
    """Post a message; return its channel's path and its own id."""
    path = f"/channels/{world.channels[channel]}"
    return path, (await rest.post(f"{path}/messages", content="a case"))["id"]


async def test_a_thread_has_the_id_of_its_message(world: World, rest: Rest) -> None:
    path, message = await _said(world, rest)

    thread = await rest.post(f"{path}/messages/{message}/threads", name="C-1")

    assert (thread["id"], thread["parent_id"], thread["type"]) == (message, world.channels["help"], 11)
    assert await rest.code("POST", f"{path}/messages/{message}/threads", {"name": "C-1"}) == 160004
    (listed,) = await rest.get(f"{path}/messages")
    assert (listed["thread"]["id"], listed["flags"] & 32) == (message, 32)
    (starter,) = await rest.get(f"/channels/{message}/messages")
    assert (starter["type"], starter["message_reference"]["message_id"]) == (21, message)
    assert (await world.messages("help"))[0].thread == message
    assert await world.messages(message) == []
    assert [one.type for one in await world.messages(message, system=True)] == [21]


async def test_an_archived_thread_opens_when_somebody_writes(world: World, rest: Rest) -> None:
    path, message = await _said(world, rest)
    await rest.post(f"{path}/messages/{message}/threads", name="C-1")
    sent = await rest.post(f"/channels/{message}/messages", content="one")
    await world.do("archive_thread", thread=message)

    assert await rest.code("PATCH", f"/channels/{message}/messages/{sent['id']}", {"content": "two"}) == 50083
    assert await rest.code("PUT", f"/channels/{message}/messages/{sent['id']}/reactions/%F0%9F%91%80/@me") == 50083
    assert await rest.code("PATCH", f"/channels/{message}", {"name": "C-2"}) == 50083
    assert [thread["id"] for thread in (await rest.get(f"{path}/threads/archived/public"))["threads"]] == [message]
    since = (await world.do("changed", since=-1))["n"]
    await rest.post(f"/channels/{message}/messages", content="three")

    told = [(one["event"], one["data"].get("thread_metadata", {}).get("archived")) for one in await world.journal("event", since)]
    assert told == [("THREAD_UPDATE", False), ("MESSAGE_CREATE", None)]
    assert [thread.archived for thread in await world.threads("help")] == [False]
    active = await rest.get(f"/guilds/{world.guilds['northwind']}/threads/active")
    assert [thread["message_count"] for thread in active["threads"]] == [2]


@pytest.mark.parametrize(("archived", "code"), [(True, 50083), (False, 160005)])
async def test_a_locked_thread_is_only_for_moderators(world: World, rest: Rest, archived: bool, code: int) -> None:
    path, message = await _said(world, rest)
    await rest.post(f"{path}/messages/{message}/threads", name="C-1")
    await world.do("archive_thread", thread=message, archived=archived, locked=True)
    await world.do("set_permissions", channel="help", deny=["manage_threads"])

    assert await rest.code("POST", f"/channels/{message}/messages", {"content": "one"}) == code
    with pytest.raises(Impossible, match="may not write"):
        await world.say("ana", "me too", thread=message)
    await world.do("set_permissions", channel="help", allow=["manage_threads"])
    await rest.post(f"/channels/{message}/messages", content="one")


async def test_a_thread_of_somebody_else_is_changed_with_a_permission(world: World, rest: Rest) -> None:
    out = await world.start_thread("ana", "help", "hers")
    assert out.thread is not None
    await world.do("set_permissions", channel="help", deny=["manage_threads"])

    assert await rest.code("PATCH", f"/channels/{out.thread}", {"archived": True}) == 50013
    await world.do("archive_thread", thread=out.thread)
    opened = await rest.patch(f"/channels/{out.thread}", archived=False)
    assert not opened["thread_metadata"]["archived"]


async def test_a_post_of_a_forum_begins_with_its_message(world: World, start: Start) -> None:
    bot = await start()
    forum = bot.get_channel(int(world.channels["problems"]))
    assert isinstance(forum, discord.ForumChannel)
    tags = {tag.name: tag for tag in forum.available_tags}

    made = await forum.create_thread(name="C-1", content="Billing is down", applied_tags=[tags["open"]])
    await made.thread.edit(applied_tags=[tags["fixed"]])

    assert made.message.id == made.thread.id
    (thread,) = await world.threads("problems")
    assert (thread.name, thread.tags, thread.owner) == ("C-1", ["fixed"], world.bot_user_id)
    assert [message.shown for message in await world.messages(thread.id)] == ["Billing is down"]


async def test_a_post_of_a_person_is_heard(world: World, start: Start) -> None:
    begun: list[discord.Thread] = []

    class Hearing(Bot):
        async def on_thread_create(self, thread: discord.Thread) -> None:
            begun.append(thread)

    hearing = await start(Hearing())
    out = await world.post("ana", "problems", "Billing is down", "since noon", tags=["open"])

    assert out.thread == out.message
    assert [message.content for message in hearing.heard] == ["since noon"]
    assert [str(message.channel.id) for message in hearing.heard] == [out.thread]
    assert [thread.name for thread in begun] == ["Billing is down"]
    with pytest.raises(Impossible, match="open, fixed"):
        await world.post("ana", "problems", "More", "of this", tags=["urgent"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "", "message": {"content": "a"}}, 50035),
        ({"name": "n" * 101, "message": {"content": "a"}}, 50035),
        ({"name": "C-1", "message": {}}, 50006),
        ({"name": "C-1", "message": {"content": "a"}, "applied_tags": ["1"]}, 50035),
    ],
)
async def test_a_wrong_post_is_refused(world: World, rest: Rest, body: Json, code: int) -> None:
    assert await rest.code("POST", f"/channels/{world.channels['problems']}/threads", body) == code
    assert await world.threads("problems") == []


async def test_a_forum_may_want_a_tag(world: World, rest: Rest) -> None:
    forum = (await world.do("add_channel", name="strict", kind="forum", tags=["open"], needs_tag=True))["id"]

    assert await rest.code("POST", f"/channels/{forum}/threads", {"name": "C-1", "message": {"content": "a"}}) == 40067
    assert await rest.code("POST", f"/channels/{forum}/messages", {"content": "a"}) == 40058


async def test_a_deleted_thread_is_gone(world: World, rest: Rest, start: Start) -> None:
    bot = await start()
    path, message = await _said(world, rest)
    await rest.post(f"{path}/messages/{message}/threads", name="C-1")
    await world.settle()
    assert bot.get_guild(int(world.guilds["northwind"])).get_thread(int(message))  # type: ignore[union-attr]

    await rest.delete(f"/channels/{message}")
    await world.settle()

    assert bot.get_guild(int(world.guilds["northwind"])).get_thread(int(message)) is None  # type: ignore[union-attr]
    assert await rest.code("POST", f"/channels/{message}/messages", {"content": "one"}) == 10003
    assert (await world.messages("help"))[0].thread is None


async def test_a_thread_by_itself_is_told_of_in_its_channel(world: World, start: Start) -> None:
    bot = await start()

    out = await world.start_thread("ana", "help", "more of this")
    await world.say("ana", "in it", thread=out.thread)

    assert [(message.type.value, message.content) for message in bot.heard] == [(18, "more of this"), (0, "in it")]


async def test_there_is_one_thread_on_a_message(world: World) -> None:
    out = await world.say("ana", "a case", "help")
    await world.start_thread("ana", "help", "C-1", out.message)

    with pytest.raises(Impossible, match="a thread on this message already"):
        await world.start_thread("rita", "help", "C-1 too", out.message)


async def test_archived_threads_come_in_pages_newest_first(world: World, rest: Rest) -> None:
    made = [(await world.start_thread("ana", "help", f"C-{n}")).thread for n in range(3)]
    for thread in made:
        await world.do("archive_thread", thread=thread)
    path = f"/channels/{world.channels['help']}/threads/archived/public"

    first = await rest.get(path, limit=2)
    (last,) = first["threads"][-1:]
    second = await rest.get(path, limit=2, before=last["thread_metadata"]["archive_timestamp"])

    assert ([one["name"] for one in first["threads"]], first["has_more"]) == (["C-2", "C-1"], True)
    assert ([one["name"] for one in second["threads"]], second["has_more"]) == (["C-0"], False)


async def test_people_are_added_to_a_thread(world: World, rest: Rest) -> None:
    thread = (await world.start_thread("ana", "help", "C-1")).thread
    path = f"/channels/{thread}/thread-members"

    assert await rest.status("PUT", f"{path}/{world.users['rita']}") == 204
    assert await rest.status("PUT", f"{path}/@me") == 204
    assert await rest.code("PUT", f"{path}/1") == 10013
    assert await rest.code("PUT", f"/channels/{world.channels['help']}/thread-members/@me") == 50024
    assert [one.members for one in await world.threads("help")] == [[world.users["ana"], world.users["rita"], world.bot_user_id]]
    await world.do("archive_thread", thread=thread)
    assert await rest.code("PUT", f"{path}/{world.users['bruno']}") == 50083
