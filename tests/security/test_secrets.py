"""Planted secrets: does any of them come out again, in the log, an error, a traceback, an export, the figures, or what a command prints?"""

import json
import os
import subprocess
import sys
import traceback
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.config.secrets import known
from tests.ports import free_port
from tests.scenarios.stages import ORG
from tests.test_cli import _fetched, ended, started

SIGNING = "planted-signing-8f1c52aa90d34be7"
BOT_TOKEN = "xoxb-111111111111-222222222222-plantedplantedplantedpla"
APP_TOKEN = "xapp-1-A0PLANTED-333333333333-plantedplantedplanted"
DISCORD = "MTE5MDAwMDAwMDAwMDAwMDAw.GplanT.planted_planted_planted_planted_pla"
DB_PASSWORD = "planted-db-p4ss%21word"
TYPED = "xoxp-999999999999-planted-by-somebody-who-typed-it"
ENVIRON = {
    "SLACK_SIGNING_SECRET": SIGNING,
    "SLACK_BOT_TOKEN": BOT_TOKEN,
    "SLACK_APP_TOKEN": APP_TOKEN,
    "DISCORD_TOKEN": DISCORD,
}
PLANTED = (SIGNING, BOT_TOKEN, APP_TOKEN, DISCORD, DB_PASSWORD, "planted-db-p4ss!word")


def with_password(address: str) -> str:
    """Return the address of a database that asks for no password, with one in it."""
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('@')[0].partition(':')[0]}:{DB_PASSWORD}@{rest.partition('@')[2]}"


def planted_in(*texts: str, also: tuple[str, ...] = ()) -> list[str]:
    """Return which of the planted secrets stand in these texts."""
    return [secret for secret in (*PLANTED, *also) if any(secret in text for text in texts)]


