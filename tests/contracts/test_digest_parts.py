"""A digest in several messages, on every database: all of them, in their order, in the thread of the first one, each once."""

import asyncio
import threading
from datetime import date

import pytest

from bot.chat import Chart, ChartDay
from bot.ports import DigestRecord
from bot.store.delivery_tables import DIGEST
from tests.outbox.office import ANA, IDA, at
from tests.outbox.platform import Mood, PostRoom, When
from tests.outbox.telling import PASSED, dies

pytestmark = pytest.mark.timeout(60)

CHANNEL, KEY = "local:leadership", "digest/local:leadership/2026-03-02"
KEYS = [KEY, f"{KEY}/2", f"{KEY}/3", f"{KEY}/4"]
CHART = Chart((ChartDay(date(2026, 3, 2), 3, 1, 2.5),), "1 of 3 needed escalation", "Chart of one day.")


async def posted(room: PostRoom, channel: str = CHANNEL, parts: int = 4) -> None:
    """Post a digest of so many messages."""
    bodies = tuple({"channel": channel, "part": n, "of": parts} for n in range(1, parts + 1))
    async with room.store.begin() as tx:
        assert await tx.post_digest(DigestRecord(channel, date(2026, 3, 2), at("9:00"), at("9:00", 1), {"channel": channel}, bodies))


def there(room: PostRoom) -> list[tuple[str, str | None]]:
    """Return what was posted, and in which thread."""
    return [(parcel.key, parcel.address.thread) for parcel in room.platform.posts]


def _ok(times: int) -> list[Mood]:
    return ["ok"] * times


async def test_the_details_follow_in_order_in_the_thread_of_the_first(room: PostRoom) -> None:
    await posted(room)

    assert await room.drain() == 4
    root = room.platform.message(KEY)
    assert there(room) == [(KEY, None), *((key, root) for key in KEYS[1:])]
    assert room.platform.titles("leadership") == [f"digest of {CHANNEL}, {n} of 4" for n in (1, 2, 3, 4)]
    assert [row.kind for row in await room.rows()] == [DIGEST] * 4
    assert await room.drain() == 0


async def test_the_anchor_stands_in_what_is_kept_and_in_the_first_message_only(room: PostRoom) -> None:
    await posted(room)

    async with room.store.read() as reading:
        kept = await reading.digest(CHANNEL, date(2026, 3, 2))
    bodies = [row.body for row in await room.rows()]
    assert kept is not None
    assert [body.get("anchor") for body in bodies] == [kept.content["anchor"], None, None, None]
    assert [body["part"] for body in bodies] == [1, 2, 3, 4]


async def test_more_than_nine_messages_keep_their_order(room: PostRoom) -> None:
    await posted(room, parts=23)
    await room.drain()

    assert room.platform.keys == [KEY, *(f"{KEY}/{n}" for n in range(2, 24))]


@pytest.mark.parametrize("held", [0, 1, 2])
async def test_none_overtakes_another_that_has_to_wait(room: PostRoom, held: int) -> None:
    await posted(room)
    room.platform.moods += [*_ok(held), "limited_alone"]
    await room.drain()
    assert room.platform.keys == KEYS[:held]

    room.machine.wind(30)
    await room.drain()
    assert room.platform.keys == KEYS
    assert {thread for _, thread in there(room)} == {None, room.platform.message(KEY)}


@pytest.mark.parametrize("lost", [0, 1, 3])
async def test_one_whose_answer_got_lost_is_looked_up_and_not_said_again(room: PostRoom, lost: int) -> None:
    await posted(room)
    room.platform.moods += [*_ok(lost), "lost"]
    await room.drain()
    room.machine.wind(30)
    await room.drain()

    assert room.platform.keys == KEYS
    assert room.platform.asked == [KEYS[lost]]
    assert set((await room.states()).values()) == {"delivered"}


@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("moment", ["claimed", "before_commit", "committed", "before_mark", "marked"])
async def test_a_crash_at_any_moment_says_nothing_twice_and_loses_nothing(room: PostRoom, moment: When, first: int) -> None:
    await posted(room)
    if first:
        room.platform.moods += [*_ok(first), "limited"]
        await room.drain()  # so many are there, and the next one waits
        room.machine.wind(30)
    await dies(room, moment)
    room.machine.wind(PASSED)
    await room.drain()

    root = room.platform.message(KEY)
    assert there(room) == [(KEY, None), *((key, root) for key in KEYS[1:])]
    assert set((await room.states()).values()) == {"delivered"}


