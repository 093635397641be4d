"""The configuration changes while cases are open: its effect is told first, then it is taken without a restart."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from bot.app import Bot, reload
from bot.clock import ManualClock
from bot.config import Config, ConfigFaults, load, loads
from bot.escalation.advance import advance
from bot.operations import told_effect
from tests.patience import PATIENT
from tests.scenarios.stages import MONDAY, ORG, LocalStage
from tests.unhurried import running
from tests.world import World

Json = dict[str, Any]

WRITTEN = ORG.read_text("utf-8")
ANA = 'id = "ana"\nname = "Ana"\nmanager = "bruno"'
BRUNO = 'id = "bruno"\nname = "Bruno"\nmanager = "cleo"'
AWAY = '\n[[absences]]\nperson = "bruno"\nfrom = 2026-03-02\nto = 2026-03-06\n'


def written(*changes: tuple[str, str]) -> str:
    """Return the organisation's file with some of its words changed."""
    text = WRITTEN
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def save(file: Path, text: str) -> None:
    """Write a file."""
    file.write_text(text, "utf-8")


def read(file: Path) -> str:
    """Return what is in a file."""
    return file.read_text("utf-8")


@asynccontextmanager
async def the_bot(file: Path, database_url: str) -> AsyncIterator[tuple[Bot, World]]:
    """Run Buckstop with this file on a Monday at nine, and yield it with the world around it."""
    environ = {"BUCKSTOP_DATABASE_URL": database_url}
    async with running(load(file, environ), ManualClock(MONDAY)) as bot, ClientSession() as http:
        await bot.wind(MONDAY)
        yield bot, World(LocalStage(await bot.serve_local(0), http))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The organisation's file, to be changed."""
    there = tmp_path / "config.toml"
    there.write_text(WRITTEN, "utf-8")
    return there


def other(text: str, bot: Bot) -> Config:
    """Return another configuration for the same database."""
    return replace(loads(text, "config.toml", {}), database_url=bot.config.database_url)


EFFECTS = {
    "nothing": ([], ["Nothing changes for the one live case."]),
    "another manager": (
        [(ANA, ANA.replace("bruno", "cleo"))],
        ["C-1: goes to Cleo today 10:00 instead of to Bruno, because Cleo is Ana's manager now."],
    ),
    "other hours": (
        [(ANA, ANA + '\nhours = "Mon-Fri 13:00-17:00"')],
        ["C-1: goes to Bruno today 14:00 instead of today 10:00, because Ana works at other times."],
    ),
    "somebody is away": (
        [("[chains.standard]", AWAY + "[chains.standard]")],
        ["C-1: goes to Cleo today 10:00 instead of to Bruno, because Bruno is away at other times."],
    ),
    "the owner has left": (
        [
            ('[[people]]\nid = "ana"\nname = "Ana"\nmanager = "bruno"\nteam = "billing"\n', ""),
            ('owner = "ana"', 'owner = "ben"'),
        ],
        ["C-1: Cleo owns it at once instead of Ana, because Ana is not in the configuration any more."],
    ),
}


@pytest.mark.parametrize(("changes", "told"), EFFECTS.values(), ids=EFFECTS.keys())
async def test_the_effect_is_told_before_anything_happens(
    file: Path, sqlite_url: str, changes: list[tuple[str, str]], told: list[str]
) -> None:
    async with the_bot(file, sqlite_url) as (bot, world):
        await world.report("rita", "billing: meter swapped")
        before = await world.case("C-1")

        said = await told_effect(other(written(*changes), bot))

        summary = [] if not changes else ["The one live case would move differently. Nothing has been changed."]
        assert said.splitlines() == told + summary
        assert await world.case("C-1") == before


async def test_what_was_told_is_what_happens(file: Path, database_url: str) -> None:
    async with the_bot(file, database_url) as (bot, world):
        await world.report("rita", "billing: meter swapped")
        await world.wait("5m")
        save(file, written((ANA, ANA.replace("bruno", "cleo") + '\nhours = "Mon-Fri 13:00-17:00"')))
        environ = {"BUCKSTOP_DATABASE_URL": database_url}
        assert (await told_effect(load(file, environ))).startswith("C-1: goes to Cleo today 14:00 instead of to Bruno today 10:00, because")

        await reload(bot, environ)

        assert "goes to Cleo today 14:00" in (await world.say("rita", "/case show C-1")).text
        assert (await told_effect(load(file, environ))).startswith("Nothing changes")
        await world.until("2026-03-02T13:59:00Z")
        assert (await world.case("C-1"))["level"] == 0
        await world.wait("1m")
        assert ((await world.case("C-1"))["level"], (await world.case("C-1"))["accountable"]) == (1, "cleo")


async def test_a_file_with_faults_changes_nothing(file: Path, sqlite_url: str) -> None:
    async with the_bot(file, sqlite_url) as (bot, world):
        await world.report("rita", "billing: meter swapped")
        before, org = await world.case("C-1"), bot.config.org
        save(file, written((ANA, ANA.replace("bruno", "brunno")), (BRUNO, BRUNO + "\nshoes = 43")))

        with capture_logs() as logged:
            await reload(bot, {})

        assert [(entry["event"], entry.get("place")) for entry in logged] == [
            ("config.faulty", "people.bruno.shoes"),
            ("config.faulty", "people.ana.manager"),
            ("config.kept", None),
        ]
        assert (bot.config.org, await world.case("C-1")) == (org, before)


