"""Is all well: the configuration, the database, every platform? Each thing that is looked at is a line, with its cure where it needs one.

Nothing is changed: no database is made, no account kept, nobody written to.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession

from bot.adapters.discord.access import Access as DiscordAccess
from bot.adapters.slack.access import Access
from bot.app import is_new
from bot.clock import RealClock
from bot.config import Config, DiscordPlan, SlackPlan
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.handlers.acquaintance import Acquaintance
from bot.platforms import ways_of
from bot.ports import Pause
from bot.store.database import Database, DatabaseFault
from bot.store.store import SqlStore
from bot.wording.findings import Finding, counted, told
from bot.wording.plain import in_full

Say = Callable[[str], None]


async def examine(config: Config, environ: Mapping[str, str], say: Say) -> int:
    """Look at everything, say each finding under its heading, and return how many faults there are.

    Raises:
        EnvironmentFaults: everything that the environment lacks.
    """
    ways = ways_of(config, environ)
    faults = _section(say, config.file, [_configuration(config), *_doors(config)])
    found, org, on_live = await _database(config)
    faults += _section(say, "Database", found)
    if config.slack is not None and ways.slack is not None:
        for workspace, seen in (await _slack(config, config.slack, ways.slack, org, on_live)).items():
            faults += _section(say, f"Slack, workspace {workspace}", seen)
    if config.discord is not None and ways.discord is not None:
        async for heading, part in _discord(config, config.discord, ways.discord, org, on_live):
            faults += _section(say, heading, part)
    say("")
    say(counted(faults))
    return faults


def _section(say: Say, heading: str, found: Sequence[Finding]) -> int:
    say(heading)
    for one in found:
        say(f"  {told(one)}")
    return sum(one.fault is not None for one in found)


# --- the configuration


def _configuration(config: Config) -> Finding:
    org = config.org
    return Finding("configuration", f"people: {len(org.people)}, services: {len(org.services)}, chains: {len(org.chains)}")


def _doors(config: Config) -> list[Finding]:
    """Say by which platforms people come in."""
    doors = []
    if config.local.enabled:
        doors.append(Finding("local", f"`buckstop run` serves the local workspace on {config.local.host}, port {config.local.port}"))
    if config.slack is None and config.discord is None and not config.local.enabled:
        cure = "Add [slack] (docs/slack.md) or [discord] (docs/discord.md) to the configuration, or set local.enabled = true"
        return [Finding("platforms", fault="nobody can speak with Buckstop: no platform is set up", mend=cure)]
    for name, plan in (("slack", config.slack), ("discord", config.discord)):
        if plan is None:
            doors.append(Finding(name, "it is not set up", mend=f"docs/{name}.md says how"))
    return doors


# --- the database


async def _database(config: Config) -> tuple[list[Finding], Org, frozenset[PersonId]]:
    """Look at the database; return what it knows of people, too: accounts that were found, and who holds a key to a live case."""
    nobody = config.org, frozenset[PersonId]()
    try:
        async with _opened(config) as database:
            if await is_new(database):
                return [_none_yet(database)], *nobody
            await database.check()
            store = SqlStore(database, config.org, RealClock())
            acquaintance = Acquaintance(store, RealClock())
            async with store.read() as reading:
                pause = await reading.paused()
            found = [Finding(database.name, f"it answers, and is up to date ({await database.revision()})"), _pause(pause, config.org.zone)]
            return found, await acquaintance.org(), await acquaintance.on_live()
    except DatabaseFault as fault:
        return [Finding("database", fault=str(fault))], *nobody


@asynccontextmanager
async def _opened(config: Config) -> AsyncIterator[Database]:
    database = Database(config.database_url)
    try:
        yield database
    finally:
        await database.close()


def _none_yet(database: Database) -> Finding:
    folder = Path(str(database.url.database)).parent
    if database.sqlite and not folder.is_dir():
        return Finding(database.name, fault=f"there is no folder {folder}", mend="Make it, or change database.url")
    return Finding(database.name, "there is none yet", mend="`buckstop run` makes it. If it should be there: look at database.url")


def _pause(pause: Pause | None, zone: str) -> Finding:
    if pause is None:
        return Finding("pause", "it is not paused")
    return Finding("pause", f"it is paused since {in_full(pause.since, zone)}: {pause.why}", mend="`buckstop resume` lets all go on")


# --- Slack


async def _slack(
    config: Config, plan: SlackPlan, access: Access, org: Org, on_live: frozenset[PersonId]
) -> Mapping[str, Sequence[Finding]]:
    # Slack's libraries cost 300 ms: only who uses Slack loads them.
    from bot.adapters.slack.calls import ANSWER_WITHIN, client
    from bot.adapters.slack.check import look_everywhere, wanted

    asked = wanted(plan, config.org, org, on_live, local=config.local.enabled)
    async with ClientSession(timeout=ANSWER_WITHIN) as session:
        clients = {workspace: client(access.url, tokens.bot, session) for workspace, tokens in access.tokens.items()}
        return await look_everywhere(clients, asked, access.tokens)


# --- Discord


async def _discord(
    config: Config, plan: DiscordPlan, access: DiscordAccess, org: Org, on_live: frozenset[PersonId]
) -> AsyncIterator[tuple[str, Sequence[Finding]]]:
    from bot.adapters.discord.check import look_closely, sought

    asked = sought(config.org, org, on_live, local=config.local.enabled, mail=config.slack is not None)
    async for heading, seen in look_closely(access, plan, asked):
        yield heading, seen
