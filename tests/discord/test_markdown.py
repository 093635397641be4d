"""How does Discord's client show a text?"""

import re
import string
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.discord.markdown import Format, Shown, as_read, formatting, links, mentions, read
from tests.discord.markdown_pieces import Code, Emoji, Known, Link, Mention, Navigation, Piece, Styled, Time, Words

KNOWN = Known({"1": "Ana", "7": "ops"}, {"2": "help"})

READ: dict[str, tuple[str, str]] = {
    "marks are gone": ("**b** *i* _i_ __u__ ~~s~~ ||p|| `c`", "b i i u s p c"),
    "marks in marks": ("**a *b* __c__** ***d*** ___e___", "a b c d e"),
    "what is no mark": ("2 * 3 * 4, snake_case_name, a*, ~5~, |x|, 5 ** 6", "2 * 3 * 4, snake_case_name, a*, ~5~, |x|, 5 ** 6"),
    "backslashes are undone": (
        r"\*a\* \_b\_ \~\~c\~\~ \|\|d\|\| \`e\` \> \# \- 1\. \\ \[f](g)",
        "*a* _b_ ~~c~~ ||d|| `e` > # - 1. \\ [f](g)",
    ),
    "a backslash before a letter stays": (r"C:\Users\a", r"C:\Users\a"),
    "a backslash at the end stays": ("a\\", "a\\"),
    "a shrug": ("¯\\_(ツ)_/¯", "¯\\_(ツ)_/¯"),
    "nothing is undone in code": (r"`\*a\* **b**` and ``c ` d``", r"\*a\* **b** and c ` d"),
    "a block of code": ("a ```py\n*b*\n\\_c\n``` d", "a \n*b*\n\\_c\n d"),
    "names": ("<@1> <@!1> <@&7> in <#2>, </case report:9>", "@Ana @Ana @ops in #help, /case report"),
    "those who are unknown": ("<@5> <@&5> <#5>", "@unknown-user @deleted-role #unknown"),
    "everybody": ("hi@everyone, @here", "hi@everyone, @here"),
    "times": (
        "<t:1700000000> <t:1700000000:t> <t:1700000000:d> <t:1700000000:F> <t:-1:T>",
        "14 November 2023 22:13 22:13 14/11/2023 Tuesday, 14 November 2023 22:13 23:59:59",
    ),
    "no such time": ("<t:99999999999999999:f> <t:1:x>", "<t:99999999999999999:f> <t:1:x>"),
    "a picture": ("<:party:12> <a:wave_2:3>", ":party: :wave_2:"),
    "a guild's own page": ("<id:customize> <id:linked-roles:9>", "#customize #linked-roles"),
    "a link shows its words": ("[the *page*](https://x.test/a_b_c 'title')", "the page"),
    "a link without preview": ("<https://x.test/a_b_>", "https://x.test/a_b_"),
    "an address is no formatting": ("https://x.test/_a_/*b*?c=__d__", "https://x.test/_a_/*b*?c=__d__"),
    "mail and telephone": ("<a.b@x.test> <+1 555 12>", "a.b@x.test +1 555 12"),
    "what only looks special": ("<nothing> <@x> <#> @everybody : x:", "<nothing> <@x> <#> @everybody : x:"),
    "heading, subtext": ("# A *b*\n## C\n-# d", "A b\nC\nd"),
    "no heading": ("#a\n#### b\na # d\n-#e", "#a\n#### b\na # d\n-#e"),
    "a heading in a heading": ("# # a", "a"),
    "a quote": ("> a\n> b\nc", "> a\n> b\nc"),
    "a quote of all": ("a\n>>> b\nc", "a\n> b\n> c"),
    "no quote": (">a\na > b", ">a\na > b"),
    "lists": ("- a\n  - b\n  c\n* d\ne", "• a\n  • b\n  c\n• d\ne"),
    "numbers are counted on": ("3. a\n7. b\n\n1. c", "3. a\n4. b\n\n1. c"),
    "no list": ("-a\n1.a\n1) b\na - b\n*\n- ", "-a\n1.a\n1) b\na - b\n*\n- "),
    "a block has its lines for itself": ("**a\n> b** c", "a\n> b\n c"),
    "spaces before it do not count": ("  # a\n  > b\n  - c", "a\n> b\n• c"),
    "what cannot be seen keeps no line from beginning": ("\ufeff\u200b# a\n\t\u2060> b", "\ufeff\u200b\na\n\t\u2060\n> b"),
    "a line begins within a mark that begins it": ("**# b** c **# d**", "b\n c # d"),
    "a quote in a list": ("- > - a", "• > • a"),
    "no quote in a quote": ("> > a", "> > a"),
    "line breaks alone": ("\n\na\n\n", "\n\na\n\n"),
    "zero width": ("*\u200ba\u200b* **\u200b** \u200b", "\u200ba\u200b \u200b \u200b"),
    "unclosed": ("**a *b __c ||d ~~e `f [g](https://x", "**a *b __c ||d ~~e `f [g](https://x"),
}


