"""Each kind of message as a card: it says why it came, what it is about and what comes next, and it gives nothing away."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Card
from bot.escalation.requests import Acknowledge, Chase, Escalate, Resolve
from bot.escalation.words import CaseId, Kind, MessageKind, NagFor, PersonId, Status, Text
from bot.outbox.draw import Draw
from bot.wording import cards
from bot.wording.fate import fate_line
from bot.wording.nagging import owes
from bot.wording.plain import plain, text_of
from tests.wording.office import MONDAY, ORG, ZONE, Play, Told, away, report
from tests.wording.samples import MARK, NASTY, fact_typed, harmless, lines_of, ours, stories, typed, typed_parts
from tests.wording.stories import ANA, BRUNO, CARA, RITA

WITHOUT_FATE = (MessageKind.ADMIN,)  # an admin mends the route; the case is others' business


def every_message() -> Iterator[Told]:
    for _, play in stories():
        yield from play.told


def drawn(told: Told) -> Card:
    return cards.message(told.message.kind, told.fact, told.case, told.org, told.message.to, told.now)


def test_the_stories_send_every_kind_of_message() -> None:
    assert {told.message.kind for told in every_message()} == set(MessageKind)


def test_the_outbox_can_draw_with_it() -> None:
    draw: Draw = cards

    assert draw.notice(("x",)) == Card(("x",))


def test_every_message_ends_with_what_comes_next() -> None:
    for told in every_message():
        card = drawn(told)
        assert card.case == told.case.id
        assert f"C-{told.case.id}" in plain(card.title, ZONE, told.now)
        if told.message.kind not in WITHOUT_FATE:
            assert card.lines[-1] == fate_line(told.case, told.org, told.now)


def test_no_message_shouts_or_shows_its_innards() -> None:
    for told in every_message():
        said = text_of(drawn(told), ZONE, told.now)
        assert "!" not in said
        assert not re.search(r"\b(None|ana|amir|ben|bruno|cara|cleo|ida|rita)\b", said), said
        assert "\n\n" not in said
        assert not re.search(r" [.,;:]|\.\.|  ", said), said


def test_nobody_is_blamed() -> None:
    for told in every_message():
        assert not re.search(r"\b(ignored|failed|fault|late|silent|forgot)\b", ours(lines_of(drawn(told))))


def test_what_people_typed_stays_apart() -> None:
    for told in every_message():
        nasty = replace(told, fact=fact_typed(NASTY, told.fact), case=typed(NASTY, told.case))
        card = drawn(nasty)
        assert MARK not in ours(lines_of(card))
        assert MARK not in "".join(button.label for button in card.buttons)
        for line in lines_of(card):
            harmless(plain(line, ZONE, told.now))


@given(st.text(), st.data())
def test_no_text_in_any_message_gets_out(text: str, data: st.DataObject) -> None:
    told = data.draw(st.sampled_from(list(every_message())))
    for line in lines_of(drawn(replace(told, fact=fact_typed(text, told.fact), case=typed(text, told.case)))):
        harmless(plain(line, ZONE, told.now))


def test_long_texts_are_cut_and_titles_shorter() -> None:
    for told in every_message():
        long = replace(told, fact=fact_typed("x" * 10_000, told.fact), case=typed("x" * 10_000, told.case))
        assert all(len(text) <= 600 for text in typed_parts(lines_of(drawn(long))))


def test_every_kind_copes_with_a_case_that_has_moved_on() -> None:
    for _, play in stories():
        last = play.there
        for told in play.told:
            assert cards.message(told.message.kind, told.fact, last, play.org, told.message.to, play.now).title


def test_a_private_title_stays_out_of_channels_and_from_admins() -> None:
    for told in every_message():
        private = typed("secret", replace(told.case, private=True))
        assert "secret" not in text_of(cards.standing(private, told.org, told.now), ZONE, told.now)
        if told.message.kind is MessageKind.ADMIN:
            assert "secret" not in text_of(drawn(replace(told, case=private)), ZONE, told.now)


def test_whoever_is_concerned_is_not_named_in_any_message() -> None:
    for told in dict(stories())["private"].told:
        assert "Bruno" not in text_of(drawn(told), ZONE, told.now)


def opening() -> list[Told]:
    return Play().do(report(asked_before=5)).told


def test_the_owner_reads_what_to_do_first() -> None:
    receipt, assigned = opening()

    assert plain(drawn(assigned).title, ZONE, MONDAY) == "C-1: new. Acknowledge within 1 hour."
    assert plain(drawn(receipt).title, ZONE, MONDAY) == "C-1: thank you, it is in, and Ana owns it."


def test_sent_late_it_says_by_when_instead() -> None:
    _, assigned = opening()

    late = replace(assigned, now=MONDAY + timedelta(minutes=30))
    too_late = replace(assigned, now=MONDAY + timedelta(hours=3))

    assert plain(drawn(late).title, ZONE, late.now) == "C-1: new. Acknowledge by today 10:00."
    assert plain(drawn(too_late).title, ZONE, too_late.now) == "C-1: new. Please acknowledge it now."


def test_the_accountable_reads_why_it_came() -> None:
    told = Play().do(report()).wait().told
    brief = next(t for t in told if t.message.kind is MessageKind.BRIEF)

    assert plain(drawn(brief).title, ZONE, brief.now) == "C-1 has come to you: nobody answered within 1 hour."


def test_a_deputy_reads_for_whom() -> None:
    play = Play(org=away("bruno", MONDAY - timedelta(days=1), MONDAY + timedelta(days=9))).do(report()).wait()
    brief = next(t for t in play.told if t.message.kind is MessageKind.BRIEF)

    assert brief.message.to == CARA
    assert "You get this for Bruno, who is away." in text_of(drawn(brief), ZONE, brief.now)


def test_whoever_was_passed_over_is_not_said_to_have_had_it() -> None:
    play = dict(stories())["skipped"]
    briefs = [text_of(drawn(told), ZONE, told.now) for told in play.told if told.message.kind is MessageKind.BRIEF]

    assert briefs
    assert not [said for said in briefs if "Before you it was with" in said and "Bruno" in said.split("Before you")[1].split("\n")[0]]


def nag_items(count: int) -> list[tuple[Play, object]]:
    return [(Play().do(report(f"Problem {n}", id=CaseId(n))).do(Acknowledge(ANA)).wait(), None) for n in range(1, count + 1)]


def bundle(count: int, more: int = 0) -> Card:
    plays = [play for play, _ in nag_items(count)]
    return cards.nags([(play.there, play.facts[-1]) for play in plays], ORG, ANA, plays[0].now, more)


def test_several_reminders_are_one_message() -> None:
    card = bundle(3, more=4)

    assert plain(card.title, ZONE, MONDAY) == "7 cases wait for you."
    assert card.cases == (CaseId(1), CaseId(2), CaseId(3))
    assert plain(card.lines[-1], ZONE, MONDAY) == "And 4 more; /case mine lists them all."
    assert [(button.case, button.id) for button in card.buttons][:2] == [(CaseId(1), "promise"), (CaseId(1), "ask")]
    assert {button.case for button in card.buttons} == set(card.cases)


def test_ten_cases_have_no_more_buttons_than_a_platform_shows() -> None:
    assert len(bundle(10).buttons) <= 25


def test_one_reminder_is_just_itself() -> None:
    play = nag_items(1)[0][0]

    assert bundle(1) == cards.message(MessageKind.NAG, play.facts[-1], play.there, ORG, ANA, play.now)


@pytest.mark.parametrize("owed", list(NagFor))
def test_a_reminder_says_what_is_owed(owed: NagFor) -> None:
    for told in every_message():
        if told.message.kind is MessageKind.NAG and owes(told.case, told.org, told.message.to, told.now)[0] is owed:
            assert drawn(told).buttons
            return
    assert owed is NagFor.HANDOVER, f"no story reminds anybody of {owed}"


def test_a_chase_that_is_sent_as_a_reminder_says_who_asked() -> None:
    play = Play().do(report()).do(Chase(RITA, Text("hello?")))
    card = cards.message(MessageKind.NAG, play.facts[-1], play.there, ORG, ANA, play.now)

    assert plain(card.title, ZONE, play.now) == "C-1: Rita had to ask again: hello?"


def test_the_card_in_the_thread_follows_the_case() -> None:
    play = Play().do(report())
    card = cards.standing(play.there, ORG, play.now)

    assert text_of(card, ZONE, play.now).splitlines() == [
        "C-1: Meter swapped, bill is 9,000",
        "Billing, open. Owner: Ana. Contacts: 1.",
        "Ana owns it; goes to Bruno today 10:00 unless acknowledged.",
    ]
    assert [button.id for button in card.buttons] == ["metoo", "chase", "take", "show"]

    play.do(Resolve(ANA, Text("done"), "x"))
    assert [button.id for button in cards.standing(play.there, ORG, play.now).buttons] == ["metoo", "show"]
    assert play.there.status is Status.RESOLVED


def test_every_level_a_case_comes_to_is_told_what_is_asked() -> None:
    for told in every_message():
        if told.message.kind is MessageKind.BRIEF:
            said = text_of(drawn(told), ZONE, told.now)
            problem = told.case.kind in (Kind.PROBLEM, Kind.ROUTE)
            done = "fixed" if problem else "done"
            within = "within 1 working day" if problem or told.case.promise is None else "by then"
            assert f"Then see to it that it is {done} {within}: " in said
            assert told.message.to in (BRUNO, CARA, PersonId("cleo"))


def test_who_fixed_what_they_reported_themselves_is_asked_what_was_missing_with_the_key() -> None:
    """They get one message about the fix, so the question of what level 0 lacked has its button there."""
    own = Play().do(replace(report(), by=ANA)).do(Escalate(ANA, Text("it is more than I may decide")))
    own.do(Resolve(ANA, Text("corrected"), "process"))
    [told] = [told for told in own.told if told.message.kind is MessageKind.CONFIRM]
    assert [button.id for button in drawn(told).buttons] == ["confirm", "reopen", "lacked"]

    others = Play().do(report()).do(Escalate(ANA, Text("it is more than I may decide"))).do(Resolve(ANA, Text("corrected"), "process"))
    [told] = [told for told in others.told if told.message.kind is MessageKind.CONFIRM]
    assert [button.id for button in drawn(told).buttons] == ["confirm", "reopen"]
