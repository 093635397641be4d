"""Does every line read in Discord as it was said, with nothing read into it, and is what does not fit counted?"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord.lines import each_fitted, fitted, markdown
from bot.adapters.discord.pieces import size
from bot.chat import Line, Moment, Typed, Who
from bot.escalation.words import PersonId
from bot.wording.plain import plain
from tests.adapters.discord.templates import ACCOUNTS, NAMES, NOBODY, reader
from tests.discord.markdown import as_read, formatting, links, mentions
from tests.discord.markdown_pieces import Known
from tests.wording.office import MONDAY, ZONE
from tests.wording.stories import ANA

HERE = reader()
ANA_ID = ACCOUNTS[ANA]


def typed(text: str) -> str:
    return markdown((Typed(text),), HERE)


def bold(line: Line) -> str:
    return fitted([line], HERE, 4000, bold_first=True)


# --- what is written

WRITTEN: dict[str, tuple[Line, str]] = {
    "our own words": (("C-1: thank you, it is in.",), "C-1: thank you, it is in."),
    "what is to be typed": (("Write `/case ack C-1` or `/case mine`.",), "Write `/case ack case: C-1` or `/case mine`."),
    "a name": ((Who(ANA, "Ana"), " owns it."), "Ana owns it."),
    "a name with signs": ((Who(ANA, "*Ana* <@1>"),), "\\*Ana\\* \\<\u200b@1>"),
    "a name that looks like ours": ((Who(ANA, "`ana` https://x.test"),), "\\`ana\\` <https://x.test>"),
    "somebody who is called": (("Look, ", Who(ANA, "Ana", notify=True), "."), f"Look, <@{ANA_ID}>."),
    "somebody who cannot be called": ((Who(NOBODY, "Zoe_", notify=True),), "Zoe\\_"),
    "a time near": (("goes to Bruno on ", Moment(MONDAY)), "goes to Bruno today 09:00"),
    "plain words": ((Typed("meter swapped, bill is 9,000"),), "meter swapped, bill is 9,000"),
    "marks": ((Typed("*a* _b_ ~~c~~ ||d|| `e`"),), "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\|\\|d\\|\\| \\`e\\`"),
    "a backslash": ((Typed("C:\\new\\*"),), "C\\:\\\\new\\\\\\*"),
    "brackets": ((Typed("[bank](https://evil.test)"),), "\\[bank](<https://evil.test>)"),
    "a colon after a word, and in a time": ((Typed("note: at 14:00, or 09:30:"),), "note: at 14:00, or 09\\:30\\:"),
    "a picture by its name": ((Typed(":tada: 5:100:3"),), "\\:tada: 5\\:100\\:3"),
    "everybody": ((Typed("@everyone @here"),), "@\u200beveryone @\u200bhere"),
    "everybody, put together": ((Typed("@"), "everyone"), "@\u200beveryone"),
    "somebody, put together": ((Typed("<"), Typed("@1>")), "\\<\u200b@1>"),
    "a line's start": ((Typed("- item"),), "\\- item"),
    "a line's start after spaces": ((Typed("  > quote"),), "\\> quote"),
    "a line's start after something without width": ((Typed("\u200b- item"),), "\u200b\\- item"),
    "a number at a line's start": ((Typed("12. item"),), "12\\. item"),
    "a number with a bracket": ((Typed("3) item"),), "3\\) item"),
    "a sum at a line's start": ((Typed("-5.20 is on the bill"),), "\\-5.20 is on the bill"),
    "a heading": ((Typed("# x"),), "\\# x"),
    "a small line": ((Typed("-# x"),), "\\-\\# x"),
    "a dash within a line": ((Typed("a - b > c + d 1. e"),), "a - b > c + d 1. e"),
    "our own signs": (("<b> *x* # 1_000",), "\\<b> \\*x\\* \\# 1\\_000"),
    "several lines": ((Typed("a\n# b\n- c"),), "a \\# b - c"),
    "nothing": ((Typed(" \n"), " "), ""),
    "what runs the other way": ((Typed("\u05d0*"), " x"), "\u2068\u05d0\\*\u2069 x"),
    "a line that is turned round": ((Typed("abc\u202edef"),), "abcdef"),
    "half of a pair": ((Typed("a \ud83d b"),), "a \ufffd b"),
}


@pytest.mark.parametrize(("line", "written"), WRITTEN.values(), ids=WRITTEN.keys())
def test_a_line_as_it_is_written(line: Line, written: str) -> None:
    assert markdown(line, HERE) == written


READ_FALSELY = ("*", "_", "~", "|", "`", "<", "[", "#", ">", "-", "+", ":", "\\", "@", "1.", "https://x.test", " ", "x", "everyone", "x_y")


@given(st.lists(st.sampled_from(READ_FALSELY) | st.text(max_size=3)).map("".join))
def test_what_is_typed_reads_as_it_was_typed(text: str) -> None:
    said = typed(text)

    assert as_read(said) == plain((Typed(text),), ZONE, MONDAY)
    assert mentions(said) == []
    assert formatting(said) == []


@given(st.lists(st.sampled_from(READ_FALSELY) | st.text(max_size=3), max_size=12).map("".join))
def test_within_bold_and_between_our_own_words_too(text: str) -> None:
    line: Line = ("C-1: ", Typed(text), " is “", Typed(text), "”, ", Who(ANA, text), ".")
    said = bold(line)

    assert as_read(said) == plain(line, ZONE, MONDAY)
    assert [(found.kind, found.text) for found in formatting(said)] == [("bold", plain(line, ZONE, MONDAY))]
    assert mentions(said) == []


# --- addresses

FULL = "http://x-y.test:8080/a_(b)*c~d;e?f=1&g=[2]#h!i"
ADDRESSES = {
    "by itself": ("https://x.test/a_b_c", "https://x.test/a_b_c", ""),
    "with all that an address may have": (
        "http://x-y.test:8080/a_(b)*c~d;e?f=1&g=[2]#h!i",
        "http://x-y.test:8080/a_(b)*c~d;e?f=1&g=[2]#h!i",
        "",
    ),
    "at the end of a sentence": ("see https://x.test/a.", "https://x.test/a", "."),
    "in brackets": ("(https://x.test/a)", "https://x.test/a", ")"),
    "in quotation marks": ("“https://x.test/a”", "https://x.test/a", "”"),
    "with brackets of its own": ("https://x.test/a_(b)", "https://x.test/a_(b)", ""),
    "right after a word": ("xhttps://x.test", "https://x.test", ""),
    "with a bracket after it": ("<https://x.test>", "https://x.test", ">"),
    "a host alone": ("http://localhost:8000", "http://localhost:8000", ""),
    "an address of four": ("http://10.0.0.1/x", "http://10.0.0.1/x", ""),
    "with signs by number": ("https://x.test/%D7%90_%2A", "https://x.test/%D7%90_%2A", ""),
}


@pytest.mark.parametrize(("text", "address", "after"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_an_address_is_a_link_that_shows_itself(text: str, address: str, after: str) -> None:
    for said in (typed(text), bold((Typed(text), "."))):
        assert [(link.target, link.shows) for link in links(said)] == [(address, address)]
        assert f"{address}{after}" in as_read(said)


NO_ADDRESSES = {
    "it hides its host": "https://bank.test@evil.test",
    "a host in other letters": "https://b\u0430nk.test",
    "another dot": "https://bank.test\u2024evil.test",
    "it runs the other way": "https://x.test/\u05d0",
    "no port": "https://x.test:99999/",
    "no host": "https://.../x",
    "a number that is none": "https://1.2.3.4.5/",
    "two stars, which would end a bold title": "https://x.test/**x**",
    "nothing after it": "https://",
    "a call within it": "https://x.test/@everyone",
    "too long": "https://x.test/" + "x" * 2000,
    "another scheme": "steam://run/1",
    "Discord's own": "discord://-/channels/1/2",
    "in capitals": "HTTPS://X.TEST",
}


@pytest.mark.parametrize("text", NO_ADDRESSES.values(), ids=NO_ADDRESSES.keys())
def test_what_might_mislead_is_no_link(text: str) -> None:
    for said in (typed(text), bold((Typed(text),))):
        assert links(said) == []
        assert as_read(said).replace("\u200b", "").strip("\u2068\u2069") == text.replace("\u200b", "")


# --- how much fits


def test_headings_stand_out() -> None:
    lines: list[Line] = [("2 cases.",), ("Stuck at the top:",), ("C-1: ", Typed("why:")), (), (Typed("x:"),)]

    assert fitted(lines, HERE, 4000, bold_first=True) == "**2 cases.**\n\n**Stuck at the top\\:**\nC-1: why\\:\nx\\:"
    assert fitted(lines, HERE, 4000) == "2 cases.\n\n**Stuck at the top\\:**\nC-1: why\\:\nx\\:"


def test_what_does_not_fit_is_counted() -> None:
    lines: list[Line] = [("Timeline.",), *((f"line {number}",) for number in range(1000))]
    said = fitted(lines, HERE, 400, bold_first=True).split("\n")

    (gap,) = [number for number, line in enumerate(said) if line.startswith("…")]
    found = re.fullmatch("… ([0-9]+) more lines …", said[gap])
    assert found is not None
    assert said[0] == "**Timeline.**"
    assert said[1:gap] == [f"line {number}" for number in range(gap - 1)]
    assert said[gap + 1 :] == [f"line {number}" for number in range(1000 - (len(said) - gap - 1), 1000)]
    assert int(found[1]) == 1001 - (len(said) - 1)


def test_of_a_digest_that_does_not_fit_each_section_is_there() -> None:
    long = [(f"C-{number}: ", Typed("meter")) for number in range(100)]
    lines: list[Line] = [("2 cases.",), ("Fixed:",), *long, ("Stuck:",), ("C-7: stuck",), ("Figures:",), *long]
    said = fitted(lines, HERE, 1000, bold_first=True)

    whole, fixed, stuck, figures = said.split("\n\n")
    assert (whole, stuck) == ("**2 cases.**", "**Stuck\\:**\nC-7: stuck")
    for section, heading in ((fixed, "**Fixed\\:**"), (figures, "**Figures\\:**")):
        head, *shown, count = section.split("\n")
        assert head == heading
        assert shown == [f"C-{number}: meter" for number in range(len(shown))]
        assert count == f"… {100 - len(shown)} more lines …"
        assert len(shown) > 20
    assert 900 < len(said) <= 1000


def test_too_many_sections_are_counted_like_lines() -> None:
    lines: list[Line] = [(f"Section {number}:",) for number in range(100)]

    said = fitted(lines, HERE, 400)
    assert said.startswith("Section 0\\:\n\n**Section 1\\:**")
    assert said.endswith("**Section 99\\:**")
    assert "more lines …" in said


def test_a_line_that_is_too_long_says_by_how_much() -> None:
    said = fitted([(Typed("*" * 1000),)], HERE, 300)

    found = re.fullmatch(r"((?:\\\*)+)… \(([0-9]+) more characters\)", said)
    assert found is not None
    assert len(found[1]) // 2 + int(found[2]) == 1000
    assert 200 < len(said) <= 300


def test_an_address_is_whole_or_not_there() -> None:
    said = fitted([("see ", Typed("https://x.test/" + "x" * 500))], HERE, 300)

    assert said == "see … (515 more characters)"


def test_what_runs_the_other_way_is_closed_off_where_it_is_cut() -> None:
    said = fitted([(Typed("\u05d0" * 1000), " ours")], HERE, 300)

    assert said.count("\u2068") == said.count("\u2069") == 1
    assert "… (" in said


def test_no_letter_is_cut_in_two() -> None:
    for text, parts in (("e\u0301" * 500, "e\u0301"), ("👩\u200d👧" * 300, "👩\u200d👧")):
        said = fitted([(Typed(text),)], HERE, 301)
        kept = said.partition("…")[0]
        assert kept.replace(parts, "") == ""


def test_of_several_lines_only_the_longest_are_cut() -> None:
    short, long = ("C-1: meter",), ("C-2: ", Typed("x" * 1000))

    first, second, third = each_fitted([short, long, long], HERE, 400)

    assert first == "C-1: meter"
    assert second == third
    assert second.endswith("more characters)")
    assert 350 < size(first + second + third) <= 400
    assert each_fitted([short, long], HERE, 4000) == [markdown(short, HERE), markdown(long, HERE)]


LINES = st.lists(
    st.lists(
        st.sampled_from(["C-1: ", " is ours", "Heading:", Who(ANA, "Ana", notify=True), Who(PersonId("x"), "*x*"), Moment(MONDAY)])
        | st.text(max_size=40).map(Typed)
        | st.sampled_from(["*" * 300, "https://x.test/" + "y" * 300, "\u05d0" * 300, "🙂" * 200]).map(Typed),
        max_size=6,
    ).map(tuple),
    max_size=12,
)


@given(LINES, st.integers(300, 4000), st.booleans())
def test_whatever_is_said_fits_and_is_well_formed(lines: list[Line], room: int, first: bool) -> None:
    said = fitted(lines, HERE, room, bold_first=first)

    assert size(said) <= room
    known = Known(NAMES)
    assert {mention.id for mention in mentions(said)} <= {ANA_ID}
    assert {found.kind for found in formatting(said)} <= {"bold"}
    if "more line" not in said and "more character" not in said:
        assert [line for line in as_read(said, known).split("\n") if line] == [
            line for each in lines if (line := plain(_called(each), ZONE, MONDAY))
        ]


def _called(line: Line) -> Line:
    """The line as it is read where somebody who is called shows as "@Ana"."""
    return tuple(f"@{part.name}" if isinstance(part, Who) and part.notify else part for part in line)
