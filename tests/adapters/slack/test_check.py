"""Is each thing in a workspace looked at, is each fault said with its cure, and does what could not be looked at never count as gone?"""

# ruff: noqa: E501 - a finding stands here on one line, as it is printed

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp import web

from bot.adapters.slack.manifest import SCOPES
from bot.adapters.slack.tokens import Tokens
from bot.config import Config
from bot.escalation.org import Account, Org, Person
from bot.escalation.words import PersonId
from bot.handlers.night import Seen, State
from bot.wording.findings import told
from tests.adapters.slack.company import CHANNELS, OTHER, PEOPLE, TEAM, USERS, company, loaded, looked, looked_everywhere, tokens_of

ALL_WELL = {
    "bot token": 'ok     bot token: @buckstop in "Acme", https://acme.slack.com/',
    "scopes": f"ok     scopes: all {len(SCOPES)} that are needed, and no others",
    "help": "ok     slack.channels.help: #help (C0HELP)",
    "leadership": "ok     slack.channels.leadership: #leadership (C0LEADERSHIP)",
    "ana": "ok     people.ana.slack: Ana, U0ANA",
    "ben": "ok     people.ben.email: Ben, U0BEN",
    "ida": "ok     people.ida.slack: Ida, U0IDA",
}
MEMBER_ID = 'their profile in Slack, ⋮, "Copy member ID"'
AGAIN = "Install the app again from `buckstop manifest slack` (docs/slack.md)"


def user(name: str, **more: Any) -> dict[str, Any]:
    """Return the company's people, one of them otherwise."""
    return {"users": [{"name": one, **(more if one == name else {})} for one in USERS]}


def channel(name: str, **more: Any) -> dict[str, Any]:
    """Return the company's channels, one of them otherwise."""
    return {"channels": [{"name": one, **(more if one == name else {})} for one in CHANNELS]}


