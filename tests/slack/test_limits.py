"""When is a call one too many?"""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.client import Workspace
from tests.slack.limits import REAL, Limits, Rule


def limits(**rules: Rule) -> Limits:
    made = Limits()
    made.rules = {name.replace("__", "."): rule for name, rule in rules.items()}
    return made


def test_none_unless_switched_on() -> None:
    assert all(Limits().refuse("chat.postMessage", "C1", 0.0) is None for _ in range(1000))


def test_one_a_second_after_a_burst() -> None:
    bucket = limits(chat__postMessage=Rule(1.0, 3, "channel"))

    assert [bucket.refuse("chat.postMessage", "C1", 0.0) for _ in range(4)] == [None, None, None, "1"]
    assert bucket.refuse("chat.postMessage", "C2", 0.0) is None, "another channel is not held up"
    assert bucket.refuse("chat.postMessage", "C1", 0.9) == "1"
    assert bucket.refuse("chat.postMessage", "C1", 1.0) is None


def test_what_is_refused_does_not_count() -> None:
    bucket = limits(chat__postMessage=Rule(1.0, 1, "channel"))
    assert bucket.refuse("chat.postMessage", "C1", 0.0) is None

    for _ in range(10):
        assert bucket.refuse("chat.postMessage", "C1", 0.5) == "1"

    assert bucket.refuse("chat.postMessage", "C1", 1.0) is None


def test_a_budget_of_the_workspace() -> None:
    bucket = limits(posts=Rule(0.1, 2), chat__postMessage=Rule(100.0, 100, "channel"))

    answers = [bucket.refuse("chat.postMessage", channel, 0.0) for channel in ("C1", "C2", "C3")]

    assert answers == [None, None, "10"]


def test_the_real_ones() -> None:
    assert REAL["chat.postMessage"].rate == 1
    assert REAL["chat.update"].rate * 60 == pytest.approx(50)


async def test_429_over_the_wire(client: AsyncWebClient, ws: Workspace) -> None:
    await ws.set(limits=True)
    for _ in range(3):
        await client.chat_postMessage(channel="C0HELP", text="x")

    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0HELP", text="x")

    assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (429, "1")
    assert len(await ws.messages("help")) == 3

    await ws.set(limits={"chat.postMessage": {"rate": 0.5, "burst": 1, "by": "channel"}}, exact_limits=True)
    await client.chat_postMessage(channel="C0HELP", text="x")
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="C0HELP", text="x")
    assert 1.5 < float(refused.value.response.headers["Retry-After"]) <= 2.0

    await ws.set(limits=False)
    await client.chat_postMessage(channel="C0HELP", text="x")
