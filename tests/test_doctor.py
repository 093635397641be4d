"""`buckstop doctor`, as somebody types it: every thing that it looks at is a line, and its exit code says whether all is well."""

# ruff: noqa: E501 - a line stands here as it is printed

import asyncio
import os
import re
import sqlite3
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.adapters.slack.manifest import SCOPES
from bot.chat import Said
from bot.cli import app
from bot.clock import ManualClock
from bot.config import load
from bot.escalation.case import Place
from bot.escalation.org import Account
from bot.escalation.words import PersonId
from bot.handlers.acquaintance import Acquaintance, Profile
from bot.handlers.desk import Desk
from bot.store.database import Database, revisions
from bot.store.store import SqlStore
from bot.wording.findings import Finding, counted, told
from tests.adapters.discord import company as discord
from tests.adapters.discord.test_check import ALL_WELL
from tests.adapters.slack.company import CHANNELS, OTHER, PEOPLE, TEAM, USERS, company, config
from tests.discord.client import World
from tests.slack.client import Workspace

DONE, FAILED, WRONG = 0, 1, 2
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MEMBER_ID = 'their profile in Slack, ⋮, "Copy member ID"'
AGAIN = "Install the app again from `buckstop manifest slack` (docs/slack.md)"


@pytest.fixture
def file(tmp_path: Path, sqlite_url: str) -> Path:
    """The configuration of a company in Slack, and its database."""
    return written(tmp_path, config(database_url=sqlite_url))


def written(folder: Path, text: str) -> Path:
    """Write a configuration."""
    made = folder / "company.toml"
    made.write_text(text, "utf-8")
    return made


def secrets(*all: Workspace) -> dict[str, str]:
    """Return what the environment holds for these workspaces."""
    held = {"SLACK_API_URL": all[0].api_url}
    for ws in all:
        behind = "" if len(all) == 1 else f"_{ws.team}"
        held |= {
            f"SLACK_BOT_TOKEN{behind}": ws.bot_token,
            f"SLACK_APP_TOKEN{behind}": ws.app_token,
            f"SLACK_SIGNING_SECRET{behind}": ws.signing_secret,
        }
    return held


