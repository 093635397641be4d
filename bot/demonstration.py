"""Let somebody try Buckstop: the local workspace on a database of its own, or one whole story played and printed."""

import asyncio
import json
import sys
import webbrowser
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession

from bot.adapters import local
from bot.app import AnyClock, Bot, Failure, running, told_to_stop
from bot.clock import FastClock, ManualClock, RealClock, machine_time
from bot.config import Config
from bot.handlers.history.generating import month
from bot.handlers.history.keeping import NotEmpty, keep, send_digests
from bot.log import configure
from bot.store.database import Database, DatabaseFault
from bot.store.mailbox import SqlMailbox

PORT = 8321
_DAYS_IN = 3  # from a Monday: so that the last digest tells of a whole Wednesday


@dataclass(frozen=True, slots=True)
class Show:
    """How the demo is shown."""

    port: int | None
    clock: str
    start: datetime | None
    browser: bool
    history: int | None = None  # the seed of a month that lies behind it


HISTORY_DAYS = 30
HISTORY_CASES = 400


async def show(config: Config, file: Path | None, how: Show) -> None:
    """Run the local workspace until told to stop; print its address as one line when it is ready."""
    configure("warning")
    async with stage(config, file, how.clock, how.start, days_in=_DAYS_IN if how.history is not None else 0) as bot:
        if how.history is not None:
            await with_history(bot, config, how.history)
        address = await _served(bot, how.port)
        if bot.clock.kind == "manual":
            await bot.settle()
        else:
            bot.run_by_itself()
        _say_how_to_begin(file, bot.clock)
        print(address, flush=True)
        if how.browser:
            await asyncio.to_thread(_open, address)
        await told_to_stop()


async def with_history(bot: Bot, config: Config, seed: int, cases: int = HISTORY_CASES) -> None:
    """Let a month of cases lie behind the demonstration, with the digest of each of its days.

    Raises:
        Failure: there are cases already.
    """
    end = bot.clock.now()
    start = end - timedelta(days=HISTORY_DAYS)
    played = await asyncio.to_thread(month, config.org, seed, start, HISTORY_DAYS, cases)
    try:
        await keep(bot.store, played)
    except NotEmpty as there:
        raise Failure(f"{there}: a month of cases needs a new file") from there
    await send_digests(bot.store, config.digests, start, end)
    to = ", ".join(dict.fromkeys(f"#{channel.partition(':')[2]}" for plan in config.digests for channel in plan.to))
    print(f"{len(played.cases)} cases of {HISTORY_DAYS} days lie behind it (seed {seed}); their digests are in {to}.", file=sys.stderr)


async def _served(bot: Bot, port: int | None) -> str:
    try:
        return await bot.serve_local(PORT if port is None else port)
    except Failure:
        if port is not None:
            raise
        return await bot.serve_local(0)  # nobody asked for the usual port, so any other one will do


def _say_how_to_begin(file: Path | None, clock: AnyClock) -> None:
    kept = f"kept in {file}" if file else "thrown away at the end (--db FILE keeps them)"
    print(f"Cases are {kept}. The {clock.kind} clock says {clock.now():%a %d %b %Y %H:%M} UTC. Ctrl-C stops.", file=sys.stderr)


def _open(address: str) -> None:
    # A browser in the terminal would take it over; without a screen the printed address is all that is needed.
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if not isinstance(browser, webbrowser.GenericBrowser) or isinstance(browser, webbrowser.BackgroundBrowser):
        browser.open(address)


async def play(config: Config, file: Path | None, start: datetime | None, *, as_json: bool) -> bool:
    """Play the story over HTTP on a manual clock, print it, and tell whether it ended fixed."""
    configure("warning")
    async with stage(config, file, "manual", start) as bot, ClientSession() as http:
        player = local.Player(await bot.serve_local(0), http)
        played = list[local.Played]()
        try:
            async for step in player.play(local.steps(config.org, bot.clock.now())):
                played.append(step)
                if not as_json:
                    _print_step(step, config)
        except local.StoryStuck as stuck:
            raise Failure(f"the story got stuck: {stuck}") from stuck
        async with http.get(f"{player.address}/api/cases/{player.case}") as response:
            case = await response.json()
    fixed = bool(case.get("outcome") == "fixed")
    if as_json:
        print(json.dumps(_told(played, case, fixed=fixed), ensure_ascii=False, indent=2))
    else:
        print(f"\n{case['id']} ended {case.get('outcome') or case['status']}, after {case['contacts']} contacts, at level {case['level']}.")
    return fixed


