"""Digests on time: one a day and channel, no gap and no overlap, over outages and both changes of the clocks."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.config.plans import DigestPlan
from bot.handlers.digests import compute, next_digest, send_due_digests, span_of
from bot.ports import DigestRecord, Tx
from bot.store.database import Database
from bot.store.store import SqlStore
from tests.handlers.conftest import Floor, floor_of, next_event
from tests.handlers.small import NOW

CHANNEL = "local:leadership"
DAILY = DigestPlan((CHANNEL,), "0 9 * * *", "Europe/London")
WEEKDAYS = replace(DAILY, cron="0 9 * * 1-5")
LONDON = ZoneInfo("Europe/London")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


async def last(floor: Floor, channel: str = CHANNEL) -> DigestRecord | None:
    async with floor.store.read() as reading:
        return await reading.last_digest(channel)


async def fixed_case(floor: Floor) -> None:
    """A case that its owner fixed only after it had gone up."""
    await floor.report("rita", "billing: meter swapped")
    await floor.say("ana", "/case escalate C-1 it is not mine to decide")
    await floor.say("bruno", "/case resolve C-1 fix process: corrected, cost 120 from billing")
    await floor.say("rita", "/case confirm C-1")


async def test_the_first_digest_waits_until_there_was_something(floor: Floor) -> None:
    assert await send_due_digests(floor.store, (DAILY,), NOW) == 0
    await fixed_case(floor)
    assert await send_due_digests(floor.store, (DAILY,), NOW + timedelta(hours=1)) == 0

    assert await send_due_digests(floor.store, (DAILY,), at("2026-03-04 09:00")) == 1
    record = await last(floor)
    assert record is not None
    assert (record.day, record.start, record.end) == (date(2026, 3, 4), at("2026-03-03 09:00"), at("2026-03-04 09:00"))
    assert [entry["case"] for entry in record.content["escalated_fixes"]] == ["C-1"]


async def test_one_a_day_and_each_begins_where_the_last_one_ended(floor: Floor) -> None:
    await fixed_case(floor)
    sent = 0
    now = NOW
    while now < at("2026-03-08 00:00"):
        sent += await send_due_digests(floor.store, (DAILY,), now)
        now += timedelta(hours=1)

    assert sent == 4
    record = await last(floor)
    assert record is not None
    assert (record.start, record.end) == (at("2026-03-06 09:00"), at("2026-03-07 09:00"))
    assert record.content["escalated_fixes"] == []


async def test_an_outage_is_caught_up_as_one(floor: Floor) -> None:
    await fixed_case(floor)
    await send_due_digests(floor.store, (DAILY,), at("2026-03-04 09:00"))

    assert await send_due_digests(floor.store, (DAILY,), at("2026-03-08 13:00")) == 1
    record = await last(floor)
    assert record is not None
    assert (record.day, record.start, record.end) == (date(2026, 3, 8), at("2026-03-04 09:00"), at("2026-03-08 09:00"))
    assert await send_due_digests(floor.store, (DAILY,), at("2026-03-08 13:00")) == 0


async def test_a_weekend_belongs_to_monday(floor: Floor) -> None:
    await fixed_case(floor)
    floor.clock.set(at("2026-03-06 12:00"))
    assert await send_due_digests(floor.store, (WEEKDAYS,), at("2026-03-06 12:00")) == 1
    assert await send_due_digests(floor.store, (WEEKDAYS,), at("2026-03-08 12:00")) == 0
    assert await next_digest(floor.store, (WEEKDAYS,), at("2026-03-08 12:00")) == at("2026-03-09 09:00")
    assert await send_due_digests(floor.store, (WEEKDAYS,), at("2026-03-09 09:00")) == 1
    record = await last(floor)
    assert record is not None
    assert record.start == at("2026-03-06 09:00")


async def test_the_first_one_on_a_monday_tells_of_the_friday(floor: Floor) -> None:
    floor.clock.set(at("2026-03-06 10:00"))
    await fixed_case(floor)

    assert await send_due_digests(floor.store, (WEEKDAYS,), at("2026-03-09 09:00")) == 1
    record = await last(floor)
    assert record is not None
    assert record.start == at("2026-03-06 09:00")
    assert len(record.content["escalated_fixes"]) == 1


async def test_both_changes_of_the_clocks_have_one_digest(floor: Floor) -> None:
    night = replace(DAILY, cron="30 1 * * *")
    await floor.report("rita", "billing: meter swapped")
    for begin, days in ((at("2026-03-28 12:00"), 2), (at("2026-10-24 12:00"), 2)):
        await send_due_digests(floor.store, (night,), begin)
        sent = [await send_due_digests(floor.store, (night,), begin + timedelta(minutes=30 * n)) for n in range(1, days * 48)]
        assert sum(sent) == days


async def test_a_date_that_comes_again_waits_for_the_next(floor: Floor) -> None:
    await fixed_case(floor)
    await send_due_digests(floor.store, (DAILY,), at("2026-03-04 09:00"))
    moved = replace(DAILY, zone="America/New_York")

    assert await send_due_digests(floor.store, (moved,), at("2026-03-04 15:00")) == 0
    assert await send_due_digests(floor.store, (moved,), at("2026-03-05 14:00")) == 1


async def test_each_channel_has_its_own(floor: Floor) -> None:
    await fixed_case(floor)
    both = replace(DAILY, to=(CHANNEL, "local:board"))

    assert await send_due_digests(floor.store, (both,), at("2026-03-04 09:00")) == 2
    assert await last(floor, "local:board") is not None


class Torn(SqlStore):
    """A store that fails for the first digest that is posted."""

    failed = False

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        if not self.failed:
            self.failed = True
            raise RuntimeError("torn")
        async with super().begin() as tx:
            yield tx


async def test_one_channel_that_fails_keeps_no_other_from_its_digest(floor: Floor) -> None:
    await fixed_case(floor)
    both = replace(DAILY, to=(CHANNEL, "local:board"))
    async with floor.store.read() as reading:
        store = Torn(floor.store.database, await reading.org(), floor.clock)

    assert await send_due_digests(store, (both,), at("2026-03-04 09:00")) == 1
    assert await last(floor, CHANNEL) is None
    assert await last(floor, "local:board") is not None
    assert await send_due_digests(store, (both,), at("2026-03-04 09:01")) == 1
    assert await last(floor, CHANNEL) is not None


async def test_a_plan_for_some_services_tells_of_those(floor: Floor) -> None:
    await fixed_case(floor)
    metering = replace(DAILY, services=("metering",))  # type: ignore[arg-type]
    async with floor.store.read() as reading:
        told = [await compute(reading, plan, CHANNEL, at("2026-03-03 09:00"), at("2026-03-04 09:00")) for plan in (DAILY, metering)]

    assert [len(content["escalated_fixes"]) for content in told] == [1, 0]


async def test_the_span_of_a_day_is_what_was_sent_or_would_be(floor: Floor) -> None:
    await fixed_case(floor)
    async with floor.store.read() as reading:
        before = await span_of(reading, DAILY, CHANNEL, date(2026, 3, 4))
    await send_due_digests(floor.store, (DAILY,), at("2026-03-06 10:00"))
    async with floor.store.read() as reading:
        sent = await span_of(reading, DAILY, CHANNEL, date(2026, 3, 6))
        coming = await span_of(reading, DAILY, CHANNEL, date(2026, 3, 7))

    assert before == (at("2026-03-03 09:00"), at("2026-03-04 09:00"))
    assert sent == (at("2026-03-05 09:00"), at("2026-03-06 09:00"))
    assert coming == (at("2026-03-06 09:00"), at("2026-03-07 09:00"))


async def test_a_digest_can_be_asked_for(sqlite: Database) -> None:
    floor = floor_of(sqlite, digests=(DAILY,))
    await fixed_case(floor)

    for text in ("/case digest", "/case digest leadership", "/case digest local:leadership"):
        reply = await floor.say("cleo", text)
        assert not reply.refused
        assert "C-1" in floor.text(reply)
    assert (await floor.say("cleo", "/case digest kitchen")).refused
    assert await last(floor) is None


async def test_a_figure_leads_to_its_cases(sqlite: Database) -> None:
    floor = floor_of(sqlite, digests=(DAILY,))
    await fixed_case(floor)

    assert "Escalated fixes (escalated_fixes): C-1." in floor.text(await floor.say("cleo", "/case digest escalated_fixes"))
    assert "Reopened (reopened): no case." in floor.text(await floor.say("cleo", "/case digest billing reopened"))
    every = floor.text(await floor.say("cleo", "/case digest figures"))
    assert "Fixes (fixes): C-1." in every
    assert "reopened" not in every
    assert "/case digest figures" in floor.text(await floor.say("cleo", "/case digest"))
    assert (await floor.say("rita", "/case digest fixes")).refused


WHOLE = (
    *("/case digest 2026-03", "/case digest billing 2026-03-03", "/case digest Billing", "/case digest 2026-03-01 to today billing"),
    *("/case digest March for billing", "/case digest today all", "/case digest last 3 days to today in Billing"),
)


async def test_any_span_and_any_service_can_be_asked_for(sqlite: Database) -> None:
    floor = floor_of(sqlite, digests=(DAILY,))
    await fixed_case(floor)
    floor.clock.set(NOW + timedelta(minutes=1))

    for text in WHOLE:
        assert "C-1" in floor.text(await floor.say("cleo", text)), text
    for text in ("/case digest yesterday", "/case digest metering 2026-03", "/case digest 2026-02"):
        reply = await floor.say("cleo", text)
        assert not reply.refused
        assert "C-1" not in floor.text(reply), text


async def test_a_digest_shows_what_whoever_asks_may_see(sqlite: Database) -> None:
    floor = floor_of(sqlite, digests=(replace(DAILY, names="people"),))
    await fixed_case(floor)

    assert "Bruno" in floor.text(await floor.say("cleo", "/case digest"))
    own = floor.text(await floor.say("ana", "/case digest"))
    assert "C-1" in own
    assert "Bruno" not in own
    assert "C-1" not in floor.text(await floor.say("ben", "/case digest"))
    refused = await floor.say("ana", "/case digest metering 2026-03")
    assert refused.refused
    assert "billing" in floor.text(refused)
    assert (await floor.say("rita", "/case digest")).refused


async def test_days_that_have_not_begun_have_no_digest(sqlite: Database) -> None:
    floor = floor_of(sqlite, digests=(DAILY,))

    assert "has not begun" in floor.text(await floor.say("cleo", "/case digest 2027"))
    assert "ends before it begins" in floor.text(await floor.say("cleo", "/case digest today to yesterday"))
    for slip in ("0001", "1000 to 2026", "9999-12-31"):
        assert "is neither days" in floor.text(await floor.say("cleo", f"/case digest {slip}")), slip


async def test_a_long_digest_is_shown_in_parts_the_figures_first(sqlite: Database) -> None:
    floor = floor_of(sqlite, digests=(DAILY,))
    for number in range(1, 13):
        await floor.report("rita", f"billing: bill {number} is wrong, and it was wrong last month as well")
        await floor.say("ana", f"/case escalate C-{number} it is not mine to decide")
        await floor.say("bruno", f"/case resolve C-{number} fix process {number}: corrected, cost 120 from billing")
        await floor.say("rita", f"/case confirm C-{number}")
    floor.clock.set(NOW + timedelta(minutes=1))

    first = await floor.say("cleo", "/case digest today")
    assert "Figures:" in floor.text(first)
    assert first.buttons
    number, of = map(int, re.findall(r"This is part (\d+) of (\d+)", floor.text(first))[0])
    assert number == 1
    assert "`part 2` at its end" in floor.text(first)
    rest = [floor.text(await floor.say("cleo", f"/case digest today part {part}")) for part in range(2, of + 1)]
    assert all(f"bill {number} is wrong" in "".join(rest) for number in range(1, 13))
    assert "shows what follows" not in rest[-1]
    assert (await floor.say("cleo", f"/case digest part {of + 1} today")).refused


async def test_of_a_service_the_refusal_says_who_may(sqlite: Database) -> None:
    floor = floor_of(sqlite, digests=(DAILY,))

    refused = floor.text(await floor.say("ana", "/case digest metering"))
    assert "whoever owns Metering or is in its team, may see its digest" in refused
    assert "every service" in floor.text(await floor.say("rita", "/case digest"))


async def test_without_plans_nothing_is_ever_due(floor: Floor) -> None:
    assert (await floor.say("cleo", "/case digest")).refused
    assert await next_digest(floor.store, (), NOW) is None
    assert await next_event(floor.store, (), NOW) is None
