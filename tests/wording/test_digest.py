"""Does the digest read well to somebody who has two minutes, and is nobody named, called or fooled by it?

As text it is kept in `digest.txt`, to be read as its readers do. After a change of words:

    BUCKSTOP_UPDATE=1 .venv/bin/pytest tests/wording/test_digest.py
"""

import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot.chat import Card, Moment
from bot.wording.digest import card, days, hours, html, message, split, text
from bot.wording.digest_behind import behind as told
from bot.wording.digest_summary import asked
from bot.wording.plain import plain, text_of
from tests.wording.digests import EMPTY, END, FULL, SMALL, Json, huge
from tests.wording.office import ORG, ZONE

KEPT = Path(__file__).parent / "digest.txt"
NASTY = "<script>alert(1)</script> @everyone <!channel> \u202e\n\n- C-99: forged"
TYPED = ("title", "cause", "why", "team", "owner_team", "budget", "change")
SKETCHED = {"svg", "title", "desc", "defs", "pattern", "rect", "line", "text", "polyline", "circle"}


def named(content: Json) -> Json:
    """Return a digest that names people."""
    fixes = [entry | {"fixed_by": "bruno"} for entry in content["escalated_fixes"]]
    others = {
        name: [entry | {"owner": "ana", "accountable": "cleo"} for entry in content[name]]
        for name in ("stuck", "changes", "debts", "routes")
    }
    return content | others | {"escalated_fixes": fixes}


def bewitched(value: Any, nasty: str = NASTY, key: str = "") -> Any:
    """Return the digest with something nasty wherever people typed."""
    match value:
        case dict() if key in ("lacked", "cost_by_budget"):
            return {nasty: sum(value.values())}
        case dict():
            return {name: bewitched(inner, nasty, name) for name, inner in value.items()}
        case list():
            return [bewitched(inner, nasty, key) for inner in value]
        case str() if key in TYPED or key == "lacked":
            return nasty
        case _:
            return value