async def test_two_processes_share_one_digest(room: PostRoom) -> None:
    await posted(room, parts=9)
    await asyncio.gather(*(room.drain(worker=room.hire()) for _ in range(3)))

    assert room.platform.keys == [KEY, *(f"{KEY}/{n}" for n in range(2, 10))]


async def test_without_its_first_message_the_others_are_let_go_and_an_admin_is_told_once(room: PostRoom) -> None:
    await posted(room)
    room.platform.gone.add("leadership")
    await room.drain()

    rows = {row.key: (row.state, row.why) for row in await room.rows() if row.kind == DIGEST}
    assert rows[KEY] == ("given_up", "the account is gone")
    assert [rows[key] for key in KEYS[1:]] == [("dropped", "its first message could be posted nowhere")] * 3
    assert len(room.platform.titles(f"@{IDA}")) == 1


async def test_one_that_is_refused_keeps_none_of_the_others_back(room: PostRoom) -> None:
    await posted(room)
    room.platform.moods += ["ok", "refuse"]
    await room.drain()

    assert room.platform.titles("leadership") == [f"digest of {CHANNEL}, {n} of 4" for n in (1, 3, 4)]


async def test_two_channels_have_a_thread_each(room: PostRoom) -> None:
    for channel in ("local:board", "local:board-2"):
        await posted(room, channel, parts=3)
    await room.drain()

    roots = {name: room.platform.message(f"digest/local:{name}/2026-03-02") for name in ("board", "board-2")}
    threads = {(parcel.address.conversation, parcel.address.thread) for parcel in room.platform.posts if parcel.address.thread}
    assert threads == set(roots.items())


async def test_what_an_older_version_queued_is_one_message(room: PostRoom) -> None:
    async with room.store.begin() as tx:
        await tx.post_digest(DigestRecord(CHANNEL, date(2026, 3, 2), at("9:00"), at("9:00", 1), {"channel": CHANNEL}))
    async with room.database.begin() as conn:
        await conn.exec_driver_sql("UPDATE deliveries SET fact = NULL")
    await room.drain()

    assert there(room) == [(KEY, None)]


async def test_a_delivery_to_somebody_waits_for_no_digest(room: PostRoom) -> None:
    await posted(room)
    await room.notice("hello", ANA)
    room.platform.moods += ["ok", "limited"]  # a notice is the more urgent of the two
    await room.drain()

    assert room.platform.titles(f"@{ANA}") == ["hello"]


# --- the picture ---------------------------------------------------------------------------------------------------------------------


async def test_its_chart_is_drawn_beside_the_loop_and_goes_with_it(room: PostRoom) -> None:
    drawn: list[tuple[Chart, bool]] = []

    def paint(chart: Chart) -> bytes:
        drawn.append((chart, threading.current_thread() is threading.main_thread()))
        return b"picture"

    room.pen.chart, room.paint = CHART, paint
    await posted(room, parts=1)
    await room.drain()

    [parcel] = room.platform.posts
    assert parcel.picture is not None
    assert (parcel.picture.png, parcel.picture.alt) == (b"picture", "Chart of one day.")
    assert drawn == [(CHART, False)]


async def test_a_chart_that_fails_keeps_no_digest_back(room: PostRoom) -> None:
    def paint(chart: Chart) -> bytes:
        raise MemoryError("no paint left")

    room.pen.chart, room.paint = CHART, paint
    await posted(room)
    await room.drain()

    assert room.platform.keys == KEYS
    assert [parcel.picture for parcel in room.platform.posts] == [None] * 4


async def test_what_was_looked_up_needs_no_picture_again(room: PostRoom) -> None:
    painted: list[Chart] = []

    def paint(chart: Chart) -> bytes:
        painted.append(chart)
        return b"picture"

    room.pen.chart, room.paint = CHART, paint
    await posted(room, parts=1)
    room.platform.moods.append("lost")
    await room.drain()
    room.machine.wind(30)
    await room.drain()

    assert (room.platform.keys, painted) == ([KEY], [CHART])
