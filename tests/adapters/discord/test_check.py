"""Is each thing in Discord looked at, is each fault said with its cure, and does what could not be looked at never count as gone?"""

# ruff: noqa: E501 - a finding stands here on one line, as it is printed

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from bot.adapters.discord.access import Access
from bot.adapters.discord.manifest import PERMISSIONS
from bot.escalation.org import Account, Org, Person
from bot.escalation.words import PersonId
from bot.handlers.night import Seen, State
from bot.wording.findings import told
from tests.adapters.discord.company import CHANNELS, FORUM, NOBODY, PEOPLE, USERS, access, company, loaded, looked, named
from tests.discord.client import World

ALL_WELL = {
    "Discord": [
        'ok     bot token: buckstop (<bot>) of the application "buckstop" (<bot>)',
        'ok     application: whoever knows its id can invite the bot. Nothing is done in servers that are not configured; but switch "Public Bot" off in the portal, under Bot',
        "ok     intents: Message Content Intent and Server Members Intent: switched on",
        "ok     shards: 1 recommended; 1000 of 1000 session starts are left",
        "ok     gateway: it answers",
        'ok     commands: /case, /report, /away, /back, /prefer, /routes, /dead, /announce, /lacked, /renew, /time, /announced, "Report as a case": registered, and up to date',
    ],
    'Discord, server <harbour> "harbour"': [
        "ok     server: Buckstop is in it, as buckstop",
        "ok     discord.channels.help: #help (<help>)",
        "ok     discord.channels.leadership: #leadership (<leadership>)",
        "ok     discord.channels.problems: #problems (<problems>), a forum with tags for open, closed",
    ],
    "Discord, people": [
        "ok     direct messages: whether somebody takes direct messages from Buckstop, Discord tells only when one is sent. Who takes none is called by name in the thread of their case, and the admins are told",
        "ok     people.ana.discord: Ana, ana (<ana>)",
        "ok     people.ben.discord: Ben, ben (<ben>)",
        "ok     people.ida.discord: Ida, ida (<ida>)",
    ],
}  # fmt: skip
COPY = 'click them in Discord with the right button, then "Copy User ID"'
PORTAL = "https://discord.com/developers/applications/<bot>"
INVITE = "https://discord.com/oauth2/authorize?client_id=<bot>&permissions=326417615936&scope=bot+applications.commands"


def lines(world: World, seen: Mapping[str, list[Seen]]) -> dict[str, list[str]]:
    """Return what is printed, with names instead of ids."""
    return {named(world, heading): [named(world, told(one)) for one in part] for heading, part in seen.items()}


def all_seen(seen: Mapping[str, list[Seen]]) -> list[Seen]:
    """Return the findings without their headings."""
    return [one for part in seen.values() for one in part]


def without(name: str, *permissions: str) -> dict[str, Any]:
    """Return the company's channels, in one of which the bot lacks permissions."""
    whole = [one if isinstance(one, Mapping) else {"name": one} for one in CHANNELS]
    return {"channels": [{**one, **({"bot": list(permissions)} if one["name"] == name else {})} for one in whole]}


def lacking(*permissions: str) -> str:
    """Return what is said of missing permissions."""
    return "; ".join(f"{PERMISSIONS[one][0]} ({PERMISSIONS[one][1].rstrip('.')})" for one in permissions)


async def test_all_is_well(discord_address: str) -> None:
    async with company(discord_address) as world:
        seen = await looked(access(world), loaded(world))

    assert lines(world, seen) == ALL_WELL


