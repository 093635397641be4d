"""Which cases are behind a figure? Told by its name, to whoever doubts it."""

from collections.abc import Iterator, Sequence

from bot.chat import Line
from bot.escalation.figures import FIGURES
from bot.wording.digest_items import MOST_NAMED, Content
from bot.wording.plain import counted

EVERY = "figures"
"""What to ask for instead of a name: all of them."""

_MOST_AT_ONCE = 200  # cases of one figure that is asked for alone; the others are counted
HINT: Line = ("The cases behind a figure: /case digest figures, or its name alone, such as /case digest escalated_fixes.",)


def heading(name: str) -> str:
    """Return what a figure is called in words: "Promises kept"."""
    return name.replace("_", " ").capitalize()


def asked_for(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """Return the figure that one of these words names, or `EVERY`, and the other words."""
    for n, word in enumerate(words):
        name = word.casefold().replace("-", "_")
        if name == EVERY or name in FIGURES:
            return name, [*words[:n], *words[n + 1 :]]
    return None, list(words)


def behind(content: Content, name: str) -> Iterator[Line]:
    """Yield a line for each figure that is asked for: which cases are behind it, and how many private ones."""
    names, most = (list(FIGURES), MOST_NAMED) if name == EVERY else ([name], _MOST_AT_ONCE)
    there = [(one, content["cases"][one]) for one in names if one in content.get("cases", {})]
    for one, cases in there:
        if cases["cases"] or cases["private"] or name != EVERY:
            yield (f"{heading(one)} ({one}): {_said(cases, most)}.",)


def _said(cases: Content, most: int) -> str:
    named, rest = cases["cases"][:most], len(cases["cases"]) - most
    parts = [", ".join(named)] if named else []
    parts += [f"{rest} more"] if rest > 0 else []
    parts += [counted(cases["private"], "private case")] if cases["private"] else []
    return " and ".join(parts) or "no case"
