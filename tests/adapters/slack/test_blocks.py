"""Is everything that Buckstop says a message that Slack takes, is it the whole of it, and does it look as it should?"""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.blocks import REFUSED, Block, Reader, button, buttons, fallback, of_card, of_home, of_reply
from bot.adapters.slack.inbound import pressed
from bot.chat import Button, Card, Home, Line, Moment, Reply, Section, Typed, Who
from bot.escalation.words import CaseId, PersonId
from tests.adapters.slack.templates import ACCOUNTS, in_slack, reader
from tests.slack.blockkit import faults_in_message, faults_in_view, too_long
from tests.slack.mrkdwn import unescape
from tests.slack.noticing import notice
from tests.slack.reading import shown
from tests.wording.office import MONDAY
from tests.wording.stories import ANA
from tests.wording.templates import Template, templates

HERE = reader()
BOLD = {"style": {"bold": True}}
NASTY = "<!channel> <@U1> *b* `c` &lt; \n\u202e@everyone https://x.test/a, 😀"


def text(words: str, **more: Any) -> Block:
    return {"type": "text", "text": words, **more}


def rich(*elements: Block, **more: Any) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}], **more}


def label(words: str) -> Block:
    return {"type": "plain_text", "text": words, "emoji": False}


def read(blocks: list[Block]) -> str:
    return shown({"blocks": blocks}, {account: person.capitalize() for person, account in ACCOUNTS.items()})


def taken(blocks: list[Block]) -> None:
    """Check that Slack would take a message of these."""
    assert faults_in_message(blocks) == []
    assert not too_long(blocks)


# --- everything that is said


@pytest.mark.parametrize("words", ["Meter swapped", NASTY, "x" * 10_000, "", "\n \t", "🙂" * 5000, "ש" * 700, "a\u0301" * 300])
def test_slack_takes_everything_that_is_said(words: str) -> None:
    for template in templates():
        drawn = in_slack(template.draw(words), template.now)
        if drawn.view is not None:
            assert faults_in_view(drawn.view) == [], template.name
        else:
            assert faults_in_message(drawn.blocks) == [], template.name
            assert not too_long(drawn.blocks), template.name
            assert len(drawn.text) <= 15_000, template.name


def _message(template: Template) -> bool:
    return isinstance(template.draw(""), Card | Reply)


def test_what_is_read_is_what_is_said_elsewhere() -> None:
    """Nothing is left out, nothing put in: the words are those of the plain text, line by line, but for space above headings."""
    for template in filter(_message, templates()):
        drawn = in_slack(template.draw("Meter swapped"), template.now)

        lines = [line for line in read(drawn.blocks).split("\n") if line]
        assert lines == unescape(drawn.text).replace("`", "").split("\n"), template.name


# --- what it looks like


def test_a_card() -> None:
    card = Card(
        ("C-1: ", Typed("see https://x.test/a?b=1&c=2, please")),
        (("Reported on ", Moment(MONDAY), " by ", Who(ANA, "Ana"), "."), (), ("<!here> is ours",)),
        (Button("ack", "Acknowledge", CaseId(1), 7, "primary"), Button("help", "What I can type")),
        case=CaseId(1),
    )

    said, blocks = of_card(card, HERE)

    assert said == "C-1: see https://x.test/a?b=1&amp;c=2, please\nReported today 09:00 by Ana.\n&lt;\u200b!here&gt; is ours"
    assert blocks == [
        rich(
            text("C-1: ", **BOLD),
            text("see ", **BOLD),
            {"type": "link", "url": "https://x.test/a?b=1&c=2", **BOLD},
            text(", please", **BOLD),
            text("\n"),
            text("Reported "),
            text("today 09:00"),
            text(" by "),
            text("Ana"),
            text("."),
            text("\n"),
            text("<!here> is ours"),
        ),
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": label("Acknowledge"), "action_id": "ack:C-1", "value": "C-1:7", "style": "primary"},
                {"type": "button", "text": label("What I can type"), "action_id": "help:-", "value": "-:-"},
            ],
        },
    ]
    taken(blocks)


def test_headings_stand_out_and_what_is_to_be_typed_looks_like_it() -> None:
    card = Card(
        ("2 cases.",), (("Stuck at the top:",), ("C-1: ", Typed("why:")), ("Write `/case ack C-1` or `/case mine`.",), (Typed("`x`:"),))
    )

    assert of_card(card, HERE)[1] == [
        rich(
            text("2 cases.", **BOLD),
            text("\n"),
            text("\n"),
            text("Stuck at the top:", **BOLD),
            text("\n"),
            text("C-1: "),
            text("why:"),
            text("\n"),
            text("Write "),
            text("/case ack C-1", style={"code": True}),
            text(" or "),
            text("/case mine", style={"code": True}),
            text("."),
            text("\n"),
            text("`x`:"),
        )
    ]