async def doctor(file: Path, environ: Mapping[str, str]) -> tuple[int, list[str]]:
    """Run the command in a process of its own; return its exit code and what it said. It never says a secret."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "DISCORD_", "BUCKSTOP_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "doctor", "--config", str(file),
        env=clean | dict(environ), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = (part.decode() for part in await process.communicate())
    assert process.returncode is not None
    assert "Traceback" not in err
    for name, value in environ.items():
        assert name.endswith("_URL") or value not in out + err
    assert not re.search(r"xox[a-z]-|xapp-", out + err)
    assert (out == "") == (process.returncode == WRONG)
    assert (err == "") == (process.returncode != WRONG)
    return process.returncode, (out or err).splitlines()


# --- with Slack


async def test_all_is_well(file: Path, slack_address: str, sqlite_url: str) -> None:
    async with company(slack_address) as ws:
        code, said = await doctor(file, secrets(ws))

    assert said == [
        str(file),
        "  ok     configuration: people: 3, services: 1, chains: 1",
        "  ok     discord: it is not set up. docs/discord.md says how",
        "Database",
        f"  ok     {sqlite_url.removeprefix('sqlite:///')}: it answers, and is up to date ({revisions()[-1]})",
        "  ok     pause: it is not paused",
        f"Slack, workspace {TEAM}",
        '  ok     bot token: @buckstop in "Acme", https://acme.slack.com/',
        f"  ok     scopes: all {len(SCOPES)} that are needed, and no others",
        "  ok     app-level token: Slack lets it open sockets",
        "  ok     slack.channels.help: #help (C0HELP)",
        "  ok     slack.channels.leadership: #leadership (C0LEADERSHIP)",
        "  ok     people.ana.slack: Ana, U0ANA",
        "  ok     people.ben.email: Ben, U0BEN",
        "  ok     people.ida.slack: Ida, U0IDA",
        "",
        "No faults.",
    ]
    assert code == DONE


async def test_every_fault_is_a_line_with_its_cure(tmp_path: Path, sqlite_url: str, slack_address: str) -> None:
    people = {"ana": 'slack = "U0ANA"', "ben": 'email = "benjamin@example.com"', "ida": 'slack = "U0IDA"', "cleo": 'slack = "U0NOBODY"',
              "dana": 'slack = "U0DANA"', "eve": 'slack = "U0EVE"', "tom": ""}  # fmt: skip
    channels = CHANNELS | {"old": "C0OLD", "secret": "C0SECRET"}
    file = written(tmp_path, config(people, channels, database_url=sqlite_url))
    users = [
        {"name": "ana", "deleted": True},
        "ben",
        "ida",
        {"name": "dana", "is_bot": True},
        {"name": "eve", "dm_closed": "messages_tab_disabled"},
    ]
    there = [
        "leadership",
        {"name": "help", "with_bot": False},
        {"name": "old", "archived": True},
        {"name": "secret", "private": True, "with_bot": False},
    ]
    scopes = [scope for scope in SCOPES if scope != "reactions:write"] + ["files:read"]
    async with company(slack_address, users=users, channels=there, scopes=scopes) as ws:
        code, said = await doctor(file, secrets(ws) | {"SLACK_APP_TOKEN": "xapp-1-of-another-app"})

    start = said.index(f"Slack, workspace {TEAM}")
    assert said[start:] == [
        f"Slack, workspace {TEAM}",
        '  ok     bot token: @buckstop in "Acme", https://acme.slack.com/',
        f"  FAULT  scope reactions:write: it is missing. {SCOPES['reactions:write']} {AGAIN}",
        f"  ok     scopes: the app has some that Buckstop does not need: files:read. To be rid of them, {AGAIN.replace('Install', 'install', 1)}",
        '  FAULT  app-level token: Slack refuses it (invalid_auth). Generate one with the scope connections:write under Basic Information, "App-Level Tokens", and set it (SLACK_APP_TOKEN)',
        "  FAULT  slack.channels.help: Buckstop is not in #help (C0HELP). In the channel: /invite @buckstop",
        "  ok     slack.channels.leadership: #leadership (C0LEADERSHIP)",
        "  FAULT  slack.channels.old: #old (C0OLD) is archived. Unarchive it and /invite @buckstop, or name another channel in the configuration",
        '  FAULT  slack.channels.secret: there is no channel C0SECRET in this workspace, or it is private and Buckstop is not in it. In the channel: /invite @buckstop; if that does not help, compare the id with the one at the end of its "About"',
        "  FAULT  people.ana.slack: the account U0ANA was deactivated. Give their services another owner and take them out of the configuration, or write the account that they have now",
        f'  FAULT  people.ben.email: nobody in this workspace has the e-mail address benjamin@example.com. Correct it, or write slack = "U..." ({MEMBER_ID})',
        "  ok     people.ida.slack: Ida, U0IDA",
        f"  FAULT  people.cleo.slack: there is no account U0NOBODY in this workspace. Write the right one ({MEMBER_ID})",
        f"  FAULT  people.dana.slack: the account U0DANA is a program's. Write a person's account ({MEMBER_ID})",
        "  FAULT  people.eve.slack: Buckstop cannot write to U0EVE directly: Buckstop's messages tab is switched off in Slack's settings of the app. In the app's settings, App Home: switch the messages tab on, and let people write there",
        f'  FAULT  people.tom: neither an account in Slack nor an e-mail address is known of them. Write their `email` as it is in Slack, or slack = "U..." ({MEMBER_ID})',
        "",
        "11 faults.",
    ]
    assert code == FAILED


async def test_who_is_reached_in_the_local_workspace_need_not_be_in_slack(tmp_path: Path, sqlite_url: str, slack_address: str) -> None:
    file = written(tmp_path, config(PEOPLE | {"ben": ""}, database_url=sqlite_url, more=LOCAL))
    async with company(slack_address) as ws:
        code, said = await doctor(file, secrets(ws))

    assert "  ok     people.ben: Ben is not in Slack, and reached elsewhere" in said
    assert "  ok     local: `buckstop run` serves the local workspace on 127.0.0.1, port 8123" in said
    assert code == DONE


async def test_a_dead_token_is_one_fault(file: Path, slack_address: str) -> None:
    async with company(slack_address) as ws:
        await ws.do("revoke")
        code, said = await doctor(file, secrets(ws))

    assert said[-5:] == [
        f"Slack, workspace {TEAM}",
        "  FAULT  bot token: the bot token was revoked. Install the app in this workspace again, and set its bot token (SLACK_BOT_TOKEN); channels and people can be looked at only with a good one",
        "  ok     app-level token: Slack lets it open sockets",
        "",
        "1 fault.",
    ]
    assert code == FAILED


async def test_slack_cannot_be_reached(file: Path) -> None:
    environ = {"SLACK_API_URL": "http://127.0.0.1:1/api/", "SLACK_BOT_TOKEN": "xoxb-1-hunter2", "SLACK_APP_TOKEN": "xapp-1-hunter2"}

    code, said = await doctor(file, environ)

    assert said[-4:] == [
        f"Slack, workspace {TEAM}",
        "  FAULT  Slack: no connection to Slack (ClientConnectorError). Nothing more was looked at: see whether this machine reaches Slack, and ask again",
        "",
        "1 fault.",
    ]
    assert code == FAILED


async def test_each_workspace_has_its_heading(tmp_path: Path, sqlite_url: str, slack_address: str) -> None:
    people = {"ana": f'slack = "{TEAM}/U0ANA"', "ben": f'slack = "{OTHER}/U0BEN"', "ida": f'slack = "{TEAM}/U0IDA"'}
    text = config(people, {}, workspaces=(TEAM, OTHER), slack='transport = "http"', database_url=sqlite_url)
    async with company(slack_address) as ours, company(slack_address, team=OTHER, domain="harbour") as theirs:
        code, said = await doctor(written(tmp_path, text), secrets(ours, theirs))

    signing = [line for line in said if line.startswith("  ok     signing secret: it cannot be tried from here")]
    assert [line for line in said[said.index(f"Slack, workspace {TEAM}") :] if line not in signing and "scopes" not in line] == [
        f"Slack, workspace {TEAM}",
        '  ok     bot token: @buckstop in "Acme", https://acme.slack.com/',
        "  ok     people.ana.slack: Ana, U0ANA",
        "  ok     people.ida.slack: Ida, U0IDA",
        f"Slack, workspace {OTHER}",
        '  ok     bot token: @buckstop in "Harbour", https://harbour.slack.com/',
        "  ok     people.ben.slack: Ben, U0BEN",
        "",
        "No faults.",
    ]
    assert (code, len(signing)) == (DONE, 2)


async def test_what_the_environment_lacks_is_named_at_once(tmp_path: Path, sqlite_url: str) -> None:
    people = {"ana": "", "ben": "", "ida": ""}
    file = written(tmp_path, config(people, {}, workspaces=(TEAM, OTHER), database_url=sqlite_url))

    code, said = await doctor(file, {f"SLACK_BOT_TOKEN_{TEAM}": "xoxb-1-hunter2"})

    assert [line.split(":")[0] for line in said] == [
        f"SLACK_APP_TOKEN_{TEAM} is not set", f"SLACK_BOT_TOKEN_{OTHER} is not set", f"SLACK_APP_TOKEN_{OTHER} is not set"
    ]  # fmt: skip
    assert code == WRONG


async def test_a_faulty_configuration_is_named_at_once(tmp_path: Path, slack_address: str) -> None:
    text = config().replace('owner = "ana"', 'owner = "anna"').replace("Europe/London", "Europe/Londn")
    async with company(slack_address) as ws:
        code, said = await doctor(written(tmp_path, text), secrets(ws))
        calls = await ws.calls()

    assert [line.removeprefix(f"{tmp_path}/company.toml: ").split(":")[0] for line in said] == [
        "organisation.zone",
        "services.billing.owner",
    ]
    assert (code, calls) == (WRONG, [])


async def test_what_the_database_knows_of_people_counts(file: Path, sqlite: Database, slack_address: str) -> None:
    """Ben's account was found by e-mail before, Rita reported something and has left, Tom reported nothing that is still live."""
    store = SqlStore(sqlite, load(file, {}).org, ManualClock(NOW))
    people = Acquaintance(store, ManualClock(NOW))
    await people.has_account(PersonId("ben"), Account("slack", TEAM, "U0BENJAMIN"))
    rita = await people.met(Account("slack", TEAM, "U0RITA"), Profile("Rita"))
    await people.met(Account("slack", TEAM, "U0TOM"), Profile("Tom"))
    said_it = Said("k", rita, Place("slack", TEAM, "C0HELP"), "/case report billing: meter swapped")
    await Desk(store, ManualClock(NOW)).handle(said_it)
    users = [
        *(one for one in USERS if one != "rita"),
        {"name": "rita", "deleted": True},
        {"name": "benjamin", "email": "other@example.com"},
    ]
    async with company(slack_address, users=users) as ws:
        code, said = await doctor(file, secrets(ws))

    assert [line for line in said if "people" in line or "reported" in line][1:] == [
        "  ok     people.ana.slack: Ana, U0ANA",
        "  ok     people.ben.slack: Ben, U0BENJAMIN",
        "  ok     people.ida.slack: Ida, U0IDA",
        "  ok     Rita, who reported something: Rita, U0RITA, has left. An admin may confirm what they reported",
    ]
    assert code == DONE


