"""The local workspace's letters, and the time of its manual clock, on every database."""

import asyncio
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from bot.chat import Button
from bot.escalation.words import CaseId
from bot.ports import Letter
from bot.store.database import Database
from bot.store.mailbox import SqlMailbox
from tests.outbox.office import at

BUTTONS = (
    Button("acknowledge", "Acknowledge", CaseId(42), 3, "primary"),
    Button("help", "Help", None, None),
)
LETTER = Letter(
    id="",
    key="C-42/3/nag/ana",
    at=at("9:00") + timedelta(microseconds=1),
    sender="buckstop",
    to="@ana",
    text="C-42: <!channel> 🙂 \u202b\u05e2\u05d1\u05e8\u202c 'quoted' \"twice\"\n@everyone",
    thread="m7",
    case=CaseId(42),
    cases=(CaseId(42), CaseId(43)),
    buttons=BUTTONS,
)


@pytest.fixture
def mailbox(database: Database) -> SqlMailbox:
    return SqlMailbox(database)


async def test_a_letter_comes_back_exactly(mailbox: SqlMailbox) -> None:
    kept = await mailbox.post(LETTER)

    assert kept == replace(LETTER, id="m1")
    assert await mailbox.letter("m1") == await mailbox.by_key(LETTER.key) == kept
    assert await mailbox.letters("@ana") == [kept]


async def test_posted_twice_it_is_there_once_as_it_was_first(mailbox: SqlMailbox) -> None:
    first = await mailbox.post(LETTER)
    second = await mailbox.post(replace(LETTER, text="something else", to="help"))

    assert second == first
    assert await mailbox.letters("help") == []
    assert await mailbox.letters("@ana") == [first]


async def test_posted_at_the_same_moment_it_is_there_once(mailbox: SqlMailbox) -> None:
    kept = await asyncio.gather(*(mailbox.post(replace(LETTER, text=str(n))) for n in range(8)))

    assert len({letter.id for letter in kept}) == 1
    assert await mailbox.letters("@ana") == kept[:1]


async def test_letters_come_oldest_first_and_each_to_its_own_box(mailbox: SqlMailbox) -> None:
    for n, to in enumerate(("help", "@ana", "help", "@ben")):
        await mailbox.post(replace(LETTER, key=str(n), to=to))

    assert [letter.key for letter in await mailbox.letters("help")] == ["0", "2"]
    assert [letter.key for letter in await mailbox.letters("@ben")] == ["3"]
    assert await mailbox.letters("nobody") == []


async def test_an_edit_replaces_text_and_buttons_only(mailbox: SqlMailbox) -> None:
    kept = await mailbox.post(LETTER)
    await mailbox.edit(kept.id, "closed", BUTTONS[1:], at("9:30"))

    assert await mailbox.letter(kept.id) == replace(kept, text="closed", buttons=BUTTONS[1:], edited=at("9:30"))


async def test_a_person_reacts_once_with_each_emoji(mailbox: SqlMailbox) -> None:
    kept = await mailbox.post(LETTER)
    other = await mailbox.post(replace(LETTER, key="other"))
    for emoji, person in (("ticket", "ben"), ("+1", "ben"), ("ticket", "ben"), ("ticket", "ana")):
        await mailbox.react(kept.id, emoji, person)

    assert await mailbox.letters("@ana") == [replace(kept, reactions=(("ticket", "ben"), ("+1", "ben"), ("ticket", "ana"))), other]


@pytest.mark.parametrize("id", ["m99", "99", "m", "", "m-1", "m1; DROP TABLE letters", "m٣", "m" + "9" * 40])
async def test_what_is_no_letter_changes_nothing(mailbox: SqlMailbox, id: str) -> None:
    kept = await mailbox.post(LETTER)
    await mailbox.edit(id, "gone", (), at("9:30"))
    await mailbox.react(id, "ticket", "ben")

    assert await mailbox.letter(id) is None
    assert await mailbox.letters("@ana") == [kept]


async def test_no_key_no_letter(mailbox: SqlMailbox) -> None:
    assert await mailbox.by_key("unknown") is None


async def test_the_remembered_time_never_goes_back(mailbox: SqlMailbox) -> None:
    assert await mailbox.remembered_time() is None
    for now, kept in ((at("9:00"), at("9:00")), (at("10:00"), at("10:00")), (at("9:30"), at("10:00"))):
        await mailbox.remember_time(now)
        assert await mailbox.remembered_time() == kept


async def test_times_of_any_zone_are_kept_as_the_same_instant(mailbox: SqlMailbox) -> None:
    tokyo = at("9:00").astimezone(timezone(timedelta(hours=9)))
    await mailbox.remember_time(tokyo)
    kept = await mailbox.post(replace(LETTER, at=tokyo))

    assert await mailbox.remembered_time() == kept.at == at("9:00")


async def test_what_one_process_keeps_the_next_one_finds(database: Database, database_url: str) -> None:
    kept = await SqlMailbox(database).post(LETTER)
    await SqlMailbox(database).remember_time(at("9:00"))
    later = await Database.open(database_url)
    try:
        assert await SqlMailbox(later).letters("@ana") == [kept]
        assert await SqlMailbox(later).remembered_time() == at("9:00")
    finally:
        await later.close()
