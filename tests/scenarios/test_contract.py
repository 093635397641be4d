"""Does Buckstop do what DESIGN.md, section 9, promises to whoever talks to it from outside? Row by row of the API's table.

The stories beside this file say what a case does; this one says that nothing of the contract is out of reach: every fact and every reason
happens, every form asks what it should, and whatever is sent is answered in the documented shape, never with a server's error.
"""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.config import load
from bot.handlers.foretelling import foretell, foretold_json
from tests.scenarios.stages import ORG, LocalStage, local_world
from tests.world import Json, World

FACTS = """
    reported joined acknowledged promised promise_kept promise_broken asked answered noted nagged chased handover_offered
    handover_accepted handover_declined handover_lapsed taken escalated skipped time_given severity_changed resolved confirmed reopened
    withdrawn merged declined closed_unconfirmed rechecked cost_recorded route_dead clock_moved
"""
WHYS = "unanswered unresolved promise_broken chased handover_loop asked_by_reporter help_wanted still_broken recheck_failed"


@pytest.fixture
async def here(sqlite_url: str) -> AsyncIterator[World]:
    """A world on SQLite only: what is asked here is the same on both."""
    async with local_world(sqlite_url) as there:
        yield there


# --- every fact and every reason


async def _acknowledged_and_slow(world: World) -> None:
    case = await world.report("rita", "billing: slow")
    await world.say("ana", f"/case ack {case}")
    await world.say("tom", f"/case metoo {case}")
    await world.say("rita", f"/case note {case} the meter is in the hall")
    await world.say("rita", f"/case moretime {case} 2d")
    await world.wait("4d")
    await world.say("rita", f"/case severity {case} critical")
    await world.say("rita", f"/case withdraw {case} enough")


async def _promises(world: World) -> None:
    kept, broken = await world.report("rita", "billing: kept"), await world.report("rita", "billing: broken")
    await world.say("ana", f"/case promise {kept} tomorrow 12:00")
    await world.say("ana", f"/case promise {broken} tomorrow 10:00")
    await world.say("ana", f"/case resolve {kept} fix process: corrected, cost 50 billing")
    await world.say("rita", f"/case confirm {kept}")
    await world.say("ida", f"/case cost {kept} 20 billing")
    await world.wait("1d3h")
    await world.say("rita", f"/case withdraw {broken} enough")
    await world.wait("1w")
    await world.press("rita", "confirm", kept)
    await world.wait("23d")
    await world.say("rita", f"/case reopen {kept} an estimate again")


async def _hands(world: World) -> None:
    case = await world.report("rita", "billing: whose is it?")
    await world.say("ana", f"/case handover {case} ben: it is the meter team's")
    await world.say("ben", f"/case decline {case} it is not")
    await world.say("ana", f"/case handover {case} dana: please")
    await world.wait("2h")  # it lapses, and goes to Bruno
    for giver, taker in (("ana", "ben"), ("ben", "ana")):
        await world.say(giver, f"/case handover {case} {taker}: yours")
        await world.say(taker, f"/case accept {case}")
    await world.say("rita", f"/case withdraw {case} enough")
    other = await world.report("rita", "metering: mine")
    await world.say("dana", f"/case take {other}")
    await world.say("rita", f"/case withdraw {other} found it")


async def _keys(world: World) -> None:
    case = await world.report("rita", "billing: asked")
    await world.say("ana", f"/case ask {case} which number?")
    await world.say("rita", f"/case answer {case} 77")
    for _ in range(2):
        await world.say("ana", f"/case resolve {case} fix process: sent")
        await world.say("rita", f"/case reopen {case} nothing came")
    await world.say("rita", f"/case withdraw {case} enough")
    silent = await world.report("tom", "billing: silent")
    await world.say("ana", f"/case resolve {silent} fix process: sent")
    await world.wait("1w")


async def _ways_up(world: World) -> None:
    chased = await world.report("rita", "billing: chased")
    for _ in range(3):
        await world.say("rita", f"/case chase {chased}")
    asked = await world.report("rita", "billing: asked for")
    await world.say("ana", f"/case ack {asked}")
    await world.wait("1h")
    await world.say("rita", f"/case escalate {asked} please")
    await world.say("bruno", f"/case decline {asked} no")
    helped = await world.report("rita", "billing: help")
    await world.say("ana", f"/case escalate {helped} more than I may decide")
    await world.say("ana", f"/case merge {helped} {chased}")


async def _away(world: World) -> None:
    live = await world.report("rita", "billing: before")
    await world.say("bruno", "/case away next Friday 17:00")
    await world.say("ana", "/case away tomorrow 12:00 ben")
    await world.say("ana", f"/case ack {live}")
    await world.wait("4d")


async def _nobody_above(world: World) -> None:
    await world.say("cleo", "/case away next Friday 17:00")
    await world.report("rita", "billing: to nobody")
    await world.wait("1d")


