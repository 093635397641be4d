"""The commands that act on a running bot's database, as they are typed."""

import asyncio
import json
import os
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from tests.adapters.discord.company import company
from tests.discord.client import World
from tests.scenarios.stages import ORG


@pytest.fixture
def typed(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> "Typed":
    """Type commands for a fresh database."""
    monkeypatch.setenv("BUCKSTOP_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("BUCKSTOP_CONFIG", str(ORG))
    return Typed()


class Typed:
    """What came of words on the command line."""

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(app, list(words))


def test_pause_and_resume(typed: Typed) -> None:
    first = typed("pause", "--why", "  wrong managers\nimported ")
    assert first.exit_code == 0
    assert first.stdout.splitlines()[0].startswith("Paused since ")
    assert first.stdout.splitlines()[0].endswith("(Europe/London): wrong managers imported")

    assert typed("resume").stdout.endswith(": wrong managers imported\n")
    assert typed("resume").stdout == "It was not paused.\n"


@pytest.mark.parametrize("words", [[], ["--why", "  "], ["--why", "x" * 301]])
def test_a_pause_needs_a_reason(typed: Typed, words: list[str]) -> None:
    assert typed("pause", *words).exit_code == 2
    assert typed("resume").stdout == "It was not paused.\n"


def test_the_effect_comes_after_the_faults(typed: Typed) -> None:
    said = typed("check-config", str(ORG), "--effect")

    assert said.exit_code == 0
    assert said.stdout.splitlines()[0].endswith("9 people, 3 services, 1 chain.")
    assert said.stdout.splitlines()[-1] == "There are no live cases."


def test_the_effect_on_a_database_that_is_not_there(typed: Typed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BUCKSTOP_DATABASE_URL", f"sqlite:///{tmp_path}/nothing.db")

    said = typed("check-config", str(ORG), "--effect")

    assert said.exit_code == 1
    assert "make it with: buckstop db upgrade" in said.stderr


def with_slack(tmp_path: Path, section: str) -> str:
    """Write the organisation of the stories with a section for Slack."""
    file = tmp_path / "slack.toml"
    file.write_text(f"{ORG.read_text('utf-8')}\n[slack]\n{section}\n", "utf-8")
    return str(file)


def test_a_newcomer_gets_a_manifest_before_there_is_a_section(typed: Typed) -> None:
    said = typed("manifest", "slack")

    assert (said.exit_code, said.stderr) == (0, "")
    made = json.loads(said.stdout)
    assert [command["command"] for command in made["features"]["slash_commands"]] == ["/case", "/report"]
    assert made["settings"]["socket_mode_enabled"] is True
    assert said.stdout.splitlines()[:2] == ["{", '  "display_information": {']


def test_the_manifest_of_one_of_several_workspaces(typed: Typed, tmp_path: Path) -> None:
    file = with_slack(tmp_path, 'workspaces = ["T0123456", "T7654321"]\ntransport = "http"\ncommand = "buckstop"')
    asked = ["manifest", "slack", "--config", file, "--url", "https://bot.example.com"]

    found = typed(*asked, "--workspace", "T7654321")
    one = json.loads(found.stdout)
    which = typed(*asked)

    assert (found.exit_code, found.stderr) == (0, "")
    assert one["features"]["slash_commands"][0]["command"] == "/buckstop"
    assert one["settings"]["interactivity"]["request_url"] == "https://bot.example.com/slack/T7654321/events"
    assert (which.exit_code, which.stdout) == (2, "")
    assert which.stderr == "buckstop: each workspace has an address of its own: name one with --workspace: T0123456, T7654321\n"


def test_by_http_a_manifest_needs_the_address(typed: Typed, tmp_path: Path) -> None:
    said = typed("manifest", "slack", "--config", with_slack(tmp_path, 'workspaces = "T0123456"\ntransport = "http"'))

    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr == 'buckstop: slack.transport is "http", so Slack has to know the address: --url https://bot.example.com\n'


def test_by_socket_an_address_is_not_used_and_that_is_said(typed: Typed) -> None:
    said = typed("manifest", "slack", "--url", "https://bot.example.com")

    assert said.exit_code == 0
    assert "bot.example.com" not in said.stdout
    assert said.stderr == 'buckstop: slack.transport is "socket", which needs no address: --url is not in there\n'


APPLICATION = "112233445566778899"
TOKEN = f"{b64encode(APPLICATION.encode()).decode()}.GhUnTr.hunter2hunter2hunter2hunter2"
WHICH = (
    "buckstop: which application? Set DISCORD_TOKEN, or give its id: --application 112233445566778899 (General Information in the portal)\n"
)
NO_ID = "buckstop: --application: that is no application's id: it stands in the developer portal under General Information\n"


def test_the_invitation_of_the_token_that_is_set(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    said = typed("manifest", "discord")

    assert (said.exit_code, said.stderr) == (0, "")
    assert f"https://discord.com/oauth2/authorize?client_id={APPLICATION}&permissions=" in said.stdout
    assert "hunter2" not in said.stdout
    assert json.loads(typed("manifest", "discord", "--json").stdout)["invite"] in said.stdout


def test_the_invitation_of_another_application(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    said = typed("manifest", "discord", "--application", "998877665544332211", "--json")

    assert (said.exit_code, json.loads(said.stdout)["application"]) == (0, "998877665544332211")


@pytest.mark.parametrize(
    ("token", "words", "told"),
    [("", [], WHICH), ("hunter2", [], WHICH), (TOKEN, ["--application", "Buckstop"], NO_ID)],
    ids=["none", "bad", "a name"],
)
def test_an_invitation_is_of_an_application(typed: Typed, monkeypatch: pytest.MonkeyPatch, token: str, words: list[str], told: str) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", token)
    said = typed("manifest", "discord", *words)

    assert (said.exit_code, said.stdout, said.stderr) == (2, "", told)


# --- buckstop discord sync


async def synced(world: World, *words: str) -> tuple[int, str, str]:
    """Type the command in a process of its own; return its exit code and what it said."""
    environ = {"DISCORD_TOKEN": world.token, "DISCORD_API_URL": world.api_url, "DISCORD_GATEWAY_URL": world.gateway_url}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "discord", "sync", *words,
        env=os.environ | environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = (part.decode() for part in await process.communicate())
    assert process.returncode is not None
    assert world.token not in out + err
    return process.returncode, out, err


async def test_the_commands_are_registered_with_discord(discord_address: str) -> None:
    async with company(discord_address, register=False) as world:
        code, said, wrong = await synced(world)
        there = await world.commands()
        await world.do("revoke")
        refused = await synced(world)

    assert (code, said.splitlines()[0], wrong) == (
        0,
        'new: /case, /report, /away, /back, /prefer, /routes, /dead, /announce, /lacked, /renew, /time, /announced, "Report as a case"',
        "",
    )
    assert len(there) == 13
    assert refused == (1, "", "buckstop: Nothing is known to be registered: the bot token is not valid. `buckstop doctor` says more\n")


async def test_the_commands_are_tried_in_one_server(discord_address: str) -> None:
    async with company(discord_address, register=False) as world:
        guild = world.guilds["harbour"]
        codes = [(await synced(world, "--guild", guild, *more))[0] for more in ([], ["--clear"])]
        there = [call["method"] for call in await world.calls("PUT *")]

    assert (codes, there) == ([0, 0], ["PUT", "PUT"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--guild", "12"], "buckstop: --guild: that is no server's id: click its icon with the right button, Copy Server ID\n"),
        (["--clear"], "buckstop: --clear goes with --guild\n"),
    ],
    ids=["no server", "clear everywhere"],
)
def test_what_cannot_be_registered(typed: Typed, words: list[str], told: str) -> None:
    said = typed("discord", "sync", *words)

    assert (said.exit_code, said.stdout, said.stderr) == (2, "", told)


def test_without_a_token_nothing_is_registered(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    said = typed("discord", "sync")

    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr.startswith("DISCORD_TOKEN is not set: ")


def test_forgetting_says_first_what_would_go_and_does_it_with_yes(typed: Typed) -> None:
    first = typed("person", "forget", "rita")
    assert first.exit_code == 0
    assert first.stdout.startswith("rita stands in 0 cases. Looked for, as whole words: Rita, rita\n")
    assert "the same command with --yes" in first.stderr
    assert "Moreno" in typed("person", "forget", "rita", "--also", "Moreno", "--except", "Rita").stdout

    done = typed("person", "forget", "rita", "--yes")
    assert (done.exit_code, done.stdout.startswith("rita is forgotten: ")) == (0, True)


def test_nobody_is_not_forgotten(typed: Typed) -> None:
    done = typed("person", "forget", "nobody", "--yes")

    assert (done.exit_code, done.stderr) == (
        1,
        'buckstop: nobody is known as "nobody": name the id that stands in the configuration, or in the export\n',
    )