def test_a_title_can_say_what_is_to_be_typed() -> None:
    assert of_card(Card(("Write `/case`",)), HERE)[1] == [rich(text("Write ", **BOLD), text("/case", style={"code": True, "bold": True}))]


def several(count: int, often: int = 1) -> Card:
    cases = tuple(CaseId(number) for number in range(1, count + 1))
    pressed = tuple(Button("ack", f"C-{case}: Acknowledge", case, 1) for case in cases for _ in range(often))
    return Card((f"{count} cases wait.",), (*((f"C-{case}: meter",) for case in cases), ("And 4 more.",)), pressed, cases=cases)


def test_in_a_message_about_several_each_has_its_buttons_under_it() -> None:
    card = several(2)
    first, second = (buttons([each]) for each in card.buttons)

    assert of_card(card, HERE, ANA)[1] == [
        rich({"type": "user", "user_id": "U0ANA", **BOLD}, text(" ", **BOLD), text("2 cases wait.", **BOLD)),
        rich(text("C-1: meter")),
        *first,
        rich(text("C-2: meter")),
        *second,
        rich(text("And 4 more.")),
    ]


@pytest.mark.parametrize(("count", "often", "blocks"), [(1, 1, 2), (10, 1, 22), (11, 1, 2), (10, 99, 6), (10, 125, 6)])
def test_a_message_about_too_many_has_all_buttons_below(count: int, often: int, blocks: int) -> None:
    drawn = of_card(several(count, often), HERE)[1]

    assert len(drawn) == blocks
    taken(drawn)


def test_who_is_meant_is_called_first_where_others_read_along() -> None:
    said, blocks = of_card(Card(("C-1 waits for you.",)), HERE, ANA)

    assert said == "C-1 waits for you."
    assert blocks == [rich({"type": "user", "user_id": "U0ANA", **BOLD}, text(" ", **BOLD), text("C-1 waits for you.", **BOLD))]


def test_who_cannot_be_called_is_not() -> None:
    assert of_card(Card(("C-1 waits.",)), HERE, PersonId("zoe")) == of_card(Card(("C-1 waits.",)), HERE)
    assert of_card(Card((Who(PersonId("zoe"), "Zoe", notify=True),)), HERE)[1] == [rich(text("Zoe", **BOLD))]


def test_an_answer_that_changed_nothing_says_so_to_whoever_reads_its_blocks() -> None:
    assert of_reply(Reply.say("No.", refused=True), HERE) == ("No.", [rich(text("No."), block_id=REFUSED)])
    assert of_reply(Reply.say("Yes."), HERE) == ("Yes.", [rich(text("Yes."))])
    assert of_reply(Reply(), HERE) == ("", [])
    only_a_button = of_reply(Reply(buttons=(Button("help", "Help"),), refused=True), HERE)[1]
    assert [block["type"] for block in only_a_button] == ["actions"]


def test_a_home() -> None:
    card = Card(("C-1: ", Typed("meter")), (("Ana owns it.",),), (Button("ack", "Acknowledge", CaseId(1), 7),))
    home = Home(
        ("1 case waits for you.",),
        (Section("Your move", (card,), more=2), Section("Reported by you", ()), Section("At your level", (), more=1)),
        (Button("report", "Report a problem", style="primary"),),
    )

    assert of_home(home, HERE) == [
        rich(text("1 case waits for you.")),
        *buttons(home.buttons),
        {"type": "divider"},
        {"type": "header", "text": label("Your move (3)")},
        rich(text("C-1: ", **BOLD), text("meter", **BOLD), text("\n"), text("Ana owns it.")),
        *buttons(card.buttons),
        rich(text("And 2 more cases; /case mine lists them all.")),
        {"type": "divider"},
        {"type": "header", "text": label("At your level (1)")},
        rich(text("And 1 more case; /case mine lists them all.")),
    ]


def test_a_home_where_nothing_waits_is_short() -> None:
    home = Home(("Nothing waits for you.",), (Section("Your move", ()), Section("Reported by you", ())))

    assert of_home(home, HERE) == [rich(text("Nothing waits for you."))]


# --- addresses