# --- with Discord


def discord_secrets(world: World) -> dict[str, str]:
    """Return what the environment holds for Discord."""
    return {"DISCORD_TOKEN": world.token, "DISCORD_API_URL": world.api_url, "DISCORD_GATEWAY_URL": world.gateway_url}


async def test_all_is_well_in_discord(tmp_path: Path, sqlite_url: str, discord_address: str) -> None:
    async with discord.company(discord_address) as world:
        file = written(tmp_path, discord.config(world, database_url=sqlite_url))
        code, said = await doctor(file, discord_secrets(world))

    assert [discord.named(world, line) for line in said[said.index("Discord") :]] == [
        "Discord",
        *(f"  {line}" for line in ALL_WELL["Discord"]),
        'Discord, server <harbour> "harbour"',
        *(f"  {line}" for line in ALL_WELL['Discord, server <harbour> "harbour"']),
        "Discord, people",
        *(f"  {line}" for line in ALL_WELL["Discord, people"]),
        "",
        "No faults.",
    ]
    assert said[:3] == [
        str(file),
        "  ok     configuration: people: 3, services: 1, chains: 1",
        "  ok     slack: it is not set up. docs/slack.md says how",
    ]
    assert code == DONE


async def test_faults_in_discord_are_counted(tmp_path: Path, sqlite_url: str, discord_address: str) -> None:
    async with discord.company(discord_address, members=["rita", "ben", "ida"], register=False) as world:
        await world.do("set_permissions", channel="help", deny=["send_messages"])
        code, said = await doctor(written(tmp_path, discord.config(world, database_url=sqlite_url)), discord_secrets(world))

    faults = [line.split(":")[0].removeprefix("  FAULT  ") for line in said if line.startswith("  FAULT")]
    assert faults == ["commands", "discord.channels.help", "people.ana.discord"]
    assert (code, said[-1]) == (FAILED, "3 faults.")


