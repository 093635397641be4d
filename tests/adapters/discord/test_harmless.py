"""No typed text can notify anyone, disguise a link or format anything, whatever it is and wherever it is shown; and it can still be read.

Ten thousand strings made to do harm, put through everything that Buckstop says, drawn for Discord and read as Discord's clients would
read it, by a parser that is not ours (tests/discord/markdown.py).
"""

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from bot.adapters.discord.layout import called, of_card
from bot.chat import Card, Who
from bot.escalation.words import PersonId
from tests.adapters.discord.templates import ACCOUNTS, KEY, NOBODY, Drawn, in_discord, message, reader, templates
from tests.discord.markdown import formatting, links, mentions, read
from tests.discord.markdown_pieces import Code, Link, Styled, Words, walk
from tests.discord.reading import pinged, texts
from tests.discord.words import Json
from tests.long import LONG
from tests.wording.stories import ANA
from tests.wording.templates import Template

MARK = "typed-by-somebody"
STRINGS, TIMES = 10_000, 3 if LONG else 1  # each string goes through so many templates
ID = "800000000000000000"  # an account that is there

# What is put together to strings. Some of it does harm by itself, some only beside something else.
PIECES = (
    f"<@{ID}>", f"<@!{ID}>", f"<@&{ID}>", f"<#{ID}>", f"<:wave:{ID}>", f"<a:wave:{ID}>", f"</case mine:{ID}>", "<t:1764064800>",
    "<t:1764064800:R>", "<id:customize>", "<id:guide>", "<@", "<#", "<", ">", "@", "&", "!", f"{ID}>", f"@{ID}>", ":1>", "<t:", "<a:",
    "@everyone", "@here", "@Everyone", "everyone", "here", "@ana", "#help", "@\u200beveryone", "\uff20everyone",
    "[x](https://evil.test)", "[https://bank.test](https://evil.test)", "[x](<https://evil.test>)", "[x](https://evil.test 'title')",
    "[", "]", "](", "](https://evil.test)", "[x][1]", "![x](https://evil.test/a.png)",
    "https://evil.test", "http://evil.test/a?b=c&d=e#f", "https://bank.test@evil.test", "https://bank.test\\@evil.test", "www.evil.test",
    "https://a.test/snake_case_name", "https://a.test/_x_", "https://a.test/*x*", "https://a.test/**x**", "https://a.test/(x)",
    "https://a.test/~~x~~", "https://a.test/||x||", "https://a.test/x)", "https://a.test/@everyone", f"https://a.test/<@{ID}>",
    "https://bank.test\u2024evil.test", "https://b\u0430nk.test", "https://evil.test/\u202etset.knab", "https://\u05d0.test",
    "HTTP://EVIL.TEST", "<https://evil.test>", "<https://evil.test|bank>", "https://evil.test/" + "x" * 300, "https://1.2.3", "https://x:99999/",
    "steam://run/1", "discord://-/channels/1", "javascript:alert(1)", "ftp://evil.test", "https://", "https:", "//evil.test", "https://[::1]/",
    "<mailto:a@b.test>", "<a@b.test>", "<+441234567>", "a@b.test",
    "`", "``", "```", "```\n@everyone\n```", "`x`", "*", "**", "***", "_", "__", "~", "~~", "|", "||", "*bold*", "**x**", "_x_", "__x__",
    "~~x~~", "||x||", "***x***", "> quote", ">>> ", ">", "# ", "## x", "### ", "-# ", "- item", "* item", "+ item", "1. item", "23) x", "-",
    "+", "1.", "\n# x", "\n- x", "\n> x", "\n\n---\n\n", "| a | b |",
    ":tada:", ":100:", ":+1:", ":", "::", ":tada", "tada:", "14:00", "5:100:3", "¯\\_(ツ)_/¯", "😀", "👩‍👩‍👧", "🏳️‍🌈", "é", "e\u0301", "ß",
    "中文", "עברית", "العربية",
    "\u202e", "\u202d", "\u2066", "\u2067", "\u2068", "\u2069", "\u200f", "\u200e", "\u061c", "\u200b", "\u200c", "\u200d", "\u2060",
    "\ufeff", "\u00ad", "\ufe0f", "\ud83d", "\udc00", "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\n", "\r\n", "\t", "\v", "\u2028",
    "\u2029", "\u00a0", "\u3000",
    "{case}", "{0}", "%s", "$x", "\\n", "\\", "\\\\", "\\*", "\\<", '"', "'", "(", ")", "C-1", "42", " ", " ", " ", "meter",
    "the bill is 9,000", "a" * 80, "ab " * 40,
)  # fmt: skip
CLASSICS = (
    "@everyone @here",
    f"<@{ID}> <@&{ID}>",
    "[bank](https://evil.test)",
    "# **x** ||y|| `z`",
    "> x",
    ":tada: <:x:1>",
    "a_b_c https://x.test/a_b_c",
)


@cache
def strings() -> tuple[str, ...]:
    """Ten thousand different ones, the same each time."""
    dice = random.Random(20261125)
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
    return tuple(template for template in templates() if MARK in in_discord(template.draw(MARK), template.now).read)


_TURNS_OR_BREAKS = re.compile("[\u202a-\u202e\u2066-\u2069\\s]")


def visible(text: str) -> str:
    """What is to be seen of a text: without spaces and line ends, without what only turns it round or breaks a call up."""
    whole = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text).replace("\u200b", "")
    return "".join(sign for sign in _TURNS_OR_BREAKS.sub("", whole) if unicodedata.category(sign) not in ("Cc", "Zl", "Zp"))


