"""Saying, pressing, filling in, reacting: what the desk hears, what the mailbox keeps, what the caller is answered."""

from typing import Any

import pytest

from bot.chat import Button, Field, Form, Inbound, Option, Pressed, Reacted, Reply, Said, Submitted, Typed
from bot.escalation.case import Place
from bot.escalation.words import CaseId, PersonId
from bot.ports import Letter
from tests.adapters.local.conftest import Caller
from tests.adapters.local.office import MONDAY, Office

RITA = PersonId("rita")


async def test_the_state_says_the_time_the_people_and_the_channels(api: Caller) -> None:
    state = await api.get("/api/state")

    assert (state["now"], state["clock"], state["channels"]) == ("2026-03-02T09:00:00Z", "manual", ["billing", "leadership"])
    assert [(p["id"], p["name"]) for p in state["people"]][:2] == [("rita", "Rita Lund"), ("ana", "Ana Díaz")]


async def test_a_message_is_kept_where_it_was_said(api: Caller, office: Office) -> None:
    answer = await api.post("/api/messages", as_="rita", channel="billing", text="good morning 🙂")

    assert answer == {"message": "m1"}
    expected = {"id": "m1", "at": "2026-03-02T09:00:00Z", "from": "rita", "text": "good morning 🙂", "buttons": []}
    assert await api.get("/api/messages?channel=billing") == [expected]
    assert await api.get("/api/messages?as=rita") == []
    said = office.heard[0]
    assert isinstance(said, Said)
    assert (said.by, said.place, said.text) == (RITA, Place("local", "local", "billing", message="m1"), "good morning 🙂")


@pytest.mark.parametrize("channel", [None, "dm", "@buckstop", "@rita", ""])
async def test_direct_messages_have_several_names(api: Caller, office: Office, channel: str | None) -> None:
    await api.post("/api/messages", as_="rita", channel=channel, text="hello")

    assert [m["text"] for m in await api.get("/api/messages?as=rita")] == ["hello"]
    assert [i.place.conversation for i in office.heard] == ["@rita"]


async def test_an_answer_to_a_message_hangs_under_its_root(api: Caller, office: Office) -> None:
    await api.post("/api/messages", as_="rita", channel="billing", text="root")
    await api.post("/api/messages", as_="ana", channel="billing", text="answer", thread="m1")
    await api.post("/api/messages", as_="rita", channel="billing", text="answer to the answer", thread="m2")

    drawn = await api.get("/api/messages?channel=billing")
    assert [m.get("thread") for m in drawn] == [None, "m1", "m1"]
    assert [i.place.thread for i in office.heard] == [None, "m1", "m1"]


async def test_a_command_leaves_no_message(api: Caller, office: Office) -> None:
    answer = await api.post("/api/messages", as_="rita", channel="leadership", text="/case report the bill is wrong")

    assert answer == {"reply": {"text": "Thank you. It is C-1.", "case": "C-1"}}
    assert [m["text"] for m in await api.get("/api/messages?channel=leadership")] == ["C-1 the bill is wrong"]
    told = (await api.get("/api/messages?as=ana"))[0]
    assert (told["from"], told["case"], [b["id"] for b in told["buttons"]]) == ("buckstop", "C-1", ["ack", "promise", "resolve"])
    assert told["buttons"][0] == {"id": "ack", "label": "Acknowledge", "case": "C-1", "style": "primary"}
    assert office.settled == 1


async def test_a_refusal_is_an_answer_and_no_error(api: Caller) -> None:
    answer = await api.post("/api/messages", as_="rita", text="/case dance")

    assert answer == {"reply": {"text": "I do not know /case dance; try /case report.", "refused": True}}


async def test_a_form_is_drawn_with_all_it_has(api: Caller, office: Office) -> None:
    fields = (Field("to", "To whom?", "person", True, (Option("ben", "Ben Okoro"),)), Field("why", "Why?", "long", value="it is theirs"))
    office.reply = lambda _: Reply(form=Form("f/1", "Hand over", fields))

    answer = await api.post("/api/messages", as_="rita", text="/case handover")

    to = {"name": "to", "label": "To whom?", "type": "person", "required": True, "options": [{"id": "ben", "label": "Ben Okoro"}]}
    why = {"name": "why", "label": "Why?", "type": "long", "required": False, "value": "it is theirs"}
    assert answer == {"reply": {"text": "", "form": {"id": "f/1", "title": "Hand over", "fields": [to, why]}}}