async def test_discord_refuses_the_token(tmp_path: Path, sqlite_url: str, discord_address: str) -> None:
    async with discord.company(discord_address) as world:
        await world.do("revoke")
        code, said = await doctor(written(tmp_path, discord.config(world, database_url=sqlite_url)), discord_secrets(world))

    assert said[-4:-2] == [
        "Discord",
        '  FAULT  Discord: the bot token is not valid. Set a token that is valid (DISCORD_TOKEN): "Reset Token" in the developer portal, under Bot, shows a new one',
    ]
    assert code == FAILED


async def test_both_platforms_one_after_the_other(tmp_path: Path, sqlite_url: str, slack_address: str, discord_address: str) -> None:
    """Ben is in Slack by his e-mail address only, and Ida in Discord only: neither is a fault."""
    async with company(slack_address) as ws, discord.company(discord_address) as world:
        section = f'[slack]\nworkspaces = ["{TEAM}"]\n'
        known = {"ana": 'slack = "U0ANA"', "ben": 'email = "ben@example.com"'}
        text = discord.config(world, {"ana": "ana", "ben": "", "ida": "ida"}, lines=known, more=section, database_url=sqlite_url)
        code, said = await doctor(written(tmp_path, text), secrets(ws) | discord_secrets(world))

    headings = [discord.named(world, line) for line in said if not line.startswith(" ")]
    assert headings[1:] == [
        "Database", f"Slack, workspace {TEAM}", "Discord", 'Discord, server <harbour> "harbour"', "Discord, people", "", "No faults."
    ]  # fmt: skip
    assert "  ok     people.ida: Ida is not in Slack, and reached elsewhere" in said
    assert "  ok     people.ben: Ben is not in Discord, and reached elsewhere" in said
    assert code == DONE