STORIES = (_hands, _ways_up, _keys, _promises, _acknowledged_and_slow, _away, _nobody_above)


@pytest.mark.parametrize("world", ["slack-socket-sqlite", pytest.param("discord-postgresql", marks=pytest.mark.postgres)], indirect=True)
async def test_every_fact_and_every_reason_of_the_contract_happens(world: World) -> None:
    for story in STORIES:
        await story(world)

    numbers = [case["id"] for case in await world.stage.cases()]
    timelines = [(await world.case(number))["timeline"] for number in numbers]
    facts = {fact["fact"] for timeline in timelines for fact in timeline}
    whys = {fact["why"] for timeline in timelines for fact in timeline if fact["fact"] == "escalated"}
    assert facts == set(FACTS.split())
    assert whys == set(WHYS.split())
    for fact in (fact for timeline in timelines for fact in timeline):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", fact["at"]), fact
        assert fact["text"].endswith((".", "?", "!")) or ":" in fact["text"], fact


# --- simulate, against what happens

FORESEEN = {
    "a working day": ("billing", "normal", "2026-03-02T09:00:00+00:00"),
    "over a weekend and the change to summer time": ("billing", "low", "2026-03-27T15:00:00+00:00"),
    "over Easter": ("metering", "normal", "2026-04-02T14:30:00+00:00"),
    "at night, critical": ("metering", "critical", "2026-10-23T22:10:00+00:00"),
}


@pytest.mark.parametrize(("service", "severity", "opened"), FORESEEN.values(), ids=FORESEEN.keys())
async def test_what_simulate_says_happens(sqlite_url: str, service: str, severity: str, opened: str) -> None:
    start = datetime.fromisoformat(opened).astimezone(UTC)
    events = foretell(load(ORG, {}).org, start, service=service, chain=None, owner=None, severity=severity)
    foretold = [foretold_json(event) for event in events]
    async with local_world(sqlite_url, start) as world:
        case = await world.report("rita", f"{service} {severity}: it is dark")
        await world.until(foretold[-1]["at"])
        timeline = (await world.case(case))["timeline"]

    kinds = {"reported": "receipt", "escalated": "escalation", "nagged": "nag", "skipped": "skip"}
    happened = [fact for fact in timeline if fact["fact"] in kinds][: len(foretold)]
    assert [(fact["at"], kinds[fact["fact"]]) for fact in happened] == [(event["at"], event["kind"]) for event in foretold]
    for fact, event in zip(happened, foretold, strict=True):
        whom = {"reported": [fact.get("owner")], "escalated": [fact.get("accountable")]}.get(fact["fact"], fact.get("to"))
        assert whom == event["to"]
        assert set(event) == {"at", "level", "to", "kind", "why"}


# --- forms

# Who, what they type, and the fields that come: the names with their types, the required ones marked.
FORMS = {
    "report": ("rita", "service:select! title:text! text:long severity:select asked_before:number private:check"),
    "promise C-1": ("ana", "until:time!"),
    "ask C-1": ("ana", "question:long!"),
    "handover C-1": ("ana", "to:person service:select why:long!"),
    "resolve C-1": (
        "ana",
        (
            "explanation:long! cause:text! kind:select! expires:time minutes:number cost:number budget:text "
            "change:long change_owner:person change_by:time"
        ),
    ),
    "resolve C-2": (
        "ana",
        (
            "explanation:long! cause:text! kind:select! expires:time minutes:number cost:number budget:text "
            "lacked:select change:long change_owner:person change_by:time"
        ),
    ),
    "time C-1": ("ana", "minutes:number!"),
    "escalate C-1": ("ana", "why:long!"),
    "moretime C-1": ("rita", "until:text!"),
    "withdraw C-1": ("rita", "why:long!"),
    "note C-1": ("rita", "text:long!"),
    "severity C-1": ("rita", "severity:select!"),
    "merge C-1": ("ana", "to:text!"),
    "cost C-1": ("ana", "cost:number! budget:text!"),
    "away": ("ana", "until:time! to:person"),
}


async def test_typed_short_every_verb_asks_what_the_contract_names(here: World) -> None:
    await here.report("rita", "billing: one")
    await here.say("ana", f"/case escalate {await here.report('rita', 'billing: two')} help")
    for text, (who, fields) in FORMS.items():
        form = (await here.say(who, f"/case {text}")).form
        assert form is not None, text
        shown = " ".join(f"{field['name']}:{field['type']}{'!' if field['required'] else ''}" for field in form["fields"])
        assert (text, shown) == (text, fields)
        for field in form["fields"]:
            assert field["label"]
            assert all(set(option) == {"id", "label"} for option in field.get("options", [])), field
            assert bool(field.get("options")) == (field["type"] == "select"), field