# What is otherwise in Slack, what is otherwise in the configuration, the line that says it, and what it means.
ROWS: dict[str, tuple[dict[str, Any], dict[str, Any], str, str, State]] = {
    "a channel is archived": (
        channel("help", archived=True),
        {},
        "help",
        "FAULT  slack.channels.help: #help (C0HELP) is archived. Unarchive it and /invite @buckstop, or name another channel in the configuration",
        State.GONE,
    ),
    "Buckstop is not in a channel": (
        channel("help", with_bot=False),
        {},
        "help",
        "FAULT  slack.channels.help: Buckstop is not in #help (C0HELP). In the channel: /invite @buckstop",
        State.GONE,
    ),
    "a private channel that Buckstop is in": (
        channel("help", private=True),
        {},
        "help",
        "ok     slack.channels.help: #help (C0HELP)",
        State.THERE,
    ),
    "a private channel that Buckstop is not in": (
        channel("help", private=True, with_bot=False),
        {},
        "help",
        'FAULT  slack.channels.help: there is no channel C0HELP in this workspace, or it is private and Buckstop is not in it. In the channel: /invite @buckstop; if that does not help, compare the id with the one at the end of its "About"',
        State.GONE,
    ),
    "there is no such channel": (
        {},
        {"channels": {"help": "C0NOWHERE", "leadership": "C0LEADERSHIP"}},
        "help",
        'FAULT  slack.channels.help: there is no channel C0NOWHERE in this workspace, or it is private and Buckstop is not in it. In the channel: /invite @buckstop; if that does not help, compare the id with the one at the end of its "About"',
        State.GONE,
    ),
    "an account was deactivated": (
        user("ana", deleted=True),
        {},
        "ana",
        "FAULT  people.ana.slack: the account U0ANA was deactivated. Give their services another owner and take them out of the configuration, or write the account that they have now",
        State.GONE,
    ),
    "there is no such account": (
        {},
        {"people": PEOPLE | {"ana": 'slack = "U0NOBODY"'}},
        "ana",
        f"FAULT  people.ana.slack: there is no account U0NOBODY in this workspace. Write the right one ({MEMBER_ID})",
        State.GONE,
    ),
    "the account is a bot's": (
        user("ana", is_bot=True),
        {},
        "ana",
        f"FAULT  people.ana.slack: the account U0ANA is a program's. Write a person's account ({MEMBER_ID})",
        State.GONE,
    ),
    "somebody takes no direct messages": (
        user("ana", dm_closed="cannot_send_message"),
        {},
        "ana",
        "FAULT  people.ana.slack: Buckstop cannot write to U0ANA directly: they take no direct messages. Until it is mended, Buckstop calls them by name in the thread of their case",
        State.CLOSED,
    ),
    "the messages tab is off": (
        user("ana", dm_closed="messages_tab_disabled"),
        {},
        "ana",
        "FAULT  people.ana.slack: Buckstop cannot write to U0ANA directly: Buckstop's messages tab is switched off in Slack's settings of the app. In the app's settings, App Home: switch the messages tab on, and let people write there",
        State.CLOSED,
    ),
    "nobody has the e-mail address": (
        user("ben", email="benjamin@example.com"),
        {},
        "ben",
        f'FAULT  people.ben.email: nobody in this workspace has the e-mail address ben@example.com. Correct it, or write slack = "U..." ({MEMBER_ID})',
        State.GONE,
    ),
    "whoever had the e-mail address has left": (
        user("ben", deleted=True),
        {},
        "ben",
        f'FAULT  people.ben.email: nobody in this workspace has the e-mail address ben@example.com. Correct it, or write slack = "U..." ({MEMBER_ID})',
        State.GONE,
    ),
    "neither an account nor an e-mail address": (
        {},
        {"people": PEOPLE | {"ben": ""}},
        "ben",
        f'FAULT  people.ben: neither an account in Slack nor an e-mail address is known of them. Write their `email` as it is in Slack, or slack = "U..." ({MEMBER_ID})',
        State.GONE,
    ),
    "neither, but there is the local workspace": (
        {},
        {"people": PEOPLE | {"ben": ""}, "more": "[local]\nenabled = true\n"},
        "ben",
        "ok     people.ben: Ben is not in Slack, and reached elsewhere",
        State.GONE,
    ),
    "not found by e-mail, but there is another platform": (
        user("ben", email="benjamin@example.com"),
        {
            "people": PEOPLE | {"ben": 'email = "ben@example.com"\ndiscord = "112233445566778899"'},
            "more": '[discord]\nguilds = ["112233445566778899"]\n',
        },
        "ben",
        "ok     people.ben.email: Ben is not in Slack, and reached elsewhere",
        State.GONE,
    ),
    "an account that is wrong stays a fault, whatever other ways there are": (
        {},
        {"people": PEOPLE | {"ana": 'slack = "U0NOBODY"'}, "more": "[local]\nenabled = true\n"},
        "ana",
        f"FAULT  people.ana.slack: there is no account U0NOBODY in this workspace. Write the right one ({MEMBER_ID})",
        State.GONE,
    ),
}


@pytest.mark.parametrize(("there", "configured", "which", "line", "state"), ROWS.values(), ids=ROWS.keys())
async def test_a_look(
    slack_address: str, there: Mapping[str, Any], configured: Mapping[str, Any], which: str, line: str, state: State
) -> None:
    async with company(slack_address, **there) as ws:
        seen = await looked(ws, loaded(**configured))

    assert [told(one) for one in seen] == list((ALL_WELL | {which: line}).values())
    states = dict.fromkeys(ALL_WELL, State.THERE) | {which: state}
    assert [one.state for one in seen] == list(states.values())
    named = [None, None, "help", "leadership", "ana", "ben", "ida"]
    assert [one.channel or one.person for one in seen] == named


async def test_nothing_is_changed_by_looking(slack_address: str) -> None:
    async with company(slack_address) as ws:
        await looked(ws, loaded(), tokens_of(ws))
        done = {call["method"] for call in await ws.calls()}
        written = await ws.journal("message")

    reads = {"auth.test", "apps.connections.open", "conversations.info", "users.info", "users.lookupByEmail", "conversations.open"}
    assert (done, written) == (reads, [])


# --- scopes