LINKS: dict[str, tuple[str, list[str]]] = {
    "none": ("the bill is 9,000", []),
    "one": ("https://x.test", ["https://x.test"]),
    "in a sentence": ("see https://x.test/a. Thanks", ["https://x.test/a"]),
    "with a port, a question and a place": ("http://x.test:8080/a?b=c#d", ["http://x.test:8080/a?b=c#d"]),
    "several": ("https://a.test, http://b.test/x!", ["https://a.test", "http://b.test/x"]),
    "in brackets": ("(https://x.test/a)", ["https://x.test/a"]),
    "with brackets of its own": ("(see https://x.test/A_(b))", ["https://x.test/A_(b)"]),
    "in quotation marks": ("“https://x.test/a” 'https://y.test'", ["https://x.test/a", "https://y.test"]),
    "in Slack's brackets": ("<https://x.test|bank>", ["https://x.test"]),
    "as markdown has it": ("[bank](https://x.test)", ["https://x.test"]),
    "letters of other languages in its path": ("https://x.test/Zürich", ["https://x.test/Zürich"]),
    "other schemes are words": ("ftp://x.test javascript:alert(1) slack://x mailto:a@b.test", []),
    "no host": ("https:// https://?x https:///a", []),
    "somebody before the host": ("https://bank.test@evil.test/", []),
    "a backslash before it": ("https://bank.test\\@evil.test/", ["https://bank.test"]),
    "letters that look like others": ("https://b\u0430nk.test", []),
    "a point that is none": ("https://bank.test\u2024evil.test", []),
    "a sign that cannot be seen": ("https://bank.test\u200b.evil.test", []),
    "letters that run the other way": ("https://x.test/\u05d0\u05d1", []),
    "one that was cut": ("https://x.test/and-so-on…", []),
    "one that is too long": (f"https://x.test/{'a' * 2000}", []),
    "just not too long": (f"https://x.test/{'a' * 1985}", [f"https://x.test/{'a' * 1985}"]),
    "a port that is none": ("https://x.test:port", []),
}


@pytest.mark.parametrize(("words", "links"), LINKS.values(), ids=LINKS.keys())
def test_addresses_are_links_that_show_themselves(words: str, links: list[str]) -> None:
    said, blocks = of_reply(Reply.say(Typed(words)), HERE)

    assert notice(said, blocks, []).links == [(link, link) for link in links]
    assert read(blocks).strip("\u2068\u2069") == words
    taken(blocks)


def test_our_own_words_have_no_links() -> None:
    said, blocks = of_reply(Reply.say("https://x.test ", Who(ANA, "https://y.test")), HERE)

    assert notice(said, blocks, []).links == []


# --- what does not fit


def lines_of(blocks: list[Block]) -> list[str]:
    return read(blocks).split("\n")


def test_a_long_line_is_cut_and_says_by_how_much() -> None:
    said, blocks = of_reply(Reply.say("Rita noted: ", Typed("x" * 10_000)), HERE)

    match = re.fullmatch(r"Rita noted: (x+)… \((\d+) more characters\)", read(blocks))
    assert match is not None
    assert len(match[1]) + int(match[2]) == 10_000
    assert len(match[1]) > 3500
    assert len(said) == 3000
    assert said.endswith("x…")


def test_a_line_is_cut_between_whole_letters_and_does_not_turn_the_rest_round() -> None:
    for words in ("👩\u200d👩" * 2000, "e\u0301" * 4000, "x" + "e\u0301" * 4000, "ש" * 9000):
        _, blocks = of_reply(Reply.say(Typed(words), " says Ana"), HERE)
        said = read(blocks)
        match = re.fullmatch(r"(.*)… \((\d+) more characters\)", said)
        assert match is not None
        kept = match[1]
        assert kept.count("\u2068") == kept.count("\u2069")
        assert not kept.rstrip("\u2069").endswith("\u200d")
        assert words.startswith(kept.strip("\u2068\u2069"))
        assert words[len(kept.strip("\u2068\u2069"))] not in "\u0301\u200d"


def test_an_address_is_whole_or_not_there() -> None:
    address = f"https://x.test/{'a' * 300}"
    for before in range(3500, 4000, 25):
        _, blocks = of_reply(Reply.say(Typed("x" * before + " " + address)), HERE)
        assert [url for url, _ in notice("", blocks, []).links] in ([address], [])


