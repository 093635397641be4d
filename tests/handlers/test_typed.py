"""What follows a verb, as a table: the words, and the values that the verb's form would have had."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.parse import VERBS
from bot.handlers.reports import LONGEST_TITLE, title_of
from bot.handlers.typed import values_of
from tests.handlers.small import ORG

READ = {
    # the heading of a report
    ("report", "billing: meter swapped, bill is 9,000"): {"text": "meter swapped, bill is 9,000", "service": "billing"},
    ("report", "Bills and Payments: it is wrong"): {"text": "it is wrong", "service": "billing"},
    ("report", "private billing critical: my pay"): {"text": "my pay", "service": "billing", "severity": "critical", "private": "yes"},
    ("report", "critical, metering: no light"): {"text": "no light", "service": "metering", "severity": "critical"},
    ("report", "private: my manager"): {"text": "my manager", "service": "desk", "private": "yes"},
    ("report", "private my manager reads my mail"): {"text": "my manager reads my mail", "service": "desk", "private": "yes"},
    ("report", "billing concerning ben: he shouts"): {"text": "he shouts", "service": "billing", "private": "yes", "concerned": "ben"},
    ("report", "private concerning nobody: text"): {"text": "concerning nobody: text", "service": "desk", "private": "yes"},
    ("report", "kitchen: the tap drips"): {"text": "kitchen: the tap drips", "service": "desk"},
    ("report", "billing kitchen: the tap drips"): {"text": "billing kitchen: the tap drips", "service": "desk"},
    ("report", "billing:"): {"service": "billing"},
    ("report", "see https://example.org/bill"): {"text": "see https://example.org/bill", "service": "billing"},
    # keywords: whole words, the most, the longest, the first in the file
    ("report", "my Invoice is wrong"): {"text": "my Invoice is wrong", "service": "billing"},
    ("report", "the billboard fell"): {"text": "the billboard fell", "service": "desk"},
    ("report", "bill for a meter"): {"text": "bill for a meter", "service": "metering"},
    ("report", "bill, invoice and meter"): {"text": "bill, invoice and meter", "service": "billing"},
    ("report", "bill after a meter reading"): {"text": "bill after a meter reading", "service": "metering"},
    # how often before
    ("report", "no heat, asked 6 times"): {"text": "no heat, asked 6 times", "service": "desk", "asked_before": "6"},
    ("report", "no heat, asked 6x already"): {"text": "no heat, asked 6x already", "service": "desk", "asked_before": "6"},
    ("report", "asked twice: no heat"): {"text": "asked twice: no heat", "service": "desk", "asked_before": "2"},
    ("report", "I asked three times"): {"text": "I asked three times", "service": "desk", "asked_before": "3"},
    ("report", "asked for timesheets"): {"text": "asked for timesheets", "service": "desk"},
    # to whom, and why
    ("handover", "ben: it is the meter team's"): {"to": "ben", "why": "it is the meter team's"},
    ("handover", "ben it is his"): {"to": "ben", "why": "it is his"},
    ("handover", "to Ben Okoro because it is his"): {"to": "ben", "why": "it is his"},
    ("handover", "@ben: his"): {"to": "ben", "why": "his"},
    ("handover", "Metering: wrong desk"): {"to": "metering", "why": "wrong desk"},
    ("handover", "bills and payments, wrong desk"): {"to": "billing", "why": "wrong desk"},
    ("handover", "ben"): {"to": "ben"},
    ("handover", "benn: his"): {"to": "benn", "why": "his"},
    ("handover", "nobody known"): {"to": "nobody", "why": "known"},
    # what was wrong, what was done, what it cost
    ("resolve", "fix process: reading corrected, bill reissued"): {
        "kind": "fix", "cause": "process", "explanation": "reading corrected, bill reissued",
    },
    ("resolve", "workaround process: by hand: twice"): {"kind": "workaround", "cause": "process", "explanation": "by hand: twice"},
    ("resolve", "process: corrected"): {"kind": "fix", "cause": "process", "explanation": "corrected"},
    ("resolve", "fix bad data: corrected, cost 1,234.50 from billing"): {
        "kind": "fix", "cause": "bad data", "explanation": "corrected", "cost": "1,234.50", "budget": "billing",
    },
    ("resolve", "fix process: six months free. Cost £120"): {
        "kind": "fix", "cause": "process", "explanation": "six months free", "cost": "£120",
    },
    ("resolve", "fix process: corrected, cost 120 billing"): {
        "kind": "fix", "cause": "process", "explanation": "corrected", "cost": "120", "budget": "billing",
    },
    ("resolve", "fix process: corrected, cost 120 euros"): {
        "kind": "fix", "cause": "process", "explanation": "corrected, cost 120 euros",
    },
    ("resolve", "fix process: the cost of 120 is theirs"): {"kind": "fix", "cause": "process", "explanation": "the cost of 120 is theirs"},
    ("resolve", "corrected it"): {"kind": "fix", "explanation": "corrected it"},
    ("resolve", "fix"): {"kind": "fix"},
    ("resolve", "fix: it"): {"kind": "fix", "explanation": "it"},
    ("resolve", "see https://example.org"): {"kind": "fix", "explanation": "see https://example.org"},
    ("cost", "120.50 billing"): {"cost": "120.50", "budget": "billing"},
    ("cost", "€1,234.50 from the billing budget"): {"cost": "€1,234.50", "budget": "billing"},
    ("cost", "120"): {"cost": "120"},
    ("cost", "a lot"): {"cost": "a lot"},
    ("merge", "C-42"): {"to": "C-42"},
    ("time", "45"): {"minutes": "45"},
    ("time", "1h 30m"): {"minutes": "1h 30m"},
    # what was lacking, and what must change; how long a workaround stands, and why; what came of it
    ("lacked", "authority"): {"lacked": "authority"},
    ("lacked", "an owner: name one: today"): {"lacked": "an owner", "change": "name one: today"},
    ("lacked", ": name an owner"): {"change": "name an owner"},
    ("renew", "1 December: the part is late: again"): {"until": "1 December", "why": "the part is late: again"},
    ("renew", "Friday 15:00: the part is late"): {"until": "Friday 15:00", "why": "the part is late"},
    ("renew", "Friday 15:00"): {"until": "Friday 15:00"},
    ("remedy", "Yes"): {"helped": "yes"},
    ("outcome", "needed no"): {"question": "needed", "answer": "0"},
    ("outcome", "Prevented YES"): {"question": "prevented", "answer": "1"},
    ("outcome", "process  4"): {"question": "process", "answer": "4"},
    ("outcome", "process"): {"question": "process"},
    ("merge", "into C-42"): {"to": "C-42"},
    # until when, and who covers
    ("away", "until Friday ben"): {"until": "until Friday", "to": "ben"},
    ("away", "Friday 17:00, ben covers"): {"until": "Friday 17:00", "to": "ben"},
    ("away", "until Friday, covered by Ben Okoro"): {"until": "until Friday", "to": "ben"},
    ("away", "until Friday"): {"until": "until Friday"},
    ("away", "ben until Friday ana"): {"person": "ben", "until": "until Friday", "to": "ana"},
    ("away", "from Monday 9am until Friday ben"): {"from": "Monday 9am", "until": "Friday", "to": "ben"},
    # what will change, and when; which announcement is moved, or called off
    ("announce", "billing Friday 18:00 to Saturday 06:00: the meters: read anew"): {
        "service": "billing", "from": "Friday 18:00", "until": "Saturday 06:00", "text": "the meters: read anew",
    },
    ("announce", "Bills and payments: from tomorrow 9:00 until 17:30: a new form"): {
        "service": "billing", "from": "tomorrow 9:00", "until": "17:30", "text": "a new form",
    },
    ("announce", "billing 2026-03-06T18:00 - 2026-03-07T06:00: x"): {
        "service": "billing", "from": "2026-03-06T18:00", "until": "2026-03-07T06:00", "text": "x",
    },
    ("announce", "billing"): {"service": "billing"},
    ("announce", "kitchen Friday to Saturday: x"): {"from": "kitchen Friday", "until": "Saturday", "text": "x"},
    ("announce", "A-3 Friday 18:00 to Saturday 06:00"): {"announcement": "A-3", "from": "Friday 18:00", "until": "Saturday 06:00"},
    ("announce", "move a3: Friday to Saturday: later"): {"announcement": "a3", "from": "Friday", "until": "Saturday", "text": "later"},
    ("announce", "A-3 off"): {"announcement": "A-3", "off": "yes"},
    ("announce", "A-3 is called off."): {"announcement": "A-3", "off": "yes"},
    ("announce", "A-3"): {"announcement": "A-3"},
    ("announced", "x"): {},
    # what does not work
    ("dead", "website"): {"route": "website"},
    ("dead", "website: it says 404"): {"route": "website", "why": "it says 404"},
    ("dead", "the Contact form because it says 404"): {"route": "website", "why": "it says 404"},
    ("dead", "webseite: it says 404"): {"route": "webseite", "why": "it says 404"},
    ("dead", "fax"): {"route": "fax"},
    # one value
    ("promise", "Friday 15:00"): {"until": "Friday 15:00"},
    ("ask", "what is the meter number?"): {"question": "what is the meter number?"},
    ("note", "x"): {"text": "x"},
    ("note", ""): {},
}  # fmt: skip


@pytest.mark.parametrize(("typed", "values"), READ.items(), ids=[" ".join(typed) for typed in READ])
def test_words_become_the_values_of_the_form(typed: tuple[str, str], values: dict[str, str]) -> None:
    assert values_of(*typed, ORG) == values


def test_a_title_is_short_and_the_text_stays_whole() -> None:
    assert title_of("\n  The meter is gone.\nSince Monday.") == "The meter is gone."
    assert title_of("Short. And sweet.") == "Short. And sweet."
    assert title_of("It broke. " + "word " * 60) == "It broke."
    assert title_of("word " * 60).endswith("word…")
    assert len(title_of("x" * 10_000)) == LONGEST_TITLE


WORDS = ["private", "billing:", "ben", "until", "critical", "cost", "12", "from", "asked", "3x", "fix", ":", "concerning"]


@given(st.sampled_from(VERBS), st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_no_words_break_it(verb: str, words: str) -> None:
    assert all(values_of(verb, words.strip(), ORG).values())
