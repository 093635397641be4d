"""Does the oracle know who must have been told what? Small lives, read from DESIGN.md; and it may not ask Buckstop."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.torture.judging import Told, judged
from tests.torture.oracle import GRACE, PATIENCE, Act, Case, Key, Oracle, Rules, Span, Staff

STAFF = Staff(("rita",), {"billing": "ana"}, {"ana": "bruno"}, "cleo")
ORACLE = Oracle(STAFF, Rules(nag_every=3.0, respond_within=9.0, confirm_within=60.0))
ALONE = ("oracle.py", "judging.py", "scenario.py")


def at(time: float) -> Span:
    """Return a moment."""
    return Span(time, time)


def case(*acts: Act) -> Case:
    """Return a case of billing's that Rita reported at 0."""
    return Case("rita", "billing", at(0), acts, ("#help",))


OPENED: tuple[Key, ...] = (("receipt", "rita"), ("assigned", "ana"), ("card", "#help"))
ACKED, RESOLVED = Act("ack", "ana", at(1)), Act("resolve", "ana", at(2))
CLOSED: tuple[Key, ...] = (*OPENED, ("news", "rita"), ("confirm", "rita"), ("news", "ana"), ("outcome", "rita"))

TOLD: dict[str, tuple[Case, float, list[Told]]] = {
    "a case that is fixed at once": (
        case(ACKED, RESOLVED, Act("confirm", "rita", at(3))),
        4,
        [Told(what, who, 3) for what, who in CLOSED],
    ),
    "a reminder, and then it goes up": (
        case(),
        13,
        [Told(what, who, 0) for what, who in OPENED]
        + [
            Told("nag", "ana", 3.1),
            Told("nag", "ana", 6.2),
            Told("brief", "bruno", 9.1),
            Told("news", "rita", 9.1),
            Told("news", "ana", 9.1),
        ]
        + [Told("nag", "bruno", 12.2)],
    ),
    "an acknowledgement in the second in which it goes up, and it came first": (
        case(Act("ack", "ana", Span(8, 10))),
        10,
        [Told(what, who, 0) for what, who in (*OPENED, ("news", "rita"))] + [Told("nag", "ana", 3), Told("nag", "ana", 6)],
    ),
    "an acknowledgement in the second in which it goes up, and it came too late": (
        case(Act("ack", "ana", Span(8, 10))),
        10,
        [Told(what, who, 9.5) for what, who in (*OPENED, ("brief", "bruno"), ("news", "rita"), ("news", "ana"), ("news", "rita"))]
        + [Told("news", "bruno", 9.9), Told("nag", "ana", 3), Told("nag", "ana", 6)],
    ),
    "a question of the owner's at level 1 stops its clock, and the answer lets it go on: it goes up after what was left": (
        case(Act("ask", "ana", at(12)), Act("note", "rita", at(112))),
        120,
        [Told(what, who, 0) for what, who in OPENED]
        + [Told("nag", "ana", 3), Told("nag", "ana", 6), Told("brief", "bruno", 9), Told("news", "rita", 9), Told("news", "ana", 9)]
        + [Told("news", "bruno", 12), Told("question", "rita", 12), Told("news", "ana", 112), Told("news", "bruno", 112)]
        + [Told("nag", "bruno", 115), Told("brief", "cleo", 118), Told("news", "rita", 118), Told("news", "ana", 118)],
    ),
    "an acknowledgement at level 1 of which nobody knew, and again at level 2": (
        case(Act("ack", "ana", Span(10, 20), sure=False), Act("ack", "ana", at(20))),
        20,
        [Told(what, who, 0) for what, who in OPENED]
        + [Told("nag", "ana", 3), Told("nag", "ana", 6), Told("brief", "bruno", 9), Told("news", "rita", 9), Told("news", "ana", 9)]
        + [Told("news", "rita", 10), Told("news", "bruno", 10), Told("nag", "bruno", 13), Told("brief", "cleo", 18)]
        + [Told("news", "rita", 18), Told("news", "ana", 18), Told("news", "rita", 20), Told("news", "cleo", 20)],
    ),
    "what fixed another case is offered to whoever reported this one": (
        case(ACKED, Act("remedy", "bruno", at(2))),
        3,
        [Told(what, who, 1) for what, who in (*OPENED, ("news", "rita"))] + [Told("remedy", "rita", 2)],
    ),
    "a note of which nobody knows whether it got there, and it did not": (
        case(ACKED, Act("note", "rita", at(1.5), sure=False)),
        3,
        [Told(what, who, 1) for what, who in (*OPENED, ("news", "rita"))],
    ),
}