def test_of_many_lines_the_first_and_the_last_are_there_and_the_rest_is_counted() -> None:
    lines = tuple((f"line {number} ", Typed("x" * 400)) for number in range(100))

    _, blocks = of_reply(Reply(lines), HERE)
    said = lines_of(blocks)

    numbers = [int(line.split()[1]) for line in said if line.startswith("line")]
    (left_out,) = (re.fullmatch(r"… (\d+) more lines …", line) for line in said if line.startswith("…"))
    assert left_out is not None
    assert len(numbers) + int(left_out[1]) == 100
    assert numbers[:3] == [0, 1, 2]
    assert numbers[-3:] == [97, 98, 99]
    assert len(numbers) > 20
    taken(blocks)


def test_a_digest_that_is_too_long_keeps_its_beginning_and_its_anchor() -> None:
    card = Card(("2 cases got fixed",), (*((f"- {'x' * 300}",) for _ in range(60)), ("(Timelines: 0123456789abcdef)",)))

    said = lines_of(of_card(card, HERE)[1])

    assert said[0] == "2 cases got fixed"
    assert said[-1] == "(Timelines: 0123456789abcdef)"


def test_it_comes_in_blocks_that_are_read_at_a_glance() -> None:
    _, blocks = of_reply(Reply(tuple((f"{number}{'x' * 99}",) for number in range(100))), HERE)

    assert len(blocks) > 1
    assert all(len(read([block])) <= 2600 for block in blocks)


# --- buttons


def test_a_button_comes_back_as_what_it_was() -> None:
    for each in (Button("ack", "Acknowledge", CaseId(7), 12), Button("report", "Report"), Button("show", "Show", CaseId(1), 0)):
        payload = {"trigger_id": "1.2.3", "actions": [button(each)]}
        read_ = pressed(payload, "T1", ANA)
        assert (read_.button, read_.case, read_.version) == (each.id, each.case, each.version)


def test_two_alike_can_be_told_apart_and_mean_the_same() -> None:
    twice = (Button("ack", "Acknowledge", CaseId(1), 7), Button("ack", "Seen", CaseId(1), 7), Button("ack", "C-2: Seen", CaseId(2), 7))
    (block,) = buttons(twice)

    assert [each["action_id"] for each in block["elements"]] == ["ack:C-1", "ack:C-1:2", "ack:C-2"]
    assert {pressed({"trigger_id": "1", "actions": [each]}, "T1", ANA).button for each in block["elements"]} == {"ack"}
    taken([block])


def test_many_buttons_are_several_rows() -> None:
    drawn = buttons([Button("show", f"C-{number}", CaseId(number), 1) for number in range(1, 61)])

    assert [len(block["elements"]) for block in drawn] == [25, 25, 10]
    taken(drawn)


def test_buttons_leave_less_room_for_words() -> None:
    pressed = tuple(Button("show", "x" * 75, CaseId(number), 1) for number in range(1, 126))
    lines = tuple((Typed("y" * 300),) for _ in range(60))

    _, few = of_reply(Reply(lines, buttons=pressed[:1]), HERE)
    _, many = of_reply(Reply(lines, buttons=pressed), HERE)

    taken(few)
    taken(many)
    assert len(read(few)) > 10_000
    assert 500 < len(read(many)) < 2_000


def test_a_label_is_never_empty_nor_too_long() -> None:
    labels = [button(Button("ack", words))["text"]["text"] for words in ("", " \n", "x" * 75, "x" * 76, "\ud83d")]

    assert labels == ["…", "…", "x" * 75, "x" * 74 + "…", "\ufffd"]


# --- any of them

WORDS = st.text(st.characters(exclude_categories=()), max_size=60) | st.sampled_from(
    [NASTY, "", " ", "x" * 3000, "y " * 2500, "😀" * 2500, "ש" * 4100, "https://x.test/" + "z" * 1990, "https://a.test " * 99, "\n" * 50]
)
PARTS = st.one_of(
    WORDS.map(lambda words: " ".join(words.split())),  # ours: always one line
    WORDS.map(Typed),
    st.builds(Who, st.sampled_from([ANA, PersonId("zoe")]), WORDS, st.booleans()),
    st.datetimes(min_value=MONDAY.replace(tzinfo=None)).map(lambda at: Moment(at.replace(tzinfo=MONDAY.tzinfo))),
)
LINES = st.lists(PARTS, max_size=5).map(tuple)
MANY_LINES = st.lists(LINES, max_size=8) | st.builds(lambda line, often: [line] * often, LINES, st.integers(1, 30))
BUTTONS = st.builds(
    Button,
    st.sampled_from(["ack", "show", "metoo"]),
    WORDS,
    st.none() | st.integers(1, 10**9).map(CaseId),
    st.none() | st.integers(0, 10**9),
    st.sampled_from(["primary", "danger", "plain"]),
)
MANY_BUTTONS = (st.lists(BUTTONS, max_size=6) | st.builds(lambda each, often: [each] * often, BUTTONS, st.integers(1, 150))).map(tuple)


