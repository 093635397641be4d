"""Reports, from words, forms and reactions: what becomes of them, and what is refused."""

from dataclasses import replace

from sqlalchemy import select

from bot.chat import Reply
from bot.escalation.case import Place
from bot.escalation.words import ServiceId
from bot.ports import Where
from bot.store import delivery_tables as tables
from bot.store.database import Database
from tests.handlers.conftest import Floor, floor_of, with_rules
from tests.handlers.small import ANA, BEN, NOW, ORG, RITA


async def test_a_report_opens_a_case_with_an_owner(floor: Floor) -> None:
    reply = await floor.say("rita", "/case report critical billing: meter swapped, bill is 9,000, asked 6 times")

    assert reply.case is not None
    assert not reply.refused
    case = await floor.case(reply.case)
    assert (case.service, case.owner, case.reporter, case.severity) == ("billing", ANA, RITA, "critical")
    assert (case.title, case.text) == ("meter swapped, bill is 9,000, asked 6 times",) * 2
    assert (case.contacts, case.opened_at) == (7, NOW)
    assert "C-1" in floor.text(reply)


async def test_the_short_command_reports_too(floor: Floor) -> None:
    reply = await floor.say("rita", "/report the meter is gone")

    assert (await floor.case(reply.case or 0)).service == "metering"


async def test_a_report_without_words_is_a_form_and_writes_nothing(floor: Floor) -> None:
    reply = await floor.say("rita", "/case report", key="k1")
    again = await floor.say("rita", "/case report", key="k1")

    assert reply.form is not None
    assert {"text", "service", "asked_before"} <= {field.name for field in reply.form.fields}
    assert again.form == reply.form
    other = await floor.say("rita", "/case report", key="k2")
    assert other.form is not None
    assert other.form.id != reply.form.id


async def test_forms_without_a_key_are_never_the_same(floor: Floor) -> None:
    first, second = [await floor.say("rita", "/case report", key="") for _ in range(2)]

    assert first.form is not None
    assert second.form is not None
    assert first.form.id != second.form.id


async def test_a_form_sent_twice_is_one_case(floor: Floor) -> None:
    form = (await floor.say("rita", "/case report")).form
    assert form is not None

    first = await floor.send("rita", form.id, text="the meter is gone", service="billing", severity="critical", asked_before="2")
    second = await floor.send("rita", form.id, text="the meter is gone", service="billing")

    assert (first.case, second.case) == (1, 1)
    assert "already" in floor.text(second)
    case = await floor.case(1)
    assert (case.service, case.severity, case.contacts) == ("billing", "critical", 3)
    async with floor.store.read() as reading:
        assert len(await reading.cases(Where())) == 1


async def test_a_faulty_form_says_which_field_and_can_be_sent_again(floor: Floor) -> None:
    form = (await floor.say("rita", "/case report")).form
    assert form is not None

    faulty = await floor.send("rita", form.id, title=" ", text="", service="kitchen", severity="awful", asked_before="many")
    assert set(faulty.errors) == {"title", "service", "severity", "asked_before"}
    assert faulty.refused

    mended = await floor.send("rita", form.id, title="Meter", text="it is gone", service="billing")
    case = await floor.case(mended.case or 0)
    assert (case.title, case.text) == ("Meter", "Meter\nit is gone")


async def test_the_same_event_twice_is_one_case(floor: Floor) -> None:
    first = await floor.say("rita", "/case report the meter is gone", key="once")
    second = await floor.say("rita", "/case report the meter is gone", key="once")

    assert first == second
    async with floor.store.read() as reading:
        assert len(await reading.cases(Where())) == 1


async def test_without_a_key_every_event_counts(floor: Floor) -> None:
    numbers = [(await floor.say("rita", "/case report the meter is gone", key="")).case for _ in range(2)]

    assert numbers == [1, 2]


async def test_so_many_reports_an_hour(sqlite: Database) -> None:
    floor = floor_of(sqlite, with_rules(reports_per_hour=2))
    await floor.report("rita", "one")
    floor.wait(minutes=20)
    await floor.report("rita", "two")

    refused = await floor.say("rita", "/case report three")
    assert refused.refused
    assert "11:07" in floor.text(refused)
    assert (await floor.report("ben", "mine")).reporter == BEN

    floor.wait(minutes=41)
    assert (await floor.report("rita", "three")).reporter == RITA


async def test_a_long_report_is_refused_and_one_that_fits_is_kept_whole(floor: Floor) -> None:
    refused = await floor.say("rita", f"/case report {'x' * 10_001}")
    assert refused.refused
    assert "10,001" in floor.text(refused)

    case = await floor.report("rita", "y" * 10_000)
    assert (len(case.text), len(case.title)) == (10_000, 200)


async def test_the_default_service_takes_what_nobody_else_does(floor: Floor) -> None:
    assert (await floor.report("rita", "the tap drips")).service == "desk"


# --- where its card goes


