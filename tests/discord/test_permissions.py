"""Is the bot refused what it may not do, and does it learn of changes in the guild?"""

import discord
import pytest

from tests.discord.bots import Start
from tests.discord.client import FakeDiscord, Impossible, World
from tests.discord.permissions import BITS
from tests.discord.rest import Rest, rest_of

EYES = "%F0%9F%91%80"


@pytest.mark.parametrize(
    ("lacking", "verb", "path", "code"),
    [
        ("view_channel", "POST", "/messages", 50001),
        ("view_channel", "GET", "", 50001),
        ("view_channel", "GET", "/messages", 50001),
        ("send_messages", "POST", "/messages", 50013),
        ("read_message_history", "GET", "/messages/{message}", 50013),
        ("read_message_history", "PUT", f"/messages/{{message}}/reactions/{EYES}/@me", 50013),
        ("add_reactions", "PUT", f"/messages/{{message}}/reactions/{EYES}/@me", 50013),
        ("create_public_threads", "POST", "/messages/{message}/threads", 50013),
        ("manage_messages", "DELETE", "/messages/{message}", 50013),
    ],
)
async def test_a_permission_that_lacks(world: World, rest: Rest, lacking: str, verb: str, path: str, code: int) -> None:
    out = await world.say("ana", "hello", "help")
    await world.do("set_permissions", channel="help", deny=[lacking])
    form = {"content": "hello", "name": "C-1"} if verb == "POST" else None

    assert await rest.code(verb, f"/channels/{world.channels['help']}" + path.format(message=out.message), form) == code


async def test_without_the_history_there_is_none(world: World, rest: Rest) -> None:
    await world.say("ana", "hello", "help")
    await world.do("set_permissions", channel="help", deny=["read_message_history"])

    assert await rest.get(f"/channels/{world.channels['help']}/messages") == []


async def test_writing_in_a_thread_is_a_permission_of_its_own(world: World, rest: Rest) -> None:
    thread = (await world.start_thread("ana", "help", "more")).thread
    await world.do("set_permissions", channel="help", deny=["send_messages"])
    await rest.post(f"/channels/{thread}/messages", content="allowed")

    await world.do("set_permissions", channel="help", deny=["send_messages_in_threads"])
    assert await rest.code("POST", f"/channels/{thread}/messages", {"content": "not any more"}) == 50013


async def test_a_reaction_that_is_there_needs_no_permission(world: World, rest: Rest) -> None:
    out = await world.say("ana", "hello", "help")
    assert out.message is not None
    await world.react("ana", "help", out.message, "👀")
    await world.do("set_permissions", channel="help", deny=["add_reactions"])

    assert await rest.status("PUT", f"/channels/{world.channels['help']}/messages/{out.message}/reactions/{EYES}/@me") == 204


async def test_roles_and_overwrites_are_added_up(fake: FakeDiscord) -> None:
    roles = [{"name": "desk", "members": ["rita"]}, {"name": "boss", "permissions": ["administrator"], "members": ["bruno"]}]
    room = {"name": "desk", "deny": ["@everyone"], "allow": ["desk"]}
    world = await fake.world(users=["ana", "bruno", "rita"], guilds=[{"name": "northwind", "roles": roles, "channels": [room]}])

    with pytest.raises(Impossible, match="ana cannot see desk"):
        await world.say("ana", "hello", "desk")
    await world.say("rita", "hello", "desk")
    await world.say("bruno", "hello", "desk")
    async with rest_of(world) as rest:
        # The bot has no such role.
        assert await rest.code("GET", f"/channels/{world.channels['desk']}") == 50001
    await world.close()


async def test_a_guild_without_the_bot_is_not_there(world: World, rest: Rest, start: Start) -> None:
    bot = await start()
    guild, room = world.guilds["northwind"], world.channels["help"]

    await world.do("kick_bot")

    assert list(bot.guilds) == []
    assert await rest.code("GET", f"/guilds/{guild}") == 10004
    assert await rest.code("POST", f"/channels/{room}/messages", {"content": "hello"}) == 50001
    await world.do("join", user="buckstop")
    assert [one.name for one in bot.guilds] == ["northwind"]


async def test_an_outage_takes_a_guild_away_for_a_while(world: World, start: Start) -> None:
    bot = await start()

    await world.do("guild_unavailable")
    assert [one.unavailable for one in bot.guilds] == [True]
    await world.do("guild_unavailable", unavailable=False)
    assert [one.unavailable for one in bot.guilds] == [False]