def _print_step(step: local.Played, config: Config) -> None:
    local_time = datetime.fromisoformat(step.now).astimezone(ZoneInfo(config.org.zone))
    print(f"\n--- {local_time:%A %d %B, %H:%M} --- {step.caption}")
    for line in _lines(step):
        print(line)


def _lines(step: local.Played) -> list[str]:
    said = [f"  {step.body['as']}: {_words(step)}"] if "as" in step.body else []
    reply = (step.answer.get("reply") or {}).get("text", "")
    answered = [_indented(f"Buckstop, to {step.body['as']} only", reply)] if reply else []
    told = [_indented(_heading(message), message["text"]) for message in step.messages if message["from"] == "buckstop"]
    return [*said, *answered, *told]


def _words(step: local.Played) -> str:
    match step.call:
        case "messages":
            return str(step.body["text"])
        case "actions":
            return f"[presses {step.body['button']}]"
        case _:
            return "; ".join(f"{name}: {value}" for name, value in step.body["values"].items())


def _heading(message: dict[str, Any]) -> str:
    place = str(message["place"])
    where = f"in {place}" if place.startswith("#") else f"to {place.removeprefix('@')}"
    return f"Buckstop, {where}{', edited' if message.get('edited') else ''}"


def _indented(heading: str, text: str) -> str:
    return "\n".join([f"  {heading}:", *(f"      {line}" for line in text.splitlines())])


def _told(played: list[local.Played], case: dict[str, Any], *, fixed: bool) -> dict[str, Any]:
    steps = [
        {"at": step.now, "caption": step.caption, "call": step.call, "body": step.body, "answer": step.answer, "messages": step.messages}
        for step in played
    ]
    return {"fixed": fixed, "case": case, "steps": steps}


@asynccontextmanager
async def stage(config: Config, file: Path | None, clock: str, start: datetime | None, days_in: int = 0) -> AsyncIterator[Bot]:
    """Set the local workspace up on a file, or on one that is thrown away, with a clock that begins `days_in` days after a Monday."""
    async with AsyncExitStack() as stack:
        path = file or Path(stack.enter_context(TemporaryDirectory(prefix="buckstop-"))) / "demo.db"
        there = replace(config, database_url=f"sqlite:///{path}", local=replace(config.local, enabled=True))
        ticking = _clock(clock, await _begin(config, path, start, days_in))
        bot = await stack.enter_async_context(running(there, ticking, alone=True))
        if isinstance(ticking, ManualClock):
            # Kept before it is first wound: what is reported now must not lie in the future after a restart.
            await bot.workspace.mailbox.remember_time(ticking.now())
        yield bot


def _clock(kind: str, begins: datetime) -> AnyClock:
    if kind == "manual":
        return ManualClock(begins)
    return FastClock(begins) if kind == "fast" else RealClock()


async def _begin(config: Config, path: Path, start: datetime | None, days_in: int = 0) -> datetime:
    """Return when the clock begins: where it stood in this file, since it never goes back, else where it was told to."""
    wanted = start or local.quiet_monday(config.org, machine_time(), ahead=False) + timedelta(days=days_in)
    if not path.exists():  # noqa: ASYNC240 - one look, before anything runs
        return wanted
    try:
        database = await Database.open(f"sqlite:///{path}")
    except DatabaseFault as fault:
        raise Failure(str(fault)) from fault
    try:
        stood = await SqlMailbox(database).remembered_time()
    finally:
        await database.close()
    if stood is not None and start is not None and start < stood:
        print(f"The clock never goes back: it goes on at {stood.isoformat()}, not at {start.isoformat()}.", file=sys.stderr)
    return max(wanted, stood) if stood and start else stood or wanted