# Faults of fields: what is filled in, and the fields that are told of.
FAULTY: dict[str, tuple[str, Json, set[str]]] = {
    "report": (
        "rita",
        {"service": "nope", "title": "", "severity": "dire", "asked_before": "-1"},
        {"service", "title", "severity", "asked_before"},
    ),
    "promise C-1": ("ana", {"until": "yesterday"}, {"until"}),
    "ask C-1": ("ana", {}, {"question"}),
    "handover C-1": ("ana", {"to": "nobody"}, {"to", "why"}),
    "resolve C-1": (
        "ana",
        {"kind": "magic", "cost": "-5", "minutes": "long", "expires": "once"},
        {"explanation", "cause", "kind", "cost", "minutes", "expires"},
    ),
    "cost C-1": ("ana", {"cost": "NaN"}, {"cost", "budget"}),
    "moretime C-1": ("rita", {"until": "32 March"}, {"until"}),
    "merge C-1": ("ana", {"to": "the other one"}, {"to"}),
    "away": ("ana", {"until": "some day"}, {"until"}),
}


@pytest.mark.parametrize("text", FAULTY)
async def test_the_faults_of_fields_come_back_by_their_names(here: World, text: str) -> None:
    await here.report("rita", "billing: one")
    who, values, told = FAULTY[text]
    await here.say(who, f"/case {text}")

    answer = await here.fill(who, **values)

    # A field that is missing beside a faulty one may wait for the next try; what is told must be true.
    assert set(answer.errors) <= told
    assert set(answer.errors) & told
    assert all(sentence.endswith(".") for sentence in answer.errors.values()), answer.errors
    assert (await here.facts("C-1"))[1:] == []


# --- whatever is sent

ODD: list[Any] = [
    None,
    1,
    -1,
    2.75,
    1e308,
    True,
    [],
    {},
    ["x"],
    {"a": {"b": []}},
    "",
    " ",
    "nobody",
    "C-0",
    "\u202eabc",
    "😀" * 300,
    "x" * 10_001,
]
BODIES: dict[str, Json] = {
    "messages": {"as": "rita", "channel": "help", "text": "/case show C-1", "thread": None, "key": "k"},
    "actions": {"as": "ana", "message": "m2", "button": "promise", "case": "C-1", "key": "k"},
    "forms": {"as": "ana", "form": "promise:C-1:1:x", "values": {"until": "yesterday"}, "key": "k"},
    "reactions": {"as": "ana", "message": "m2", "emoji": "tada", "key": "k"},
    "clock": {"advance": "0h", "to": None},
}


@pytest.mark.parametrize("path", BODIES)
async def test_odd_values_are_answered_in_a_sentence(here: World, path: str) -> None:
    await here.report("rita", "billing: one")
    for name in (*BODIES[path], "values.until", "something"):
        for odd in ODD:
            body = _with(BODIES[path], name, odd)
            status, answer = await _post(here, path, body)
            assert status < 500, (body, answer)
            if status >= 400:
                assert set(answer) == {"error"}, answer
                assert re.fullmatch(r"[^\n]+[.?]", answer["error"]), answer
            else:
                assert set(answer) <= {"message", "reply", "errors", "now", "fired"}, answer
    assert [fact for _, fact in await here.facts("C-1")] == ["reported"]


def _with(body: Json, name: str, value: Any) -> Json:
    outer, _, inner = name.partition(".")
    return {**{key: kept for key, kept in body.items() if kept is not None and key != "key"}, outer: {inner: value} if inner else value}


async def _post(world: World, path: str, body: Json) -> tuple[int, Json]:
    stage = world.stage
    assert isinstance(stage, LocalStage)
    async with stage.http.post(
        f"{stage.address}/api/{path}", data=json.dumps(body), headers={"Content-Type": "application/json"}
    ) as response:
        answer: Json = await response.json()
        return response.status, answer


async def test_the_same_key_is_answered_the_same_whatever_comes_with_it(here: World) -> None:
    said = {"as": "rita", "channel": "help", "text": "/case report billing: once", "key": "one"}

    first = await _post(here, "messages", said)
    again = await _post(here, "messages", said)
    other = await _post(here, "messages", said | {"text": "/case report billing: something else"})

    assert first == again == other
    stage = here.stage
    assert isinstance(stage, LocalStage)
    assert [case["id"] for case in await stage._get("cases")] == ["C-1"]


# --- nobody is left guessing


async def test_whoever_covers_hears_that_they_do(here: World) -> None:
    await here.say("ana", "/case away Friday 17:00 ben")

    (told,) = await here.told("ben")
    assert told.startswith("You answer for Ana, who is away until Friday 6 March 2026, 17:00")


async def test_a_report_that_is_taken_back_leaves_no_owner_waiting(here: World) -> None:
    case = await here.report("rita", "billing: my mistake")
    assert (await here.say("ana", f"/case undo {case}")).refused
    await here.say("rita", f"/case undo {case}")

    assert (await here.told("ana"))[-1].startswith(f"{case} is taken back by Rita: it was not a case")
    assert await here.wait("1d") == 0