async def test_a_sent_form_reaches_the_desk_as_it_was_filled_in(api: Caller, office: Office) -> None:
    values = {"title": 'the bill says "9,000" & <!channel>', "asked_before": 6, "private": True, "text": None}
    office.reply = lambda _: Reply.say("Thank you.")

    await api.post("/api/forms", as_="rita", form="report/1", values=values)

    sent = office.heard[0]
    assert isinstance(sent, Submitted)
    assert (sent.by, sent.form, sent.values, sent.place) == (RITA, "report/1", values, Place("local", "local", "@rita"))


async def test_faults_of_fields_come_back_by_name(api: Caller) -> None:
    answer = await api.post("/api/forms", as_="rita", form="report/1", values={"title": " "})

    assert answer == {"errors": {"title": "Say in a few words what is wrong."}}


async def test_a_field_that_is_too_long_is_its_own_fault(api: Caller, office: Office) -> None:
    answer = await api.post("/api/forms", as_="rita", form="report/1", values={"title": "x" * 10_001, "text": "x" * 10_000})

    assert list(answer["errors"]) == ["title"]
    assert "10,001 characters" in answer["errors"]["title"]
    assert office.heard == []


async def test_each_line_of_a_reply_is_a_line(api: Caller, office: Office) -> None:
    office.reply = lambda _: Reply(lines=(("One: ", Typed("*")), ("Two",)), buttons=(Button("metoo", "Me too", CaseId(7)),))

    answer = await api.post("/api/messages", as_="rita", text="what is new?")

    buttons = [{"id": "metoo", "label": "Me too", "case": "C-7"}]
    assert answer == {"message": "m1", "reply": {"text": "One: *\nTwo", "buttons": buttons}}


async def test_a_pressed_button_carries_its_case_and_version(api: Caller, office: Office) -> None:
    await office.letters.post(letter(buttons=(Button("ack", "Acknowledge", CaseId(4), version=3),), thread="m0"))
    office.reply = lambda _: Reply()

    answer = await api.post("/api/actions", as_="rita", message="m1", button="ack")

    assert answer == {"reply": {"text": ""}}
    pressed = office.heard[0]
    assert isinstance(pressed, Pressed)
    assert (pressed.button, pressed.case, pressed.version) == ("ack", 4, 3)
    assert pressed.place == Place("local", "local", "@ana", message="m1", thread="m0")


TWO = (Button("ack", "Acknowledge", CaseId(1)), Button("ack", "Acknowledge", CaseId(2)), Button("reopen", "Still broken", CaseId(2)))


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        ({"button": "ack", "case": "C-2"}, ("ack", 2)),
        ({"button": "ack", "case": 1}, ("ack", 1)),
        ({"button": "ack:C-2"}, ("ack", 2)),
        ({"button": "acknowledge", "case": "1"}, ("ack", 1)),
        ({"button": "still_broken"}, ("reopen", 2)),
    ],
)
async def test_a_bundle_has_a_button_for_each_case(api: Caller, office: Office, call: dict[str, Any], meant: tuple[str, int]) -> None:
    await office.letters.post(letter(cases=(CaseId(1), CaseId(2)), buttons=TWO))
    office.reply = lambda _: Reply()

    await api.post("/api/actions", as_="ana", message="m1", **call)

    assert [(i.button, i.case) for i in office.heard if isinstance(i, Pressed)] == [meant]
    assert (await api.get("/api/messages?as=ana"))[0]["cases"] == ["C-1", "C-2"]


async def test_a_bundle_asks_which_case_is_meant(api: Caller, office: Office) -> None:
    await office.letters.post(letter(cases=(CaseId(1), CaseId(2)), buttons=TWO))

    status, sentence = await api.refused("/api/actions", as_="ana", message="m1", button="ack")

    assert (status, sentence) == (400, 'Several cases are in this message; say which one is meant with "case": C-1, C-2.')


async def test_each_press_is_a_new_one_unless_it_has_a_key(api: Caller, office: Office) -> None:
    await office.letters.post(letter(buttons=TWO[:1]))
    office.reply = lambda _: Reply.say(str(len(office.heard)))

    answers = [await api.post("/api/actions", as_="ana", message="m1", button="ack", **key) for key in ({}, {}, {"key": "k"}, {"key": "k"})]

    assert [a["reply"]["text"] for a in answers] == ["1", "2", "3", "3"]
    assert len({inbound.key for inbound in office.heard}) == 3