# What is otherwise in Discord, what is otherwise in the configuration, the line that says it, and what it means.
ROWS: dict[str, tuple[dict[str, Any], dict[str, Any], str, State]] = {
    "an intent is switched off": (
        {"privileged": ["members"]},
        {},
        f"FAULT  intents: Message Content Intent: it is switched off. Reads what people write in a case's thread, and the message that they report; without it every text is empty. Switch it on: {PORTAL}/bot, Privileged Gateway Intents",
        State.THERE,
    ),
    "an intent is switched off that the configuration can do without": (
        {"privileged": ["message_content"]},
        {},
        f"FAULT  intents: Server Members Intent: it is switched off. Hears at once who has left, so that their cases wait for nobody who is gone. Switch it on: {PORTAL}/bot, Privileged Gateway Intents; or set discord.members_intent = false",
        State.THERE,
    ),
    "an intent is switched off that the configuration does without": (
        {"privileged": ["message_content"]},
        {"discord": 'forums = ["problems"]\nmembers_intent = false'},
        "ok     intents: Message Content Intent: switched on",
        State.THERE,
    ),
    "fewer shards than Discord recommends": (
        {"shards": 4},
        {"discord": 'forums = ["problems"]\nshards = 2'},
        "ok     shards: 4 recommended; 1000 of 1000 session starts are left. Buckstop opens 2, which is fewer than that: see discord.shards",
        State.THERE,
    ),
    "no command is registered": (
        {"register": False},
        {},
        'FAULT  commands: /case, /report, /away, /back, /prefer, /routes, /dead, /announce, /lacked, /renew, /time, /announced, "Report as a case": not registered. Run `buckstop discord sync`',
        State.THERE,
    ),
    "a server that Buckstop is not in": (
        {},
        {"guilds": ["harbour", NOBODY], "channels": {"problems": "harbour/problems"}},
        f"FAULT  server: Buckstop is not in this server, or there is none with this id. Invite it: {INVITE}",
        State.GONE,
    ),
    "a channel of a server that Buckstop is not in": (
        {},
        {"guilds": ["harbour", NOBODY], "channels": {"help": f"{NOBODY}/{NOBODY}"}, "discord": ""},
        "FAULT  discord.channels.help: Buckstop is not in its server",
        State.GONE,
    ),
    "there is no such channel": (
        {},
        {"channels": {"help": NOBODY, "problems": "problems"}},
        f'FAULT  discord.channels.help: there is no channel {NOBODY} in this server. Compare the id with the one that "Copy Channel ID" gives. A thread does not do: name the channel it is in',
        State.GONE,
    ),
    "a channel that Buckstop may not see": (
        without("help", "view_channel", "send_messages"),
        {},
        f'FAULT  discord.channels.help: in #help (<help>) Buckstop lacks {lacking("view_channel")}. In Edit Channel, Permissions: add Buckstop, and allow it "View Channels"',
        State.GONE,
    ),
    "a channel that Buckstop may not write in": (
        without("help", "send_messages", "add_reactions"),
        {},
        f'FAULT  discord.channels.help: in #help (<help>) Buckstop lacks {lacking("send_messages", "attach_files", "add_reactions")}. In Edit Channel, Permissions: add Buckstop, and allow it "Send Messages and Create Posts", "Attach Files" and "Add Reactions"',
        State.GONE,
    ),
    "a channel in which Buckstop can open no threads": (
        without("help", "create_public_threads"),
        {},
        f'FAULT  discord.channels.help: in #help (<help>) Buckstop lacks {lacking("create_public_threads")}. In Edit Channel, Permissions: add Buckstop, and allow it "Create Public Threads"',
        State.THERE,
    ),
    "a forum whose tags Buckstop may not set": (
        without("problems", "manage_threads"),
        {},
        f'FAULT  discord.channels.problems: in #problems (<problems>) Buckstop lacks {lacking("manage_threads")}. In Edit Channel, Permissions: add Buckstop, and allow it "Manage Threads and Posts"',
        State.THERE,
    ),
    "a forum in whose posts Buckstop may not write": (
        without("problems", "send_messages_in_threads"),
        {},
        f'FAULT  discord.channels.problems: in #problems (<problems>) Buckstop lacks {lacking("send_messages_in_threads")}. In Edit Channel, Permissions: add Buckstop, and allow it "Send Messages in Threads and Posts"',
        State.GONE,
    ),
    "a forum in which Buckstop may begin no posts, which it never does": (
        without("problems", "send_messages", "create_public_threads"),
        {},
        "ok     discord.channels.problems: #problems (<problems>), a forum with tags for open, closed",
        State.THERE,
    ),
    "a role that takes a permission away everywhere": (
        {"bot": ["read_message_history"]},
        {},
        f'FAULT  discord.channels.help: in #help (<help>) Buckstop lacks {lacking("read_message_history")}. In Edit Channel, Permissions: add Buckstop, and allow it "Read Message History"',
        State.THERE,
    ),
    "a forum that is no forum to the configuration": (
        {},
        {"discord": ""},
        "FAULT  discord.channels.problems: #problems (<problems>) is a forum. Add its name to discord.forums, so that its posts become cases; or name a text channel",
        State.GONE,
    ),
    "a forum to the configuration that is none": (
        {},
        {"discord": 'forums = ["problems", "help"]'},
        "FAULT  discord.channels.help: #help (<help>) is no forum. Take its name out of discord.forums, or name a forum",
        State.GONE,
    ),
    "a channel that holds channels": (
        {"channels": ["leadership", FORUM, {"name": "help", "kind": "category"}]},
        {},
        "FAULT  discord.channels.help: #help (<help>) is a category channel. Name a text channel or an announcement channel",
        State.GONE,
    ),
    "a channel for announcements": (
        {"channels": ["leadership", FORUM, {"name": "help", "kind": "news"}]},
        {},
        "ok     discord.channels.help: #help (<help>)",
        State.THERE,
    ),
    "a forum without tags": (
        {"channels": ["help", "leadership", {"name": "problems", "kind": "forum"}]},
        {},
        "ok     discord.channels.problems: #problems (<problems>), a forum without tags of ours. Make some in its settings under Tags, such as open, acknowledged, waiting, resolved and closed, and posts show how they stand",
        State.THERE,
    ),
    "a forum without a tag that the configuration names": (
        {},
        {"discord": 'forums = ["problems"]\nforum_tags = { fixed = "Solved", resolved = "Solved?", open = "OPEN" }'},
        'FAULT  discord.channels.problems: #problems (<problems>) has no tag "Solved?" (for resolved), "Solved" (for fixed). Make them in the forum\'s settings under Tags, or correct discord.forum_tags',
        State.THERE,
    ),
    "somebody has left": (
        {"members": ["rita", "ben", "ida"]},
        {},
        f"FAULT  people.ana.discord: ana (<ana>) is in none of the servers of the configuration, so that Buckstop cannot write to them. Invite them, or write the account that they have now: {COPY}",
        State.GONE,
    ),
    "somebody has deleted their account": (
        {"users": [*USERS, "deleted_user_9f"], "members": list(USERS)},
        {"people": PEOPLE | {"ana": "deleted_user_9f"}},
        "FAULT  people.ana.discord: the account <deleted_user_9f> was deleted. Give their services another owner and take them out of the configuration, or write the account that they have now",
        State.GONE,
    ),
    "an account that never was": (
        {},
        {"people": PEOPLE | {"ana": NOBODY}},
        f"FAULT  people.ana.discord: there is no account {NOBODY}. Write the right one: {COPY}",
        State.GONE,
    ),
    "a program's account": (
        {"users": [*USERS, {"name": "robot", "bot": True}]},
        {"people": PEOPLE | {"ana": "robot"}},
        f"FAULT  people.ana.discord: the account <robot> is a program's. Write a person's account: {COPY}",
        State.GONE,
    ),
    "somebody whom nothing reaches": (
        {},
        {"people": PEOPLE | {"ana": ""}},
        f'FAULT  people.ana: no account in Discord is known of them, nor any other way to reach them. Write discord = "...": {COPY}',
        State.GONE,
    ),
    "somebody whom the local workspace reaches": (
        {},
        {"people": PEOPLE | {"ana": ""}, "more": "[local]\nenabled = true\n"},
        "ok     people.ana: Ana is not in Discord, and reached elsewhere",
        State.GONE,
    ),
    "somebody whom Slack reaches": (
        {},
        {"people": PEOPLE | {"ana": ""}, "lines": {"ana": 'slack = "U0123456"'}, "more": '[slack]\nworkspaces = "T0123456"\n'},
        "ok     people.ana: Ana is not in Discord, and reached elsewhere",
        State.GONE,
    ),
    "somebody with two accounts, one of them gone": (
        {"users": [*USERS, "lina"], "members": [*USERS]},
        {"people": {"ana": "", "ben": "ben", "ida": "ida"}, "lines": {"ana": "discord = [{lina}, {ana}]"}},
        f"FAULT  people.ana.discord: lina (<lina>) is in none of the servers of the configuration, so that Buckstop cannot write to them. Invite them, or write the account that they have now: {COPY}",
        State.GONE,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("there", "given", "line", "state"), ROWS.values(), ids=ROWS.keys())
async def test_what_is_otherwise_is_said(
    discord_address: str, there: dict[str, Any], given: dict[str, Any], line: str, state: State
) -> None:
    async with company(discord_address, **there) as world:
        said = given.get("lines", {})
        given = given | {"lines": {who: text.format(**world.users) for who, text in said.items()}}
        seen = all_seen(await looked(access(world), loaded(world, **given)))

    found = [one for one in seen if named(world, told(one)) == line]
    assert [one.state for one in found] == [state], [named(world, told(one)) for one in seen]


async def test_only_what_is_otherwise_is_a_fault(discord_address: str) -> None:
    async with company(discord_address, **without("help", "add_reactions"), members=["rita", "ben", "ida"]) as world:
        seen = await looked(access(world), loaded(world))

    faults = {one.place for one in all_seen(seen) if one.fault is not None}
    assert faults == {"discord.channels.help", "people.ana.discord"}


# --- people: how they count


async def test_what_is_known_of_whoever_is_there(discord_address: str) -> None:
    async with company(discord_address) as world:
        seen = all_seen(await looked(access(world), loaded(world)))

    ana = next(one for one in seen if one.person == "ana")
    assert (ana.account, ana.profile and ana.profile.gone) == (Account("discord", "", world.users["ana"]), False)


async def test_who_has_left_is_gone_and_an_account_that_never_was_is_not(discord_address: str) -> None:
    async with company(discord_address, members=["rita", "ben", "ida"]) as world:
        seen = all_seen(await looked(access(world), loaded(world, people=PEOPLE | {"ben": NOBODY})))

    ana, ben = (next(one for one in seen if one.person == who) for who in ("ana", "ben"))
    assert (ana.profile and ana.profile.gone, ben.profile) == (True, None)


OUT_OF_REACH = "A message did not reach them before; they count as there again once they write to Buckstop"
STANDING: dict[str, tuple[dict[str, Any], str, State]] = {
    "whom no message reached": ({"reachable": False}, f"ok     people.ana.discord: Ana, ana (<ana>). {OUT_OF_REACH}", State.UNSEEN),
    "who was gone": ({"gone": True, "reachable": False}, "ok     people.ana.discord: Ana, ana (<ana>)", State.THERE),
}


@pytest.mark.parametrize(("was", "line", "state"), STANDING.values(), ids=STANDING.keys())
async def test_being_there_proves_only_that_nobody_is_gone(discord_address: str, was: dict[str, Any], line: str, state: State) -> None:
    async with company(discord_address) as world:
        plan = loaded(world)
        org = replace(plan.org, people={**plan.org.people, PersonId("ana"): replace(plan.org.people[PersonId("ana")], **was)})
        seen = all_seen(await looked(access(world), plan, org))

    ana = next(one for one in seen if one.person == "ana")
    assert (named(world, told(ana)), ana.state) == (line, state)


def newcomer(world: World, plan_org: Org, who: str) -> tuple[Org, str]:
    """Return the organisation with somebody whom only Discord knows, and their id."""
    known = plan_org.people[PersonId("ana")]
    account = Account("discord", "", world.users[who])
    person = PersonId(f"discord..{account.id}")
    return replace(
        plan_org, people={**plan_org.people, person: Person(person, who.capitalize(), known.calendar, accounts=(account,))}
    ), person


NEWCOMERS = {
    "is there": (list(USERS), "ok     Rita, who reported something: Rita, rita (<rita>)"),
    "has left": (
        ["ana", "ben", "ida"],
        "ok     Rita, who reported something: Rita, <rita>, has left. An admin may confirm what they reported",
    ),
}


@pytest.mark.parametrize(("there", "line"), NEWCOMERS.values(), ids=NEWCOMERS.keys())
async def test_somebody_whom_only_discord_knows_is_looked_for_while_they_are_on_a_case(
    discord_address: str, there: list[str], line: str
) -> None:
    async with company(discord_address, members=there) as world:
        plan = loaded(world)
        org, rita = newcomer(world, plan.org, "rita")
        on_it = lines(world, await looked(access(world), plan, org, [rita, "ana", "taken-out"]))
        not_on_it = lines(world, await looked(access(world), plan, org))

    assert on_it["Discord, people"][-1] == line
    assert "Rita" not in str(not_on_it)


async def test_somebody_with_an_address_is_found_by_it_elsewhere(discord_address: str) -> None:
    async with company(discord_address) as world:
        plan = loaded(world, people=PEOPLE | {"ana": ""}, lines={"ana": 'email = "ana@harbour.example"'})
        found, lost = [all_seen(await looked(access(world), plan, mail=mail)) for mail in (True, False)]

    assert [one.fault is None for seen in (found, lost) for one in seen if one.person == "ana"] == [True, False]


# --- several servers


async def test_each_server_is_looked_at_and_who_is_in_one_need_not_be_in_the_others(discord_address: str) -> None:
    guilds = [
        {"name": "harbour", "channels": ["help"], "members": ["ana"]},
        {"name": "yard", "channels": ["help"], "members": ["ben", "ida"]},
    ]
    async with company(discord_address, guilds=guilds) as world:
        channels = {"help": "harbour/help", "yard": "yard/help"}
        seen = lines(world, await looked(access(world), loaded(world, guilds=["harbour", "yard"], channels=channels, discord="")))

    assert {heading: len(part) for heading, part in seen.items()} == {
        "Discord": 6, 'Discord, server <harbour> "harbour"': 2, 'Discord, server <yard> "yard"': 2, "Discord, people": 4
    }  # fmt: skip
    assert [line for part in seen.values() for line in part if line.startswith("FAULT")] == []


async def test_servers_that_are_not_configured_are_named(discord_address: str) -> None:
    others = [{"name": f"other{n}", "channels": ["x"]} for n in range(7)]
    async with company(discord_address, guilds=[{"name": "harbour", "channels": list(CHANNELS)}, *others]) as world:
        seen = lines(world, await looked(access(world), loaded(world)))

    line = "ok     servers: Buckstop is also in other0, other1, other2, other3, other4 and 2 more. It does nothing there: add their ids to discord.guilds, or remove it from them"
    assert seen["Discord"][-1] == line


async def test_who_may_be_in_a_server_that_could_not_be_looked_into_is_not_gone(discord_address: str) -> None:
    async with company(discord_address, members=["rita", "ben", "ida"]) as world:
        seen = all_seen(await looked(access(world), loaded(world, guilds=["harbour", NOBODY], channels={}, discord="")))

    ana = next(one for one in seen if one.person == "ana")
    assert named(world, told(ana)) == (
        "FAULT  people.ana.discord: the account <ana> is in none of the servers that could be looked at. See what is said of the others"
    )
    assert (ana.state, ana.profile) == (State.UNSEEN, None)


# --- what cannot be looked at


RESET = 'Set a token that is valid (DISCORD_TOKEN): "Reset Token" in the developer portal, under Bot, shows a new one'
AGAIN = "Nothing more was looked at: see whether this machine reaches Discord, and ask again"


async def test_a_dead_token_is_one_fault(discord_address: str) -> None:
    async with company(discord_address) as world:
        await world.do("revoke")
        seen = await looked(access(world), loaded(world))
        tries = len(await world.calls("GET /users/@me"))

    assert lines(world, seen) == {"Discord": [f"FAULT  Discord: the bot token is not valid. {RESET}"]}
    assert tries <= 2, "a refused token is not tried again: too many refusals bring a ban"


async def test_a_token_that_dies_on_the_way(discord_address: str) -> None:
    async with company(discord_address) as world:
        await world.fault("status_401", "GET /guilds/{guild_id}/members/{user_id}", times=99)
        seen = await looked(access(world), loaded(world))

    assert lines(world, seen) == {"Discord": [f"FAULT  Discord: the bot token is not valid. {RESET}"]}


PASSING = {
    "Discord has a fault of its own": {"kind": "status_503"},
    "the connection breaks": {"kind": "drop_before"},
    "a limit": {"kind": "ratelimited", "retry_after": 0.05},
    "a limit of the network in front": {"kind": "ratelimited", "retry_after": 0.05, "via": False},
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
async def test_what_passes_is_waited_for(discord_address: str, fault: dict[str, Any]) -> None:
    async with company(discord_address) as world:
        for route in ("GET /users/@me", "GET /guilds/{guild_id}", "GET /guilds/{guild_id}/members/{user_id}", "GET /gateway/bot"):
            await world.fault(route=route, **fault)
        seen = await looked(access(world), loaded(world))

    assert lines(world, seen) == ALL_WELL


LASTING = {
    "Discord has a fault of its own": ({"kind": "status_503"}, "Discord had a fault of its own (503)"),
    "a limit that lasts longer than anybody waits": ({"kind": "ratelimited", "retry_after": 500.0, "via": False}, "Discord's rate limit"),
    "the connection breaks": ({"kind": "drop_before"}, "no answer from Discord (ServerDisconnectedError)"),
}


@pytest.mark.parametrize(("fault", "why"), LASTING.values(), ids=LASTING.keys())
async def test_what_lasts_is_told_and_nobody_counts_as_gone(discord_address: str, fault: dict[str, Any], why: str) -> None:
    async with company(discord_address, members=["rita", "ben", "ida"]) as world:
        await world.fault(route="GET /guilds/{guild_id}/members/{user_id}", times=99, **fault)
        seen = await looked(access(world), loaded(world))

    assert lines(world, seen)["Discord"][-1] == f"FAULT  Discord: {why}. {AGAIN}"
    assert [one for one in all_seen(seen) if one.person is not None or one.state is State.GONE] == []


@asynccontextmanager
async def another(status: int, text: str, kind: str) -> AsyncIterator[Access]:
    """Answer everything alike, as something that is not Discord would."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text, content_type=kind)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = runner.addresses[0]
    try:
        yield Access(f"http://127.0.0.1:{address[1]}/api/v10", f"ws://127.0.0.1:{address[1]}/", "hunter2.hunter2.hunter2", None)
    finally:
        await runner.cleanup()


OTHERS = {
    "a web page": (200, "<html>Welcome</html>", "text/html"),
    "a page that is not there": (404, "<html>Not here</html>", "text/html"),
    "something of another kind": (200, "[]", "application/json"),
    "an API that knows no such thing": (404, '{"message": "404: Not Found", "code": 0}', "application/json"),
    "something empty": (200, "{}", "application/json"),
}


@pytest.mark.parametrize(("status", "text", "kind"), OTHERS.values(), ids=OTHERS.keys())
async def test_what_answers_there_is_not_discord(discord_address: str, status: int, text: str, kind: str) -> None:
    async with company(discord_address) as world, another(status, text, kind) as way:
        seen = await looked(way, loaded(world))

    assert lines(world, seen) == {"Discord": [f"FAULT  Discord: what answers there is not Discord. {AGAIN}"]}


async def test_nothing_answers_there(discord_address: str) -> None:
    async with company(discord_address) as world:
        seen = await looked(Access("http://127.0.0.1:1/api/v10", "ws://127.0.0.1:1/", world.token, None), loaded(world))

    assert lines(world, seen) == {"Discord": [f"FAULT  Discord: no connection to Discord (ClientConnectorError). {AGAIN}"]}


GATEWAYS = {
    "nothing": ("ws://127.0.0.1:1/", "no connection to it (ClientConnectorError). See whether this machine may open wss:// connections, and what DISCORD_GATEWAY_URL says"),
    "no gateway": (None, "no connection to it (WSServerHandshakeError). See whether this machine may open wss:// connections, and what DISCORD_GATEWAY_URL says"),
}  # fmt: skip


@pytest.mark.parametrize(("address", "why"), GATEWAYS.values(), ids=GATEWAYS.keys())
async def test_the_gateway_is_tried(discord_address: str, address: str | None, why: str) -> None:
    async with company(discord_address) as world:
        way = replace(access(world), gateway_url=address or f"{world.api_url.replace('http', 'ws', 1)}/")
        seen = lines(world, await looked(way, loaded(world)))

    assert f"FAULT  gateway: {why}" in seen["Discord"]
    assert list(seen) == list(ALL_WELL)


async def test_looking_changes_nothing(discord_address: str) -> None:
    async with company(discord_address) as world:
        before = len(await world.calls())
        await looked(access(world), loaded(world))
        calls = (await world.calls())[before:]
        said = await world.messages("@ana")

    assert {call["method"] for call in calls} == {"GET"}
    assert said == []
