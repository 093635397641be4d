"""What an operator asks of the database from the command line, each in one call."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.app import Failure
from bot.clock import RealClock
from bot.config import Config, DigestPlan, organisation_again
from bot.escalation.words import PersonId, ServiceId
from bot.handlers import digests
from bot.handlers.reorganising import effect
from bot.handlers.spans import moments
from bot.ports import NotSaved, Reading
from bot.store.backup import backup
from bot.store.copying import copy
from bot.store.database import LIMIT, Database, DatabaseFault
from bot.store.forgetting import Survey
from bot.store.mailbox import SqlMailbox
from bot.store.migrate import upgrade
from bot.store.printed import SHORTEST, found
from bot.store.scrubbing import scrub
from bot.store.store import SqlStore
from bot.store.tables import cases, facts
from bot.store.verify import verify
from bot.wording import digest as worded
from bot.wording import forgetting as wording
from bot.wording.effects import effect_text
from bot.wording.plain import in_full

_ERASING = 600.0  # seconds: a person may stand in very many cases, and half of them forgotten is no use


@asynccontextmanager
async def opened(config: Config, limit: float = LIMIT) -> AsyncIterator[SqlStore]:
    """Open the store alone; `limit` is how many seconds a transaction may take.

    Raises:
        Failure: the database cannot be used.
    """
    try:
        database = await Database.open(config.database_url, limit)
    except DatabaseFault as fault:
        raise Failure(str(fault)) from fault
    try:
        yield SqlStore(database, config.org, RealClock())
    except (DatabaseFault, NotSaved) as fault:
        raise Failure(str(fault)) from fault
    finally:
        await database.close()


async def paused(config: Config, why: str) -> str:
    """Stop everything that happens by itself, in every process on this database, and say so."""
    async with opened(config) as store:
        pause = await store.pause(why, await _now(store))
    since = in_full(pause.since, config.org.zone)
    return f"Paused since {since}: {pause.why}\nPeople are answered; reminders, escalations, messages and digests wait for: buckstop resume"


async def resumed(config: Config) -> str:
    """Let everything go on, and say so."""
    async with opened(config) as store:
        pause = await store.resume()
    if pause is None:
        return "It was not paused."
    return f"It goes on. It was paused since {in_full(pause.since, config.org.zone)}: {pause.why}"


async def told_effect(config: Config) -> str:
    """Say what this configuration would change for the live cases of its database; nothing is written."""
    async with opened(config) as store:
        source, now = await store.in_force(), await _now(store)
        base = organisation_again(source) if source is not None else None
        async with SqlStore(store.database, base or config.org, RealClock()).read() as before, store.read() as after:
            old, new = await before.org(), await after.org()
            found = await effect(after, old if base is not None else None, new, now)
    return effect_text(found, old, new, now, known=base is not None)


async def _now(store: SqlStore) -> datetime:
    """Return the time: a database that was wound by hand lives in its own."""
    return await SqlMailbox(store.database).remembered_time() or RealClock().now()


@dataclass(frozen=True, slots=True)
class Asked:
    """Which digest is asked for: a channel's for a local day (today's), or of the days from `first` to `last`; of one service alone."""

    channel: str | None = None
    day: date | None = None
    first: date | None = None
    last: date | None = None
    service: str | None = None


async def compute_digest(config: Config, asked: Asked, form: str) -> str:
    """Return a digest as text, JSON or HTML: as it was sent, if it was; else computed, and not sent.

    Raises:
        Failure: there is no such channel, or no such service; or its days have not begun.
    """
    plan, to = _plan(config, asked.channel)
    if asked.service is not None:
        if asked.service not in config.org.services:
            raise Failure(f"{config.file}: there is no service {asked.service}; there are: {', '.join(config.org.services)}", 2)
        plan = replace(plan, services=(ServiceId(asked.service),))
    async with opened(config) as store:
        now = await _now(store)
        async with store.read() as reading:
            content = await _content(reading, plan, to, asked, now)
    match form:
        case "json":
            return json.dumps(content, ensure_ascii=False, indent=2)
        case "html":
            return worded.html(content, config.org)
        case _:
            return worded.text(content, config.org)


async def _content(reading: Reading, plan: DigestPlan, to: str, asked: Asked, now: datetime) -> Mapping[str, Any]:
    today = now.astimezone(ZoneInfo(plan.zone)).date()
    if asked.first is not None:
        _must_have_begun(asked.first, asked.first > today)
        start, end = moments((asked.first, (asked.last or today) + timedelta(days=1)), plan.zone)
        # Nothing has happened after this very moment, which counts as well.
        return await digests.compute(reading, plan, to, start, min(end, now + digests.INSTANT))
    day = asked.day or today
    sent = await reading.digest(to, day) if asked.service is None else None
    if sent is not None:
        return sent.content
    start, end = await digests.span_of(reading, plan, to, day)
    _must_have_begun(day, digests.before(plan, end) > now)
    return await digests.compute(reading, plan, to, start, end)


def _must_have_begun(day: date, is_ahead: bool) -> None:
    if is_ahead:
        raise Failure(f"{day}: that has not begun yet; a digest tells of what has happened", 2)


def _plan(config: Config, channel: str | None) -> tuple[DigestPlan, str]:
    """Return a channel's plan and the channel in full; its platform may be left out where only one has it."""
    known = {to: plan for plan in config.digests for to in plan.to}
    named = [to for to in known if channel in (None, to)] or [to for to in known if to.partition(":")[2] == channel]
    if named and (channel is None or len(named) == 1):
        return known[named[0]], named[0]
    listed = ", ".join(known) or "none at all"
    raise Failure(f"{config.file}: no digest goes to {channel or 'any channel'}; the channels are: {listed}", 2)


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking every timeline has shown: the faults, how many cases and facts there are, and which printed anchors were found."""

    faults: Sequence[str]
    cases: int
    facts: int
    anchors: Sequence[str] = ()


async def verified(config: Config, printed: Sequence[str] = (), *, fold: bool = True) -> Verified:
    """Check every timeline, with `fold` every case against it, and that each of these printed anchors is a hash of the history."""
    async with opened(config) as store:
        faults = [str(fault) async for fault in verify(store.database, printed, fold=fold)]
        async with store.database.read() as conn:
            cases_, facts_ = [await conn.scalar(select(func.count()).select_from(table)) or 0 for table in (cases, facts)]
            kept = [anchor for one in printed if (anchor := await found(conn, one))]
    zone = config.org.zone
    return Verified(faults, cases_, facts_, [f"The anchor {a.hash[:SHORTEST]} is number {a.n}, of {in_full(a.at, zone)}." for a in kept])


async def upgraded(config: Config) -> str:
    """Bring the database to this version, and say so.

    Raises:
        Failure: it is newer than this program, or does not answer.
    """
    try:
        database = Database(config.database_url)
        try:
            await upgrade(database)
            return f"The database {database.name} is up to date ({await database.revision()})."
        finally:
            await database.close()
    except DatabaseFault as fault:
        raise Failure(str(fault)) from fault


async def copied(config: Config, to: str, say: Callable[[str], None]) -> str:
    """Copy the database to another address, and say what was done and what comes next.

    Raises:
        Failure: it cannot be done; nothing is left of it.
    """
    async with opened(config) as store:
        done = await copy(store.database, to, await _now(store), say)
        source = store.database.name
    for fault in done.faults:
        say(f"As in the source: {fault}")
    cases, facts, messages = (done.rows[name] for name in ("cases", "facts", "deliveries"))
    return (
        f"{source} was copied to {done.to}: {cases:,} cases with {facts:,} facts, {messages:,} messages, {done.unsent:,} of them unsent.\n"
        f"{source} is paused: started by mistake, it sends nothing.\n"
        f"Next: put the new address into BUCKSTOP_DATABASE_URL (or database.url) everywhere, then start Buckstop.\n"
        f"To stay with the old one instead: remove the copy, then buckstop resume."
    )


async def backed_up(config: Config, file: Path) -> str:
    """Write a copy of the database, and say where it is.

    Raises:
        Failure: it cannot be written, or this is PostgreSQL, which has its own tool.
    """
    async with opened(config) as store:
        await backup(store.database, file)
    return f"{file}: a whole copy of {store.database.name}, readable by you alone."


async def forgotten(config: Config, person: str, also: Sequence[str], but: Sequence[str], *, yes: bool) -> str:
    """Say what there is of a person; and, with `yes`, erase it.

    Raises:
        Failure: nobody is known by this id, or a live case has no other name on it.
    """
    async with opened(config, limit=_ERASING) as store:
        found = await store.survey(PersonId(person), also, but)
        if not found.ids:
            raise Failure(wording.nobody(person))
        if not yes:
            return wording.preview(_known(found))
        found, changed = await store.forget(PersonId(person), also, but)
        if changed is None:
            raise Failure(wording.hand_over_first(_known(found)))
        clean = await scrub(store.database)
    return wording.told(_known(found), changed, clean=clean)


def _known(found: Survey) -> wording.Known:
    reported = [case for case, _ in found.reported]
    return wording.Known(
        str(found.person),
        found.words,
        len(found.cases),
        len(found.wrote),
        len(found.naming),
        reported,
        found.owing,
        found.hashed,
        found.configured,
    )