@pytest.mark.parametrize(("life", "until", "told"), TOLD.values(), ids=TOLD.keys())
def test_what_was_told_as_it_must_be(life: Case, until: float, told: list[Told]) -> None:
    verdict = judged(ORACLE, life, told, until)

    assert (verdict.lost, verdict.wrong) == (Counter(), Counter())


AT_ONCE, _, WELL = TOLD["a case that is fixed at once"]
LATER = GRACE + 20

ONLY_ACKED = [Told(what, who, 1) for what, who in (*OPENED, ("news", "rita"))]
WITHOUT_A_CARD = [one for one in WELL if one.what != "card"]
WITHOUT_NEWS_OF_THE_FIX = [one for one in WELL if (one.what, one.who) != ("news", "ana")]
HALF_OF_GOING_UP = [Told("nag", "ana", 3), Told("nag", "ana", 6), Told("brief", "bruno", 9), Told("news", "ana", 9)]
JUST_OPENED = [Told(what, who, 0) for what, who in OPENED]

FAULTS: dict[str, tuple[Case, float, list[Told], dict[Key, int], dict[Key, int]]] = {
    "a receipt is lost": (AT_ONCE, 4, WELL[1:], {("receipt", "rita"): 1}, {}),
    "a card is lost": (AT_ONCE, 4, WITHOUT_A_CARD, {("card", "#help"): 1}, {}),
    "the news of a fix that was said is lost": (AT_ONCE, 4, WITHOUT_NEWS_OF_THE_FIX, {("news", "ana"): 1}, {}),
    "the news comes twice": (AT_ONCE, 4, [*WELL, Told("news", "ana", 4)], {}, {("news", "ana"): 1}),
    "what fixed another case is offered, and nobody did that": (
        AT_ONCE,
        4,
        [*WELL, Told("remedy", "rita", 4)],
        {},
        {("remedy", "rita"): 1},
    ),
    "somebody else hears of it": (AT_ONCE, 4, [*WELL, Told("news", "eve", 4)], {}, {("news", "eve"): 1}),
    "a reminder after it was closed": (AT_ONCE, LATER, [*WELL, Told("nag", "ana", LATER - 1)], {}, {("nag", "ana"): 1}),
    "a reminder too early": (AT_ONCE, 4, [*WELL, Told("nag", "ana", 0.5)], {}, {("nag", "ana"): 1}),
    "it does not go up": (case(), 9 + PATIENCE + 1, JUST_OPENED, {("news", "ana"): 1, ("news", "rita"): 1}, {}),
    "nobody is reminded": (case(ACKED), 2 * (PATIENCE + 4), ONLY_ACKED, {("nag", "ana"): 2}, {}),
    "only half of going up is told": (case(), 12, [*JUST_OPENED, *HALF_OF_GOING_UP], {("news", "rita"): 1}, {}),
}


@pytest.mark.parametrize(("life", "until", "told", "lost", "wrong"), FAULTS.values(), ids=FAULTS.keys())
def test_what_was_not_is_seen(life: Case, until: float, told: list[Told], lost: dict[Key, int], wrong: dict[Key, int]) -> None:
    verdict = judged(ORACLE, life, told, until)

    assert (dict(verdict.lost), dict(verdict.wrong)) == (lost, wrong)


@pytest.mark.parametrize("name", ALONE)
def test_the_oracle_shares_no_code_with_what_it_judges(name: str) -> None:
    tree = ast.parse(Path(__file__).with_name(name).read_text("utf-8"))
    named = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]

    assert [module for module in named if module.startswith("bot")] == []
    assert {module for module in named if module.startswith("tests")} <= {f"tests.torture.{one.removesuffix('.py')}" for one in ALONE}