def typed(url: str, *words: str, **environ: str) -> str:
    """Type a command in an environment with secrets, and return all that it printed."""
    cleared = dict.fromkeys((name for name in os.environ if name.startswith(("BUCKSTOP_", "SLACK_", "DISCORD_"))), None)
    done = CliRunner().invoke(app, list(words), env=cleared | ENVIRON | {"BUCKSTOP_DATABASE_URL": url} | environ)
    fault = "".join(traceback.format_exception(done.exception)) if done.exception is not None else ""
    return f"{done.output}{fault}"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with both platforms."""
    file = tmp_path / "config.toml"
    platforms = '[slack]\nworkspaces = ["T0NORTH"]\n[discord]\nguilds = ["112233445566778899"]\n'
    file.write_text(f"{ORG.read_text('utf-8')}\n{platforms}", "utf-8")
    return file


COMMANDS = (
    ("doctor",),
    ("verify",),
    ("export", "--format", "jsonl", "--people"),
    ("db", "upgrade"),
    ("discord", "sync"),
    ("person", "forget", "rita"),
)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_that_fails_shows_none(config: Path, words: tuple[str, ...]) -> None:
    """Nothing answers where the database and the platforms are said to be."""
    url = f"postgresql://buckstop:{DB_PASSWORD}@127.0.0.1:9/cases"
    where = {"BUCKSTOP_CONFIG": str(config), "SLACK_API_URL": "http://127.0.0.1:9/api/", "DISCORD_API_URL": "http://127.0.0.1:9/api"}

    said = typed(url, *words, **where, DISCORD_GATEWAY_URL="ws://127.0.0.1:9")

    assert said
    assert planted_in(said) == []


def test_a_secret_in_the_file_or_an_address_that_is_none_is_not_quoted(config: Path) -> None:
    config.write_text(
        f'{config.read_text("utf-8")}\n[database]\nurl = "postgresql://u:{DB_PASSWORD}@h/d"\ntoken = "{BOT_TOKEN}"\n', "utf-8"
    )

    said = typed(f"postgresq://u:{DB_PASSWORD}@h/d", "verify", BUCKSTOP_CONFIG=str(config))

    assert "has no place in a file" in said
    assert planted_in(said) == []


@pytest.mark.postgres
def test_a_running_bot_shows_none_whatever_is_typed_into_it(tmp_path: Path, postgres_url: str) -> None:
    health, local = free_port(), free_port()
    file = tmp_path / "run.toml"
    text = ORG.read_text("utf-8").replace("enabled = true", f"enabled = true\nport = {local}")
    file.write_text(f"{text}\n[operation]\nport = {health}\nlog_level = 'debug'\n", "utf-8")
    url = with_password(postgres_url)

    def post(path: str, body: object, **headers: str) -> str:
        data = json.dumps(body).encode()
        request = Request(f"http://127.0.0.1:{local}{path}", data, {"Content-Type": "application/json"} | headers)
        try:
            with urlopen(request) as answer:
                return str(answer.read().decode())
        except URLError as refused:
            return str(refused)

    with started("run", "--config", str(file), BUCKSTOP_DATABASE_URL=url, **ENVIRON) as process:
        healthy = _fetched(f"http://127.0.0.1:{health}/healthz")
        reported = post("/api/messages", {"as": "rita", "channel": "help", "text": f"/case report private billing: my token is {TYPED}"})
        assert "C-1" in reported
        for who, words in (
            ("rita", f"note C-1 {TYPED}"), ("eve", f"ack {TYPED}"), ("eve", TYPED), ("eve", f"away until {TYPED}"),
            ("ana", f"handover C-1 {TYPED}: his"), ("rita", f"link {TYPED}"), ("ana", f"resolve C-1 fix {TYPED}"),
        ):  # fmt: skip
            post("/api/messages", {"as": who, "channel": "help", "text": f"/case {words}"})
        post("/api/messages", {"as": TYPED, "channel": TYPED, "text": TYPED, "thread": TYPED, "key": TYPED})
        post("/api/actions", {"as": "eve", "message": TYPED, "button": TYPED, "case": TYPED})
        post("/api/forms", {"as": "eve", "form": TYPED, "values": {TYPED: TYPED}})
        post(f"/api/{TYPED}?{TYPED}", {}, Origin=f"https://{TYPED}.example")
        metrics = _fetched(f"http://127.0.0.1:{health}/metrics")
        assert ended(process)[0] == 0
        assert process.stderr is not None
        log = process.stderr.read()
    exported = [typed(url, "export", "--people", "--format", form, BUCKSTOP_CONFIG=str(file)) for form in ("csv", "jsonl")]
    others = [typed(url, *words, BUCKSTOP_CONFIG=str(file)) for words in (("doctor",), ("verify",))]

    assert '"C-1"' in exported[1]
    assert "bot.running" in log
    assert planted_in(log, metrics, healthy, *exported, *others, also=(TYPED,)) == []


TRACEBACK = """
import logging, os, structlog
from bot.config.secrets import known
from bot.log import configure
url = os.environ["BUCKSTOP_DATABASE_URL"]
configure("info", as_json={as_json}, secrets=known(os.environ, url))
def fails():
    raise ConnectionError("refused: " + url + " " + os.environ["SLACK_SIGNING_SECRET"] + " " + os.environ["DISCORD_TOKEN"])
try:
    fails()
except ConnectionError as fault:
    structlog.get_logger().error("failed", exc_info=fault, why=str(fault))
    logging.getLogger("some.library").error("failed: %s", fault, exc_info=fault)
"""


@pytest.mark.parametrize("as_json", [True, False])
def test_neither_our_traceback_nor_a_librarys_shows_one(as_json: bool) -> None:
    environ = dict(os.environ) | ENVIRON | {"BUCKSTOP_DATABASE_URL": f"postgresql://buckstop:{DB_PASSWORD}@db/cases"}
    done = subprocess.run(
        [sys.executable, "-c", TRACEBACK.format(as_json=as_json)], capture_output=True, text=True, env=environ, check=True
    )

    assert done.stderr.count("refused: ") >= 2
    assert planted_in(done.stderr) == []


def test_what_is_known_to_be_secret() -> None:
    found = known(
        ENVIRON | {"HOME": "/home/planted", "SLACK_API_URL": "http://127.0.0.1:9", "PGPASSWORD": "ab"}, f"postgresql://u:{DB_PASSWORD}@h/d"
    )

    assert found == set(PLANTED)
