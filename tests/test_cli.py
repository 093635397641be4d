"""The commands of DESIGN.md, section 9, as somebody types them: what they print, and the codes that they exit with."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from tests import postgres
from tests.ports import free_port
from tests.scenarios.stages import ORG, local_world

DONE, FAILED, WRONG = 0, 1, 2
LIVE = 20  # seconds after which something that does not come has failed


@pytest.fixture
async def worked(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with an escalated fix and a private case, named by the environment, like the organisation of the stories."""
    monkeypatch.setenv("BUCKSTOP_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("BUCKSTOP_CONFIG", str(ORG))
    async with local_world(sqlite_url) as world:
        case = await world.report("rita", "billing: =cmd()|'x'!A1")
        await world.report("tom", "private billing: my pay")
        await world.wait("2h")
        await world.say("bruno", f"/case resolve {case} fix process: corrected, cost 120 billing")
        await world.say("rita", f"/case confirm {case}")
        await world.wait("1d")
    return sqlite_url


def typed(*words: str) -> Result:
    """Type a command."""
    return CliRunner().invoke(app, list(words))


# --- wrong usage

WRONG_USAGE = {
    "nothing": "",
    "no such command": "frobnicate",
    "no such option": "demo --frobnicate",
    "no such clock": "demo --clock sundial",
    "no such port": "demo --port 99999",
    "a start that is no time": "demo --port 0 --no-browser --start never",
    "JSON of nothing": "demo --json --no-browser --port 0",
    "no such role": "run --role cook",
    "nothing to simulate": "simulate --opened 2026-03-02T09:00",
    "both ways to simulate": "simulate --service billing --chain standard --owner ana --opened 2026-03-02T09:00",
    "a service that is none": "simulate --service nope --opened 2026-03-02T09:00",
    "a time that is none": "simulate --service billing --opened soon",
    "a severity that is none": "simulate --service billing --opened 2026-03-02T09:00 --severity dire",
    "a form of digest that is none": "digest --format pdf",
    "a channel that has no digest": "digest --channel local:nope",
    "a day that is none": "digest --date yesterday",
    "a day out of all reason": "digest --date 9999-12-31",
    "a day before all": "digest --from 0001-01-01",
    "a day that has not begun": "digest --date 2100-01-01",
    "days that have not begun": "digest --from 2100-01-01",
    "a day and days": "digest --date 2026-03-04 --from 2026-03-01",
    "days without a beginning": "digest --to 2026-03-04",
    "days that end before they begin": "digest --from 2026-03-04 --to 2026-03-01",
    "a service that has no digest": "digest --service nope",
    "a played month": "demo --history --play",
    "an export of nothing": "export",
    "an export that is none": "export --format pdf",
    "a database command that is none": "db frobnicate",
    "a configuration that is not there": "check-config nowhere.toml",
    "a manifest of nothing": "manifest",
    "a manifest of another platform": "manifest teams",
    "a workspace that is none": "manifest slack --workspace T9999999",
}


@pytest.mark.parametrize("words", WRONG_USAGE.values(), ids=WRONG_USAGE.keys())
def test_wrong_usage_is_2_and_says_what_is_right(words: str, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUCKSTOP_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("BUCKSTOP_CONFIG", str(ORG))

    result = typed(*words.split())

    assert result.exit_code == WRONG
    assert result.stdout + result.stderr
    assert "Traceback" not in result.stderr


def test_every_fault_of_a_configuration_is_told_with_its_place(tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.toml"
    text = ORG.read_text("utf-8").replace('manager = "cleo"', 'manager = "cloe"').replace("Europe/London", "Europe/Londn")
    faulty.write_text(text.replace('id = "tom"', 'id = "rita"') + "[nonsense]\n", "utf-8")

    for words in (["check-config", str(faulty)], ["run", "--config", str(faulty)], ["demo", "--config", str(faulty)]):
        result = typed(*words)
        assert result.exit_code == WRONG
        told = result.stderr.splitlines()
        assert [line.removeprefix(f"{faulty}: ").split(":")[0] for line in told] == [
            "organisation.zone", "people[1].id", "people.bruno.manager", "nonsense"
        ]  # fmt: skip
        assert 'did you mean "cleo"?' in told[2]


def test_a_configuration_without_faults() -> None:
    result = typed("check-config", str(ORG))

    assert (result.exit_code, result.stderr) == (DONE, "")
    assert "no faults" in result.stdout


# --- simulate


def test_simulate_as_text_and_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUCKSTOP_CONFIG", str(ORG))
    asked = ["simulate", "--chain", "standard", "--owner", "ana", "--opened", "2026-03-02T09:00"]

    events = json.loads(typed(*asked, "--json").stdout)
    text = typed(*asked).stdout

    assert events[:3] == [
        {"at": "2026-03-02T09:00:00Z", "level": 0, "to": ["ana"], "kind": "receipt", "why": "reported"},
        {"at": "2026-03-02T10:00:00Z", "level": 1, "to": ["bruno"], "kind": "escalation", "why": "unanswered"},
        {"at": "2026-03-02T12:00:00Z", "level": 2, "to": ["cleo"], "kind": "escalation", "why": "unanswered"},
    ]
    assert "it goes to Bruno, because nobody answered in time" in text


# --- what a database holds


def test_digests(worked: str) -> None:
    day = ["digest", "--date", "2026-03-03"]

    told = json.loads(typed(*day, "--channel", "leadership", "--format", "json").stdout)

    (fix,) = told.pop("escalated_fixes")
    assert {"case": "C-1", "service": "billing", "team": "billing", "fixed_at_level": 1, "contacts": 1, "handovers": 0, "cost": 120,
            "budget": "billing", "cause": "process", "lacked": None}.items() <= fix.items()  # fmt: skip
    assert {"title", "days_below", "hours_after"} <= fix.keys()
    assert (told.pop("channel"), told.pop("from"), told.pop("to")) == (
        "local:leadership", "2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z"
    )  # fmt: skip
    assert set(told) == {
        "stuck", "figures", "cases", "trends", "days", "disagreements", "combustion_points", "changes", "debts", "corrections",
        "silent_sufferers", "routes", "unannounced", "private", "anchor",
    }  # fmt: skip
    assert "C-1" in typed(*day).stdout
    assert typed(*day, "--format", "html").stdout.startswith("<!doctype html>")
    for form in ("json", "text", "html"):
        assert "my pay" not in typed(*day, "--format", form).stdout


def test_digests_of_any_days_and_of_one_service(worked: str) -> None:
    def fixes(*words: str) -> list[str]:
        told = json.loads(typed("digest", "--format", "json", *words).stdout)
        return [told["from"], told["to"], *(entry["case"] for entry in told["escalated_fixes"])]

    march = ["2026-03-01T00:00:00Z", "2026-03-03T11:00:00.000001Z"]  # up to now: the day is not over
    assert fixes("--from", "2026-03-01", "--to", "2026-03-03") == [*march, "C-1"]
    assert fixes("--from", "2026-03-01", "--to", "2026-03-03", "--service", "metering") == march
    assert fixes("--date", "2026-03-03", "--service", "billing") == ["2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z", "C-1"]


def test_exports(worked: str) -> None:
    rows = list(csv.DictReader(typed("export", "--format", "csv", "--people").stdout.splitlines()))
    lines = [json.loads(line) for line in typed("export", "--format", "jsonl", "--people").stdout.splitlines()]

    assert [row["id"] for row in rows] == [line["id"] for line in lines] == ["C-1", "C-2"]
    assert rows[0]["title"].startswith("'=cmd()")  # a spreadsheet must not run what somebody typed
    assert rows[1]["title"] == "(private)"
    assert [fact["fact"] for fact in lines[0]["timeline"]][:2] == ["reported", "escalated"]
    assert "my pay" not in json.dumps(lines)
    assert (rows[0]["owner"], lines[0]["timeline"][0]["by"]) == ("ana", "rita")


def test_an_export_names_nobody_where_no_digest_does(worked: str) -> None:
    table, lines = typed("export", "--format", "csv"), typed("export", "--format", "jsonl")

    (row,) = csv.DictReader(table.stdout.splitlines())
    told = json.loads(lines.stdout)
    assert (row["id"], row["reporter"], row["owner"], row["accountable"]) == ("C-1", "customer care", "billing", "operations")
    for one in ("rita", "ana", "bruno", "cleo"):
        assert f'"{one}"' not in lines.stdout
    assert [fact["by"] for fact in told["timeline"] if fact["fact"] == "resolved"] == ["operations"]
    assert table.stderr == lines.stderr == "1 private case left out; --people writes them too, without their texts.\n"


def test_a_backup_is_whole_and_private_and_overwrites_nothing(worked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "copy.db"

    assert typed("db", "backup", str(copy)).exit_code == DONE
    assert typed("db", "backup", str(copy)).exit_code == FAILED
    assert typed("db", "backup", str(tmp_path / "no" / "such" / "folder.db")).exit_code == FAILED
    assert copy.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("BUCKSTOP_DATABASE_URL", f"sqlite:///{copy}")
    verified = typed("verify")
    assert (verified.exit_code, verified.stdout.startswith("2 cases with ")) == (DONE, True)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE facts SET body = replace(body, 'unanswered', 'unresolved') WHERE case_id = 1 AND n = 2",
        "DELETE FROM facts WHERE case_id = 1 AND n = 2",
        "INSERT INTO facts SELECT case_id, 99, name, at, body, hash FROM facts WHERE case_id = 1 AND n = 2",
    ],
    ids=["changed", "removed", "added"],
)
def test_verify_names_the_fact_that_was_tampered_with(worked: str, sql: str) -> None:
    import sqlite3

    with sqlite3.connect(worked.removeprefix("sqlite:///")) as database:
        database.execute(sql)
    database.close()

    result = typed("verify")

    assert result.exit_code == FAILED
    assert re.match(r"C-1, fact \d+: ", result.stdout)
    assert "Traceback" not in result.stderr


def test_upgrade_makes_a_database_and_may_be_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUCKSTOP_CONFIG", str(ORG))
    monkeypatch.setenv("BUCKSTOP_DATABASE_URL", f"sqlite:///{tmp_path}/new.db")

    missing = typed("verify")
    assert (missing.exit_code, "buckstop db upgrade" in missing.stderr) == (FAILED, True)
    assert typed("db", "upgrade").exit_code == DONE
    assert typed("db", "upgrade").exit_code == DONE
    assert typed("verify").exit_code == DONE


def test_a_database_that_does_not_answer_keeps_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUCKSTOP_CONFIG", str(ORG))
    monkeypatch.setenv("BUCKSTOP_DATABASE_URL", "postgresql://bot:hunter2@127.0.0.1:1/none")

    result = typed("verify")

    assert result.exit_code == FAILED
    assert "hunter2" not in result.stdout + result.stderr


# --- processes


@contextmanager
def started(*words: str, **environ: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a command as a process of its own."""
    command = [sys.executable, "-m", "bot", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environ}) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(process: "subprocess.Popen[str]") -> tuple[int, float]:
    """Ask a process to end; return its exit code and how long it took."""
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    return process.wait(LIVE), time.monotonic() - begun


def test_the_demo_prints_its_address_keeps_its_time_and_ends_when_told(tmp_path: Path) -> None:
    words = ["demo", "--config", str(ORG), "--db", str(tmp_path / "demo.db"), "--port", "0", "--no-browser"]
    with started(*words, "--start", "2026-03-02T09:00") as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
        with urlopen(f"{address}/api/state") as answer:
            assert json.load(answer)["now"] == "2026-03-02T09:00:00Z"
        port = address.rpartition(":")[2]
        taken = subprocess.run([sys.executable, "-m", "bot", *words[:3], "--port", port, "--no-browser"], capture_output=True, text=True)
        assert (taken.returncode, "Traceback" in taken.stderr, port in taken.stderr) == (FAILED, False, True)
        code, seconds = ended(process)
    assert (code, seconds < 5) == (DONE, True)
    with started(*words) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        with urlopen(f"{address}/api/state") as answer:
            assert json.load(answer)["now"] == "2026-03-02T09:00:00Z"
        assert ended(process)[0] == DONE


def test_the_whole_story_is_played_and_ends_fixed() -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("BUCKSTOP_")}
    command = [sys.executable, "-m", "bot", "demo", "--play", "--json", "--config", "config.example.toml"]
    played = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=2 * LIVE)

    assert (played.returncode, played.stderr) == (DONE, "")
    story = json.loads(played.stdout)
    assert (story["fixed"], story["case"]["outcome"] if isinstance(story["case"], dict) else "fixed") == (True, "fixed")
    assert len(story["steps"]) > 5


def test_run_is_healthy_and_ends_when_told(tmp_path: Path) -> None:
    health, local = free_port(), free_port()
    config = tmp_path / "run.toml"
    text = ORG.read_text("utf-8").replace("enabled = true", f"enabled = true\nport = {local}")
    config.write_text(f"{text}\n[operation]\nport = {health}\n", "utf-8")
    with started("run", "--config", str(config), BUCKSTOP_DATABASE_URL=f"sqlite:///{tmp_path}/run.db") as process:
        assert json.loads(_fetched(f"http://127.0.0.1:{health}/healthz"))["ok"] is True
        assert "buckstop_" in _fetched(f"http://127.0.0.1:{health}/metrics")
        assert json.loads(_fetched(f"http://127.0.0.1:{local}/api/state"))["clock"] == "real"
        code, seconds = ended(process)
    assert (code, seconds < 5) == (DONE, True)


def _fetched(address: str) -> str:
    """Fetch something that may take a moment to be there."""
    deadline = time.monotonic() + LIVE
    while True:
        try:
            with urlopen(address) as answer:
                return str(answer.read(), "utf-8")
        except URLError:
            if time.monotonic() > deadline:
                raise
            os.sched_yield()


@pytest.mark.postgres
def test_a_copy_says_what_it_did_and_what_comes_next(
    worked: str, postgres_server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres_server.run("CREATE DATABASE typed TEMPLATE template0")
    to = postgres_server.url("typed")
    assert typed("db", "copy").exit_code == WRONG

    copied, again = typed("db", "copy", "--to", to), typed("db", "copy", "--to", to)

    assert (copied.exit_code, again.exit_code) == (DONE, FAILED), copied.stderr
    assert "cases: 2\n" in copied.stdout
    assert re.search(r"was copied to postgresql://.*: 2 cases with \d+ facts, \d+ messages, \d+ of them unsent", copied.stdout)
    assert "put the new address into BUCKSTOP_DATABASE_URL" in copied.stdout
    assert "is not empty" in again.stderr
    monkeypatch.setenv("BUCKSTOP_DATABASE_URL", to)
    assert typed("verify").exit_code == DONE
    postgres_server.run("DROP DATABASE typed WITH (FORCE)")
