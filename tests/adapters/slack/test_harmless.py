"""No typed text can notify anyone or disguise a link, whatever it is and wherever it is shown; and it can still be read.

Ten thousand strings made to do harm, put through everything that Buckstop says, drawn for Slack and read as Slack's clients would
read it, by a parser that is not ours (tests/slack/noticing.py).
"""

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from bot.adapters.slack.blocks import of_card
from bot.chat import Card, Who
from bot.escalation.words import PersonId
from tests.adapters.slack.templates import ACCOUNTS, NOBODY, Drawn, in_slack, reader
from tests.long import LONG
from tests.slack.blockkit import faults_in_message, faults_in_view, too_long
from tests.slack.noticing import Names, Notice, notice
from tests.slack.reading import shown
from tests.wording.office import MONDAY
from tests.wording.stories import ANA
from tests.wording.templates import Template, templates

MARK = "typed-by-somebody"
STRINGS, TIMES = 10_000, 3 if LONG else 1  # each string goes through so many templates
NAMES = Names({"ana": "U0ANA", "everyone": "U0EVE", "u1": "U1"}, {"help": "C0HELP", "general": "C0GENERAL"})

# What is put together to strings. Some of it does harm by itself, some only beside something else.
PIECES = (
    "<!channel>", "<!here>", "<!everyone>", "<!here|here>", "<!subteam^S1>", "<!subteam^S1|@desk>", "<@U1>", "<@U1|ana>", "<@W1>",
    "<#C1>",
    "<#C1|help>", "<http://evil.test|bank>", "<https://evil.test|https://bank.test>", "<mailto:a@b.test|click>", "<tel:1|call>",
    "<!date^1764064800^{date}^https://evil.test|today>", "<@U1", "<!channel", "!channel>", "@U1>", "<", ">", "<<", ">>", "|", "<>",
    "@everyone", "@here", "@channel", "@group", "@ana", "#help", "@", "#", "!",
    "&lt;!channel&gt;", "&lt;@U1&gt;", "&amp;lt;!here&amp;gt;", "&lt;", "&gt;", "&amp;", "&#60;!here&#62;", "\\u003c!here\\u003e",
    "%3C!here%3E",
    "[x](https://evil.test)", "[https://bank.test](https://evil.test)", "![x](https://evil.test/a.png)", "](", "](https://evil.test)",
    "https://evil.test", "http://evil.test/a?b=c&d=e#f", "https://bank.test@evil.test", "https://bank.test\\@evil.test", "www.evil.test",
    "https://bank.test\u2024evil.test", "https://b\u0430nk.test", "https://evil.test/\u202etset.knab", "https://\u05d0.test",
    "HTTP://EVIL.TEST",
    "https://evil.test/" + "x" * 300, "javascript:alert(1)", "slack://user?team=T1&id=U1", "ftp://evil.test", "https://",
    "https://[::1]/",
    "`", "```", "```\n<!channel>\n```", "*", "_", "~", "*bold*", "_x_", "~x~", "> quote", ">>>", "- item", "1. item", "\n\n---\n\n",
    "| a | b |",
    ":tada:", ":here:", "😀", "👩‍👩‍👧", "🏳️‍🌈", "é", "e\u0301", "ß", "中文", "עברית", "العربية",
    "\u202e", "\u202d", "\u2066", "\u2067", "\u2068", "\u2069", "\u200f", "\u200e", "\u061c", "\u200b", "\u200c", "\u200d", "\u2060",
    "\ufeff",
    "\u00ad", "\ufe0f", "\ud83d", "\udc00", "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\n", "\r\n", "\t", "\v", "\u2028", "\u2029",
    "\u00a0",
    "{case}", "{0}", "%s", "$x", "\\n", "\\", '"', "'", "C-1", "42", " ", " ", " ", "meter", "the bill is 9,000", "a" * 80, "ab " * 40,
)  # fmt: skip
CLASSICS = (
    "<!channel>",
    "<@U1> <!subteam^S1|x>",
    "@everyone @here",
    "&lt;!here&gt;",
    "<https://evil.test|bank>",
    "[bank](https://evil.test)",
)


@cache
def strings() -> tuple[str, ...]:
    """Ten thousand different ones, the same each time."""
    dice = random.Random(20251125)
    found: dict[str, None] = {}
    while len(found) < STRINGS:
        parts = dice.choices(PIECES, k=dice.choice((1, 2, 3, 3, 5, 8, 12)))
        text = dice.choice(("", "", " ")).join(parts)
        if dice.random() < 0.005:
            text *= 1 + dice.randrange(12_000) // (len(text) or 1)
        found[text] = None
    return tuple(found)


@cache
def showing() -> tuple[Template, ...]:
    """Every template that shows what was typed."""
    return tuple(template for template in templates() if MARK in read(in_slack(template.draw(MARK), template.now)))


def read(drawn: Drawn) -> str:
    return shown(drawn.view or {"text": drawn.text, "blocks": drawn.blocks}, {})


def seen_in(drawn: Drawn) -> Notice:
    return notice(drawn.text, drawn.blocks, [], NAMES)