async def test_every_missing_scope_is_said_with_what_it_is_for(slack_address: str) -> None:
    async with company(slack_address, scopes=[scope for scope in SCOPES if scope not in {"im:history", "commands"}]) as ws:
        seen = await looked(ws, loaded())

    assert [told(one) for one in seen[1:3]] == [
        f"FAULT  scope commands: it is missing. {SCOPES['commands']} {AGAIN}",
        f"FAULT  scope im:history: it is missing. {SCOPES['im:history']} {AGAIN}",
    ]
    assert [told(one) for one in seen[3:]] == list(ALL_WELL.values())[2:]


async def test_scopes_that_are_not_needed_are_named_and_are_no_fault(slack_address: str) -> None:
    async with company(slack_address, scopes=[*SCOPES, "im:read", "channels:join"]) as ws:
        seen = await looked(ws, loaded())

    line = f"ok     scopes: the app has some that Buckstop does not need: channels:join, im:read. To be rid of them, {AGAIN[0].lower()}{AGAIN[1:]}"
    assert [told(one) for one in seen] == list((ALL_WELL | {"scopes": line}).values())


HIDDEN = {
    "users:read": ("people", "Ana, Ida: could not be looked at: the app lacks users:read", {"ana", "ida"}),
    "users:read.email": ("people", "Ben: could not be looked at: the app lacks users:read.email", {"ben"}),
    "im:write": ("people", "Ana, Ben, Ida: could not be looked at: the app lacks im:write", {"ana", "ben", "ida"}),
    "channels:read": ("slack.channels", "help, leadership: could not be looked at: the app lacks channels:read", {"help", "leadership"}),
}


@pytest.mark.parametrize(("scope", "hides"), HIDDEN.items(), ids=HIDDEN.keys())
async def test_what_a_missing_scope_hides_is_not_gone(slack_address: str, scope: str, hides: tuple[str, str, set[str]]) -> None:
    place, said, names = hides
    async with company(slack_address, scopes=[one for one in SCOPES if one != scope]) as ws:
        seen = await looked(ws, loaded())

    assert f"FAULT  {place}: {said}. {AGAIN}" in [told(one) for one in seen]
    assert {one.channel or one.person for one in seen} - {None} == {"help", "leadership", "ana", "ben", "ida"} - names
    assert [one for one in seen if one.state is State.GONE] == []


async def test_what_a_scope_hides_is_said_even_if_slack_stops_answering(slack_address: str) -> None:
    async with company(slack_address, scopes=[one for one in SCOPES if one != "users:read"]) as ws:
        await ws.fault("ratelimited", "users.lookupByEmail", retry_after=999)
        seen = await looked(ws, loaded())

    assert [one.fault for one in seen[-2:]] == ["Ana: could not be looked at: the app lacks users:read", "Slack's rate limit"]


# --- tokens


async def test_a_token_of_another_workspace(slack_address: str) -> None:
    async with company(slack_address, team=OTHER) as ws:
        seen = await looked(ws, loaded())

    assert seen == [
        Seen(
            "bot token",
            fault=f'it belongs to the workspace "Acme" ({OTHER})',
            mend=f"Set the bot token of the app in {TEAM}, or write {OTHER} into slack.workspaces",
            state=State.UNSEEN,
        )
    ]


REFUSED = {
    "revoke": "the bot token was revoked",
    "uninstall": "the app was removed, or the workspace closed",
}


@pytest.mark.parametrize(("verb", "why"), REFUSED.items())
async def test_a_token_that_is_dead(slack_address: str, verb: str, why: str) -> None:
    async with company(slack_address) as ws:
        await ws.do(verb)
        seen = await looked(ws, loaded(), tokens_of(ws))

    cure = "Install the app in this workspace again, and set its bot token (SLACK_BOT_TOKEN); channels and people can be looked at only with a good one"
    assert [told(one) for one in seen] == [
        f"FAULT  bot token: {why}. {cure}",
        "ok     app-level token: Slack lets it open sockets",
    ]
    assert seen[0].state is State.UNSEEN


async def test_a_token_that_dies_while_we_look(slack_address: str) -> None:
    async with company(slack_address) as ws:
        await ws.fault("error:token_revoked", "users.info")
        seen = await looked(ws, loaded())

    assert [told(one) for one in seen][:-1] == list(ALL_WELL.values())[:4]
    assert (seen[-1].place, seen[-1].fault, seen[-1].state) == ("bot token", "the bot token was revoked", State.UNSEEN)


