"""Verbs on a case, from words, buttons and forms: who is meant, what is refused, and what counts once."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat import Reply
from bot.escalation.words import Outcome, Status
from bot.handlers.parse import VERBS
from bot.store.database import Database
from tests.handlers.conftest import Floor, floor_of
from tests.handlers.small import ANA, BEN


async def test_a_case_from_report_to_confirmation(floor: Floor) -> None:
    await floor.report("rita", "billing: meter swapped")

    for who, text in (
        ("ana", "/case ack C-1"),
        ("ana", "/case promise C-1 Friday 15:00"),
        ("ana", "/case ask C-1 what is the meter number?"),
        ("rita", "/case answer C-1 it is 7"),
        ("ana", "/case resolve C-1 fix process: reading corrected, bill reissued, cost 120.50 from goodwill"),
        ("rita", "/case confirm C-1"),
    ):
        reply = await floor.say(who, text)
        assert not reply.refused, floor.text(reply)
        assert reply.case == 1

    case = await floor.case(1)
    assert (case.status, case.outcome) == (Status.CLOSED, Outcome.FIXED)
    assert case.resolution is not None
    assert (case.resolution.cause, case.resolution.explanation) == ("process", "reading corrected, bill reissued")
    assert [(str(cost.amount), cost.budget) for cost in case.costs] == [("120.50", "goodwill")]
    assert await floor.names(1) == [
        "reported", "acknowledged", "promised", "asked", "answered", "resolved", "cost_recorded", "confirmed", "promise_kept",
    ]  # fmt: skip


async def test_a_promise_is_said_back_in_full(floor: Floor) -> None:
    await floor.report("rita", "billing: meter swapped")

    reply = await floor.say("ana", "/case promise C-1 Friday 15:00")

    case = await floor.case(1)
    assert case.promise is not None
    assert case.promise.until == datetime(2026, 3, 6, 15, tzinfo=UTC)
    assert "15:00" in floor.text(reply)


REFUSED = {
    "a case that does not exist": ("ana", "/case ack C-99", "C-99"),
    "a verb that does not exist": ("ana", "/case acknowlege C-1", "ack"),
    "a time that cannot be read": ("ana", "/case promise C-1 soon", "soon"),
    "a time that is past": ("ana", "/case promise C-1 2020-01-01", "2020"),
    "a person that does not exist": ("ana", "/case handover C-1 benn: his", "did you mean ben"),
    "an amount that is none": ("ana", "/case cost C-1 lots", "amount"),
    "a severity that does not exist": ("rita", "/case severity C-1 awful", "critical"),
    "somebody else's verb": ("ben", "/case resolve C-1 fix process: done", ""),
    "a merge into nothing": ("ana", "/case merge C-1 C-99", "C-99"),
    "a merge into no case": ("ana", "/case merge C-1 that one", "C-42"),
    "a merge into itself": ("ana", "/case merge C-1 C-1", ""),
    "no time at all": ("ana", "/case time C-1 long", "such as 45 or 2h"),
    "more time than there is": ("ana", "/case time C-1 99999", "such as 45 or 2h"),
    "days": ("ana", "/case time C-1 2d", "such as 45 or 2h"),
    "no workaround": ("ana", "/case renew C-1 2026-03-06T15:00: later", "is no workaround"),
    "no remedy": ("rita", "/case remedy C-1 yes", "Nothing is offered"),
    "an outcome of nothing": ("rita", "/case outcome C-1 needed yes", "closed as fixed"),
    "nothing was lacking": ("ana", "/case lacked C-1 authority", "not said yet that it is fixed"),
    "too long": ("rita", f"/case note C-1 {'x' * 10_001}", "10,001"),
}


@pytest.mark.parametrize(("who", "text", "says"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_cannot_be_is_refused_with_a_sentence(floor: Floor, who: str, text: str, says: str) -> None:
    await floor.report("rita", "billing: meter swapped")
    before = await floor.case(1)

    reply = await floor.say(who, text)

    assert reply.refused
    assert floor.text(reply)
    assert says in floor.text(reply)
    assert await floor.case(1) == before


@pytest.mark.parametrize(
    ("who", "text", "asks", "knows"),
    [
        ("ana", "/case promise C-1", "until", {}),
        ("ana", "/case ask C-1", "question", {}),
        ("ana", "/case handover C-1", "to", {}),
        ("ana", "/case handover C-1 ben", "why", {"to": "ben"}),
        ("ana", "/case resolve C-1", "explanation", {}),
        ("ana", "/case resolve C-1 corrected it", "cause", {"explanation": "corrected it"}),
        ("ana", "/case escalate C-1", "why", {}),
        ("rita", "/case withdraw C-1", "why", {}),
        ("rita", "/case moretime C-1", "until", {}),
        ("rita", "/case severity C-1", "severity", {}),
        ("rita", "/case note C-1", "text", {}),
        ("ana", "/case cost C-1", "cost", {}),
        ("ana", "/case time C-1", "minutes", {}),
    ],
)
async def test_typed_short_opens_the_form_with_what_is_known(floor: Floor, who: str, text: str, asks: str, knows: dict[str, str]) -> None:
    await floor.report("rita", "billing: meter swapped")

    reply = await floor.say(who, text)

    assert reply.form is not None
    assert not reply.refused
    values = {field.name: field.value for field in reply.form.fields}
    assert asks in values
    assert {name: values[name] for name in knows} == knows
    assert await floor.names(1) == ["reported"]


async def test_a_button_that_needs_words_opens_the_form_and_the_form_does_it(floor: Floor) -> None:
    await floor.report("rita", "billing: meter swapped")

    form = (await floor.press("ana", "promise", 1)).form
    assert form is not None
    faulty = await floor.send("ana", form.id, until="soon")
    assert set(faulty.errors) == {"until"}
    done = await floor.send("ana", form.id, until="2026-03-06T15:00")
    again = await floor.send("ana", form.id, until="2026-03-09T15:00")

    assert not done.refused
    assert "already" in floor.text(again)
    case = await floor.case(1)
    assert case.promise is not None
    assert case.promise.until == datetime(2026, 3, 6, 15, tzinfo=UTC)


async def test_somebody_elses_form_is_judged_by_who_sends_it(floor: Floor) -> None:
    await floor.report("rita", "billing: meter swapped")
    form = (await floor.press("ana", "promise", 1)).form
    assert form is not None

    assert (await floor.send("ben", form.id, until="Friday 15:00")).refused
    assert (await floor.case(1)).promise is None


async def test_a_stale_form_says_what_happened_meanwhile(floor: Floor) -> None:
    await floor.report("rita", "billing: meter swapped")
    form = (await floor.press("ana", "promise", 1)).form
    assert form is not None
    await floor.say("rita", "/case withdraw C-1 it is back")

    reply = await floor.send("ana", form.id, until="Friday 15:00")

    assert reply.refused
    assert len(reply.lines) >= 2


async def test_a_form_or_button_that_nobody_made_is_refused(floor: Floor) -> None:
    for form in ("", ":", "promise", "promise:1", "promise:99:0:x", "explode:1:0:x", "ack:1:1:x" * 50, "show:1:0:x", "help:-:0:x"):
        assert await floor.send("ana", form, until="Friday") is not None
    assert (await floor.press("ana", "explode", 1)).refused
    assert (await floor.press("ana", "ack", 99)).refused


# --- twice


async def test_a_chase_pressed_twice_counts_once_and_typed_twice_counts_twice(floor: Floor) -> None:
    await floor.report("rita", "billing: meter swapped")

    await floor.press("rita", "chase", 1, "m1")
    again = await floor.press("rita", "chase", 1, "m1")
    assert (await floor.case(1)).contacts == 2
    assert "already" in floor.text(again)

    await floor.press("rita", "chase", 1, "m2")
    assert (await floor.case(1)).contacts == 3
    await floor.say("rita", "/case chase C-1")
    await floor.say("rita", "/case chase C-1")
    assert (await floor.case(1)).contacts == 5


async def test_a_chase_pressed_again_much_later_is_a_new_one(floor: Floor) -> None:
    await floor.report("rita", "billing: meter swapped")
    await floor.press("rita", "chase", 1, "m1")
    floor.wait(hours=2)
    await floor.press("rita", "chase", 1, "m1")
    await floor.press("rita", "chase", 1, "m1")

    assert (await floor.case(1)).contacts == 3


async def test_an_old_confirm_button_does_not_turn_the_key_of_a_later_resolution(floor: Floor) -> None:
    await floor.report("rita", "billing: meter swapped")
    await floor.say("ana", "/case resolve C-1 fix process: done")
    old = (await floor.case(1)).version
    await floor.say("rita", "/case reopen C-1")
    await floor.say("ana", "/case resolve C-1 workaround process: done again")

    assert (await floor.press("rita", "confirm", 1, version=old)).refused
    assert (await floor.case(1)).status is Status.RESOLVED
    assert not (await floor.press("rita", "confirm", 1, version=(await floor.case(1)).version)).refused


async def test_a_button_from_before_a_note_still_works(floor: Floor) -> None:
    await floor.report("rita", "billing: meter swapped")
    old = (await floor.case(1)).version
    await floor.say("rita", "/case note C-1 it is number 7")

    assert not (await floor.press("ana", "ack", 1, version=old)).refused


async def test_a_button_of_several_cases_must_say_which(floor: Floor) -> None:
    await floor.report("rita", "billing: one")
    await floor.report("rita", "billing: two")

    assert (await floor.press("ana", "ack", None)).refused
    assert not (await floor.press("ana", "ack", 2)).refused
    assert [(await floor.case(n)).status for n in (1, 2)] == [Status.OPEN, Status.ACKNOWLEDGED]


# --- which case


async def test_without_a_number_the_only_one_that_fits_is_meant(floor: Floor) -> None:
    await floor.report("rita", "billing: one")
    await floor.report("ben", "metering: two")

    assert (await floor.say("ana", "/case ack")).case == 1
    assert (await floor.say("rita", "/case chase")).case == 1


async def test_without_a_number_and_with_several_they_are_listed(floor: Floor) -> None:
    await floor.report("rita", "billing: one")
    await floor.report("rita", "billing: two")

    reply = await floor.say("ana", "/case ack")

    assert reply.refused
    assert "C-1" in floor.text(reply)
    assert "C-2" in floor.text(reply)
    assert [(await floor.case(n)).status for n in (1, 2)] == [Status.OPEN, Status.OPEN]


async def test_without_a_number_and_with_none_it_says_so(floor: Floor) -> None:
    reply = await floor.say("cleo", "/case ack")

    assert reply.refused
    assert floor.text(reply)


async def test_in_a_thread_its_case_is_meant(floor: Floor) -> None:
    await floor.react("rita", "ticket", "the bill is wrong", message="m77")
    await floor.report("rita", "billing: another")

    assert (await floor.say("ana", "@buckstop ack", thread="m77")).case == 1


# --- talk


async def test_a_reply_in_the_thread_is_a_note_and_the_answer_when_it_waits(floor: Floor) -> None:
    await floor.react("rita", "ticket", "the bill is wrong", message="m77", author="cleo")

    await floor.say("rita", "it is number 7", thread="m77")
    await floor.say("cleo", "mine too", thread="m77")
    assert await floor.say("ben", "lunch?", thread="m77") == Reply()
    await floor.say("ana", "/case ask C-1 which street?")
    await floor.say("rita", "High Street", thread="m77")

    assert await floor.names(1) == ["reported", "noted", "noted", "asked", "answered"]


async def test_talk_elsewhere_is_left_alone(floor: Floor) -> None:
    assert await floor.say("rita", "the bill is wrong") == Reply()
    assert await floor.say("rita", "the bill is wrong", thread="m5") == Reply()


async def test_whoever_writes_to_buckstop_is_offered_a_report(floor: Floor) -> None:
    reply = await floor.say("rita", "the lift is stuck again", "@rita")
    assert reply.form is not None
    assert {field.name: field.value for field in reply.form.fields}["title"] == "the lift is stuck again"

    thanks = await floor.say("rita", "thanks!", "@rita")
    assert thanks.form is None
    assert [button.id for button in thanks.buttons] == ["report"]


async def test_whoever_is_waited_for_is_offered_to_answer(floor: Floor) -> None:
    await floor.report("rita", "billing: meter swapped")
    await floor.say("ana", "/case ask C-1 which number?")

    reply = await floor.say("rita", "number 7", "@rita")
    assert reply.form is not None
    assert await floor.names(1) == ["reported", "asked"]
    await floor.send("rita", reply.form.id, text=reply.form.fields[0].value)

    assert await floor.names(1) == ["reported", "asked", "answered"]


async def test_direct_messages_need_no_slash(floor: Floor) -> None:
    await floor.say("rita", "report billing: meter swapped", "@rita")
    assert (await floor.say("ana", "ack C-1", "@ana")).case == 1
    assert (await floor.case(1)).status is Status.ACKNOWLEDGED


# --- several cases


async def test_a_merge_closes_one_and_carries_it_on_in_the_other(floor: Floor) -> None:
    await floor.report("rita", "billing: one, asked 2 times")
    await floor.report("cleo", "billing: the same")

    reply = await floor.say("ana", "/case merge C-1 into C-2")

    assert not reply.refused, floor.text(reply)
    gone, kept = await floor.case(1), await floor.case(2)
    assert (gone.outcome, gone.merged_into) == (Outcome.DUPLICATE, 2)
    assert (kept.contacts, kept.keyholders) == (4, ("cleo", "rita"))


async def test_a_merge_is_undone_whichever_number_is_lower(floor: Floor) -> None:
    await floor.report("rita", "billing: one")
    await floor.report("cleo", "billing: the same")
    await floor.say("ana", "/case merge C-2 into C-1")

    reply = await floor.say("cleo", "/case reopen C-2 it is something else")

    assert not reply.refused, floor.text(reply)
    assert (await floor.case(2)).live
    assert (await floor.case(1)).absorbed == ()


async def test_a_handover_to_a_person_and_to_a_service(floor: Floor) -> None:
    await floor.report("rita", "billing: one")

    await floor.say("ana", "/case handover C-1 metering: wrong desk")
    offer = (await floor.case(1)).offer
    assert offer is not None
    assert (offer.to, offer.service) == (BEN, "metering")
    await floor.press("ben", "accept", 1)

    case = await floor.case(1)
    assert (case.owner, case.service) == (BEN, "metering")


# --- away


async def test_who_is_away_is_answered_for(floor: Floor) -> None:
    await floor.report("rita", "billing: one")

    reply = await floor.say("ana", "/case away until Friday ben")
    assert "Friday 6 March 2026, 17:30" in floor.text(reply)
    assert not (await floor.say("ben", "/case ack C-1")).refused
    assert (await floor.case(1)).owner == ANA

    floor.wait(hours=1)
    assert not (await floor.say("ana", "/case back")).refused
    assert (await floor.say("ana", "/case back")).refused
    assert (await floor.say("ben", "/case note C-1 hm")).refused


async def test_only_an_admin_says_it_for_somebody_else(floor: Floor) -> None:
    assert (await floor.say("ben", "/case away ana until Friday cleo")).refused
    assert not (await floor.say("bruno", "/case away ana until Friday cleo")).refused
    assert (await floor.say("ben", "/case back ana")).refused
    assert not (await floor.say("bruno", "/case back ana")).refused


async def test_away_asks_until_when(floor: Floor) -> None:
    assert (await floor.say("ana", "/case away")).form is not None
    assert (await floor.say("ana", "/case away until the cows come home")).refused
    assert (await floor.say("ana", "/case away until 1 January 2040")).refused


# --- looking


async def test_lists_show_and_help(floor: Floor) -> None:
    await floor.report("rita", "billing: one")
    await floor.report("ben", "metering: two")

    assert "C-2" in floor.text(await floor.say("cleo", "/case list"))
    assert "C-2" not in floor.text(await floor.say("cleo", "/case list billing"))
    assert "C-1" not in floor.text(await floor.say("cleo", "/case list ben"))
    assert "C-2" not in floor.text(await floor.say("rita", "/case mine"))
    shown = await floor.say("cleo", "/case show C-1")
    assert shown.case == 1
    assert "one" in floor.text(shown)
    assert floor.text(await floor.say("cleo", "/case help"))
    assert "promise" in floor.text(await floor.say("cleo", "/case help promise"))


async def test_what_is_no_case_and_nobody_is_not_taken_for_another(floor: Floor) -> None:
    await floor.report("rita", "billing: the only one")

    for text in ("withdraw C-0 gone", "withdraw C-99999999999999 gone", "ack C--1", "show C-7x", "show the other one", "list nobody"):
        answer = await floor.say("rita", f"/case {text}")
        assert answer.refused, text
    assert await floor.names(1) == ["reported"]


async def test_whoever_may_not_hears_so_before_they_fill_anything_in(floor: Floor) -> None:
    await floor.report("rita", "billing: x")

    for text in (
        "promise C-1",
        "ask C-1",
        "handover C-1",
        "merge C-1",
        "resolve C-1",
        "withdraw C-1",
        "promise C-1 yesterday",
        "moretime C-1",
    ):
        answer = await floor.say("cleo", f"/case {text}")
        assert answer.refused, text
        assert answer.form is None, text
        assert floor.text(answer).startswith("Only "), text


# --- anything


WORDS = [
    *VERBS,
    "C-1",
    "C-2",
    "1",
    "ben:",
    "billing:",
    "Friday",
    "15:00",
    "2d",
    "fix",
    "x",
    "private",
    "@everyone",
    "<!channel>",
    "\u202e",
    "''",
    "",
]
ANYTHING = st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    said=st.lists(
        st.tuples(st.sampled_from(["rita", "ana", "ben", "bruno", "nobody"]), st.sampled_from(["/case ", "", "@buckstop "]), ANYTHING)
    )
)
async def test_any_text_is_answered_with_a_sentence(sqlite: Database, said: Sequence[tuple[str, str, str]]) -> None:
    floor = floor_of(sqlite)
    for who, before, text in said:
        reply = await floor.say(who, f"{before}{text}", f"@{who}", key="")

        assert reply == Reply() or reply.form is not None or reply.errors or floor.text(reply).strip()
        if before == "/case ":
            assert reply != Reply()


async def test_whoever_may_say_what_was_missing_has_a_button_for_it_on_the_shown_case(floor: Floor) -> None:
    case = await floor.report("rita", "billing: bill is 9,000")
    await floor.say("ana", f"/case escalate C-{case.id} it is more than I may decide")
    assert (await floor.say("ana", f"/case show C-{case.id}")).buttons == ()
    await floor.say("bruno", f"/case resolve C-{case.id} fix process: corrected")

    for who, shown in (("bruno", ["lacked"]), ("ana", ["lacked"]), ("rita", [])):
        assert [button.id for button in (await floor.say(who, f"/case show C-{case.id}")).buttons] == shown
    assert (await floor.press("bruno", "lacked", case.id)).form is not None
    await floor.say("bruno", f"/case lacked C-{case.id} authority: let clerks correct bills")
    assert (await floor.say("bruno", f"/case show C-{case.id}")).buttons == ()
