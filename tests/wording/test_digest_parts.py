"""Whatever a digest tells, and however long: its messages hold all of it once, in order, and each fits where the least fits in."""

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.discord.layout import of_card
from bot.adapters.slack import blocks
from bot.wording.digest import message, split
from bot.wording.digest_parts import DETAILS
from tests.adapters.discord.templates import message as payload
from tests.adapters.discord.templates import reader as in_discord
from tests.adapters.slack.templates import reader as in_slack
from tests.discord.components import faults_in_message as faults_in_discord
from tests.discord.reading import shown as as_discord_shows
from tests.slack.blockkit import faults_in_message as faults_in_slack
from tests.slack.blockkit import too_long
from tests.slack.reading import shown as as_slack_shows
from tests.wording.digests import EMPTY, END, FULL, Json, huge
from tests.wording.office import ORG
from tests.wording.test_digest import bewitched

LISTS = tuple(name for name in DETAILS if name not in ("declined", "more", "causes"))
CUT = re.compile(r"[0-9] more (?:line|character|button)s?")
TYPED = st.text(st.characters(codec="utf-8"), min_size=1, max_size=400) | st.sampled_from(
    ["*" * 400, "<@&9> " * 60, "👩‍👩‍👧 " * 80, "\\_" * 200, "https://x.test/" + "a" * 300, "ש" * 300, "\n\n" * 100 + "x"]
)


@st.composite
def contents(draw: st.DrawFn) -> Json:
    """Return a digest with more or less of everything, and something typed wherever people type."""
    content: Json = dict(FULL)
    for name in LISTS:
        content[name] = FULL[name] * draw(st.integers(0, 12))
    typed: Any = bewitched(content, draw(TYPED))
    return dict(typed) | {"figures": bewitched(FULL["figures"], draw(TYPED)), "channel": "local:leadership"}


@given(contents())
@settings(max_examples=60, deadline=None)
def test_each_message_fits_and_nothing_of_it_is_cut_off(content: Json) -> None:
    for body in split(content, ORG):
        card = message(body, ORG)
        drawn = payload(of_card(card, in_discord(END), "digest/x", picture="A chart.")) | {
            "attachments": [{"id": "0", "filename": "chart.png"}]
        }
        _, slack = blocks.of_card(card, in_slack(END))
        slack = blocks.with_picture(slack, "F1", "A chart.")

        assert faults_in_discord(drawn) == []
        assert faults_in_slack(slack) == []
        assert not too_long(slack)
        for said in (as_discord_shows(drawn, {}), as_slack_shows({"blocks": slack}, {})):
            assert CUT.findall(said) == []


@given(contents())
@settings(max_examples=60, deadline=None)
def test_the_messages_hold_each_entry_once_and_in_order(content: Json) -> None:
    parts = split(content, ORG)
    if not parts:
        return

    assert [(body["part"], body["of"]) for body in parts] == [(n, len(parts)) for n in range(1, len(parts) + 1)]
    for name in LISTS:
        told = [entry["case"] if "case" in entry else entry["cases"] for body in parts[1:] for entry in body.get(name, ())]
        assert told == [entry["case"] if "case" in entry else entry["cases"] for entry in content[name]]
    declined = [entry for body in parts[1:] for entry in body.get("figures", {}).get("declined", ())]
    assert declined == content["figures"]["declined"]


@given(contents())
@settings(max_examples=30, deadline=None)
def test_what_was_posted_is_drawn_the_same_after_it_was_kept(content: Json) -> None:
    for body in split(content, ORG):
        assert message(json.loads(json.dumps(body)), ORG) == message(body, ORG)


def test_two_hundred_escalated_fixes_with_long_texts_fit() -> None:
    parts = split(huge(), ORG)

    assert sum(len(body.get("escalated_fixes", ())) for body in parts[1:]) == 200
    for body in parts:
        assert faults_in_discord(payload(of_card(message(body, ORG), in_discord(END), "digest/x"))) == []


def test_each_section_is_told_though_it_stands_alone() -> None:
    for name in LISTS:
        parts = split(EMPTY | {name: FULL[name]}, ORG)
        quiet = name in ("combustion_points", "disagreements")  # nothing to get up for by themselves
        assert (parts == ()) == quiet, name
