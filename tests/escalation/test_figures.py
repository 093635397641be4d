"""Does the page about the figures name exactly those that there are?"""

import re
from pathlib import Path

from tests.escalation.test_digest import whole

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")
FIGURES, LISTS = PAGE.split("\n## Figures\n")[1].split("\n## Lists\n")
SAID_ABOVE = {"channel", "from", "to", "figures", "cases", "trends", "days"}


def headed(part: str) -> list[str]:
    """Return the names in the headings of a part of the page."""
    return [name for line in re.findall(r"^### (.+)$", part, re.MULTILINE) for name in re.findall(r"`(\w+)`", line)]


def test_each_figure_is_defined_once() -> None:
    assert sorted(headed(FIGURES)) == sorted(whole()["figures"])


def test_each_list_is_defined_once() -> None:
    assert sorted(headed(LISTS)) == sorted(whole().keys() - SAID_ABOVE)


def test_what_is_no_figure_and_no_list_is_explained_before_them() -> None:
    above = PAGE.split("\n## Figures\n")[0]

    assert all(f"`{name}`" in above for name in ("cases", "trends", "days"))