APP_CURE = 'Generate one with the scope connections:write under Basic Information, "App-Level Tokens", and set it (SLACK_APP_TOKEN)'
APP_TOKENS = {
    "not_allowed_token_type": f"FAULT  app-level token: Slack refuses it (not_allowed_token_type). {APP_CURE}",
    "invalid_auth": f"FAULT  app-level token: Slack refuses it (invalid_auth). {APP_CURE}",
    "forbidden_team": f"FAULT  app-level token: Slack answers forbidden_team. {APP_CURE}; and look whether Socket Mode is switched on",
    "ratelimited": "FAULT  app-level token: it could not be tried: Slack's rate limit. Ask again in a minute",
}


@pytest.mark.parametrize(("error", "line"), APP_TOKENS.items(), ids=APP_TOKENS.keys())
async def test_an_app_level_token_that_opens_nothing(slack_address: str, error: str, line: str) -> None:
    async with company(slack_address) as ws:
        if error == "ratelimited":
            await ws.fault("ratelimited", "apps.connections.open", retry_after=999)
        else:
            await ws.fault(f"error:{error}", "apps.connections.open")
        seen = await looked(ws, loaded(), tokens_of(ws))

    lines = list(ALL_WELL.values())
    assert [told(one) for one in seen] == [*lines[:2], line, *lines[2:]]


async def test_an_app_level_token_of_another_kind(slack_address: str) -> None:
    async with company(slack_address) as ws:
        seen = await looked(ws, loaded(), Tokens(ws.bot_token, ws.bot_token))

    assert told(seen[2]) == APP_TOKENS["not_allowed_token_type"]


async def test_the_signing_secret_is_said_to_be_untried(slack_address: str) -> None:
    async with company(slack_address) as ws:
        seen = await looked(ws, loaded(slack='transport = "http"'), tokens_of(ws))
        opened = await ws.calls("apps.connections.open")

    assert opened == []
    assert told(seen[2]) == (
        "ok     signing secret: it cannot be tried from here, only Slack's requests can. If Slack's requests come back with 401, and the log "
        "says `slack.refused`, compare it with Basic Information, Signing Secret; and look whether this machine's clock is right"
    )


# --- the network, and limits


async def test_a_limit_is_waited_for(slack_address: str) -> None:
    async with company(slack_address) as ws:
        await ws.fault("ratelimited", "*", times=3, retry_after=0)
        await ws.fault("ratelimited", "users.info", retry_after=1)
        seen = await looked(ws, loaded())

    assert [told(one) for one in seen] == list(ALL_WELL.values())


PATIENCE = {"for too long": {"times": 1, "retry_after": 121}, "again and again": {"times": 20, "retry_after": 0}}


@pytest.mark.parametrize("limit", PATIENCE.values(), ids=PATIENCE.keys())
async def test_a_limit_is_waited_for_up_to_a_bound(slack_address: str, limit: dict[str, float]) -> None:
    async with company(slack_address) as ws:
        await ws.do("fault", kind="ratelimited", method="users.info", channel=None, **limit)
        seen = await looked(ws, loaded())

    last = "FAULT  Slack: Slack's rate limit. Nothing more was looked at: see whether this machine reaches Slack, and ask again"
    assert [told(one) for one in seen] == [*list(ALL_WELL.values())[:4], last]
    assert seen[-1].state is State.UNSEEN


@pytest.mark.parametrize("kind", ["drop_before", "status_500", "error:internal_error"])
async def test_one_bad_answer_is_asked_for_again(slack_address: str, kind: str) -> None:
    async with company(slack_address) as ws:
        await ws.fault(kind, "users.info", times=2)
        seen = await looked(ws, loaded())

    assert [told(one) for one in seen] == list(ALL_WELL.values())


FAILING = {
    "drop_before": "no answer from Slack (ServerDisconnectedError)",
    "status_500": "Slack had a fault of its own (500)",
    "error:internal_error": "Slack had a fault of its own (internal_error)",
}