async def test_digests_and_reactions_are_taken_and_the_rest_waits_for_a_restart(file: Path, sqlite_url: str) -> None:
    environ = {"BUCKSTOP_DATABASE_URL": sqlite_url}
    async with the_bot(file, sqlite_url) as (bot, world):
        changed = written(
            ('at = "09:00"', 'at = "16:00"'),
            ('reactions = ["ticket"]', 'reactions = ["eyes"]\nport = 1'),
            ("[rules]", "[operation]\nport = 2\n[rules]"),
        )
        save(file, changed)

        for _ in range(2):  # told again each time, until somebody restarts
            with capture_logs() as logged:
                await reload(bot, environ | {"BUCKSTOP_DATABASE_URL": "postgresql://buckstop:hidden@db/other"})
            assert [entry["keys"] for entry in logged if entry["event"] == "config.needs_restart"] == [
                ["database.url", "local.port", "operation.port"]
            ]
            assert "hidden" not in str(logged)

        said = await world.say("tom", "the bill is wrong again")
        assert said.message is not None
        assert "C-1" in (await world.react("rita", said.message, "eyes")).text
        await world.until("2026-03-02T15:59:00Z")
        assert await world.posted("leadership") == []
        await world.wait("1m")
        assert len(await world.digests()) == 1


async def test_a_case_that_the_new_organisation_breaks_keeps_the_others_from_nothing(
    file: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with the_bot(file, sqlite_url) as (bot, world):
        for _ in range(3):
            await world.report("rita", "billing: meter swapped")

        def breaks(case: Any, *rest: Any) -> Any:
            if case.id == 2:
                raise ZeroDivisionError("a bug")
            return advance(case, *rest)

        monkeypatch.setattr("bot.handlers.reorganising.advance", breaks)
        with capture_logs():
            changed = await bot.take(other(written((ANA, ANA + '\nhours = "Mon-Fri 13:00-17:00"')), bot))

        assert changed == 2
        assert (await bot.store.health(MONDAY)).parked == 1


async def test_without_a_bot_before_the_times_in_the_cases_are_compared(file: Path, sqlite_url: str) -> None:
    async with the_bot(file, sqlite_url) as (bot, world):
        await world.report("rita", "billing: meter swapped")
        # As a version that no longer accepts what was kept would find it.
        await bot.store.put_in_force('{"organisation": {}}')

        said = await told_effect(other(written((ANA, ANA + '\nhours = "Mon-Fri 13:00-17:00"')), bot))

        assert said.splitlines()[0].startswith("With which configuration the bot ran here last is not known")
        assert said.splitlines()[1].startswith("C-1: goes to Bruno today 14:00 instead of today 10:00, because ")


async def test_of_many_changes_the_first_are_told_and_the_rest_is_counted(file: Path, sqlite_url: str) -> None:
    async with the_bot(file, sqlite_url) as (bot, world):
        for n in range(52):
            await world.report("rita", f"{'billing' if n % 2 else 'metering'}: number {n}")
        ben = 'id = "ben"\nname = "Ben"\nmanager = "bruno"'

        changed = written((ANA, ANA + '\nhours = "Mon-Fri 13:00-17:00"'), (ben, ben.replace("bruno", "cleo")))
        lines = (await told_effect(other(changed, bot))).splitlines()

        assert len(lines) == 52
        assert [line.partition("because ")[2] for line in lines[:50]] == (
            ["Ana works at other times."] * 26 + ["Cleo is Ben's manager now."] * 24
        )
        assert lines[50:] == ["... and 2 more.", "52 of the 52 live cases would move differently. Nothing has been changed."]


def test_a_configuration_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigFaults):
        load(tmp_path / "gone.toml", {})


async def heard(process: Process, event: str) -> MutableMapping[str, Any]:
    """Read the log until an event comes."""
    assert process.stderr is not None
    async with asyncio.timeout(PATIENT):
        async for line in process.stderr:
            entry: MutableMapping[str, Any] = json.loads(line)
            if entry["event"] == event:
                return entry
    raise AssertionError(f"the log ended without {event}")


async def test_sighup_reloads_and_never_ends_it(file: Path, tmp_path: Path) -> None:
    ports = "\nport = 0\n"
    save(file, WRITTEN.replace("[local]\n", "[local]" + ports) + "[operation]" + ports)
    good = read(file)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("BUCKSTOP_")}
    environ |= {"BUCKSTOP_DATABASE_URL": f"sqlite:///{tmp_path}/run.db"}
    words = (sys.executable, "-m", "bot", "run", "--config", str(file))
    process = await asyncio.create_subprocess_exec(*words, stderr=PIPE, env=environ)
    try:
        await heard(process, "bot.running")
        save(file, "organisation = 3")
        process.send_signal(signal.SIGHUP)
        assert (await heard(process, "config.faulty"))["place"] == "organisation"
        await heard(process, "config.kept")

        save(file, good.replace('"Northwind Energy"', '"Southwind Energy"'))
        process.send_signal(signal.SIGHUP)
        assert (await heard(process, "config.reloaded"))["cases"] == 0
    finally:
        process.terminate()
        assert await process.wait() == 0
