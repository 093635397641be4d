"""What is said about cases: the list, the one with its timeline and its ladder, and who may see a private one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.escalation.org import Absence
from bot.escalation.words import PersonId
from tests.adapters.local.conftest import Caller
from tests.adapters.local.office import MONDAY, Office

WRONG_BILL = "/case report the bill is wrong"


async def test_a_case_in_the_list(api: Caller) -> None:
    await api.post("/api/messages", as_="rita", text=WRONG_BILL)

    [case] = await api.get("/api/cases")

    assert case.pop("fate")
    assert case == {
        "id": "C-1",
        "status": "open",
        "owner": "ana",
        "level": 0,
        "accountable": "ana",
        "contacts": 1,
        "handovers": 0,
        "due": "2026-03-02T10:00:00Z",
        "kind": "problem",
        "title": "the bill is wrong",
        "text": "the bill is wrong",
        "service": "billing",
        "severity": "normal",
        "reporter": "rita",
        "affected": [],
        "private": False,
        "opened_at": "2026-03-02T09:00:00Z",
        "escalations": 0,
        "chases": 0,
        "broken_promises": 0,
    }


async def test_a_closed_case_has_an_outcome(api: Caller) -> None:
    await story_to_the_end(api)

    case = await api.get("/api/cases/C-1")

    assert (case["status"], case["outcome"], case["closed_at"]) == ("closed", "fixed", "2026-03-02T11:00:00Z")
    assert [rung["state"] for rung in case["chain"]] == ["past", "here", "ahead"]


async def test_the_timeline_has_every_fact(api: Caller) -> None:
    await story_to_the_end(api)

    timeline = (await api.get("/api/cases/1"))["timeline"]

    assert [entry["n"] for entry in timeline] == list(range(1, len(timeline) + 1))
    facts = {entry["fact"]: entry for entry in timeline}
    assert {"reported", "escalated", "acknowledged", "resolved", "confirmed"} <= facts.keys()
    escalated = facts["escalated"]
    assert (escalated["at"], escalated["level"], escalated["accountable"], escalated["why"]) == (
        "2026-03-02T10:00:00Z",
        1,
        "bruno",
        "unanswered",
    )
    assert "by" not in escalated
    assert facts["confirmed"]["by"] == "rita"
    assert all(entry["text"] for entry in timeline)


async def test_the_ladder_shows_who_has_it_and_who_comes_next(api: Caller) -> None:
    await api.post("/api/messages", as_="rita", text=WRONG_BILL)
    assert states(await api.get("/api/cases/1")) == [
        ("ana", "here", "2026-03-02T09:00:00Z"),
        ("bruno", "ahead", "2026-03-02T10:00:00Z"),
        ("cleo", "ahead", None),
    ]

    await api.post("/api/clock", advance="1h")

    case = await api.get("/api/cases/1")
    assert states(case)[:2] == [("ana", "past", "2026-03-02T09:00:00Z"), ("bruno", "here", "2026-03-02T10:00:00Z")]
    assert [(r["name"], r["target"], r["respond_within"], r["resolve_within"], r["nag_every"]) for r in case["chain"]] == [
        ("Ana Díaz", "owner", "1h", "2d", "2h"),
        ("Bruno Weiss", "manager", "2h", "1d", "4h"),
        ("Cleo Martin", "cleo", "4h", "1d", "4h"),
    ]
    assert (case["next"]["goes_to"], case["next"]["goes_at"]) == ("cleo", states(case)[2][2])


async def test_the_ladder_shows_who_was_passed_over_and_why(api: Caller, office: Office) -> None:
    away = Absence(PersonId("bruno"), MONDAY, MONDAY + timedelta(days=2))
    office.store.org_now = replace(office.store.org_now, absences=(away,))
    await api.post("/api/messages", as_="rita", text=WRONG_BILL)
    foretold = (await api.get("/api/cases/1"))["chain"]
    assert [(r["state"], r.get("why")) for r in foretold] == [("here", None), ("ahead", "away"), ("ahead", None)]

    await api.post("/api/clock", advance="1h")

    chain = (await api.get("/api/cases/1"))["chain"]
    assert [(r["to"], r["state"], r.get("why")) for r in chain] == [
        ("ana", "past", None),
        ("bruno", "skipped", "away"),
        ("cleo", "here", None),
    ]


async def test_a_case_that_is_none(api: Caller) -> None:
    for name in ("C-99", "99", "c-99"):
        assert await api.call("GET", f"/api/cases/{name}") == (404, {"error": "There is no case C-99."})
    assert (await api.call("GET", "/api/cases/none"))[0] == 404
    assert (await api.call("GET", "/api/cases/C-99999999999"))[0] == 404


async def test_a_private_case_is_seen_by_those_on_it(api: Caller) -> None:
    values = {"service": "billing", "title": "my salary", "private": True}
    await api.post("/api/forms", as_="rita", form="report/1", values=values)

    seen = {person: len(await api.get(f"/api/cases?as={person}")) for person in ("rita", "ana", "ben", "bruno")}

    assert seen == {"rita": 1, "ana": 1, "ben": 0, "bruno": 0}
    assert await api.call("GET", "/api/cases/1?as=ben") == (404, {"error": "There is no case C-1."})
    assert (await api.get("/api/cases/1?as=ana"))["private"]
    assert len(await api.get("/api/cases")) == 1


async def test_the_newest_come_first_and_as_many_as_are_wanted(api: Caller) -> None:
    for _ in range(3):
        await api.post("/api/messages", as_="rita", text=WRONG_BILL)

    assert [case["id"] for case in await api.get("/api/cases?limit=2")] == ["C-3", "C-2"]


async def test_the_story_is_handed_on(api: Caller, office: Office) -> None:
    office.story = ({"caption": "Rita reports.", "call": "messages", "body": {"as": "rita"}},)

    assert await api.get("/api/story") == [{"caption": "Rita reports.", "call": "messages", "body": {"as": "rita"}}]


def states(case: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    """Who stands on each rung, how, and since or from when."""
    return [(rung["to"], rung["state"], rung.get("at")) for rung in case["chain"]]


async def story_to_the_end(api: Caller) -> None:
    """Report, silence, the manager, a fix, a yes."""
    await api.post("/api/messages", as_="rita", text=WRONG_BILL)
    await api.post("/api/clock", advance="2h")
    for person, button in (("bruno", "ack"), ("bruno", "resolve"), ("rita", "confirm")):
        await api.post("/api/actions", as_=person, button=button, case="C-1")
