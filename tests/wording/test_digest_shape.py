"""Is the digest that was written by hand one that Buckstop could compute; and is what it computes drawn without a fault?"""

from datetime import datetime

import pytest

from bot.wording.chart import chart
from bot.wording.digest import html, message, split, text
from bot.wording.digest_sections import HEADINGS
from tests.escalation.test_digest import AT_LEVEL_0, ESCALATED, MONDAY, STUCK, TUESDAY, Timeline, whole
from tests.escalation.world import LONDON, ORG, at
from tests.wording.digests import EMPTY, FULL, SMALL, Json

REAL = whole(ESCALATED, STUCK, AT_LEVEL_0)


@pytest.mark.parametrize("written", [FULL, SMALL, EMPTY], ids=["full", "small", "empty"])
def test_what_was_written_has_what_is_computed(written: Json) -> None:
    assert written.keys() == REAL.keys()
    assert written["figures"].keys() == REAL["figures"].keys()
    assert written["days"][0].keys() == REAL["days"][0].keys()
    assert len(written["days"]) == len(REAL["days"])
    for name in ("odds", "outcomes", "outcome_beside_speed", "private"):
        assert written["figures"][name].keys() == REAL["figures"][name].keys()


def test_what_was_written_tells_of_a_case_what_is_computed() -> None:
    [fix], [stuck] = REAL["escalated_fixes"], REAL["stuck"]

    assert {name for entry in FULL["escalated_fixes"] for name in entry} == fix.keys()
    assert {name for entry in FULL["stuck"] for name in entry} == stuck.keys()
    assert FULL["trends"].keys() == REAL["trends"].keys()
    assert {name for trend in FULL["trends"].values() for name in trend["figures"]} <= REAL["trends"]["month"]["figures"].keys()
    assert FULL["cases"].keys() <= REAL["cases"].keys()


@pytest.mark.parametrize("cases", [(), (ESCALATED,), (STUCK,), (AT_LEVEL_0,), (ESCALATED, STUCK, AT_LEVEL_0)], ids=len)
@pytest.mark.parametrize("end", [MONDAY.replace(hour=12), TUESDAY, at("Thu 09:00")], ids=str)
def test_what_is_computed_is_drawn_in_every_way(cases: tuple[Timeline, ...], end: datetime) -> None:
    content = whole(*cases, end=end, names="people")

    for body in split(content, ORG) or (content,):
        assert message(body, ORG).title
    assert text(content, ORG)
    assert html(content, ORG)
    drawn = chart(content, LONDON)
    assert (drawn is None) == (not any(day["fixes"] for day in content["days"]))


def test_each_list_that_is_computed_has_its_heading() -> None:
    told_elsewhere = {"channel", "from", "to", "services", "figures", "cases", "trends", "days", "private"}

    assert REAL.keys() - told_elsewhere <= HEADINGS.keys()