@pytest.mark.parametrize(("kind", "why"), FAILING.items(), ids=FAILING.keys())
async def test_a_slack_that_stops_answering_is_one_finding(slack_address: str, kind: str, why: str) -> None:
    async with company(slack_address) as ws:
        await ws.fault(kind, "users.info", times=99)
        seen = await looked(ws, loaded())

    last = f"FAULT  Slack: {why}. Nothing more was looked at: see whether this machine reaches Slack, and ask again"
    assert [told(one) for one in seen] == [*list(ALL_WELL.values())[:4], last]
    assert [one.state for one in seen if one.fault] == [State.UNSEEN]


async def test_an_unforeseen_no_is_told_as_it_is_and_is_not_gone(slack_address: str) -> None:
    async with company(slack_address) as ws:
        for method in ("conversations.info", "users.info", "users.lookupByEmail"):
            await ws.fault("error:something_new", method, times=99)
        seen = await looked(ws, loaded())

    assert [told(one) for one in seen[2:]] == [
        "FAULT  slack.channels.help: C0HELP: something_new",
        "FAULT  slack.channels.leadership: C0LEADERSHIP: something_new",
        "FAULT  people.ana: something_new",
        "FAULT  people.ben: something_new",
        "FAULT  people.ida: something_new",
    ]
    assert {one.state for one in seen[2:]} == {State.UNSEEN}


NO_SLACK = "what answers there is not Slack"
ELSE = {
    "no JSON": ("<html>log in first</html>", "text/html", "Slack had a fault of its own (200)"),
    "plain text": ("hello", "text/plain", NO_SLACK),
    "JSON of something else": ('{"ok": true}', "application/json", NO_SLACK),
    "broken JSON": ('{"ok": tr', "application/json", "Slack had a fault of its own (200)"),
}


@asynccontextmanager
async def answering(text: str, kind: str) -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=text, content_type=kind)

    application = web.Application()
    application.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    await runner.cleanup()


@pytest.mark.parametrize(("body", "kind", "why"), ELSE.values(), ids=ELSE.keys())
async def test_somebody_else_answers_at_that_address(body: str, kind: str, why: str) -> None:
    async with answering(body, kind) as address:
        seen = await looked(Elsewhere(address), loaded(), Tokens("xoxb-hunter2", "xapp-hunter2"))

    assert [(one.place, one.fault, one.state) for one in seen] == [("Slack", why, State.UNSEEN)]
    assert "hunter2" not in told(seen[0])


async def test_somebody_else_answers_who_seems_to_be_slack() -> None:
    body = f'{{"ok": true, "team_id": "{TEAM}", "team": "Acme", "user": "buckstop", "url": "https://acme.slack.com/"}}'
    async with answering(body, "application/json") as address:
        seen = await looked(Elsewhere(address), loaded())

    assert [(one.place, one.fault) for one in seen] == [("bot token", None), ("scopes", None), ("Slack", NO_SLACK)]
    assert seen[1].seen == "Slack does not say which ones the app has"


@dataclass
class Elsewhere:
    """What stands where Slack should be."""

    api_url: str
    bot_token: str = "xoxb-hunter2"


# --- people whom only the database knows


def met(plan: Config, **person: Any) -> Org:
    """Return the organisation with somebody who reported something."""
    usual = {"accounts": (Account("slack", TEAM, "U0RITA"),)}
    rita = Person(PersonId("slack.T0123456.U0RITA"), "Rita", plan.org.calendar_default, **usual | person)
    return replace(plan.org, people={**plan.org.people, rita.id: rita})


async def test_a_newcomer_is_looked_at_only_while_somebody_waits_for_them(slack_address: str) -> None:
    plan = loaded()
    async with company(slack_address, **user("rita", dm_closed=True)) as ws:
        unasked = await looked(ws, plan, org=met(plan))
        asked = await looked(ws, plan, org=met(plan), also=["slack.T0123456.U0RITA", "ana"])

    assert [told(one) for one in unasked] == list(ALL_WELL.values())
    # Nobody is written to for that: they spoke to Buckstop themselves.
    assert [told(one) for one in asked] == [*ALL_WELL.values(), "ok     Rita, who reported something: Rita, U0RITA"]


