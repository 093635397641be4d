"""Which digests are due, and what is in them? Each channel and local day gets one, and no moment is told twice or left out.

Spans are contiguous: one digest begins where the channel's last one ended, so what an outage held up comes as one longer digest.
What was sent is kept as it was sent; `compute` only looks.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from cronsim import CronSim

from bot.config.plans import DigestPlan
from bot.escalation.digest import Spans, beside, digest, told_by_name
from bot.escalation.entries import About
from bot.escalation.facts import Fact
from bot.escalation.words import CaseId, Kind
from bot.ports import DigestRecord, Reading, Store, Where
from bot.wording.digest import split

log = structlog.get_logger()

NEVER = datetime.max.replace(tzinfo=UTC)
INSTANT, MINUTE, DAY = timedelta(microseconds=1), timedelta(minutes=1), timedelta(days=1)
_LAST = time(23, 59)
_TRIES = 5
_MOST = 100_000  # routes that are down: far more than there are


@dataclass(frozen=True, slots=True)
class _Due:
    """One digest to be sent: its channel, its local day, and the span that it tells of."""

    channel: str
    day: date
    start: datetime
    end: datetime


async def send_due_digests(store: Store, plans: Sequence[DigestPlan], now: datetime) -> int:
    """Post every digest that is due at `now`; return how many."""
    sent = 0
    for plan in plans:
        for channel in plan.to:
            try:
                sent += await _send(store, plan, channel, now)
            except Exception:
                # One channel must not keep the others from theirs; its own stays due, and is tried again.
                log.exception("digest.failed", channel=channel)
    return sent


async def _send(store: Store, plan: DigestPlan, channel: str, now: datetime) -> bool:
    """Post one channel's digest, if it is due and nobody else has."""
    for _ in range(_TRIES):
        async with store.read() as reading:
            due = await _due(reading, plan, channel, now) if await reading.paused() is None else None
            if due is None:
                return False
            content = await compute(reading, plan, channel, due.start, due.end)
            known = await reading.told_facts(due.start, due.end)
        # Computed before, since a year of cases would hold up whoever wants to write; and so somebody else may have sent it meanwhile.
        async with store.begin() as tx:
            if await _due(tx, plan, channel, now) != due:
                return False
            if await tx.told_facts(due.start, due.end) == known:
                parts = split(content, await tx.org())
                return await tx.post_digest(DigestRecord(due.channel, due.day, due.start, due.end, content, parts))
        # What was decided in the last moment of the span was written while this was computed: no later digest would tell of it.
    return False


async def next_digest(store: Store, plans: Sequence[DigestPlan], now: datetime) -> datetime | None:
    """Return when the next digest is to be sent: a time that has passed, if one is overdue."""
    async with store.read() as reading:
        times = [await next_of(reading, plan, channel, now) for plan in plans for channel in plan.to]
    return min((at for at, _ in times), default=None)


async def next_of(reading: Reading, plan: DigestPlan, channel: str, now: datetime) -> tuple[datetime, bool]:
    """Return when the next digest of a channel is to be sent, and whether none can come due before, whatever happens until then."""
    due = await _due(reading, plan, channel, now)
    if due is not None:
        return due.end, False
    # A channel that never had one gets its first as soon as there was a case before it; the others, at their time.
    return _following(plan, now), await reading.last_digest(channel) is not None


async def compute(reading: Reading, plan: DigestPlan, channel: str, start: datetime, end: datetime) -> Mapping[str, Any]:
    """Return the digest of a span as it would be sent. What was sent already stands in the store, and is not computed again."""
    org, spans, about = await reading.org(), Spans(start, end, plan.zone), About(channel, plan.names, plan.services)
    timelines = {facts[0].case: facts async for facts in reading.sketches(await reading.of_note(spans.earliest, end))}
    await _known_as_well(reading, spans, timelines)
    # Thirty days of cases take a while: others must be answered meanwhile.
    timelines |= await reading.timelines(await asyncio.to_thread(told_by_name, spans, about, timelines.values()))
    return await asyncio.to_thread(digest, spans, about, list(timelines.values()), org)


async def _known_as_well(reading: Reading, spans: Spans, timelines: dict[CaseId, list[Fact]]) -> None:
    """Read what belongs to these cases, or may be down, whenever anything happened to it."""
    # Whatever was open at the end of the span is open now, or was closed since.
    down = [
        case.id
        for where in (
            Where(live=True, kind=Kind.ROUTE, limit=_MOST),
            Where(live=False, kind=Kind.ROUTE, closed_from=spans.start, limit=_MOST),
        )
        for case in await reading.cases(where)
    ]
    wanted = {*down, *await asyncio.to_thread(beside, spans, list(timelines.values()))}
    await _read(reading, wanted - timelines.keys(), timelines)
    linked = {hung for number in wanted for fact in timelines.get(number, ()) for hung in fact.sets.get("linked", ())}
    await _read(reading, linked - timelines.keys(), timelines)


async def _read(reading: Reading, numbers: Collection[CaseId], timelines: dict[CaseId, list[Fact]]) -> None:
    timelines |= {facts[0].case: facts async for facts in reading.sketches(sorted(numbers)) if facts}


async def span_of(reading: Reading, plan: DigestPlan, channel: str, day: date) -> tuple[datetime, datetime]:
    """Return what the digest of a local day tells, or would tell: from the one before it to that day's time."""
    sent = await reading.digest(channel, day)
    if sent is not None:
        return sent.start, sent.end
    midnight = datetime.combine(day, _LAST, ZoneInfo(plan.zone)).astimezone(UTC)
    end = _latest(plan, midnight) or midnight
    last = await reading.last_digest(channel)
    return (last.end, end) if last is not None and last.end < end else (before(plan, end), end)


async def _due(reading: Reading, plan: DigestPlan, channel: str, now: datetime) -> _Due | None:
    """Return the digest of a channel that is to be sent at `now`."""
    end = _latest(plan, now)
    if end is None:
        return None
    day = end.astimezone(ZoneInfo(plan.zone)).date()
    last = await reading.last_digest(channel)
    if last is not None:
        # By the day as well: after a change of zone the same date may come again, and waits for the next.
        return _Due(channel, day, last.end, end) if last.end < end and last.day < day else None
    return _Due(channel, day, before(plan, end), end) if await _anything_before(reading, end) else None


async def _anything_before(reading: Reading, end: datetime) -> bool:
    """Tell whether there was any case then: a channel's first digest must not tell of a time in which Buckstop was not there."""
    return bool(await reading.cases(Where(opened_until=end, limit=1)))


def before(plan: DigestPlan, end: datetime) -> datetime:
    """Return the start of a channel's first digest: the plan's time before, a day at least."""
    return min(_latest(plan, end - MINUTE) or end - DAY, end - DAY)


def _latest(plan: DigestPlan, now: datetime) -> datetime | None:
    """The last time of the plan that is not after `now`. cronsim keeps one time for each day over both changes of the clocks."""
    local = (now + MINUTE).astimezone(ZoneInfo(plan.zone))
    return next((at.astimezone(UTC) for at in CronSim(plan.cron, local, reverse=True) if at <= now), None)


def _following(plan: DigestPlan, now: datetime) -> datetime:
    return next((at.astimezone(UTC) for at in CronSim(plan.cron, now.astimezone(ZoneInfo(plan.zone))) if at > now), NEVER)
