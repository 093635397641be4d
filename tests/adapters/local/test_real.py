"""The same API with everything behind it: the real desk, store, outbox and clock, in a database that a restart finds again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.clock import ManualClock
from bot.config import load
from tests.adapters.local.conftest import Caller
from tests.adapters.local.office import MONDAY
from tests.patience import PATIENT
from tests.unhurried import running

EXAMPLE = Path(__file__).parents[3] / "config.example.toml"
REPORT = "/case report billing: the meter was swapped, the bill says 9,000"


@asynccontextmanager
async def started(folder: Path) -> AsyncIterator[Caller]:
    """Start Buckstop on this folder's database, or start it again."""
    config = replace(load(EXAMPLE, {}), database_url=f"sqlite:///{folder / 'buckstop.db'}")
    async with running(config, ManualClock(MONDAY)) as bot, ClientSession() as http:
        stood = await bot.workspace.mailbox.remembered_time()
        if stood is not None:
            bot.clock.set(stood)  # type: ignore[union-attr]  # a manual clock: made so above
        await bot.settle()
        yield Caller(http, await bot.serve_local(0))


@pytest.fixture
async def real(tmp_path: Path) -> AsyncIterator[Caller]:
    """The API of a whole Buckstop."""
    async with started(tmp_path) as caller:
        yield caller


async def test_a_key_is_answered_the_same_after_a_restart(tmp_path: Path) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("/api/messages", {"as_": "rita", "channel": "help", "text": "good morning", "key": "1"}),
        ("/api/messages", {"as_": "rita", "channel": "help", "text": REPORT, "key": "2"}),
        ("/api/clock", {"advance": "30m", "key": "3"}),
        ("/api/actions", {"as_": "ana", "button": "ack", "case": "C-1", "key": "4"}),
        ("/api/clock", {"advance": "3h", "key": "5"}),
    ]
    async with started(tmp_path) as api:
        first = [await api.post(path, **body) for path, body in calls]
        before = await everything(api)
    async with started(tmp_path) as api:
        second = [await api.post(path, **body) for path, body in calls]
        after = await everything(api)

    assert second == first
    assert after == before
    assert len(before["/api/cases"]) == 1
    assert before["now"] == "2026-03-02T12:30:00Z"


async def test_a_call_that_lost_its_answer_has_one_effect(tmp_path: Path) -> None:
    async with started(tmp_path) as api:
        posts = [api.call("POST", "/api/messages", {"as": "rita", "text": REPORT, "key": "once"}) for _ in range(5)]
        answers = await asyncio.gather(*posts)

        assert all(answer == answers[0] for answer in answers)
        assert len(await api.get("/api/cases")) == 1


async def test_a_case_stands_in_the_channel_and_is_told_to_its_owner(real: Caller) -> None:
    answer = await real.post("/api/messages", as_="rita", channel="help", text=REPORT)

    assert answer["reply"]["case"] == "C-1"
    assert "message" not in answer
    [card] = [m for m in await real.get("/api/messages?channel=help") if m.get("case") == "C-1"]
    assert (card["from"], REPORT in card["text"]) == ("buckstop", False)
    told = [m for m in await real.get("/api/messages?as=ana") if m.get("case") == "C-1"]
    assert "ack" in [button["id"] for button in told[0]["buttons"]]


async def test_a_button_pressed_twice_is_pressed_once(real: Caller) -> None:
    await real.post("/api/messages", as_="rita", channel="help", text=REPORT)
    message = next(m["id"] for m in await real.get("/api/messages?as=ana") if m.get("case") == "C-1")

    answers = [await real.post("/api/actions", as_="ana", message=message, button="ack") for _ in range(2)]

    assert all(answer["reply"]["text"] for answer in answers)
    facts = [entry["fact"] for entry in (await real.get("/api/cases/1"))["timeline"]]
    assert facts.count("acknowledged") == 1


async def test_anybody_elses_press_is_refused_in_a_sentence(real: Caller) -> None:
    await real.post("/api/messages", as_="rita", channel="help", text=REPORT)
    message = next(m["id"] for m in await real.get("/api/messages?as=ana") if m.get("case") == "C-1")
    before = await real.get("/api/cases/1")

    answer = await real.post("/api/actions", as_="tom", message=message, button="ack")

    assert answer["reply"]["refused"]
    assert "Ana" in answer["reply"]["text"]
    assert await real.get("/api/cases/1") == before


async def test_a_form_is_sent_and_its_faults_come_back_by_field(real: Caller) -> None:
    form = (await real.post("/api/messages", as_="rita", channel="help", text="/case report"))["reply"]["form"]
    names = {field["name"] for field in form["fields"]}
    assert {"service", "title"} <= names

    faults = await real.post("/api/forms", as_="rita", form=form["id"], values={})
    assert faults["errors"].keys() <= names
    assert await real.get("/api/cases") == []

    values = {"service": "billing", "title": "the bill is wrong", "text": "x" * 10_000}
    answers = [await real.post("/api/forms", as_="rita", form=form["id"], values=values) for _ in range(2)]
    assert answers[0]["reply"]["case"] == "C-1"
    assert len(await real.get("/api/cases")) == 1


HARD = {
    "emoji": "👩‍👩‍👧‍👦 🙂",
    "from right to left": "\u05e9\u05dc\u05d5\u05dd \u202eabc",
    "a call to everybody": "@everyone @channel <!channel> <@U123>",
    "quotes and markup": "\"'`*_~<b>&amp;</b>{case}{0}%s\\n",
    "a lone slash": "/",
    "an unknown command": "/frobnicate",
    "a case that is none": "/case show C-99",
    "a verb without a case": "/case ack",
    "a long command": "/case report " + "x" * 9_900,
    "zero": "/case show C-0",
    "a huge number": "/case show C-999999999999999999999999",
}


@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
async def test_whatever_is_typed_is_answered_or_kept(real: Caller, text: str) -> None:
    for channel in (None, "help"):
        answer = await real.post("/api/messages", as_="rita", channel=channel, text=text)

        assert "message" in answer or answer["reply"]["text"], text
        if not text.startswith("/"):
            place = f"channel={channel}" if channel else "as=rita"
            assert text in [m["text"] for m in await real.get(f"/api/messages?{place}") if m["from"] == "rita"]


async def test_a_listener_hears_what_is_delivered(real: Caller) -> None:
    async with real.session.get(f"{real.base}/api/events") as stream, asyncio.timeout(PATIENT):
        await stream.content.readuntil(b": here\n")
        await real.post("/api/messages", as_="rita", channel="help", text=REPORT)
        heard = b""
        while b'"to": "@ana"' not in heard:
            heard += await stream.content.readline()

    assert b'{"id": "C-1"}' in heard or b"event: message" in heard


async def test_the_next_event_may_be_a_digest(real: Caller) -> None:
    await real.post("/api/messages", as_="rita", channel="help", text=REPORT)
    answer = await real.post("/api/clock", to="next")
    while answer["now"] < "2026-03-03T09:00:00Z":
        answer = await real.post("/api/clock", to="next")

    assert answer["now"] == "2026-03-03T09:00:00Z"
    assert [m["at"] for m in await real.get("/api/messages?channel=leadership")][-1] == answer["now"]


async def everything(api: Caller) -> dict[str, Any]:
    """All that can be read."""
    state = await api.get("/api/state")
    paths = [
        "/api/cases",
        *(f"/api/messages?as={p['id']}" for p in state["people"]),
        *(f"/api/messages?channel={c}" for c in state["channels"]),
    ]
    return {"now": state["now"], **{path: await api.get(path) for path in paths}}