class Page(HTMLParser):
    """What a browser would make of a page: its elements with what they would load, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.places: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        for name, value in attrs:
            if name == "href":
                self.links.append(str(value))
            elif name in ("src", "action", "srcset", "xlink:href") or name.startswith("on"):
                self.loads.append(name)
            elif name == "id":
                self.places.append(str(value))

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def plainly(words: str) -> list[str]:
    """Return the words of a text without what sets them out."""
    return re.sub(r"^(- |  )|:$", "", words, flags=re.MULTILINE).lower().split()


# --- as text


def test_a_full_digest_and_a_small_one_read_like_this() -> None:
    said = "\n\n\n".join(text(content, ORG) for content in (FULL, SMALL, EMPTY)) + "\n"
    if os.environ.get("BUCKSTOP_UPDATE") == "1":
        KEPT.write_text(said, encoding="utf-8")

    assert said == KEPT.read_text(encoding="utf-8"), "words have changed: see this module's docstring"


def test_the_card_the_text_and_the_page_say_the_same() -> None:
    said = text_of(card(FULL, ORG), ZONE, END)
    page = " ".join(Page(html(FULL, ORG)).words).lower()

    assert plainly(said) == plainly(text(FULL, ORG).split("\n", 1)[1])
    assert [word for word in plainly(said) if word not in page] == []


def test_each_word_of_the_text_is_in_one_of_the_messages() -> None:
    said = " ".join(" ".join(plainly(text_of(message(body, ORG), ZONE, END))) for body in split(FULL, ORG))

    assert [line for line in text(FULL, ORG).splitlines()[1:] if line and " ".join(plainly(line)) not in said] == []


def test_nobody_is_named_unless_the_digest_names_them() -> None:
    said = [text_of(message(body, ORG), ZONE, END) for body in split(FULL, ORG)]
    for words in (text(FULL, ORG), html(FULL, ORG), *said):
        assert re.findall("Ana|Amir|Bruno|Cara|Cleo|Ben|Rita|Ed|Ida", words) == []

    words = text(named(FULL), ORG)
    assert "at level 2 Bruno fixed it within 3 hours." in words
    assert "Owner: Ana; it has come to Cleo." in words


def test_one_line_when_there_is_nothing() -> None:
    since = Moment(END.replace(day=24))
    title = ("No case needed escalating to be fixed since ", since, ", and none is stuck. 1 case was fixed without escalation.")

    assert card(EMPTY, ORG) == message(EMPTY, ORG) == Card(title, topic="Digest of 2026-11-25")
    assert split(EMPTY, ORG) == ()
    assert text(EMPTY, ORG).endswith("and none is stuck. 1 case was fixed without escalation.")


@pytest.mark.parametrize(
    "news",
    ["debts", "corrections", "silent_sufferers", "routes", "unannounced", "changes"],
)
def test_what_is_late_or_has_to_be_taken_back_is_told_even_where_nothing_was_escalated(news: str) -> None:
    assert split(EMPTY | {news: FULL[news]}, ORG) != ()


def test_changes_that_are_on_their_way_are_no_news() -> None:
    assert split(EMPTY | {"changes": [entry for entry in FULL["changes"] if entry["state"] in ("open", "made")]}, ORG) == ()


def test_a_private_case_alone_is_told_by_its_count() -> None:
    figures = EMPTY["figures"] | {"private": {"escalated_fixes": 0, "stuck": 1}}
    said = text(EMPTY | {"figures": figures}, ORG)

    assert "No case needed escalating to be fixed; 1 is stuck at the top." in said
    assert "Private cases, only counted: 1 stuck at the top." in said


# --- what people typed


def test_what_people_typed_calls_nobody_forges_no_line_and_runs_nowhere() -> None:
    content = bewitched(FULL)
    said, page = text(content, ORG), Page(html(content, ORG))

    assert [line for line in said.splitlines() if line.startswith("- C-99")] == []
    for words in (said, *(text_of(message(body, ORG), ZONE, END) for body in split(content, ORG))):
        assert "@everyone" not in words
        assert "<!channel" not in words
        assert "\u202e" not in words
    assert page.elements - SKETCHED == {
        "html", "head", "meta", "style", "body", "main", "h1", "h2", "h3", "p", "article", "section", "ul", "li", "a",
    }  # fmt: skip
    assert page.loads == []
    assert [link for link in page.links if not link.startswith("#")] == []


# --- as a page


@pytest.mark.parametrize("content", [FULL, SMALL, EMPTY, huge(20)], ids=["full", "small", "empty", "huge"])
def test_the_page_needs_nothing_else_and_knows_the_dark_and_the_paper(content: Json) -> None:
    page = html(content, ORG)

    assert Page(page).loads == []
    assert re.findall(r"https?:|url\((?!#)|@import", page) == []
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page


@pytest.mark.parametrize("content", [FULL, SMALL, huge(20)], ids=["full", "small", "huge"])
def test_each_link_of_the_page_leads_to_one_place_in_it(content: Json) -> None:
    page = Page(html(content, ORG))

    assert len(set(page.places)) == len(page.places)
    assert {link.removeprefix("#") for link in page.links} <= set(page.places)


def test_each_figure_leads_to_the_cases_behind_it_and_those_to_what_is_told_of_them() -> None:
    page = html(FULL, ORG)

    assert re.search(r'<a href="#behind-share_escalated">Fixed and confirmed: 22 cases; needed escalation: 6', page)
    behind = page[page.index('id="behind-share_escalated"') :]
    assert '<a href="#C-118">C-118</a>, <a href="#C-131">C-131</a>' in behind
    assert behind[: behind.index("</p>")].endswith(", and 1 private case")
    # A figure with nothing behind it leads nowhere.
    assert "behind-handover_loops" not in page


def test_the_pages_chart_says_in_words_what_it_shows() -> None:
    page = html(FULL, ORG)

    assert 'role="img" aria-labelledby="chart-title chart-alt"' in page
    assert re.search(r'<desc id="chart-alt">Chart of the last 30 days\. Fixes: \d+ of \d+ needed escalation', page)
    assert "<svg" not in html(SMALL | {"days": []}, ORG)


# --- lengths of time


def test_lengths_of_time_are_said_as_people_say_them() -> None:
    counts = (0, 0.5, 1, 1.04, 2.25, 2.96, 30)

    assert [days(count) for count in counts] == ["1 minute", "12 hours", "1 day", "1 day", "2.2 days", "3 days", "30 days"]
    assert [hours(count) for count in counts] == ["1 minute", "30 minutes", "1 hour", "1 hour", "2 hours", "3 hours", "30 hours"]
    assert hours(60) == "2.5 days"


def test_who_did_not_shout_is_asked_for_once_however_many_fixes_may_help() -> None:
    one, other = ({**FULL["silent_sufferers"][0], "case": case, "waiting": ["C-48", "C-19"]} for case in ("C-118", "C-117"))
    said = [plain(line, ZONE, END) for line in asked({**FULL, "silent_sufferers": [one, other]})]

    assert "Offer the same remedy to those who did not shout: C-48 and C-19." in said


def test_a_line_that_says_several_figures_leads_to_the_cases_of_each() -> None:
    behind = {name: {"cases": ["C-118"], "private": 0} for name in FULL["figures"] if name not in ("private", "declined")}
    page = html(FULL | {"cases": behind}, ORG)

    assert set(re.findall(r'id="behind-(\w+)"', page)) == set(behind)
    kept, broken = (page.index(f'<h3 id="behind-promises_{name}">Promises {name}</h3>') for name in ("kept", "broken"))
    assert page.index('<a href="#behind-promises_kept">Promises: ') < kept < broken
    assert '<h3 id="behind-cost_by_cause">Cost by cause</h3>' in page


def test_of_many_cases_behind_a_figure_the_rest_is_counted() -> None:
    content = {"cases": {"fixes": {"cases": [f"C-{n}" for n in range(1, 13)], "private": 2}, "reopened": {"cases": [], "private": 0}}}
    said = {name: [plain(line, ZONE, END) for line in told(content, name)] for name in ("figures", "fixes", "reopened")}

    assert said["figures"] == [f"Fixes (fixes): {', '.join(f'C-{n}' for n in range(1, 11))} and 2 more and 2 private cases."]
    assert said["fixes"] == [f"Fixes (fixes): {', '.join(f'C-{n}' for n in range(1, 13))} and 2 private cases."]
    assert said["reopened"] == ["Reopened (reopened): no case."]


GAPS = {
    0.221: "22 points better for those who asked",
    -0.01: "1 point worse for those who asked",
    0.004: "nearly the same for those who asked",
    -0.004: "nearly the same for those who asked",
    0: "the same for those who asked",
}


@pytest.mark.parametrize(("gap", "words"), GAPS.items())
def test_the_gap_between_the_odds_is_told_also_where_there_is_none(gap: float, words: str) -> None:
    odds = FULL["figures"]["odds"] | {"gap": gap}

    assert f": {words}." in text(FULL | {"figures": FULL["figures"] | {"odds": odds}}, ORG)