async def cards(floor: Floor) -> list[tuple[int, str, str | None]]:
    async with floor.store.database.read() as conn:
        rows = await conn.execute(select(tables.cards.c.case_id, tables.cards.c.conversation, tables.cards.c.thread))
        return sorted((row.case_id, row.conversation, row.thread) for row in rows)


async def test_the_card_is_where_it_was_reported_or_in_the_services_channel(sqlite: Database) -> None:
    billing = replace(ORG.services[ServiceId("billing")], channel="local:billing-desk")
    floor = floor_of(sqlite, replace(ORG, services={**ORG.services, billing.id: billing}))
    await floor.report("rita", "billing: in a channel")
    await floor.react("rita", "ticket", "on a message")
    await floor.report("rita", "billing: directly", "@rita")
    await floor.report("rita", "metering: directly, and no channel", "@rita")
    await floor.report("rita", "private billing: nowhere")

    assert await cards(floor) == [(1, "help", None), (2, "help", "m77"), (3, "billing-desk", None)]


# --- by a reaction


async def test_a_reaction_reports_the_message_once(floor: Floor) -> None:
    first = await floor.react("rita", "ticket", "the meter is gone", author="ben")
    second = await floor.react("ana", "ticket", "the meter is gone", author="ben")

    assert (first.case, second.case) == (1, 1)
    assert second.refused
    case = await floor.case(1)
    assert (case.reporter, case.affected, case.text) == (RITA, (BEN,), "the meter is gone")
    assert case.place == Place("local", "local", "help", "m77", "m77")


async def test_who_reacts_to_their_own_message_is_only_the_reporter(floor: Floor) -> None:
    await floor.react("rita", "\N{TICKET}\N{VARIATION SELECTOR-16}", "the meter is gone", author="rita")

    assert (await floor.case(1)).affected == ()


async def test_other_reactions_and_empty_messages_report_nothing(floor: Floor) -> None:
    assert await floor.react("rita", "tada", "the meter is gone") == Reply()
    assert (await floor.react("rita", "ticket", "  ")).refused


async def test_a_reaction_takes_it_back_within_ten_minutes(floor: Floor) -> None:
    await floor.react("rita", "ticket", "thanks for nothing", author="ben")
    floor.wait(minutes=9)
    stranger = await floor.say("cleo", "/case undo C-1")
    taken_back = await floor.react("ben", "x", "thanks for nothing", author="ben")

    assert stranger.refused
    assert not taken_back.refused
    async with floor.store.read() as reading:
        assert await reading.cases(Where()) == []
        assert await reading.next_due() is None


async def test_its_owner_and_those_who_joined_cannot_make_a_report_vanish(floor: Floor) -> None:
    await floor.report("rita", "billing: x")
    await floor.say("cleo", "/case metoo C-1")

    for who in ("ana", "cleo"):
        assert (await floor.say(who, "/case undo C-1")).refused
    assert (await floor.case(1)).live


async def test_a_service_without_a_problem_opens_the_form(floor: Floor) -> None:
    answer = await floor.say("rita", "/case report billing:")

    assert answer.form is not None
    assert {field.name: field.value for field in answer.form.fields}["service"] == "billing"


async def test_after_ten_minutes_it_stays_a_case(floor: Floor) -> None:
    await floor.react("rita", "ticket", "it is broken")
    floor.wait(minutes=11)

    assert (await floor.react("rita", "x", "it is broken")).refused
    assert (await floor.case(1)).live


async def test_not_a_case_on_a_message_that_is_none_is_nothing(floor: Floor) -> None:
    assert await floor.react("rita", "x", "hello") == Reply()


# --- private


async def test_a_private_case_does_not_exist_for_others(floor: Floor) -> None:
    case = await floor.report("rita", "private: my manager reads my mail")
    assert case.private
    assert case.place is None

    for text in ("/case show C-1", "/case chase C-1", "/case note C-1 hm", "/case metoo C-1", "/case merge C-1 C-2"):
        said = await floor.say("ben", text)
        assert said.refused
        assert floor.text(said) == floor.text(await floor.say("ben", text.replace("C-1", "C-99"))).replace("C-99", "C-1")
    assert "C-1" not in floor.text(await floor.say("ben", "/case list"))
    assert "C-1" in floor.text(await floor.say("rita", "/case list"))
    assert not (await floor.say("bruno", "/case show C-1")).refused


async def test_whoever_it_concerns_is_left_out(floor: Floor) -> None:
    case = await floor.report("rita", "billing concerning ana: she shouts")

    assert case.private
    assert case.concerned == (ANA,)
    assert case.accountable != ANA
    assert (await floor.say("ana", "/case show C-1")).refused or case.owner == ANA


async def test_a_private_service_makes_private_cases(sqlite: Database) -> None:
    private = replace(ORG.services["desk"], private=True)  # type: ignore[index]
    floor = floor_of(sqlite, replace(ORG, services={**ORG.services, private.id: private}))

    assert (await floor.report("rita", "the tap drips")).private
    first, again, other = [await floor.react(who, "ticket", "my pay is wrong") for who in ("rita", "rita", "ben")]
    assert (first.case, again.case) == (2, 2)
    assert other.case == 3