@pytest.mark.parametrize(("text", "shown"), READ.values(), ids=READ.keys())
def test_what_a_person_reads(text: str, shown: str) -> None:
    assert as_read(text, KNOWN) == shown


PIECES: dict[str, tuple[str, list[Piece]]] = {
    "the longer emphasis holds": ("***a***", [Styled("italics", (Styled("bold", (Words("a"),)),))]),
    "italics within a word end with it": ("a_b_ c_d_e", [Words("a"), Styled("italics", (Words("b"),)), Words(" c_d_e")]),
    "an escaped mark does not close": (r"**a \** b**", [Styled("bold", (Words("a ** b"),))]),
    "a mark closes code that began within": ("**a `b** c`", [Styled("bold", (Words("a `b"),)), Words(" c`")]),
    "code that began first keeps the mark": ("`a **b` c**", [Code("a **b"), Words(" c**")]),
    "a language": ("```c++\nx\n```", [Code("x", True, "c++")]),
    "no language on one line": ("```c++```", [Code("c++", True)]),
    "a heading's size": ("## a", [Styled("heading", (Words("a"),), "##")]),
    "every piece": (
        "<@1><:e_e:2><t:0:R><id:guide>",
        [Mention("user", "1"), Emoji("e_e", "2"), Time(datetime(1970, 1, 1, tzinfo=UTC), "R"), Navigation("guide")],
    ),
    "an address ends before the sentence does": (
        "(see https://x.test/a_(b)). http://y.test, ok",
        [
            Words("(see "),
            Link("bare", "https://x.test/a_(b)", (Words("https://x.test/a_(b)"),)),
            Words("). "),
            Link("bare", "http://y.test", (Words("http://y.test"),)),
            Words(", ok"),
        ],
    ),
    "pictures by name": (":wave::+1: 10:30:15 a: b:", [Emoji("wave", ""), Emoji("+1", ""), Words(" 10:30:15 a: b:")]),
    "an address within a word": ("xhttps://y.test", [Words("x"), Link("bare", "https://y.test", (Words("https://y.test"),))]),
    "an escaped colon": (r"https\://y.test", [Words("https://y.test")]),
}


@pytest.mark.parametrize(("text", "pieces"), PIECES.values(), ids=PIECES.keys())
def test_how_it_is_taken_apart(text: str, pieces: list[Piece]) -> None:
    assert list(read(text)) == pieces


def test_mentions_are_what_is_highlighted() -> None:
    text = "**<@1>** <@&7> @here <#2> </case:3> @everyone [<@4>](https://x.test)"

    assert mentions(text) == [
        Mention("user", "1"),
        Mention("role", "7"),
        Mention("here"),
        Mention("channel", "2"),
        Mention("command", "3", "case"),
        Mention("everyone"),
        Mention("user", "4"),
    ]


NO_MENTIONS = {
    "escaped": r"\<@1> \@everyone \<#2> \</case:3>",
    "in code": "`<@1> @everyone` ```\n<@&2> @here\n```",
    "broken by a space of no width": "@\u200beveryone <@\u200b1>",
    "in an address": "https://x.test/@everyone",
    "in another case": "@Everyone @HERE",
}


@pytest.mark.parametrize("text", NO_MENTIONS.values(), ids=NO_MENTIONS.keys())
def test_what_is_no_mention(text: str) -> None:
    assert mentions(text) == []


