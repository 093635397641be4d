"""Winding the manual clock: how far, what happened on the way, and that it never goes back."""

from datetime import UTC, datetime

import pytest

from bot.adapters.local.winding import advanced, moment
from bot.adapters.local.workspace import Fault
from tests.adapters.local.conftest import Caller
from tests.adapters.local.office import MONDAY, Office


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("30s", "2026-03-02T09:00:30"),
        ("90m", "2026-03-02T10:30:00"),
        ("4h", "2026-03-02T13:00:00"),
        ("1h30m", "2026-03-02T10:30:00"),
        ("1d", "2026-03-03T09:00:00"),
        ("1w", "2026-03-09T09:00:00"),
        ("1.5 hours", "2026-03-02T10:30:00"),
        ("2 days and 3 hours", "2026-03-04T12:00:00"),
        ("0m", "2026-03-02T09:00:00"),
    ],
)
def test_how_far(text: str, to: str) -> None:
    assert advanced(text, MONDAY) == datetime.fromisoformat(to).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "4", "1h30", "4hm", "-4h", "\N{MINUS SIGN}1d", "3654d", "999999999w", "1h 1 fortnight"])
def test_how_far_cannot_be_read(text: str) -> None:
    with pytest.raises(Fault) as fault:
        advanced(text, MONDAY)

    assert fault.value.status == 400


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00"),
        ("2026-03-02T12:00:00+02:00", "2026-03-02T10:00:00"),
        ("2026-03-03T09:30", "2026-03-03T09:30:00"),
        ("2026-03-03", "2026-03-03T00:00:00"),
    ],
)
def test_until_when(text: str, to: str) -> None:
    assert moment(text, MONDAY) == datetime.fromisoformat(to).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-03-02T08:59:59Z", "yesterday", "2036-04-01", "9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+10:00"]
)
def test_until_when_cannot_be(text: str) -> None:
    with pytest.raises(Fault) as fault:
        moment(text, MONDAY)

    assert fault.value.status == 400


async def test_everything_on_the_way_happens_at_its_own_time(api: Caller) -> None:
    await api.post("/api/messages", as_="rita", text="/case report the bill is wrong")

    answer = await api.post("/api/clock", advance="4h")

    assert answer["now"] == "2026-03-02T13:00:00Z"
    assert answer["fired"] >= 2
    assert (await api.get("/api/state"))["now"] == "2026-03-02T13:00:00Z"
    assert (await api.get("/api/messages?as=bruno"))[0]["at"] == "2026-03-02T10:00:00Z"


async def test_to_the_next_event(api: Caller) -> None:
    assert await api.post("/api/clock", to="next") == {"now": "2026-03-02T09:00:00Z", "fired": 0}
    await api.post("/api/messages", as_="rita", text="/case report the bill is wrong")
    assert (await api.get("/api/state"))["next"] == "2026-03-02T10:00:00Z"

    assert await api.post("/api/clock", to="next") == {"now": "2026-03-02T10:00:00Z", "fired": 1}


async def test_a_call_with_a_key_winds_once(api: Caller) -> None:
    answers = [await api.post("/api/clock", advance="4h", key="k") for _ in range(2)]

    assert answers[0] == answers[1] == {"now": "2026-03-02T13:00:00Z", "fired": 0}


async def test_an_interrupted_call_goes_where_it_was_going(api: Caller, office: Office) -> None:
    await api.post("/api/clock", advance="4h", key="k")
    del office.store.answers["local/key/k/answer"]
    office.clock.time = datetime(2026, 3, 2, 11, tzinfo=UTC)

    assert (await api.post("/api/clock", advance="4h", key="k"))["now"] == "2026-03-02T13:00:00Z"


async def test_only_a_manual_clock_is_wound(api: Caller, office: Office) -> None:
    office.clock.kind = "real"

    status, sentence = await api.refused("/api/clock", advance="4h")

    assert (status, sentence) == (409, "The clock is real here and runs by itself; only a manual clock can be wound.")


async def test_one_way_or_the_other(api: Caller) -> None:
    for body in ({}, {"advance": "4h", "to": "next"}):
        assert (await api.refused("/api/clock", **body))[0] == 400
    assert await api.refused("/api/clock", advance=4) == (400, '"advance" must be a text.')
    assert (await api.get("/api/state"))["now"] == "2026-03-02T09:00:00Z"