# What Discord's server looks for, which does not care for backslashes, and what clients draw as a picture, which does.
_CALLS = re.compile(r"@everyone|@here|<@|<#", re.IGNORECASE)
_NOT_READ = re.compile(r"\\.|`[^`]*`|<[a-z]+:[^>]*>", re.DOTALL)
_PICTURE = re.compile(r":[A-Za-z0-9_+-]*[A-Za-z+-][A-Za-z0-9_+-]*:|:(?:100|1234):")


@cache
def usual(template: Template) -> Counter[str]:
    """How much of what is formatted when nothing was typed that could be."""
    said = (text for payload in in_discord(template.draw(MARK), template.now).payloads for text in texts(payload))
    return Counter(found.kind for text in said for found in formatting(text))


def judge(template: Template, text: str) -> None:
    drawn = in_discord(template.draw(text), template.now)

    assert drawn.faults == [], (template.name, text)
    if not drawn.modal:
        (payload,) = drawn.payloads
        judge_message(payload, template, text)
    # The shortest that any template cuts a text to is 40 characters, every other of which may be a space.
    begun = visible(text) if len(text) < 40 else visible(text)[:18]
    assert begun in visible(drawn.read), (template.name, text)


def judge_message(payload: Json, template: Template, text: str) -> None:
    found: Counter[str] = Counter()
    for said in texts(payload):
        pieces = list(walk(read(said)))
        found.update(piece.kind for piece in pieces if isinstance(piece, Styled | Code))
        others = [piece for piece in pieces if not isinstance(piece, Styled | Code | Words)]
        # What is left is addresses that show themselves.
        assert all(isinstance(piece, Link) and piece.inside == (Words(piece.url),) for piece in others), (template.name, text)
        assert _CALLS.findall(said) == [], (template.name, text)
        assert _PICTURE.findall(_NOT_READ.sub(" ", said)) == [], (template.name, text)
    assert found <= usual(template), (template.name, text)


def turns() -> Iterator[tuple[str, Template]]:
    """Which string goes through which templates: each through some, so that each template gets as many."""
    there = showing()
    for number, text in enumerate(strings()):
        for time in range(TIMES):
            yield text, there[(number * TIMES + time) % len(there)]


@pytest.mark.slow
async def test_ten_thousand_strings_through_everything_that_is_said() -> None:
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
async def test_the_classics_through_each(text: str) -> None:
    for template in showing():
        judge(template, text)


@pytest.mark.parametrize("piece", PIECES)
async def test_each_piece_by_itself_and_at_both_ends(piece: str) -> None:
    """Through the plainest card: whatever begins a line, and whatever ends one."""
    plainest = next(template for template in showing() if template.name == "notice: could not reach")
    for text in (piece, f"{piece} x", f"x {piece}", f"x{piece}x", piece * 2):
        judge(plainest, text)


async def test_what_shows_nothing_that_was_typed_is_known() -> None:
    """A template that is silent by mistake would be tested with nothing."""
    shows = {_kind(template) for template in showing()}

    assert {_kind(template) for template in templates()} - shows == {"admin", "form of severity"}
    assert len(showing()) > 220


def _kind(template: Template) -> str:
    """What a template is a case of: "news", "answer", "refused", "form of ask"."""
    return template.name if template.name.startswith("form") else template.name.partition(" ")[0]


def test_the_strings_would_do_harm_if_they_were_not_defused() -> None:
    assert sum(bool(mentions(text)) for text in strings()) > 1000
    assert sum(any(link.target != link.shows for link in links(text)) for text in strings()) > 500
    assert sum(bool(formatting(text)) for text in strings()) > 2000
    assert sum(bool(_PICTURE.search(text)) for text in strings()) > 500


# --- who is meant


def notified(who: Sequence[str], card: Card, call: PersonId | None = None) -> None:
    payload = message(of_card(card, reader(), KEY, call), called(card, reader(), call))

    assert pinged(payload).users == {ACCOUNTS[PersonId(person)] for person in who}
    assert not pinged(payload).everyone
    assert not pinged(payload).roles
    assert Drawn((payload,)).faults == []


async def test_whoever_is_meant_is_called_and_nobody_else() -> None:
    card = Card(("Look, ", Who(ANA, f"Ana <@{ACCOUNTS[PersonId('ben')]}>", notify=True)), ((Who(PersonId("ben"), "Ben"), " @here"),))

    notified(["ana"], card)


async def test_whoever_has_no_account_here_is_only_named() -> None:
    notified([], Card(("Look, ", Who(NOBODY, "@everyone", notify=True))))
    notified([], Card(("Look",)), NOBODY)


async def test_in_a_thread_the_one_it_is_for_is_called_first_whatever_was_typed() -> None:
    for number, template in enumerate(template for template in showing() if isinstance(template.draw(None), Card)):
        card = template.draw(CLASSICS[number % len(CLASSICS)])
        assert isinstance(card, Card)
        notified(["ana"], card, ANA)

    assert in_discord(Card(("C-1 waits",)), call=ANA).read == "@Ana C-1 waits"


async def test_nobody_is_called_by_their_name_alone() -> None:
    for template in templates():
        for payload in in_discord(template.draw(MARK), template.now).payloads:
            assert [mention for text in texts(payload) for mention in mentions(text)] == [], template.name