async def test_people_come_and_go(world: World, start: Start, rest: Rest) -> None:
    bot = await start()
    guild = bot.guilds[0]

    added = await world.do("add_user", name="eve", global_name="Eve", guild="northwind")
    await world.do("rename", user="ana", nick="Ana of the desk")
    await world.do("leave", user="bruno")

    assert {member.display_name for member in guild.members} == {"Ana of the desk", "Eve", "Rita", "buckstop"}
    path = f"/guilds/{guild.id}/members"
    assert (await rest.get(f"{path}/{added['id']}"))["user"]["username"] == "eve"
    assert await rest.code("GET", f"{path}/{world.users['bruno']}") == 10007
    assert await rest.code("GET", f"{path}/1") == 10013
    assert [one["user"]["username"] for one in await rest.get(f"{path}/search", query="ana of")] == ["ana"]
    listed = await rest.get(path, limit=2)
    after = await rest.get(path, limit=1000, after=listed[-1]["user"]["id"])
    assert sorted(one["user"]["username"] for one in listed + after) == ["ana", "buckstop", "eve", "rita"]


async def test_listing_members_needs_the_privileged_intent(world: World, rest: Rest) -> None:
    await world.set(privileged=[])

    assert await rest.code("GET", f"/guilds/{world.guilds['northwind']}/members") == 50001


async def test_a_deleted_account_takes_nothing(world: World, rest: Rest) -> None:
    direct = await rest.post("/users/@me/channels", recipient_id=world.users["ana"])

    await world.do("delete_user", user="ana")

    assert await rest.code("POST", f"/channels/{direct['id']}/messages", {"content": "to you"}) == 50007
    assert await rest.code("POST", "/users/@me/channels", {"recipient_id": "1"}) == 50033
    assert await rest.code("GET", "/users/1") == 10013


async def test_channels_come_and_change_and_go(world: World, start: Start, rest: Rest) -> None:
    bot = await start()
    guild = bot.guilds[0]

    made = (await world.do("add_channel", name="new"))["id"]
    await world.do("rename_channel", channel="new", name="newer")
    assert isinstance(channel := guild.get_channel(int(made)), discord.TextChannel)
    assert channel.name == "newer"
    await world.do("set_permissions", channel="newer", deny=["send_messages"])
    assert not channel.permissions_for(guild.me).send_messages
    await world.do("delete_channel", channel="newer")
    assert guild.get_channel(int(made)) is None
    assert await rest.code("GET", f"/channels/{made}") == 10003


@pytest.mark.parametrize(("privileged", "flags"), [([], 0), (["members"], 1 << 15), (["message_content", "presences"], 1 << 19 | 1 << 13)])
async def test_the_application_tells_of_its_switches(world: World, rest: Rest, privileged: list[str], flags: int) -> None:
    await world.set(privileged=privileged)

    told = await rest.get("/applications/@me")

    assert (told["id"], told["flags"]) == (world.application_id, flags)


@pytest.mark.parametrize("name", BITS)
def test_a_permission_has_discords_bit(name: str) -> None:
    assert getattr(discord.Permissions(1 << BITS[name]), name)


async def test_what_a_test_misspells_is_said(fake: FakeDiscord, world: World) -> None:
    with pytest.raises(Impossible, match="no permission is called 'speak'"):
        await world.do("set_permissions", channel="help", deny=["speak"])
    with pytest.raises(Impossible, match="no forum and has no tags"):
        await world.do("add_channel", name="new", tags=["open"])
    with pytest.raises(Impossible, match="a world has no people"):
        await fake.world(people=["ana"])
    with pytest.raises(Impossible, match="there is a user ana already"):
        await world.do("add_user", name="ana")
    with pytest.raises(Impossible, match="there is no guild 'southwind'"):
        await world.do("leave", user="ana", guild="southwind")


async def test_reactions_of_others_are_taken_away_with_a_permission(world: World, rest: Rest) -> None:
    out = await world.say("ana", "hello", "help")
    assert out.message is not None
    await world.react("ana", "help", out.message, "👀")
    path = f"/channels/{world.channels['help']}/messages/{out.message}/reactions/{EYES}"
    await world.do("set_permissions", channel="help", deny=["manage_messages"])
    assert await rest.code("DELETE", f"{path}/{world.users['ana']}") == 50013
    await world.do("set_permissions", channel="help", allow=["manage_messages"])

    assert await rest.status("PUT", f"{path}/@me") == 204
    assert await rest.status("DELETE", f"{path}/{world.users['ana']}") == 204
    assert (await world.messages("help"))[0].reactions == {"👀": [world.bot_user_id]}
    assert await rest.status("DELETE", f"{path}/@me") == 204
    assert (await world.messages("help"))[0].reactions == {}