def faults(drawn: Drawn) -> list[str]:
    if drawn.view is not None:
        return faults_in_view(drawn.view)
    return [*faults_in_message(drawn.blocks), *(["too long"] if too_long(drawn.blocks) else [])]


_TURNS_OR_BREAKS = re.compile("[\u202a-\u202e\u2066-\u2069\\s]")


def visible(text: str) -> str:
    """What is to be seen of a text: without spaces and line ends, without what only turns it round or breaks a call up."""
    whole = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text).replace("\u200b", "")
    return "".join(sign for sign in _TURNS_OR_BREAKS.sub("", whole) if unicodedata.category(sign) not in ("Cc", "Zl", "Zp"))


def judge(template: Template, text: str) -> None:
    drawn = in_slack(template.draw(text), template.now)
    found = seen_in(drawn)

    assert found.mentions == [], (template.name, text)
    assert found.fallback_mentions == [], (template.name, text)
    assert [link for link in found.links if link[0] != link[1]] == [], (template.name, text)
    # And what only a notification shows, if it were the whole message: Slack itself puts "http://" before a host.
    alone = notice(drawn.text, [], [], NAMES)
    assert alone.mentions == [], (template.name, text)
    assert [link for link in alone.links if not link[0].endswith(link[1])] == [], (template.name, text)
    assert faults(drawn) == [], (template.name, text)
    # The shortest that any template cuts a text to is 40 characters, every other of which may be a space.
    assert visible(text)[:18] in visible(read(drawn)), (template.name, text)


def turns() -> Iterator[tuple[str, Template]]:
    """Which string goes through which templates: each through some, so that each template gets as many."""
    there = showing()
    for number, text in enumerate(strings()):
        for time in range(TIMES):
            yield text, there[(number * TIMES + time) % len(there)]


@pytest.mark.slow
def test_ten_thousand_strings_through_everything_that_is_said() -> None:
    tried: Counter[str] = Counter()
    through: Counter[str] = Counter()
    for text, template in turns():
        judge(template, text)
        tried[text] += 1
        through[template.name] += 1

    assert len(tried) == STRINGS
    assert set(tried.values()) == {TIMES}
    assert through.keys() == {template.name for template in showing()}
    assert min(through.values()) >= STRINGS * TIMES // len(showing()) >= 20 * TIMES


@pytest.mark.parametrize("text", CLASSICS)
def test_the_classics_through_each(text: str) -> None:
    for template in templates():
        drawn = in_slack(template.draw(text), template.now)
        found = seen_in(drawn)
        assert (found.mentions, found.fallback_mentions) == ([], []), template.name
        assert all(url == label for url, label in found.links), template.name


def test_what_shows_nothing_that_was_typed_is_known() -> None:
    """A template that is silent by mistake would be tested with nothing."""
    shows = {_kind(template) for template in showing()}

    assert {_kind(template) for template in templates()} - shows == {"admin", "form of promise", "form of severity"}
    assert len(showing()) > 220


def _kind(template: Template) -> str:
    """What a template is a case of: "news", "answer", "refused", "form of ask"."""
    return template.name if template.name.startswith("form") else template.name.partition(" ")[0]


def test_the_strings_would_do_harm_if_they_were_not_defused() -> None:
    raw = [notice(text, [], [], NAMES) for text in strings()]

    assert sum(bool(found.mentions) for found in raw) > 1000
    assert sum(any(url != label for url, label in found.links) for found in raw) > 500


# --- who is meant


def called(who: Sequence[str], card: Card, call: PersonId | None = None) -> None:
    text, blocks = of_card(card, reader(), call)
    found = notice(text, blocks, [], NAMES)

    assert found.mentions == list(who)
    assert found.fallback_mentions == []
    assert faults_in_message(blocks) == []


def test_whoever_is_meant_is_called_and_nobody_else() -> None:
    card = Card(("Look, ", Who(ANA, "Ana <!channel>", notify=True)), ((Who(PersonId("ben"), "Ben"), " @here"),))

    called(["U0ANA"], card)


def test_whoever_has_no_account_here_is_only_named() -> None:
    called([], Card(("Look, ", Who(NOBODY, "<!channel>", notify=True))))
    called([], Card(("Look",)), NOBODY)


def test_in_a_thread_the_one_it_is_for_is_called_first_whatever_was_typed() -> None:
    for number, template in enumerate(template for template in showing() if isinstance(template.draw(None), Card)):
        card = template.draw(CLASSICS[number % len(CLASSICS)])
        assert isinstance(card, Card)
        called(["U0ANA"], card, ANA)

    text, blocks = of_card(Card(("C-1 waits",)), reader(), ANA)
    assert shown({"text": text, "blocks": blocks}, {ACCOUNTS["ana"]: "Ana"}) == "@Ana C-1 waits"


def test_nobody_is_called_by_their_name_alone() -> None:
    for template in templates():
        found = seen_in(in_slack(template.draw(MARK), MONDAY))
        assert found.mentions == [], template.name