def said_and_counted(lines: Sequence[Line], blocks: list[Block]) -> None:
    """Check that every line is there, or counted; and that every letter of a line that is there is there, or counted."""
    wanted = [read(drawn) for line in lines if (drawn := of_reply(Reply((line,)), HERE)[1])]
    found = lines_of(blocks) if blocks else []
    between = [number for number, line in enumerate(found) if re.fullmatch(r"… \d+ more lines? …", line)]
    if not between:
        head, tail = found, list[str]()
    else:
        head, tail = found[: between[-1]], found[between[-1] + 1 :]
        assert len(head) + len(tail) + int(found[between[-1]].split()[1]) == len(wanted)
    for has, want in [*zip(head, wanted, strict=False), *zip(reversed(tail), reversed(wanted), strict=False)]:
        cut = re.fullmatch(r"(.*)… \((\d+) more characters?\)", has, re.DOTALL)
        assert has == want or (cut is not None and want.startswith(cut[1].removesuffix("\u2069")[:200]))


CASES = st.lists(st.integers(1, 12).map(CaseId), max_size=12).map(tuple)


@given(st.builds(Card, LINES.filter(any), MANY_LINES.map(tuple), MANY_BUTTONS, cases=CASES), st.none() | st.just(ANA))
def test_any_card_is_taken(card: Card, call: PersonId | None) -> None:
    said, blocks = of_card(card, HERE, call)

    taken(blocks)
    assert len(said) <= 15_000


@given(st.builds(Reply, MANY_LINES.map(tuple), refused=st.booleans(), buttons=MANY_BUTTONS))
def test_any_answer_is_taken(reply: Reply) -> None:
    said, blocks = of_reply(reply, HERE)

    taken(blocks)
    assert len(said) <= 15_000
    assert sum(len(block["elements"]) for block in blocks if block["type"] == "actions") == min(125, len(reply.buttons))


@given(MANY_LINES)
def test_nothing_is_lost_but_what_is_counted(lines: list[Line]) -> None:
    _, blocks = of_reply(Reply(tuple(lines)), HERE)

    said_and_counted(lines, blocks)


HOMES = st.builds(
    Home,
    LINES,
    st.lists(
        st.builds(
            Section,
            WORDS,
            st.lists(st.builds(Card, LINES.filter(any), st.lists(LINES, max_size=3).map(tuple), MANY_BUTTONS), max_size=3).map(tuple)
            | st.builds(lambda card, often: (card,) * often, st.builds(Card, LINES.filter(any)), st.integers(0, 60)),
            st.integers(0, 300),
        ),
        max_size=4,
    ).map(tuple),
    st.lists(BUTTONS, max_size=4).map(tuple),
)


@given(HOMES)
def test_any_home_is_taken(home: Home) -> None:
    drawn = of_home(home, HERE)

    assert drawn == [] or faults_in_view({"type": "home", "blocks": drawn}) == []


def test_a_home_that_is_too_full_counts_the_cases_that_are_not_there() -> None:
    cards = tuple(Card((f"C-{number}",), (), (Button("ack", "Ack", CaseId(number), 1),)) for number in range(1, 41))
    drawn = of_home(Home(("Hello.",), (Section("Your move", cards), Section("Reported by you", cards, more=5))), HERE)

    _, yours, reported = read(drawn).split("---\n")
    assert len(drawn) <= 100
    for part, title, number in ((yours, "Your move (40)", 40), (reported, "Reported by you (45)", 45)):
        first, *there, last = part.strip().split("\n")
        assert first == title
        assert there == [f"C-{each}" for each in range(1, len(there) + 1)]
        assert last == f"And {number - len(there)} more cases; /case mine lists them all."


@given(st.lists(LINES, max_size=20))
def test_a_notification_is_short_and_harmless(lines: list[Line]) -> None:
    said = fallback(lines, HERE)

    found = notice(said, [rich(text("x"))], [])
    assert found.fallback_mentions == []
    assert len(unescape(said)) <= 3000


def test_times_are_the_readers() -> None:
    there = Reader("Asia/Tokyo", MONDAY)

    assert read(of_reply(Reply.say("by ", Moment(MONDAY)), there)[1]) == "by today 18:00"