async def test_somebody_elses_button_is_for_the_desk_to_judge(api: Caller) -> None:
    await api.post("/api/messages", as_="rita", text="/case report the bill is wrong")
    message = (await api.get("/api/messages?as=ana"))[0]["id"]

    answer = await api.post("/api/actions", as_="ben", message=message, button="ack")

    assert answer["reply"]["refused"]


async def test_a_button_that_an_edit_took_away_is_passed_on(api: Caller, office: Office) -> None:
    await office.letters.post(letter(case=CaseId(4), buttons=(Button("ack", "Acknowledge", CaseId(4)),)))
    await office.letters.edit("m1", "done", (), MONDAY)
    office.reply = lambda _: Reply.say("Ana has it already.")

    answer = await api.post("/api/actions", as_="ana", message="m1", button="ack")

    assert answer["reply"]["text"] == "Ana has it already."
    assert await api.refused("/api/actions", as_="ana", message="m1", button="dance") == (
        404,
        'This message has no button "dance"; it has none.',
    )


async def test_an_answers_buttons_are_pressed_by_their_case(api: Caller, office: Office) -> None:
    office.reply = lambda _: Reply.say("You are on it.")

    await api.post("/api/actions", as_="rita", button="metoo", case="C-7")

    assert [(i.button, i.case) for i in office.heard if isinstance(i, Pressed)] == [("metoo", 7)]


async def test_an_answers_button_may_need_no_case(api: Caller, office: Office) -> None:
    office.reply = lambda _: Reply(form=Form("f/1", "Report", ()))

    assert (await api.post("/api/actions", as_="rita", button="report"))["reply"]["form"]["id"] == "f/1"
    assert await api.refused("/api/actions", as_="rita", button="ack") == (400, '"message" is missing.')


async def test_a_command_is_never_met_with_silence(api: Caller, office: Office) -> None:
    office.reply = lambda _: Reply()

    answer = await api.post("/api/messages", as_="rita", text="/")

    assert answer["reply"] == {"text": "That is no command; /case help lists what there is.", "refused": True}


async def test_a_reaction_is_kept_once_and_told_to_the_desk(api: Caller, office: Office) -> None:
    await api.post("/api/messages", as_="ana", channel="billing", text="my bill is wrong")

    answers = [await api.post("/api/reactions", as_="rita", message="m1", emoji="🎫") for _ in range(2)]

    assert answers == [{"reply": {"text": "Thank you, it is a case now."}}, {}]
    reacted = [i for i in office.heard if isinstance(i, Reacted)]
    assert [(r.by, r.emoji, r.text, r.author, r.place.message) for r in reacted] == [("rita", "🎫", "my bill is wrong", "ana", "m1")]
    assert (await api.get("/api/messages?channel=billing"))[0]["reactions"] == [{"emoji": "🎫", "by": "rita"}]


async def test_the_same_key_is_answered_the_same_and_does_nothing(api: Caller, office: Office) -> None:
    replies = iter(range(9))

    def count(_: Inbound) -> Reply:
        return Reply.say(str(next(replies)))

    office.reply = count
    calls: list[tuple[str, dict[str, Any]]] = [
        ("/api/messages", {"text": "hello", "key": "a"}),
        ("/api/messages", {"text": "/case report", "key": "b"}),
        ("/api/forms", {"form": "report/1", "values": {}, "key": "c"}),
    ]

    first = [await api.post(path, as_="rita", **body) for path, body in calls]
    second = [await api.post(path, as_="rita", **body) for path, body in calls]

    assert second == first
    assert len(office.heard) == len(calls)
    assert len(await api.get("/api/messages?as=rita")) == 1


async def test_a_key_whose_answer_was_lost_finds_the_message_there(api: Caller, office: Office) -> None:
    await api.post("/api/messages", as_="rita", text="hello", key="a")
    office.store.answers.clear()

    assert await api.post("/api/messages", as_="rita", text="hello", key="a") == {"message": "m1"}
    assert len({inbound.key for inbound in office.heard}) == 1


def letter(
    buttons: tuple[Button, ...] = (), case: CaseId | None = None, cases: tuple[CaseId, ...] = (), thread: str | None = None
) -> Letter:
    """Something that Buckstop sent to Ana."""
    return Letter("", "key", MONDAY, "buckstop", "@ana", "a nag", thread, case, cases, buttons)
