"""Does the digest read well to somebody who has two minutes, and is nobody named, called or fooled by it?"""

import re
from html.parser import HTMLParser
from typing import Any

from bot.chat import Card, Moment
from bot.escalation.requests import Accept, Acknowledge, Confirm, Decline, HandOver, Tick
from bot.wording.digest import card, days, hours, html, text
from bot.wording.plain import text_of
from tests.escalation.test_digest import AT_LEVEL_0, ESCALATED, NOTHING, STUCK, fixed_by, timeline, to_the_top, told
from tests.escalation.world import ANA, BEN, BRUNO, CLEO, LONDON, ORG, RITA, at, report
from tests.escalation.world import text as typed

SLOW = timeline(
    (report(id=70), at("Mon 10:00")),
    (Acknowledge(ANA), at("Mon 10:10")),
    (HandOver(ANA, BEN, typed("meter")), at("Mon 10:10")),
    (Accept(BEN), at("Mon 10:20")),
    (Tick(), at("Wed 10:00")),
    fixed_by(BRUNO, at("Wed 11:00")),
    (Confirm(RITA), at("Wed 12:00")),
)
DECLINED = timeline(*to_the_top(72), (Decline(CLEO, typed("The tariff ends in May.")), at("Mon 14:00")))
PRIVATE = timeline(*to_the_top(51, private=True))
FULL = told(ESCALATED, SLOW, STUCK, AT_LEVEL_0, PRIVATE, DECLINED, end=at("Thu 09:00"))

READS = """\
Northlight, Monday 2 March 2026, 09:00 (Europe/London) to Thursday 5 March 2026, 09:00 (Europe/London)
2 cases got fixed only because they were escalated; 2 are stuck at the top.

FIXED ONLY BECAUSE THEY WERE ESCALATED
- C-70: Bill (Billing)
  Waited 2 days with its owner; at level 1 it was fixed within 1 hour.
  It took 1 contact, 1 hand-over.
  Cause: process. What the level below lacked was not said.
- C-42: Bill (Billing)
  Waited 1 hour with its owner; at level 2 it was fixed within 2 hours.
  It took 4 contacts, a cost of 500 (budget: billing).
  Cause: process. The level below lacked: authority.
  To change: Check readings before a swap

STUCK AT THE TOP
- C-44: Bill (Billing)
  Open for 3 days, at the top since Monday 2 March 13:00. 1 contact.
  Its owner is in the team billing.

DECLINED
- C-72: Bill (Billing)
  It will not be fixed: The tariff ends in May.

FIGURES
- Fixed and confirmed: 3 cases; needed escalation: 2 (67%).
- Contacts until a case was fixed: median 1, average 2.0.
- From report to fix, median: 30 minutes where no escalation was needed, 27 hours where it was.
- Cost by budget: billing 500.
- Private cases, only counted: 1 stuck at the top.

KEEPS COMING BACK
- Billing, cause not known yet: 2 cases (C-44 and C-72).
- Billing, process: 2 cases (C-42 and C-70)."""


class Page(HTMLParser):
    """What a browser would make of a page: its elements with what they would load, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.loads: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.loads += [name for name, _ in attrs if name in ("src", "href", "action", "srcset") or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def test_a_full_digest_reads_like_this() -> None:
    assert text(FULL, ORG) == READS


def test_the_card_the_text_and_the_page_say_the_same() -> None:
    said = text_of(card(FULL, ORG), LONDON, at("Thu 09:00"))
    page = Page(html(FULL, ORG)).words

    def plainly(words: str) -> list[str]:
        return re.sub(r"^(- |  )|:$", "", words, flags=re.MULTILINE).lower().split()

    assert plainly(said) == plainly(READS.split("\n", 1)[1])
    assert sorted(word for word in plainly(READS) if word not in " ".join(page).lower()) == []


def test_nobody_is_named_unless_the_digest_names_them() -> None:
    named = told(ESCALATED, STUCK, names="people")

    assert re.findall("Ana|Bruno|Cleo|Ben|Rita", text(FULL, ORG)) == []
    assert "at level 2 Cleo fixed it within 2 hours." in text(named, ORG)
    assert "Owner: Ana; it has come to Cleo." in text(named, ORG)


def test_one_line_when_there_is_nothing() -> None:
    since = Moment(at("Mon 09:00"))

    assert card(NOTHING, ORG) == Card(("No case needed escalating to be fixed since ", since, ", and none is stuck."))
    assert text(NOTHING, ORG) == (
        "Northlight, Tuesday 3 March 2026, 09:00 (Europe/London): "
        "No case needed escalating to be fixed since yesterday 09:00, and none is stuck."
    )
    assert text(told(AT_LEVEL_0), ORG).endswith("and none is stuck. 1 case was fixed without escalation.")


def test_a_private_case_alone_is_told_by_its_count() -> None:
    said = text(told(PRIVATE), ORG)

    assert "No case needed escalating to be fixed; 1 is stuck at the top." in said
    assert "Private cases, only counted: 1 stuck at the top." in said
    assert "C-51" not in said


def bewitched(value: Any) -> Any:
    """Return the digest with something nasty wherever people typed."""
    nasty = "<script>alert(1)</script> @everyone <!channel> \u202e\n\n- C-99: forged"
    match value:
        case dict():
            typed_in = ("title", "cause", "lacked", "change", "why", "team", "owner_team", "budget")
            return {key: nasty if key in typed_in else bewitched(inner) for key, inner in value.items()}
        case list():
            return [bewitched(inner) for inner in value]
        case _:
            return value


def test_what_people_typed_calls_nobody_forges_no_line_and_runs_nowhere() -> None:
    content = bewitched(FULL)
    said, page = text(content, ORG), Page(html(content, ORG))

    assert [line for line in said.splitlines() if line.startswith("- C-99")] == []
    assert "@everyone" not in said
    assert "<!channel" not in said
    assert "\u202e" not in said
    assert page.elements == {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "article"}
    assert page.loads == []


def test_the_page_needs_nothing_else_and_knows_the_dark() -> None:
    page = html(FULL, ORG)

    assert Page(page).loads == []
    assert re.findall(r"https?:|url\(|@import", page) == []
    assert "prefers-color-scheme: dark" in page


def test_lengths_of_time_are_said_as_people_say_them() -> None:
    counts = (0, 0.5, 1, 1.04, 2.25, 2.96, 30)

    assert [days(count) for count in counts] == ["1 minute", "12 hours", "1 day", "1 day", "2.2 days", "3 days", "30 days"]
    assert [hours(count) for count in counts] == ["1 minute", "30 minutes", "1 hour", "1 hour", "2 hours", "3 hours", "30 hours"]
    assert hours(60) == "2.5 days"