async def test_a_newcomer_who_has_left_is_no_fault_that_somebody_could_mend(slack_address: str) -> None:
    plan = loaded()
    async with company(slack_address, **user("rita", deleted=True)) as ws:
        seen = await looked(ws, plan, org=met(plan), also=["slack.T0123456.U0RITA"])

    line = "ok     Rita, who reported something: Rita, U0RITA, has left. An admin may confirm what they reported"
    assert [told(one) for one in seen] == [*ALL_WELL.values(), line]
    assert seen[-1].state is State.GONE


async def test_an_account_that_was_found_before_is_used(slack_address: str) -> None:
    plan = loaded()
    known = replace(plan.org.people[PersonId("ben")], accounts=(Account("slack", TEAM, "U0RITA"),))
    async with company(slack_address) as ws:
        seen = await looked(ws, plan, org=replace(plan.org, people={**plan.org.people, known.id: known}))
        looked_up = await ws.calls("users.lookupByEmail")

    assert [told(one) for one in seen] == list((ALL_WELL | {"ben": "ok     people.ben.slack: Ben, U0RITA"}).values())
    assert looked_up == []


async def test_who_counts_as_out_of_reach_and_is_not_is_said(slack_address: str) -> None:
    plan = loaded()
    lost = replace(plan.org.people[PersonId("ana")], reachable=False)
    async with company(slack_address) as ws:
        seen = await looked(ws, plan, org=replace(plan.org, people={**plan.org.people, lost.id: lost}))

    note = "A message did not reach them before; they count as there again tonight, or once they write to Buckstop"
    assert [told(one) for one in seen] == list((ALL_WELL | {"ana": f"{ALL_WELL['ana']}. {note}"}).values())


# --- several workspaces


async def test_who_is_in_one_workspace_need_not_be_in_the_others(slack_address: str) -> None:
    people = {
        "ana": f'slack = "{TEAM}/U0ANA"\nemail = "ana@example.com"',  # so nobody asks for her in the other one
        "ben": 'email = "ben@example.com"',
        "ida": f'slack = ["{TEAM}/U0IDA", "{OTHER}/U0IDA"]',
        "tom": "",
    }
    plan = loaded(people=people, workspaces=(OTHER, TEAM), channels={"help": f"{TEAM}/C0HELP", "board": f"{OTHER}/C0BOARD"})
    async with (
        company(slack_address) as ours,
        company(slack_address, team=OTHER, users=["ida", "ana"], channels=["board"], domain="harbour") as theirs,
    ):
        found = await looked_everywhere(plan, theirs, ours)

    lines = {workspace: [told(one).split(". ")[0] for one in seen if one.person or one.channel] for workspace, seen in found.items()}
    assert lines == {
        OTHER: [
            "ok     slack.channels.board: #board (C0BOARD)",
            "ok     people.ida.slack: Ida, U0IDA",
            "FAULT  people.tom: neither an account in Slack nor an e-mail address is known of them",
        ],
        TEAM: [
            "ok     slack.channels.help: #help (C0HELP)",
            "ok     people.ana.slack: Ana, U0ANA",
            "ok     people.ben.email: Ben, U0BEN",
            "ok     people.ida.slack: Ida, U0IDA",
        ],
    }


async def test_who_is_in_no_workspace_is_one_fault(slack_address: str) -> None:
    plan = loaded(people={**PEOPLE_IN_TWO, "ben": 'email = "benjamin@example.com"'}, workspaces=(OTHER, TEAM), channels={})
    async with company(slack_address) as ours, company(slack_address, team=OTHER, users=["ida"], channels=[]) as theirs:
        found = await looked_everywhere(plan, theirs, ours)

    assert [one.place for one in found[OTHER] if one.fault] == ["people.ben.email"]
    assert [one.place for one in found[TEAM] if one.fault] == []


async def test_with_several_workspaces_a_variable_is_named_in_full(slack_address: str) -> None:
    plan = loaded(people=PEOPLE_IN_TWO, workspaces=(OTHER, TEAM), channels={})
    async with company(slack_address) as ours:
        await ours.do("revoke")
        found = await looked_everywhere(plan, ours)

    assert f"(SLACK_BOT_TOKEN_{TEAM})" in str(found[TEAM][0].mend)


PEOPLE_IN_TWO = {"ana": f'slack = "{TEAM}/U0ANA"', "ben": 'email = "ben@example.com"', "ida": f'slack = "{TEAM}/U0IDA"'}
