"""A change is announced, moved and called off by those who answer for it; what cannot be is said in one sentence."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.chat import Button
from bot.escalation.case import Place
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.store.database import Database
from bot.store.delivery_tables import deliveries
from tests.handlers.conftest import Floor, floor_of
from tests.handlers.small import ORG

NIGHT = "/case announce billing Friday 18:00 to 06:00: the meters are read anew"


async def queued(floor: Floor) -> list[tuple[str, str | None, str | None]]:
    """Return key, person and channel of every notice."""
    async with floor.store.database.read() as conn:
        found = select(deliveries.c.key, deliveries.c.person, deliveries.c.channel).where(deliveries.c.kind == "notice")
        return sorted((row.key, row.person, row.channel) for row in await conn.execute(found))


async def test_the_end_is_read_as_it_is_said_after_the_start(floor: Floor) -> None:
    said = floor.text(await floor.say("ana", NIGHT))
    assert "Friday 6 March 2026, 18:00 (Europe/London)" in said
    assert "Saturday 7 March 2026, 06:00 (Europe/London)" in said
    assert "is told on Friday 6 March 2026, 16:30" in said


async def test_each_telling_has_a_key_of_its_own_and_whoever_made_it_is_not_told(sqlite: Database) -> None:
    org: Org = replace(ORG, services={name: replace(one, channel="local:help") for name, one in ORG.services.items()})
    floor = floor_of(sqlite, org)
    await floor.report("rita", "billing: wrong bill")
    await floor.say("ana", NIGHT)
    await floor.say("ana", "/case announce A-1 Friday 20:00 to 06:00")
    await floor.say("bruno", "/case announce A-1 off")
    assert await queued(floor) == [
        ("announced/1/1/new/channel", None, "local:help"),
        ("announced/1/1/new/rita", "rita", None),
        ("announced/1/2/moved/channel", None, "local:help"),
        ("announced/1/2/moved/rita", "rita", None),
        ("announced/1/3/withdrawn/channel", None, "local:help"),
        ("announced/1/3/withdrawn/rita", "rita", None),
    ]


async def test_the_list_has_buttons_for_those_who_may(floor: Floor) -> None:
    await floor.say("ana", NIGHT)
    assert (await floor.say("rita", "/case announced")).buttons == ()
    assert (await floor.say("ana", "/case announced")).buttons == (
        Button("announce-move-1-1", "Move A-1"),
        Button("announce-off-1-1", "Call A-1 off", style="danger"),
    )


async def test_moving_asks_with_what_is_known_and_keeps_what_is_not_said(floor: Floor) -> None:
    await floor.say("ana", NIGHT)
    reply = await floor.press("ana", "announce-move-1-1", None)
    assert reply.form is not None
    assert {field.name: field.value for field in reply.form.fields} == {
        "announcement": "A-1",
        "from": "2026-03-06T18:00:00+00:00",
        "until": "2026-03-07T06:00:00+00:00",
        "text": "the meters are read anew",
    }
    sent = await floor.send("ana", reply.form.id, announcement="A-1", **{"from": "2026-03-06T20:00:00Z", "until": "2026-03-07T07:00:00Z"})
    assert "20:00" in floor.text(sent)
    again = await floor.send("ana", reply.form.id, announcement="A-1", **{"from": "2026-03-06T21:00:00Z", "until": "2026-03-07T07:00:00Z"})
    assert "sent this form already" in floor.text(again)
    assert "the meters are read anew" in floor.text(await floor.say("rita", "/case announced"))


async def test_a_form_asks_which_one_only_where_one_is_moved(floor: Floor) -> None:
    reply = await floor.say("ana", "/case announce billing")
    assert reply.form is not None
    assert [field.name for field in reply.form.fields] == ["service", "from", "until", "text"]


REFUSED = {
    "not theirs": ("rita", NIGHT, "Only Ana Díaz"),
    "nor for another service": ("ben", NIGHT, "Only Ana Díaz"),
    "backwards": ("ana", "/case announce billing 2026-03-06 18:00 to 2026-03-06 17:00: x", "ends before it begins"),
    "past": ("ana", "/case announce billing 2026-03-02 18:00 to 2026-03-06 17:00: x", "is past"),
    "too long": ("ana", "/case announce billing 2026-03-06 18:00 to 2026-07-06 17:00: x", "longer than 92 days"),
    "no time": ("ana", "/case announce billing soonish to later: x", "is not a time"),
    "no such announcement": ("ana", "/case announce A-7 off", "There is no announcement A-7"),
}


@pytest.mark.parametrize(("who", "said", "why"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_cannot_be_is_said_and_nobody_is_told(floor: Floor, who: str, said: str, why: str) -> None:
    await floor.report("rita", "billing: wrong bill")
    reply = await floor.say(who, said)
    assert reply.refused
    assert why in floor.text(reply)
    assert await queued(floor) == []


async def test_from_now_is_no_past(floor: Floor) -> None:
    assert not (await floor.say("ana", "/case announce billing now to 18:00: the site is down for an hour")).refused
    inside = await floor.say("rita", "/case report billing: no bill")
    assert "the site is down" in floor.text(inside)
    assert (await floor.case(inside.case or 0)).announced == "A-1"


async def test_what_is_over_or_called_off_is_not_changed_any_more(floor: Floor) -> None:
    await floor.say("ana", NIGHT)
    await floor.say("ana", "/case announce A-1 off")
    for said in ("/case announce A-1 off", "/case announce A-1 Friday 20:00 to 22:00"):
        reply = await floor.say("ana", said)
        assert reply.refused
        assert "was withdrawn" in floor.text(reply)
    await floor.say("ana", NIGHT)
    floor.wait(days=9)
    assert "A-2 ended" in floor.text(await floor.say("ana", "/case announce A-2 off"))
    assert "No change is announced" in floor.text(await floor.say("ana", "/case announced"))


async def test_nobody_moves_what_they_do_not_answer_for(floor: Floor) -> None:
    await floor.say("ana", NIGHT)
    for who in ("rita", "ben"):
        assert (await floor.say(who, "/case announce A-1 off")).refused
        assert (await floor.press(who, "announce-off-1-1", None)).refused
    assert "A-1" in floor.text(await floor.say("rita", "/case announced"))


async def test_in_direct_messages_a_sentence_that_begins_so_is_no_command(floor: Floor) -> None:
    for text in ("announce the results please, somebody", "routes are broken here again", "dead meter in my cellar since Monday"):
        reply = await floor.say("rita", text, where="@rita")
        assert reply.case is None
        assert reply.form is not None  # it is offered as a report
    assert "A-1" in floor.text(await floor.say("ana", NIGHT.removeprefix("/case "), where="@ana"))
    assert PersonId("ana") in ORG.people


async def test_what_is_under_way_can_be_extended_and_its_start_stays(floor: Floor) -> None:
    await floor.say("ana", "/case announce billing now to 18:00: the site is down")
    floor.wait(hours=1)
    reply = await floor.press("ana", "announce-move-1-1", None)
    assert reply.form is not None
    given = {field.name: field.value or "" for field in reply.form.fields}
    longer = await floor.send("ana", reply.form.id, **given | {"until": "2026-03-03T20:00:00Z"})
    assert "Tuesday 3 March 2026, 10:07" in floor.text(longer)
    assert "Tuesday 3 March 2026, 20:00" in floor.text(longer)

    assert "21:00" in floor.text(await floor.say("ana", "/case announce A-1 until 21:00"))
    refused = await floor.say("ana", "/case announce A-1 12:00 to 22:00")
    assert refused.refused
    assert "A-1 began today 10:07" in floor.text(refused)


async def test_a_button_or_a_form_of_before_says_how_it_stands_now(floor: Floor) -> None:
    await floor.say("ana", NIGHT)
    form = (await floor.press("ana", "announce-move-1-1", None)).form
    assert form is not None
    await floor.say("bruno", "/case announce A-1 Friday 20:00 to 23:00")
    for reply in (
        await floor.press("ana", "announce-off-1-1", None),
        await floor.send("ana", form.id, announcement="A-1", **{"from": "2026-03-06T21:00:00Z", "until": "2026-03-07T07:00:00Z"}),
    ):
        assert reply.refused
        assert "changed since then" in floor.text(reply)
        assert "20:00" in floor.text(reply)
    assert not (await floor.press("ana", "announce-off-1-2", None)).refused
    assert "was withdrawn" in floor.text(await floor.press("ana", "announce-off-1-2", None))


async def test_what_is_missing_of_a_move_is_asked_for_by_a_form_that_can_be_sent(floor: Floor) -> None:
    await floor.say("ana", NIGHT)
    await floor.say("ana", "/case announce A-1 Friday 19:00 to 23:00")
    form = (await floor.say("ana", "/case announce A-1 Friday 20:00")).form
    assert form is not None
    sent = await floor.send("ana", form.id, announcement="A-1", **{"from": "2026-03-06T20:00:00Z", "until": "2026-03-06T22:00:00Z"})
    assert not sent.refused


async def test_of_a_service_that_is_no_more_its_author_and_the_admins_decide(sqlite: Database) -> None:
    await floor_of(sqlite).say("ana", NIGHT, key="before")
    floor = floor_of(sqlite, replace(ORG, services={name: one for name, one in ORG.services.items() if name != "billing"}))
    assert "Only Ana" in floor.text(await floor.say("ben", "/case announce A-1 off"))
    assert (await floor.say("ben", "/case announced")).buttons == ()
    moved = await floor.say("ana", "/case announce A-1 Friday 20:00 to 23:00")
    assert "A-1 now announces a change of billing" in floor.text(moved)
    assert len((await floor.say("bruno", "/case announced")).buttons) == 2
    assert not (await floor.say("bruno", "/case announce A-1 off")).refused


async def test_whoever_answers_for_nothing_gets_no_form(floor: Floor) -> None:
    reply = await floor.say("rita", "/case announce")
    assert (reply.form, reply.refused) == (None, True)
    assert await floor.desk.form(PersonId("rita"), Place("local", "local", "@rita"), "announce", None) is None
    assert (await floor.say("ana", "/case announce")).form is not None


async def test_nobody_is_not_counted(floor: Floor) -> None:
    assert "0 people" not in floor.text(await floor.say("ana", NIGHT))
    await floor.report("rita", "billing: wrong bill")
    assert "1 person with open cases" in floor.text(await floor.say("ana", NIGHT))