def test_formatting_is_told_with_the_text_below_it() -> None:
    text = "# A\n> **b *c***\n- `d` ||e||\n-# ~~f~~ __g__\n```\nh\n```[i](https://x.test) <:j_:1> <t:0> <id:home>"

    assert formatting(text) == [
        Format("heading", "A"),
        Format("quote", "b c"),
        Format("bold", "b c"),
        Format("italics", "c"),
        Format("list", "d e"),
        Format("code", "d"),
        Format("spoiler", "e"),
        Format("subtext", "f g"),
        Format("strikethrough", "f"),
        Format("underline", "g"),
        Format("code block", "h"),
        Format("masked link", "i"),
        Format("emoji", ":j_:"),
        Format("time", "1 January 1970 00:00"),
        Format("navigation", "#home"),
    ]


def test_addresses_that_stand_by_themselves_are_no_formatting() -> None:
    assert formatting("https://x.test/a_b_c <https://x.test> <a@x.test> <+1 23>") == []


LINKS: dict[str, tuple[str, list[Shown]]] = {
    "masked": ("[**a**](https://x.test/b)", [Shown("https://x.test/b", "a")]),
    "masked without a preview": ("[a](<https://x.test>)", [Shown("https://x.test", "a")]),
    "brackets in both": ("[a [b]](https://x.test/(c))", [Shown("https://x.test/(c)", "a [b]")]),
    "a backslash does not keep the words from ending": (r"[a\](https://x.test)", [Shown("https://x.test", "a\\")]),
    "an address is not masked": (
        "[https://y.test](https://x.test)",
        [Shown("https://y.test](https://x.test)", "https://y.test](https://x.test)")],
    ),
    "nor is nothing": ("[ ](https://x.test)", [Shown("https://x.test", "https://x.test")]),
    "a script is no address": ("[a](javascript:alert) [b](/c) [d](mailto:e@f.g)", []),
    "escaped": (r"\[a](https://x.test)", [Shown("https://x.test", "https://x.test")]),
    "by itself": ("https://x.test.", [Shown("https://x.test", "https://x.test")]),
    "angled": (
        "<https://x.test> <ftp://y.test/> <a@x.test> <+123>",
        [
            Shown("https://x.test", "https://x.test"),
            Shown("ftp://y.test/", "ftp://y.test/"),
            Shown("mailto:a@x.test", "a@x.test"),
            Shown("tel:+123", "+123"),
        ],
    ),
    "none in code": ("`https://x.test`", []),
}


@pytest.mark.parametrize(("text", "found"), LINKS.values(), ids=LINKS.keys())
def test_links(text: str, found: list[Shown]) -> None:
    assert links(text) == found


# What Discord gives a meaning to, and pieces of it.
TYPED = st.lists(
    st.sampled_from([*"*_~|`>#-+.<>@!&:/()[]\\ \n\u200b", "12", "ab", "é", "**", "__", "||", "```", "> ", ">>> ", "# ", "-# ", "- ", "1. "])
    | st.sampled_from(
        ["<@1>", "<@&2>", "<#3>", "@everyone", "@here", "<t:1:f>", "<:a_b:4>", "</c:5>", "https://x.test/_a_", "](https://y.test)"]
    ),
    max_size=24,
).map("".join)


def escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in string.punctuation else letter for letter in text)


@given(TYPED)
def test_text_with_every_sign_escaped_is_read_as_it_was_typed(text: str) -> None:
    assert list(read(escaped(text))) == ([Words(text)] if text else [])


@given(st.lists(st.sampled_from([*"*_~|>#-+.<>@!&:/()[]\\ \n", "ab", "c", "é", "**", "> ", "# ", "- "]), max_size=24).map("".join))
def test_marks_take_no_letters_with_them(text: str) -> None:
    assert re.sub("[^abcé]", "", as_read(text)) == re.sub("[^abcé]", "", text)


@given(TYPED, TYPED)
def test_text_between_marks_breaks_neither(before: str, after: str) -> None:
    pieces = read(f"{escaped(before)}x**bold**y{escaped(after)}")

    assert list(pieces) == [Words(before + "x"), Styled("bold", (Words("bold"),)), Words("y" + after)]


@pytest.mark.parametrize(
    "text", ["[" * 4000, "]" * 4000, "[]" * 2000, "[x](" + "(a)" * 1300, "**_" * 1300, "*a " * 1300, "`" * 4000, "- " * 2000, "|| " * 1300]
)
def test_the_longest_text_is_read_in_good_time(text: str) -> None:
    assert as_read(text) is not None