async def test_what_the_environment_lacks_for_both_is_named_at_once(tmp_path: Path, sqlite_url: str, discord_address: str) -> None:
    async with discord.company(discord_address, register=False) as world:
        text = discord.config(world, more=f'[slack]\nworkspaces = ["{TEAM}"]\n', database_url=sqlite_url)
        code, said = await doctor(written(tmp_path, text), {"SLACK_BOT_TOKEN": "xoxb-1-hunter2", "DISCORD_TOKEN": "hunter2hunter2"})

    assert [line.split(":")[0] for line in said] == ["SLACK_APP_TOKEN is not set", "DISCORD_TOKEN holds something else, not a bot's token"]
    assert code == WRONG


# --- without Slack and Discord


LOCAL = "\n[local]\nenabled = true\nport = 8123\n"


def typed(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str]]:
    """Type the command."""
    for name in ("BUCKSTOP_DATABASE_URL", "BUCKSTOP_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    result = CliRunner().invoke(app, ["doctor", "--config", str(written(folder, text))])
    assert (result.stderr, "Traceback" in result.stdout) == ("", False)
    return result.exit_code, result.stdout.splitlines()


def alone(database_url: str, more: str = LOCAL) -> str:
    """Return a configuration without Slack."""
    whole = config(dict.fromkeys(PEOPLE, ""), {}, database_url=database_url)
    return whole[: whole.index("[slack]")] + more


def test_without_any_platform_of_the_world_outside(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = typed(tmp_path, alone(sqlite_url), monkeypatch)

    assert said == [
        f"{tmp_path}/company.toml",
        "  ok     configuration: people: 3, services: 1, chains: 1",
        "  ok     local: `buckstop run` serves the local workspace on 127.0.0.1, port 8123",
        "  ok     slack: it is not set up. docs/slack.md says how",
        "  ok     discord: it is not set up. docs/discord.md says how",
        "Database",
        f"  ok     {tmp_path}/buckstop.db: it answers, and is up to date ({revisions()[-1]})",
        "  ok     pause: it is not paused",
        "",
        "No faults.",
    ]
    assert code == DONE


NOBODY = "  FAULT  platforms: nobody can speak with Buckstop: no platform is set up. Add [slack] (docs/slack.md) or [discord] (docs/discord.md) to the configuration, or set local.enabled = true"


def test_without_any_platform(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = typed(tmp_path, alone(sqlite_url, ""), monkeypatch)

    assert said[2 : said.index("Database")] == [NOBODY]
    assert code == FAILED


def test_a_database_that_is_not_there_yet_is_no_fault_and_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = typed(tmp_path, alone(f"sqlite:///{tmp_path}/new.db"), monkeypatch)

    line = f"  ok     {tmp_path}/new.db: there is none yet. `buckstop run` makes it. If it should be there: look at database.url"
    assert said[said.index("Database") + 1 : -2] == [line]
    assert code == DONE
    assert not (tmp_path / "new.db").exists()


def test_an_empty_database_is_left_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new.db").touch()

    code, _ = typed(tmp_path, alone(f"sqlite:///{tmp_path}/new.db"), monkeypatch)

    assert (code, (tmp_path / "new.db").stat().st_size) == (DONE, 0)


def test_a_database_for_which_there_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = typed(tmp_path, alone(f"sqlite:///{tmp_path}/no/such.db"), monkeypatch)

    line = f"  FAULT  {tmp_path}/no/such.db: there is no folder {tmp_path}/no. Make it, or change database.url"
    assert (code, said[-3:]) == (FAILED, [line, "", "1 fault."])


REVISIONS = {
    revisions()[0]: f"older ({revisions()[0]}) than this program ({revisions()[-1]}); run: buckstop db upgrade",
    "9999": f"newer (9999) than this program ({revisions()[-1]}); install a newer Buckstop",
}


@pytest.mark.parametrize(("revision", "why"), REVISIONS.items(), ids=["older", "newer"])
def test_a_database_of_another_version(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, revision: str, why: str) -> None:
    with sqlite3.connect(tmp_path / "buckstop.db") as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    database.close()

    code, said = typed(tmp_path, alone(sqlite_url), monkeypatch)

    assert (code, said[-3:]) == (FAILED, [f"  FAULT  database: The database {tmp_path}/buckstop.db is {why}", "", "1 fault."])


def test_a_file_that_is_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text.db").write_text("this is a letter" * 100)

    code, said = typed(tmp_path, alone(f"sqlite:///{tmp_path}/text.db"), monkeypatch)

    assert (code, said[-3:]) == (
        FAILED,
        [f"  FAULT  database: The database {tmp_path}/text.db does not answer: file is not a database", "", "1 fault."],
    )


def test_a_database_that_does_not_answer_keeps_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, alone("sqlite:///none.db"))
    monkeypatch.setenv("BUCKSTOP_DATABASE_URL", "postgresql://bot:hunter2@127.0.0.1:1/none")

    result = CliRunner().invoke(app, ["doctor", "--config", str(tmp_path / "company.toml")])

    assert result.exit_code == FAILED
    assert "  FAULT  database: The database postgresql://bot:***@127.0.0.1:1/none does not answer" in result.stdout
    assert "hunter2" not in result.stdout + result.stderr


def test_a_pause_is_said_and_is_no_fault(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, alone(sqlite_url))
    CliRunner().invoke(app, ["pause", "--why", "wrong managers imported", "--config", str(file)])

    code, said = typed(tmp_path, alone(sqlite_url), monkeypatch)

    assert re.fullmatch(r"  ok     pause: it is paused since .+: wrong managers imported\. `buckstop resume` lets all go on", said[-3])
    assert code == DONE


def test_without_a_file_it_looks_at_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example organisation would only seem to be well."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BUCKSTOP_CONFIG", raising=False)

    result = CliRunner().invoke(app, ["doctor"])

    assert (result.exit_code, result.stdout) == (WRONG, "")
    assert result.stderr.startswith("config.toml: there is no such file")


# --- one line


def test_a_line() -> None:
    assert told(Finding("people.ana", "Ana")) == "ok     people.ana: Ana"
    assert told(Finding("people.ana", "Ana", mend="Do this")) == "ok     people.ana: Ana. Do this"
    assert told(Finding("people.ana", "Ana", fault="she is gone")) == "FAULT  people.ana: she is gone"
    assert told(Finding("people.ana", fault="she is gone", mend="Do this")) == "FAULT  people.ana: she is gone. Do this"
    assert [counted(faults) for faults in (0, 1, 2)] == ["No faults.", "1 fault.", "2 faults."]


def test_a_name_from_outside_cannot_write_a_line_of_its_own() -> None:
    said = told(Finding("bot token", 'in "Acme\n  FAULT  \x1b[2J\u202e"'))

    assert said == 'ok     bot token: in "Acme FAULT [2J "'
