"""Is everything that Buckstop says a message that Discord takes, is it the whole of it, and does it look as it should?"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord
import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord.layout import REFUSED, again_button, called, carries, ids_of, of_card, of_reply
from bot.adapters.discord.pieces import size
from bot.adapters.discord.spelling import spelled
from bot.chat import Button, Card, Moment, Part, Reply, Typed, Who
from bot.escalation.words import CaseId, Outcome, PersonId, Status
from bot.wording.plain import text_of
from tests.adapters.discord.templates import ACCOUNTS, KEY, NAMES, NOBODY, V2, Drawn, in_discord, message, reader, templates
from tests.discord.reading import buttons, texts
from tests.discord.words import Json
from tests.wording.office import MONDAY, ZONE
from tests.wording.stories import ANA
from tests.wording.templates import Template

HERE = reader()
GREY, AMBER, BLUE, YELLOW, TEAL, GREEN, RED = 0x80848E, 0xE67E22, 0x3498DB, 0xF1C40F, 0x1ABC9C, 0x2ECC71, 0xE74C3C
NASTY = "<!channel> <@1> **b** `c` &lt; \n\u202e@everyone https://x.test/a, 😀 :tada:"


def parts(view: ui.LayoutView | None) -> list[Json]:
    """What stands in the container of a message, once Discord would take it."""
    payload = message(view)
    assert Drawn((payload,)).faults == []
    (container,) = payload["components"]
    inside: list[Json] = container["components"]
    return inside


def text(words: str, id: int | None = None) -> Json:
    return {"type": 10, "content": words} | ({"id": id} if id is not None else {})


def row(*pressed: Json) -> Json:
    return {"type": 1, "components": list(pressed)}


def button(label: str, custom_id: str, style: int = 2) -> Json:
    return {"type": 2, "style": style, "disabled": False, "label": label, "custom_id": custom_id}


# --- everything that is said


@pytest.mark.parametrize("words", ["Meter swapped", NASTY, "x" * 10_000, "*" * 9000, "", "\n \t", "🙂" * 5000, "ש" * 700, "a\u0301" * 300])
async def test_discord_takes_everything_that_is_said(words: str) -> None:
    for template in templates():
        drawn = in_discord(template.draw(words), template.now)
        assert drawn.faults == [], template.name
        if not drawn.modal:
            # However Discord counts: by letters, or by halves of those beyond the first 65,536.
            assert sum(map(size, texts(drawn.payloads[0]))) <= 4000, template.name


def _in_a_message(template: Template) -> bool:
    return isinstance(template.draw(""), Card | Reply)


async def test_what_is_read_is_what_is_said_elsewhere() -> None:
    """Nothing is left out, nothing put in: the words are those of the plain text, line by line, but for space above headings.

    Commands are spelled as they are typed here.
    """
    for template in filter(_in_a_message, templates()):
        said = template.draw("Meter swapped, see https://x.test/a_b.")
        assert isinstance(said, Card | Reply)
        as_card = said if isinstance(said, Card) else Card((), said.lines)

        lines = [line for line in in_discord(said, template.now).read.split("\n") if line]
        elsewhere = spelled(text_of(as_card, ZONE, template.now)).replace("`", "")
        assert lines == [line for line in elsewhere.split("\n") if line], template.name


async def test_each_button_is_there_in_the_order_in_which_they_were_given() -> None:
    for template in filter(_in_a_message, templates()):
        said = template.draw("Meter swapped")
        assert isinstance(said, Card | Reply)
        assert [each.label for each in buttons(in_discord(said).payloads[0])] == [each.label for each in said.buttons], template.name


# --- what it looks like


async def test_a_card() -> None:
    card = Card(
        ("C-1: ", Typed("see https://x.test/a?b=1&c=2, please")),
        (("Reported on ", Moment(MONDAY), " by ", Who(ANA, "Ana"), "."), (), ("1_000 is ours",)),
        (Button("ack", "Acknowledge", CaseId(1), 7, "primary"), Button("help", "What I can type")),
        case=CaseId(1),
        status="open",
    )
    whole, first = ids_of(KEY)

    assert message(of_card(card, HERE, KEY)) == {
        "flags": V2,
        "allowed_mentions": {"parse": [], "users": []},
        "components": [
            {
                "type": 17,
                "id": whole,
                "accent_color": AMBER,
                "spoiler": False,
                "components": [
                    text("**C-1: see <https://x.test/a?b=1&c=2>, please**\nReported today 09:00 by Ana.\n1\\_000 is ours", first),
                    row(button("Acknowledge", "b:ack:C-1:7", 1), button("What I can type", "b:help:-:-")),
                ],
            }
        ],
    }


COLOURS = {
    None: GREY,
    Status.OPEN: AMBER,
    Status.ACKNOWLEDGED: BLUE,
    Status.WAITING: YELLOW,
    Status.RESOLVED: TEAL,
    Outcome.FIXED: GREEN,
    Outcome.UNCONFIRMED: GREY,
    Outcome.WITHDRAWN: GREY,
    Outcome.DUPLICATE: GREY,
    Outcome.DECLINED: GREY,
}


async def test_a_card_has_the_colour_of_how_its_case_stands() -> None:
    assert {*Status} - {Status.CLOSED} | {*Outcome} | {None} == COLOURS.keys()
    for status, colour in COLOURS.items():
        (container,) = message(of_card(Card(("C-1",), status=status), HERE, KEY))["components"]
        assert container["accent_color"] == colour, status


def several(count: int, each: int = 1, words: str = "meter") -> Card:
    cases = tuple(CaseId(number) for number in range(1, count + 1))
    pressed = tuple(Button(verb, f"C-{case}: {verb}", case, 1) for case in cases for verb in ("ack", "promise", "ask", "take")[:each])
    return Card((f"{count} cases wait.",), (*((f"C-{case}: ", Typed(words)) for case in cases), ("And 4 more.",)), pressed, cases=cases)


async def test_in_a_message_about_several_each_has_its_buttons_under_it() -> None:
    first = ids_of(KEY)[1]

    assert parts(of_card(several(2, 2), HERE, KEY, ANA)) == [
        text(f"**<@{ACCOUNTS[ANA]}> 2 cases wait.**", first),
        text("C-1: meter"),
        row(button("C-1: ack", "b:ack:C-1:1"), button("C-1: promise", "b:promise:C-1:1")),
        text("C-2: meter"),
        row(button("C-2: ack", "b:ack:C-2:1"), button("C-2: promise", "b:promise:C-2:1")),
        text("And 4 more."),
    ]


async def test_where_there_is_no_room_for_that_two_cases_share_a_row() -> None:
    drawn = parts(of_card(several(10, 2), HERE, KEY))

    assert drawn[1:3] == [
        text("C-1: meter\nC-2: meter"),
        row(
            button("C-1: ack", "b:ack:C-1:1"),
            button("C-1: promise", "b:promise:C-1:1"),
            button("C-2: ack", "b:ack:C-2:1"),
            button("C-2: promise", "b:promise:C-2:1"),
        ),
    ]
    assert len(drawn) == 1 + 2 * 5 + 1


@pytest.mark.parametrize(("count", "each", "shown"), [(1, 2, 2), (10, 3, 30), (10, 4, 31), (30, 1, 30), (40, 1, 31)])
async def test_a_message_about_too_many_has_all_buttons_below_and_counts_those_that_are_left_out(count: int, each: int, shown: int) -> None:
    first, *rows = parts(of_card(several(count, each), HERE, KEY))

    assert sum(len(one["components"]) for one in rows) == shown
    left_out = re.search(r"\(([0-9]+) more buttons? had no room here\.\)", first["content"])
    assert (int(left_out[1]) if left_out else 0) == count * each - shown


async def test_of_long_lines_about_several_none_is_lost() -> None:
    for count, each in ((2, 2), (10, 2)):
        drawn = parts(of_card(several(count, each, "*" * 3000), HERE, KEY))
        lines = [line for part in drawn if part["type"] == 10 for line in part["content"].split("\n")]
        assert len(lines) == count + 2
        assert all(re.search(r"\([0-9]+ more characters\)$", line) for line in lines[1:-1])


async def test_who_is_meant_is_called_first_where_others_read_along() -> None:
    card = Card(("C-1 waits for you.",))

    assert parts(of_card(card, HERE, KEY, ANA))[0]["content"] == f"**<@{ACCOUNTS[ANA]}> C-1 waits for you.**"
    assert called(card, HERE, ANA) == [int(ACCOUNTS[ANA])]
    assert called(card, HERE) == []


async def test_who_cannot_be_called_is_not() -> None:
    card = Card(("C-1 waits.",))

    assert message(of_card(card, HERE, KEY, NOBODY)) == message(of_card(card, HERE, KEY))
    assert called(card, HERE, NOBODY) == []


async def test_each_is_called_once_and_nobody_who_is_only_named() -> None:
    ben = PersonId("ben")
    named = Who(PersonId("cleo"), "Cleo")
    card = Card((Who(ANA, "Ana", notify=True), Who(ben, "Ben"), named), ((Who(ben, "Ben", notify=True), Typed("<@1>")), (named,)))

    assert called(card, HERE, ANA) == [int(ACCOUNTS[ANA]), int(ACCOUNTS[ben])]


async def test_a_card_that_says_nothing_can_still_be_found() -> None:
    assert parts(of_card(Card(()), HERE, KEY)) == [text("…", ids_of(KEY)[1])]
    assert parts(of_card(Card((), (), (Button("help", "Help"),)), HERE, KEY))[0] == text("…", ids_of(KEY)[1])


async def test_an_answer() -> None:
    answer = Reply(lines=(("C-1 is in.",), ("Ana owns it.",)), buttons=(Button("show", "Show", CaseId(1), 2),))

    assert parts(of_reply(answer, HERE)) == [text("C-1 is in.\nAna owns it."), row(button("Show", "b:show:C-1:2"))]
    assert of_reply(Reply(), HERE) is None
    assert parts(of_reply(Reply(buttons=(Button("help", "Help"),)), HERE)) == [row(button("Help", "b:help:-:-"))]


async def test_an_answer_that_changed_nothing_is_red_and_says_so_to_whoever_reads_its_components() -> None:
    for refused, colour in ((True, RED), (False, GREY)):
        (container,) = message(of_reply(Reply.say("No.", refused=refused), HERE))["components"]
        assert (container.get("id"), container["accent_color"]) == (REFUSED if refused else None, colour)


async def test_a_form_that_was_begun_goes_on_by_a_button_below() -> None:
    below = [again_button("Go on", "k1"), again_button("Change it", "k" * 98, discord.ButtonStyle.secondary)]

    assert parts(of_reply(Reply.say("One more page."), HERE, below)) == [
        text("One more page."),
        row(button("Go on", "g:k1", 1), button("Change it", f"g:{'k' * 98}")),
    ]


@pytest.mark.parametrize("more", range(6))
async def test_what_goes_on_below_has_its_room(more: int) -> None:
    below = [again_button("x" * 99, f"k{number}") for number in range(more)]
    first, *rows = parts(
        of_reply(Reply((("x",),), buttons=tuple(Button("ack", "x", CaseId(number)) for number in range(1, 41))), HERE, below)
    )

    shown = sum(len(one["components"]) for one in rows) - more
    assert shown >= 24
    assert f"({40 - shown} more buttons had no room here.)" in first["content"].replace("\\", "")
    assert [one["custom_id"] for one in rows[-1]["components"]] == [f"g:k{number}" for number in range(more)] or more == 0


async def test_a_button_that_is_there_twice_gets_a_number() -> None:
    twice = (Button("ack", "Acknowledge", CaseId(1), 7),) * 2
    cards = several(2)

    assert [each.custom_id for each in buttons(message(of_card(Card(("x",), (), twice), HERE, KEY)))] == ["b:ack:C-1:7", "b:ack:C-1:7:2"]
    doubled = replace(cards, buttons=cards.buttons * 2)
    assert sorted(each.custom_id for each in buttons(message(of_card(doubled, HERE, KEY)))) == [
        "b:ack:C-1:1", "b:ack:C-1:1:2", "b:ack:C-2:1", "b:ack:C-2:1:2",
    ]  # fmt: skip


async def test_a_label_is_one_line_and_not_too_long() -> None:
    labels = ("x" * 81, "a\nb", " ", "@everyone *b*")
    drawn = buttons(message(of_card(Card(("x",), (), tuple(Button("ack", label) for label in labels)), HERE, KEY)))

    assert [each.label for each in drawn] == ["x" * 79 + "…", "a b", "…", "@everyone *b*"]


# --- what the library makes of it


async def test_the_library_keeps_nothing_of_a_message() -> None:
    card = Card(("x",), (), (Button("ack", "Acknowledge", CaseId(1), 7),))
    for view in (of_card(card, HERE, KEY), of_reply(Reply.say("x"), HERE)):
        assert view is not None
        assert view.is_finished()
        assert view.timeout is None


def test_a_message_can_be_drawn_where_no_loop_runs() -> None:
    assert of_card(Card(("x",)), HERE, KEY).is_finished()


# --- how a delivery is found again


def found(*components: Json) -> discord.Message:
    """A message of a history, as the library reads it."""
    payload: dict[str, Any] = {
        "id": "1", "channel_id": "2", "content": "", "attachments": [], "embeds": [], "mentions": [], "mention_roles": [], "type": 0,
        "mention_everyone": False, "pinned": False, "tts": False, "timestamp": "2026-11-23T09:00:00+00:00", "edited_timestamp": None,
        "components": list(components), "flags": V2, "author": {"id": "3", "username": "b", "discriminator": "0", "avatar": None},
    }  # fmt: skip
    client = discord.Client(intents=discord.Intents.none())
    channel: Any = client.get_partial_messageable(2)
    return discord.Message(state=client._connection, channel=channel, data=payload)  # type: ignore[arg-type]


async def test_a_delivery_is_known_by_its_key() -> None:
    components = message(of_card(several(3), HERE, KEY))["components"]

    assert carries(found(*components), KEY)
    assert not carries(found(*components), f"{KEY}2")


async def test_what_is_not_the_delivery_is_not_taken_for_it() -> None:
    whole, first = ids_of(KEY)
    other_first, other_whole = ({"type": 17, "id": id_, "components": [text("x", inner)]} for id_, inner in ((whole, 5), (5, first)))

    assert not carries(found(), KEY)
    assert not carries(found(text("x", first)), KEY)
    assert not carries(found(other_first), KEY)
    assert not carries(found(other_whole), KEY)
    assert not carries(found({"type": 17, "id": whole, "components": [{"type": 14, "id": first}]}), KEY)


@given(st.text())
def test_a_key_is_two_numbers_that_nobody_else_gives(key: str) -> None:
    whole, first = ids_of(key)

    assert 2**30 <= whole < 2**31
    assert 2**30 <= first < 2**31
    assert whole != first
    assert ids_of(key) == (whole, first)


def test_ten_thousand_keys_are_ten_thousand_pairs() -> None:
    assert len({ids_of(f"C-{number}/1/nag/ana") for number in range(10_000)}) == 10_000


def test_a_key_is_the_same_in_each_version() -> None:
    # Otherwise what was sent before an upgrade, and is doubtful, would be sent again after it.
    assert ids_of("C-42/17/nag/ana") == (1306290950, 1739763121)


# --- whatever is said

OURS: tuple[Part, ...] = ("Heading:", "C-1: ", Who(ANA, "Ana", notify=True), Moment(MONDAY), Typed("*" * 2000))
WORDS: st.SearchStrategy[Part] = st.text(max_size=300).map(Typed) | st.sampled_from(OURS)
LINES: st.SearchStrategy[list[Part]] = st.lists(WORDS, max_size=4)
VERBS = ("ack", "promise", "ask", "handover", "escalate", "resolve", "take", "show")
PRESSED = st.builds(
    Button,
    st.sampled_from(VERBS),
    st.text(max_size=100),
    st.none() | st.integers(1, 10**12).map(CaseId),
    st.none() | st.integers(0, 10**9),
    st.sampled_from(["primary", "danger", "plain"]),
)


@given(LINES, st.lists(LINES, max_size=15), st.lists(PRESSED, max_size=45), st.integers(0, 12))
async def test_whatever_is_said_is_taken(title: list[Part], lines: list[list[Part]], pressed: Sequence[Button], about: int) -> None:
    cases = tuple(CaseId(number) for number in range(1, about + 1))
    card = Card(tuple(title), tuple(map(tuple, lines)), tuple(pressed), cases=cases)
    drawn = in_discord(card, call=ANA)

    assert drawn.faults == []
    assert sum(map(size, texts(drawn.payloads[0]))) <= 4000
    reply = of_reply(Reply(card.lines, buttons=tuple(pressed)), HERE)
    assert reply is None or Drawn((message(reply),)).faults == []
    assert f"@{NAMES[ACCOUNTS[ANA]]}" in drawn.read
