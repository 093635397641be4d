"""Each bug can still be planted in today's code, and the test that catches it is there. That it does, `make sabotage` shows."""

import ast
from pathlib import Path

import pytest

from tests.sabotage.planted import PLANTED, Bug, planted

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.name)
def test_it_can_be_planted(bug: Bug) -> None:
    ast.parse(planted(bug, (ROOT / bug.file).read_text("utf-8")))


@pytest.mark.parametrize("bug", PLANTED, ids=lambda bug: bug.name)
def test_its_test_is_there(bug: Bug) -> None:
    file, _, name = bug.caught_by.partition("::")
    tests = ast.parse((ROOT / file).read_text("utf-8")).body
    assert name in {test.name for test in tests if isinstance(test, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_there_are_enough_and_each_is_another_one() -> None:
    assert len(PLANTED) >= 25
    assert len({bug.name for bug in PLANTED}) == len({(bug.file, bug.old, bug.new) for bug in PLANTED}) == len(PLANTED)


def test_what_is_not_there_cannot_be_planted() -> None:
    bug = Bug("x", "bot/x.py", "a < b", "a <= b", "tests/x.py::test_x")
    assert planted(bug, "if a < b:") == "if a <= b:"
    for text in ("if a > b:", "a < b < c or a < b"):
        with pytest.raises(ValueError, match=r"x: bot/x\.py has it"):
            planted(bug, text)
